"""The legal frame: references, and their thresholds, each in force from a year on."""

import datetime
from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from chantier.lib import french
from measures.models.sources import SourcedModel
from members.models import User


class LegalReferenceQuerySet(models.QuerySet["LegalReference"]):
    def with_everything(self) -> Self:
        """Add what the page of the legal frame shows beside each reference."""
        return self.prefetch_related(
            models.Prefetch("thresholds", Threshold.objects.prefetch_related("sources")),
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
    def in_force_on(self, day: datetime.date) -> Self:
        """Of each regime and kind, the last row that had begun on that day."""
        later = Threshold.objects.filter(
            regime=models.OuterRef("regime"),
            kind=models.OuterRef("kind"),
            year__gt=models.OuterRef("year"),
            year__lte=day.year,
        )
        return self.filter(~models.Exists(later), year__lte=day.year)


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

    @property
    def money(self) -> str:
        """« 121 200 $ »."""
        return french.quantity(self.amount, "$")
