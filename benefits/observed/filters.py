"""Filters of observed benefits, in the address: of one organization, and for who verifies."""

from typing import Any

import django_filters
from django.db.models import Max, Min, QuerySet

from benefits.models import Benefit, ObservedBenefit
from chantier.lib import french
from members.fiscal import FiscalYear

# In the address of the list of staff, which opens on those to verify.
VERIFIED, ALL = "oui", "toutes"


class _StateFilter(django_filters.ChoiceFilter):
    """Verified, or still to verify."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [(VERIFIED, "Vérifiés"), ("non", "À vérifier")]
        super().__init__(label="Vérification", choices=choices, empty_label="Tous", **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        return qs.filter(verified_at__isnull=value == "non") if value else qs


class _ToVerifyFilter(django_filters.ChoiceFilter):
    """Those still to verify, unless the address asks for others."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [(VERIFIED, "Vérifiés"), (ALL, "Tous")]
        super().__init__(label="Vérification", choices=choices, empty_label="À vérifier", **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if value == ALL:
            return qs
        return qs.filter(verified_at__isnull=value != VERIFIED)


class ObservationFilter(django_filters.FilterSet):
    """Of one organization."""

    benefice = django_filters.ChoiceFilter(
        label="Bénéfice", field_name="benefit__slug", choices=[], empty_label="Tous"
    )
    dimension = django_filters.ChoiceFilter(
        label="Dimension",
        field_name="benefit__dimension",
        choices=[(code, label.capitalize()) for code, label in Benefit.Dimension.choices],
        empty_label="Toutes",
    )
    annee = django_filters.ChoiceFilter(
        label="Année financière", method="of_year", choices=[], empty_label="Toutes les années"
    )
    verifiee = _StateFilter()
    citation = django_filters.ChoiceFilter(
        label="Citation",
        field_name="consent",
        choices=[
            (code, label[:1].upper() + label[1:]) for code, label in ObservedBenefit.Consent.choices
        ],
        empty_label="Toutes",
    )

    class Meta:
        model = ObservedBenefit
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.queryset.order_by()
        self.form.fields["benefice"].choices = _benefits_of(rows)
        self.form.fields["annee"].choices = [
            (str(year.start.year), year.label) for year in self._years(rows)
        ]

    def _years(self, rows: QuerySet) -> list[FiscalYear]:
        """The fiscal years from the first observation to the last, the newest first."""
        ends = rows.aggregate(first=Min("observed_on"), last=Max("observed_on"))
        if ends["first"] is None:
            return []
        organization = self.request.access.organization
        first, last = (FiscalYear.of(organization, ends[name]) for name in ("first", "last"))
        return [last.back(count) for count in range(last.start.year - first.start.year + 1)]

    def of_year(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        month = self.request.access.organization.fiscal_year_start_month
        year = FiscalYear.beginning(int(value), month)
        return queryset.filter(observed_on__range=(year.start, year.end))


class ReviewFilter(django_filters.FilterSet):
    """What organizations show to the coordination, for who verifies it."""

    verifiee = _ToVerifyFilter()
    benefice = django_filters.ChoiceFilter(
        label="Bénéfice", field_name="benefit__slug", choices=[], empty_label="Tous"
    )
    organisation = django_filters.ChoiceFilter(
        label="Organisation", field_name="organization__slug", choices=[], empty_label="Toutes"
    )

    class Meta:
        model = ObservedBenefit
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = self.queryset.order_by()
        self.form.fields["benefice"].choices = _benefits_of(rows)
        organizations = rows.values_list("organization__slug", "organization__name")
        self.form.fields["organisation"].choices = list(
            organizations.order_by("organization__sort_name").distinct()
        )


def _benefits_of(rows: QuerySet) -> list[tuple[str, str]]:
    """The benefits that some rows are about."""
    found = rows.values_list("benefit__slug", "benefit__title").distinct()
    return sorted(found, key=lambda pair: french.fold(pair[1]))
