"""What organizations measure: the value of an indicator over a fiscal year, and its history."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from measures.models.toolbox import Indicator
from members.models import AppendOnlyModel, Organization, User
from members.sharing import SharedQuerySet, SharingLevel

_FIGURE: dict[str, Any] = {"max_digits": 18, "decimal_places": 4, "null": True, "blank": True}


class IndicatorAim(models.Model):
    """Where an organization starts from and where it wants to be, for one indicator.

    And how far its values may be seen: one choice for all the years of an indicator.
    """

    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="indicator_aims",
        verbose_name="organisation",
    )
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="aims", verbose_name="indicateur"
    )
    baseline = models.DecimalField("valeur de départ", **_FIGURE)
    # The first day of the fiscal year that the baseline was counted over.
    baseline_from = models.DateField("année de départ", null=True, blank=True)
    target = models.DecimalField("cible", **_FIGURE)
    target_from = models.DateField("année visée", null=True, blank=True)
    sharing = models.CharField(
        "qui peut voir les valeurs",
        max_length=20,
        choices=SharingLevel.choices,
        default=SharingLevel.COORDINATION,
    )
    version = models.PositiveIntegerField("version", default=1, editable=False)
    updated_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="modifié par", editable=False
    )
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    class Meta:
        verbose_name = "visée d’un indicateur"
        verbose_name_plural = "visées des indicateurs"
        ordering = ["organization", "indicator__code"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "indicator"],
                name="indicatoraim_unique_organization_indicator",
            ),
            models.CheckConstraint(
                name="indicatoraim_sharing_known", condition=Q(sharing__in=SharingLevel.values)
            ),
            models.CheckConstraint(
                name="indicatoraim_target_after_baseline",
                condition=Q(baseline_from__isnull=True)
                | Q(target_from__isnull=True)
                | Q(target_from__gt=F("baseline_from")),
                violation_error_message="L’année visée suit l’année de départ.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} – {self.organization_id}"


class IndicatorValueQuerySet(SharedQuerySet):
    pass


class IndicatorValue(models.Model):
    """The figure of an organization for an indicator over one of its fiscal years.

    `value` None is « n. d. », which is not zero. What a computed indicator says is not stored.
    """

    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="indicator_values",
        verbose_name="organisation",
    )
    indicator = models.ForeignKey(
        Indicator, models.PROTECT, related_name="values", verbose_name="indicateur"
    )
    period_start = models.DateField("début de l’année financière")
    period_end = models.DateField("fin de l’année financière")
    value = models.DecimalField("valeur", **_FIGURE)
    # For a ratio that was typed by its terms; the value is then worked out from them.
    numerator = models.DecimalField("numérateur", **_FIGURE)
    denominator = models.DecimalField("dénominateur", **_FIGURE)
    source = models.CharField("source des données", max_length=200, blank=True)
    note = models.TextField("remarque et exclusions", max_length=2000, blank=True)
    version = models.PositiveIntegerField("version", default=1, editable=False)
    updated_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="saisi par", editable=False
    )
    created_at = models.DateTimeField("saisi le", auto_now_add=True)
    updated_at = models.DateTimeField("modifié le", auto_now=True)

    objects = IndicatorValueQuerySet.as_manager()

    class Meta:
        verbose_name = "valeur d’indicateur"
        verbose_name_plural = "valeurs d’indicateur"
        ordering = ["organization", "indicator__code", "period_start"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "indicator", "period_start"],
                name="indicatorvalue_unique_organization_indicator_period",
            ),
            models.CheckConstraint(
                name="indicatorvalue_period_goes_forward",
                condition=Q(period_start__lt=F("period_end")),
            ),
            # Divided by nothing, a figure is « n. d. ».
            models.CheckConstraint(
                name="indicatorvalue_nothing_divided_by_zero",
                condition=Q(denominator__isnull=True) | ~Q(denominator=0) | Q(value__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id} – {self.period_start}"


class IndicatorRevision(AppendOnlyModel):
    """What a value said at one moment: a corrected value keeps the old one, author and reason."""

    indicator_value = models.ForeignKey(
        IndicatorValue, models.PROTECT, related_name="revisions", verbose_name="valeur"
    )
    # The version of the value that this change made.
    number = models.PositiveIntegerField("version")
    value = models.DecimalField("valeur", **_FIGURE)
    numerator = models.DecimalField("numérateur", **_FIGURE)
    denominator = models.DecimalField("dénominateur", **_FIGURE)
    source = models.CharField("source des données", max_length=200, blank=True)
    note = models.TextField("remarque et exclusions", blank=True)
    reason = models.CharField("raison", max_length=300, blank=True)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="auteur")
    at = models.DateTimeField("moment", auto_now_add=True)
    # One per cell that was sent: what arrives twice is done once.
    submission_key = models.UUIDField("clé d’envoi", unique=True, null=True, editable=False)

    class Meta:
        verbose_name = "version d’une valeur"
        verbose_name_plural = "versions d’une valeur"
        ordering = ["indicator_value", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator_value", "number"], name="indicatorrevision_unique_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_value_id}, version {self.number}"
