"""Filters of the uses of clauses of an organization, in the address."""

from typing import Any

import django_filters
from django.db.models import Max, Min, QuerySet

from chantier.lib.filtering import SearchFilter
from measures.filters import StableOrderingFilter
from measures.models import ClauseUse
from members.fiscal import FiscalYear

# In the address, what is not known yet has a name too.
_OUTCOMES = {
    "inconnu": ClauseUse.Outcome.WAITING,
    "ees": ClauseUse.Outcome.SOCIAL_ENTERPRISE,
    "autre": ClauseUse.Outcome.OTHER,
    "annule": ClauseUse.Outcome.CANCELLED,
    "aucun": ClauseUse.Outcome.NONE,
}


class ClauseUseFilter(django_filters.FilterSet):
    q = SearchFilter(label="Rechercher")
    clause = django_filters.ChoiceFilter(
        label="Clause",
        field_name="clause_version__clause__slug",
        choices=[],
        empty_label="Toutes les clauses",
    )
    octroi = django_filters.ChoiceFilter(
        label="Octroi",
        method="of_outcome",
        choices=[
            (slug, str(outcome.label)[:1].upper() + str(outcome.label)[1:])
            for slug, outcome in _OUTCOMES.items()
        ],
        empty_label="Tous",
    )
    annee = django_filters.ChoiceFilter(
        label="Année financière", method="of_year", choices=[], empty_label="Toutes les années"
    )
    tri = StableOrderingFilter(
        label="Tri",
        fields={
            "clause_version__clause__code": "clause",
            "document_reference": "document",
            "amount": "montant",
            "outcome": "octroi",
        },
        choices=[
            ("clause", "Clause"),
            ("document", "Document"),
            ("octroi", "Octroi"),
            ("-montant", "Montant, le plus grand d’abord"),
        ],
        empty_label="Date, la plus récente d’abord",
    )

    class Meta:
        model = ClauseUse
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.queryset.order_by()
        self.form.fields["clause"].choices = [
            (slug, f"{code} – {title}")
            for code, title, slug in rows.order_by("clause_version__clause__code")
            .values_list(*(f"clause_version__clause__{name}" for name in ("code", "title", "slug")))
            .distinct()
        ]
        self.form.fields["annee"].choices = [
            (str(year.start.year), year.label) for year in self._years(rows)
        ]

    def _years(self, rows: QuerySet) -> list[FiscalYear]:
        """The fiscal years from the first use to the last, the newest first."""
        ends = rows.aggregate(first=Min("used_on"), last=Max("used_on"))
        if ends["first"] is None:
            return []
        organization = self.request.access.organization
        first, last = (FiscalYear.of(organization, ends[name]) for name in ("first", "last"))
        return [last.back(count) for count in range(last.start.year - first.start.year + 1)]

    def of_outcome(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(outcome=_OUTCOMES[value])

    def of_year(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        month = self.request.access.organization.fiscal_year_start_month
        year = FiscalYear.beginning(int(value), month)
        return queryset.dated_between(year.start, year.end)  # type: ignore[attr-defined]
