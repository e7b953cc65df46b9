"""The processes that run tasks, each with the last moment at which it was heard."""

from django.db import models


class WorkerProcess(models.Model):
    """A process says every few seconds that it lives; whoever does not is dead."""

    worker_id = models.CharField("identifiant", max_length=64, primary_key=True)
    place = models.CharField("machine", max_length=200)
    pid = models.PositiveIntegerField("numéro du processus")
    # A number is given again; with the moment of its start, it names one process only.
    birth = models.CharField("naissance du processus", max_length=40, blank=True)
    started_at = models.DateTimeField("démarré le", auto_now_add=True)
    seen_at = models.DateTimeField("entendu le")

    class Meta:
        verbose_name = "processus de travail"
        verbose_name_plural = "processus de travail"
        ordering = ["started_at", "worker_id"]

    def __str__(self) -> str:
        return f"{self.place}, {self.pid}"
