"""All the reports of a cycle in one archive, prepared in the background."""

import uuid

from django.db import models
from django.db.models import Q

from chantier.reports.models.reports import ReportVersion
from members.models import Cycle, User


class ReportBatch(models.Model):
    """An archive being prepared, for one person; it stops where it is and goes on from there."""

    class State(models.TextChoices):
        WAITING = "waiting", "en attente"
        RUNNING = "running", "en cours"
        DONE = "done", "prêt"
        CANCELLED = "cancelled", "annulé"
        FAILED = "failed", "échoué"

    cycle = models.ForeignKey(
        Cycle, models.PROTECT, related_name="report_batches", verbose_name="cycle"
    )
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey(
        User, models.PROTECT, related_name="report_batches", verbose_name="demandé par"
    )
    asked_at = models.DateTimeField("demandé le", auto_now_add=True)
    started_at = models.DateTimeField("commencé le", null=True)
    finished_at = models.DateTimeField("terminé le", null=True)
    # The worker looks at it between two reports.
    is_cancelled = models.BooleanField("à annuler", default=False)
    # Why it failed, in a sentence.
    problem = models.CharField("raison de l’échec", max_length=300, blank=True)
    archive = models.CharField("archive", max_length=200, blank=True)
    sha256 = models.CharField("empreinte SHA-256 de l’archive", max_length=64, blank=True)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = "lot de rapports"
        verbose_name_plural = "lots de rapports"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            # A second click, or a second person, finds the one that is under way.
            models.UniqueConstraint(
                fields=["cycle"],
                condition=Q(state__in=["waiting", "running"]),
                name="reportbatch_one_at_a_time",
            ),
            models.CheckConstraint(
                name="reportbatch_done_has_an_archive",
                condition=~Q(state="done") | ~Q(archive="") & ~Q(sha256=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle}, {self.get_state_display()}"


class BatchItem(models.Model):
    """One report of a batch: what is done is not done again after a stop."""

    class State(models.TextChoices):
        WAITING = "waiting", "en attente"
        DONE = "done", "prêt"
        FAILED = "failed", "échoué"

    batch = models.ForeignKey(
        ReportBatch, models.CASCADE, related_name="items", verbose_name="lot de rapports"
    )
    version = models.ForeignKey(
        ReportVersion, models.PROTECT, related_name="+", verbose_name="version"
    )
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    problem = models.CharField("raison de l’échec", max_length=300, blank=True)

    class Meta:
        verbose_name = "rapport d’un lot"
        verbose_name_plural = "rapports d’un lot"
        ordering = ["batch", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "version"], name="batchitem_unique_batch_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch}, {self.version}"
