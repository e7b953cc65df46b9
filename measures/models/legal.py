"""The legal frame: references, and their thresholds, each in force from a year on."""

import datetime
from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from chantier.lib import french
from measures.models.sources import SourcedModel
from members.models import User


class Standing(models.TextChoices):
    """How an amount stands on a given day."""

    IN_FORCE = "en-vigueur", "en vigueur"
    TO_COME = "a-venir", "à venir"
    REPLACED = "remplace", "remplacé"


def standing(year: int, next_year: int | None, day: datetime.date) -> Standing:
    """How the amount of `year` stands on `day`, when another took its place in `next_year`."""
    if year > day.year:
        return Standing.TO_COME
    is_replaced = next_year is not None and next_year <= day.year
    return Standing.REPLACED if is_replaced else Standing.IN_FORCE


class LegalReferenceQuerySet(models.QuerySet["LegalReference"]):
    def with_everything(self) -> Self:
        """Add what the page of the legal frame shows beside each reference."""
        thresholds = Threshold.objects.with_next_year().select_related("confirmed_by")
        return self.select_related("confirmed_by").prefetch_related(
            models.Prefetch("thresholds", thresholds.prefetch_related("sources")),
            models.Prefetch(
                "clauses",
                apps.get_model("measures", "Clause")._default_manager.filter(is_active=True),
                to_attr="active_clauses",
            ),
            "sources",
        )


class ConfirmedModel(SourcedModel):
    """A row of law: it stays « à vérifier » until somebody confirms it."""

    confirmed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="confirmé par",
    )
    confirmed_on = models.DateField("confirmé le", null=True, blank=True, editable=False)

    class Meta:
        abstract = True


class LegalReference(ConfirmedModel):
    """A law, a regulation or an internal rule that a measure or a clause rests on."""

    name = models.CharField("nom", max_length=200)
    says = models.TextField("ce qu’elle dit")
    note = models.TextField("remarque", blank=True)
    order = models.PositiveSmallIntegerField("ordre", default=0)

    objects = LegalReferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "référence légale"
        verbose_name_plural = "références légales"
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return self.name


class ThresholdQuerySet(models.QuerySet["Threshold"]):
    def with_next_year(self) -> Self:
        """Add `next_year`, in which the next amount of the same regime and kind takes its place."""
        later = Threshold.objects.filter(
            regime=models.OuterRef("regime"),
            kind=models.OuterRef("kind"),
            year__gt=models.OuterRef("year"),
        )
        return self.annotate(next_year=models.Subquery(later.order_by("year").values("year")[:1]))

    def in_force_on(self, day: datetime.date) -> Self:
        """Of each regime and kind, the last row that had begun on that day; see `standing`."""
        stays = Q(next_year=None) | Q(next_year__gt=day.year)
        return self.with_next_year().filter(stays, year__lte=day.year)


class Threshold(ConfirmedModel):
    """An amount in force in a given year; a new year is a new row."""

    class Kind(models.TextChoices):
        PUBLIC_TENDER = "appel_offres_public", "appel d’offres public à partir de"
        INVITED_TENDER = "appel_offres_invitation_min", "appel d’offres sur invitation à partir de"
        PUBLISHED_CONTRACT = "liste_contrats_publiee", "contrat publié à partir de"
        DIRECT_AWARD_MAX = "gre_a_gre_max", "gré à gré jusqu’à"

    legal_reference = models.ForeignKey(
        LegalReference,
        models.CASCADE,
        related_name="thresholds",
        verbose_name="référence légale",
    )
    regime = models.CharField("régime", max_length=40)
    kind = models.CharField("seuil", max_length=40, choices=Kind.choices)
    amount = models.DecimalField("montant ($)", max_digits=12, decimal_places=2)
    year = models.PositiveSmallIntegerField("année")

    objects = ThresholdQuerySet.as_manager()

    class Meta:
        verbose_name = "seuil"
        ordering = ["legal_reference", "kind", "-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["regime", "kind", "year"], name="threshold_unique_regime_kind_year"
            ),
            models.CheckConstraint(name="threshold_amount_positive", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.money} ({self.year})"

    def standing_on(self, day: datetime.date) -> Standing:
        """How it stands on that day; read it `with_next_year`."""
        return standing(self.year, self.next_year, day)  # type: ignore[attr-defined]

    @property
    def money(self) -> str:
        """« 121 200 $ »."""
        return french.quantity(self.amount, "$")
