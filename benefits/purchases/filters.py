"""Filters of the purchases of an organization, in the address."""

from typing import Any

import django_filters
from django.db.models import Max, Min, Q, QuerySet

from benefits.models import Purchase, SocialEnterprise
from chantier.lib.filtering import SearchFilter
from measures.filters import StableOrderingFilter
from measures.forms import DateInput
from members.filters import TermFilter, TermFilterSet
from members.fiscal import FiscalYear
from members.models import Vocabulary

# What a list is read for: what still lacks something, what is taken back.
_STATES = {
    "rapproches": ("Rapprochés d’une EÉS", Q(enterprise__isnull=False)),
    "sans-ees": ("Sans EÉS", Q(enterprise__isnull=True)),
    "sans-secteur": ("Sans secteur", Q(sector__isnull=True)),
    "sans-mode": ("Sans mode de sollicitation", Q(mode__isnull=True)),
    "credits": ("Notes de crédit", Q(amount__lt=0)),
}
# By the word of the address: a head of the table, and what it sorts by.
SORTS = {
    "fournisseur": "search_text",
    "date": "purchased_on",
    "ees": "enterprise__search_text",
    "secteur": "sector__order",
    "montant": "amount",
}
# Seldom used: the page folds them away.
FOLDED = ("secteur", "ees", "mode", "contrat", "du", "au")


class PurchaseFilter(TermFilterSet):
    q = SearchFilter(label="Rechercher")
    ees = django_filters.ChoiceFilter(
        label="EÉS", field_name="enterprise__slug", choices=[], empty_label="Toutes"
    )
    secteur = TermFilter(
        label="Secteur", field_name="sector", vocabulary=Vocabulary.SECTOR, empty_label="Tous"
    )
    mode = TermFilter(
        label="Mode de sollicitation",
        field_name="mode",
        vocabulary=Vocabulary.PROCUREMENT_MODE,
        empty_label="Tous",
    )
    contrat = TermFilter(
        label="Sorte de contrat",
        field_name="contract_kind",
        vocabulary=Vocabulary.CONTRACT_KIND,
        empty_label="Toutes",
    )
    annee = django_filters.ChoiceFilter(
        label="Année financière", method="of_year", choices=[], empty_label="Toutes"
    )
    du = django_filters.DateFilter(
        label="Du", field_name="purchased_on", lookup_expr="gte", widget=DateInput
    )
    au = django_filters.DateFilter(
        label="Au", field_name="purchased_on", lookup_expr="lte", widget=DateInput
    )
    suivi = django_filters.ChoiceFilter(
        label="Suivi",
        method="in_state",
        choices=[(slug, label) for slug, (label, _) in _STATES.items()],
        empty_label="Tous les achats",
    )
    tri = StableOrderingFilter(
        label="Tri",
        fields={field: slug for slug, field in SORTS.items()},
        choices=[
            ("date", "Date, la plus ancienne d’abord"),
            ("fournisseur", "Fournisseur, de A à Z"),
            ("-fournisseur", "Fournisseur, de Z à A"),
            ("ees", "EÉS, de A à Z"),
            ("-ees", "EÉS, de Z à A"),
            ("secteur", "Secteur"),
            ("-secteur", "Secteur, à rebours"),
            ("-montant", "Montant, le plus grand d’abord"),
            ("montant", "Montant, le plus petit d’abord"),
        ],
        empty_label="Date, la plus récente d’abord",
    )

    class Meta:
        model = Purchase
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.queryset.order_by()
        bought = SocialEnterprise.objects.filter(pk__in=rows.values("enterprise"))
        self.form.fields["ees"].choices = list(bought.values_list("slug", "name"))
        self.form.fields["annee"].choices = [
            (str(year.start.year), year.label) for year in self._years(rows)
        ]

    def _years(self, rows: QuerySet) -> list[FiscalYear]:
        """The fiscal years from the first purchase to the last, the newest first."""
        ends = rows.aggregate(first=Min("purchased_on"), last=Max("purchased_on"))
        if ends["first"] is None:
            return []
        organization = self.request.access.organization
        first, last = (FiscalYear.of(organization, ends[name]) for name in ("first", "last"))
        return [last.back(count) for count in range(last.start.year - first.start.year + 1)]

    def of_year(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        month = self.request.access.organization.fiscal_year_start_month
        year = FiscalYear.beginning(int(value), month)
        return queryset.between(year.start, year.end)  # type: ignore[attr-defined]

    def in_state(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(_STATES[value][1])
