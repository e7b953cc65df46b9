"""What people write in a report, beside its figures, and the cases that they choose to tell."""

from django.db import models
from django.db.models import Q

from benefits.models import ObservedBenefit
from chantier.reports.models.reports import AnnualReport
from measures.models import Implementation
from members.models import AppendOnlyModel, User


class ReportText(models.Model):
    """The text of one section of a report; `section` is a code of `chantier.reports.sections`."""

    report = models.ForeignKey(
        AnnualReport, models.PROTECT, related_name="texts", verbose_name="rapport"
    )
    section = models.CharField("section", max_length=20)
    text = models.TextField("texte", blank=True)
    # Optimistic lock: 0 before the first save.
    version = models.PositiveIntegerField("version", default=0, editable=False)
    updated_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="modifié par"
    )
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    class Meta:
        verbose_name = "texte de rapport"
        verbose_name_plural = "textes de rapport"
        ordering = ["report", "section"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "section"], name="reporttext_unique_report_section"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report}, {self.section}"


class ReportTextRevision(AppendOnlyModel):
    """Each text that a section ever had: the journal, and what a merge starts from."""

    report_text = models.ForeignKey(
        ReportText, models.PROTECT, related_name="revisions", verbose_name="texte de rapport"
    )
    number = models.PositiveIntegerField("version")
    text = models.TextField("texte", blank=True)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="écrit par")
    at = models.DateTimeField("écrit le", auto_now_add=True)
    submission_key = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        verbose_name = "version de texte"
        verbose_name_plural = "versions de texte"
        ordering = ["report_text", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["report_text", "number"], name="reporttextrevision_unique_number"
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_text}, version {self.number}"


class ReportCase(models.Model):
    """A case or a testimony that the organization puts in its report: one record, or one story."""

    report = models.ForeignKey(
        AnnualReport, models.CASCADE, related_name="cases", verbose_name="rapport"
    )
    implementation = models.ForeignKey(
        Implementation,
        models.CASCADE,
        null=True,
        related_name="report_cases",
        verbose_name="mesure du registre",
    )
    observation = models.ForeignKey(
        ObservedBenefit,
        models.CASCADE,
        null=True,
        related_name="report_cases",
        verbose_name="bénéfice observé",
    )
    chosen_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="choisi par")
    chosen_at = models.DateTimeField("choisi le", auto_now_add=True)

    class Meta:
        verbose_name = "cas choisi"
        verbose_name_plural = "cas choisis"
        ordering = ["report", "pk"]
        constraints = [
            models.CheckConstraint(
                name="reportcase_tells_one_thing",
                condition=Q(implementation__isnull=False, observation__isnull=True)
                | Q(implementation__isnull=True, observation__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["report", "implementation"], name="reportcase_unique_implementation"
            ),
            models.UniqueConstraint(
                fields=["report", "observation"], name="reportcase_unique_observation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report}, {self.implementation or self.observation}"
