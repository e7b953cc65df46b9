"""All the reports of a cycle in one archive, prepared in the background."""

import datetime
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from chantier.reports.models.reports import ReportVersion
from members.models import Cycle, User

# An archive holds evidence: it is not left lying.
KEPT_FOR = datetime.timedelta(days=7)


class ReportBatch(models.Model):
    """An archive asked for by one person; its state is what the worker obeys."""

    class State(models.TextChoices):
        WAITING = "waiting", "en attente"
        RUNNING = "running", "en cours"
        DONE = "done", "prête"
        CANCELLED = "cancelled", "annulée"
        FAILED = "failed", "échouée"

    cycle = models.ForeignKey(
        Cycle, models.PROTECT, related_name="report_batches", verbose_name="cycle"
    )
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey(
        User, models.PROTECT, related_name="report_batches", verbose_name="demandée par"
    )
    asked_at = models.DateTimeField("demandée le", auto_now_add=True)
    started_at = models.DateTimeField("commencée le", null=True)
    finished_at = models.DateTimeField("terminée le", null=True)
    # Reports whose files are in the archive; those that are only made are told by their items.
    packed = models.PositiveIntegerField("rapports rangés", default=0)
    # Why it failed, or was erased before its time, in a sentence.
    problem = models.CharField("raison", max_length=300, blank=True)
    # What organizations may still close while the archive is kept: keys of `Evidence`.
    evidence_keys = models.JSONField("preuves de l’archive", default=list, editable=False)
    archive = models.CharField("archive", max_length=200, blank=True)
    size = models.PositiveBigIntegerField("taille en octets", default=0)
    sha256 = models.CharField("empreinte SHA-256 de l’archive", max_length=64, blank=True)
    erased_at = models.DateTimeField("effacée le", null=True)
    submission_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = "archive de rapports"
        verbose_name_plural = "archives de rapports"
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

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def kept_until(self) -> datetime.datetime | None:
        """Until when it may be downloaded; None when there is nothing to download."""
        if self.state != self.State.DONE or self.finished_at is None or self.erased_at:
            return None
        until = self.finished_at + KEPT_FOR
        return until if until > timezone.now() else None


UNDER_WAY = (ReportBatch.State.WAITING, ReportBatch.State.RUNNING)


class BatchItem(models.Model):
    """One report of a batch: what is done is not done again after a stop."""

    class State(models.TextChoices):
        WAITING = "waiting", "en attente"
        DONE = "done", "prêt"
        FAILED = "failed", "échoué"

    batch = models.ForeignKey(
        ReportBatch, models.CASCADE, related_name="items", verbose_name="archive de rapports"
    )
    version = models.ForeignKey(
        ReportVersion, models.PROTECT, related_name="+", verbose_name="version"
    )
    state = models.CharField("état", max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    problem = models.CharField("raison de l’échec", max_length=300, blank=True)

    class Meta:
        verbose_name = "rapport d’une archive"
        verbose_name_plural = "rapports d’une archive"
        ordering = ["batch", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "version"], name="batchitem_unique_batch_version"
            )
        ]

    def __str__(self) -> str:
        return f"{self.batch}, {self.version}"
