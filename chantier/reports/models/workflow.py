"""How a report goes from draft to accepted: what was done, and what the coordination asked."""

from django.db import models
from django.db.models import Q

from chantier.reports.models.reports import AnnualReport, ReportVersion
from members.models import AppendOnlyModel, User


class ReportEvent(AppendOnlyModel):
    """One step of a report: who, when, and in what words."""

    class Kind(models.TextChoices):
        READY = "ready", "prêt à approuver"
        WITHDRAWN = "withdrawn", "remis en brouillon"
        SUBMITTED = "submitted", "déposé"
        SENT_BACK = "sent_back", "retourné pour correction"
        ACCEPTED = "accepted", "accepté"
        REOPENED = "reopened", "correction commencée"
        POSTPONED = "postponed", "dépôt reporté"

    report = models.ForeignKey(
        AnnualReport, models.PROTECT, related_name="events", verbose_name="rapport"
    )
    kind = models.CharField("étape", max_length=20, choices=Kind.choices)
    version = models.ForeignKey(
        ReportVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name="version",
    )
    note = models.TextField("mot", max_length=1000, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="par")
    at = models.DateTimeField("moment", auto_now_add=True)

    class Meta:
        verbose_name = "étape de rapport"
        verbose_name_plural = "étapes de rapport"
        ordering = ["report", "-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.report}, {self.get_kind_display()}"


# What the coordination says of a version.
JUDGEMENTS = (ReportEvent.Kind.ACCEPTED, ReportEvent.Kind.SENT_BACK)


class ReportComment(models.Model):
    """What the coordination asks about one section of a submitted version."""

    version = models.ForeignKey(
        ReportVersion, models.PROTECT, related_name="comments", verbose_name="version"
    )
    section = models.CharField("section", max_length=20)
    text = models.TextField("commentaire", max_length=1000)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="écrit par")
    at = models.DateTimeField("écrit le", auto_now_add=True)
    # The organization says that it has answered; the next version shows how.
    settled_at = models.DateTimeField("réglé le", null=True, editable=False)
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="réglé par", editable=False
    )

    class Meta:
        verbose_name = "commentaire de rapport"
        verbose_name_plural = "commentaires de rapport"
        ordering = ["version", "pk"]
        constraints = [
            models.CheckConstraint(
                name="reportcomment_says_something",
                condition=~Q(text=""),
                violation_error_message="Écrivez un commentaire.",
            ),
            models.CheckConstraint(
                name="reportcomment_settled_by_someone",
                condition=Q(settled_at__isnull=True, settled_by__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}, {self.section}"
