"""The tool box: indicators to follow, barriers that stand in the way, and ways around them."""

from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from chantier.lib.addresses import address
from chantier.lib.seeds import SeededModel
from measures.models.catalogue import Clause, Measure
from measures.models.sources import SourcedModel


class Indicator(SourcedModel):
    """A figure that organizations or the chantier follow every year."""

    class Kind(models.TextChoices):
        INPUT = "moyen", "moyen"
        PROCESS = "processus", "processus"
        RESULT = "resultat", "résultat"
        EFFECT = "effet", "effet"

    class Level(models.TextChoices):
        ORGANIZATION = "organisation", "organisation"
        CHANTIER = "chantier", "chantier"

    class Direction(models.TextChoices):
        UP = "up", "plus haut vaut mieux"
        DOWN = "down", "plus bas vaut mieux"
        NEUTRAL = "neutral", "sans sens souhaité"

    class Computation(models.TextChoices):
        """Where a figure that nobody types comes from; see `measures.indicators.computed`."""

        TYPED = "", "valeur saisie"
        QUOTIENT = "quotient", "quotient de deux indicateurs"
        PROGRESS_RATE = "progress_rate", "part des mesures implantées, selon le registre"
        PROGRESS_POINTS = "progress_points", "écart avec la période précédente, selon le registre"
        REPORTS = "reports", "part des rapports déposés, selon le portail"

    name = models.CharField("nom", max_length=200)
    unit = models.CharField("unité", max_length=40)
    formula = models.CharField("formule", max_length=300)
    kind = models.CharField("sorte", max_length=20, choices=Kind.choices)
    level = models.CharField("niveau", max_length=20, choices=Level.choices)
    direction = models.CharField("sens", max_length=10, choices=Direction.choices)
    frequency = models.CharField("fréquence", max_length=20, default="annuelle")
    data_source = models.CharField("données", max_length=100, blank=True)
    # Digits after the comma that people type and read.
    decimals = models.PositiveSmallIntegerField("décimales", default=0)
    minimum = models.DecimalField(
        "valeur minimale", max_digits=16, decimal_places=4, null=True, blank=True
    )
    maximum = models.DecimalField(
        "valeur maximale", max_digits=16, decimal_places=4, null=True, blank=True
    )
    # What is divided by what, for a ratio; both empty for a plain figure.
    numerator_label = models.CharField("numérateur", max_length=200, blank=True)
    denominator_label = models.CharField("dénominateur", max_length=200, blank=True)
    exclusions = models.TextField("ce qui ne compte pas", blank=True)
    computation = models.CharField(
        "calcul", max_length=20, choices=Computation.choices, default=Computation.TYPED, blank=True
    )
    # The two indicators of a quotient.
    dividend = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="indicateur divisé",
    )
    divisor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="indicateur diviseur",
    )
    measures = models.ManyToManyField(
        Measure, related_name="indicators", verbose_name="mesures", blank=True
    )

    class Meta:
        verbose_name = "indicateur"
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="indicator_quotient_has_two_terms",
                condition=Q(computation="quotient", dividend__isnull=False, divisor__isnull=False)
                | (~Q(computation="quotient") & Q(dividend__isnull=True, divisor__isnull=True)),
                violation_error_message="Un quotient a besoin de deux indicateurs.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_computed(self) -> bool:
        return bool(self.computation)

    @property
    def is_ratio(self) -> bool:
        """Whether it is typed as a numerator over a denominator."""
        return bool(self.denominator_label) and not self.is_computed


def _organizations(through: str) -> Coalesce:
    """How many organizations met a row, « barrier » or « solutions » of what they marked.

    To be told through `measures.encounters.figures` only.
    """
    encounters: QuerySet = apps.get_model("measures", "BarrierEncounter")._default_manager.counted()
    rows = encounters.filter(**{through: OuterRef("pk")}).order_by().values(through)
    counted = rows.annotate(n=Count("organization", distinct=True)).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


class BarrierQuerySet(models.QuerySet["Barrier"]):
    def with_met_by(self) -> Self:
        """Add `met_by`, the number of active organizations that marked the barrier."""
        return self.annotate(met_by=_organizations("barrier"))

    def with_answers(self) -> Self:
        """Add what answers each barrier: solutions, and measures and clauses that are offered."""
        return self.prefetch_related(
            models.Prefetch("solutions", Solution.objects.with_worked_for()),
            models.Prefetch(
                "measures",
                Measure.objects.active().select_related("stage"),
                to_attr="active_measures",
            ),
            models.Prefetch("clauses", Clause.objects.active(), to_attr="active_clauses"),
            "sources",
        )


class Barrier(SourcedModel):
    """What stands in the way of buying from social economy enterprises."""

    title = models.CharField("enjeu", max_length=200)
    faced_by = models.CharField("qui le vit", max_length=40)
    measures = models.ManyToManyField(
        Measure, related_name="barriers", verbose_name="mesures", blank=True
    )
    clauses = models.ManyToManyField(
        Clause, related_name="barriers", verbose_name="clauses", blank=True
    )

    objects = BarrierQuerySet.as_manager()

    class Meta:
        verbose_name = "enjeu"
        verbose_name_plural = "enjeux"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("measures:barrier_detail", code=self.code)


class SolutionQuerySet(models.QuerySet["Solution"]):
    def with_worked_for(self) -> Self:
        """Add `worked_for`, the number of active organizations for which the solution worked."""
        return self.annotate(worked_for=_organizations("solutions"))


class Solution(SeededModel):
    """A way around a barrier."""

    barrier = models.ForeignKey(
        Barrier, models.CASCADE, related_name="solutions", verbose_name="enjeu"
    )
    text = models.CharField("solution", max_length=200)
    order = models.PositiveSmallIntegerField("ordre", default=0)

    objects = SolutionQuerySet.as_manager()

    class Meta:
        verbose_name = "solution"
        ordering = ["barrier", "order"]

    def __str__(self) -> str:
        return self.text
