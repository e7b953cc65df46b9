"""The tool box: indicators to follow, barriers that stand in the way, and ways around them."""

from typing import Self

from django.db import models

from chantier.lib.seeds import SeededModel
from measures.models.catalogue import Measure, SourcedModel


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

    name = models.CharField("nom", max_length=200)
    unit = models.CharField("unité", max_length=40)
    formula = models.CharField("formule", max_length=300)
    kind = models.CharField("sorte", max_length=20, choices=Kind.choices)
    level = models.CharField("niveau", max_length=20, choices=Level.choices)
    direction = models.CharField("sens", max_length=10, choices=Direction.choices)
    frequency = models.CharField("fréquence", max_length=20, default="annuelle")
    data_source = models.CharField("données", max_length=100, blank=True)
    measures = models.ManyToManyField(
        Measure, related_name="indicators", verbose_name="mesures", blank=True
    )

    class Meta:
        verbose_name = "indicateur"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class BarrierQuerySet(models.QuerySet["Barrier"]):
    def with_answers(self) -> Self:
        """Add the solutions of each barrier, and the measures of the guide that answer it."""
        return self.prefetch_related(
            "solutions",
            models.Prefetch(
                "measures",
                Measure.objects.active().select_related("stage"),
                to_attr="active_measures",
            ),
            "sources",
        )


class Barrier(SourcedModel):
    """What stands in the way of buying from social economy enterprises."""

    title = models.CharField("enjeu", max_length=200)
    faced_by = models.CharField("qui le vit", max_length=40)
    measures = models.ManyToManyField(
        Measure, related_name="barriers", verbose_name="mesures", blank=True
    )

    objects = BarrierQuerySet.as_manager()

    class Meta:
        verbose_name = "enjeu"
        verbose_name_plural = "enjeux"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title


class Solution(SeededModel):
    """A way around a barrier."""

    barrier = models.ForeignKey(
        Barrier, models.CASCADE, related_name="solutions", verbose_name="enjeu"
    )
    text = models.CharField("solution", max_length=200)
    order = models.PositiveSmallIntegerField("ordre", default=0)

    class Meta:
        verbose_name = "solution"
        ordering = ["barrier", "order"]

    def __str__(self) -> str:
        return self.text
