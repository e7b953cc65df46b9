"""Annual reports: a draft that follows the records, and versions that never change."""

from typing import Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from members.models import AppendOnlyModel, Cycle, Organization, User


class AnnualReport(models.Model):
    """The report of one organization on one cycle; of the whole chantier without one."""

    class State(models.TextChoices):
        DRAFT = "draft", "brouillon"
        TO_APPROVE = "to_approve", "à approuver"
        SUBMITTED = "submitted", "déposé"
        SENT_BACK = "sent_back", "retourné pour correction"
        ACCEPTED = "accepted", "accepté"

    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="annual_reports",
        verbose_name="organisation",
    )
    cycle = models.ForeignKey(
        Cycle, models.PROTECT, related_name="annual_reports", verbose_name="cycle"
    )
    state = models.CharField("état", max_length=20, choices=State.choices, default=State.DRAFT)
    # A later day than that of the cycle, granted to one organization.
    due_on = models.DateField("dépôt reporté au", null=True, blank=True)
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    class Meta:
        verbose_name = "rapport annuel"
        verbose_name_plural = "rapports annuels"
        ordering = ["-cycle__starts_on", "organization__sort_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "cycle"],
                name="annualreport_unique_organization_cycle",
            ),
            models.UniqueConstraint(
                fields=["cycle"],
                condition=Q(organization__isnull=True),
                name="annualreport_unique_chantier_cycle",
            ),
        ]

    def __str__(self) -> str:
        return f"Rapport {self.cycle}, {self.organization or 'chantier'}"

    @property
    def is_of_chantier(self) -> bool:
        return self.organization_id is None

    @property
    def is_written(self) -> bool:
        """Whether its texts may change: what is submitted waits for the coordination."""
        return self.state in WRITTEN_STATES


WRITTEN_STATES = (
    AnnualReport.State.DRAFT,
    AnnualReport.State.TO_APPROVE,
    AnnualReport.State.SENT_BACK,
)


class ReportVersionQuerySet(models.QuerySet["ReportVersion"]):
    def latest_of_each(self) -> Self:
        """The version in force of each report."""
        later = ReportVersion.objects.filter(
            report=OuterRef("report"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(later))

    def without_files(self) -> Self:
        """For lists: neither the PDF nor the content, which weigh as much as the report."""
        return self.defer("pdf", "content")


class ReportVersion(AppendOnlyModel):
    """What was submitted: content, PDF bytes and their SHA-256, frozen."""

    report = models.ForeignKey(
        AnnualReport, models.PROTECT, related_name="versions", verbose_name="rapport"
    )
    number = models.PositiveSmallIntegerField("version")
    schema_version = models.PositiveSmallIntegerField("version du schéma")
    content = models.JSONField("contenu", encoder=DjangoJSONEncoder)
    pdf = models.BinaryField("PDF")
    sha256 = models.CharField("empreinte SHA-256 du PDF", max_length=64)
    verification_code = models.CharField("code de vérification", max_length=20, unique=True)
    signatory_name = models.CharField("nom de la personne qui approuve", max_length=150)
    signatory_function = models.CharField("fonction", max_length=150)
    # What the person declared, word for word; empty in versions older than this field.
    statement = models.CharField("déclaration", max_length=300, blank=True)
    reason = models.CharField("raison de la correction", max_length=300, blank=True)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="déposé par"
    )
    submitted_at = models.DateTimeField("déposé le")

    objects = ReportVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "version de rapport"
        verbose_name_plural = "versions de rapport"
        ordering = ["report", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "number"], name="reportversion_unique_number"
            ),
            models.CheckConstraint(
                name="reportversion_later_has_a_reason",
                condition=Q(number=1) | ~Q(reason=""),
                violation_error_message="Dites pourquoi le rapport change.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report}, version {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("reports:verification", args=[self.verification_code])
