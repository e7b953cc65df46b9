"""Filters of the barriers that an organization met, in the address."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from measures.context import stages_of
from measures.models import BarrierEncounter


class EncounterFilter(django_filters.FilterSet):
    """By stage, by chantier year and by barrier, among those that the organization has."""

    etape = django_filters.ChoiceFilter(
        label="Étape", field_name="stage__slug", empty_label="Toutes"
    )
    annee = django_filters.ChoiceFilter(
        label="Année du chantier", field_name="year", empty_label="Toutes"
    )
    enjeu = django_filters.ChoiceFilter(
        label="Enjeu", field_name="barrier__code", empty_label="Tous"
    )

    class Meta:
        model = BarrierEncounter
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows: QuerySet = self.queryset
        met = list(rows.order_by().values_list("year", "barrier__code", "barrier__title"))
        # The stages that the page already has: the filter costs no query of its own.
        self.form.fields["etape"].choices = [
            (stage.slug, f"{stage.order} – {stage.short_name}") for stage in stages_of(self.request)
        ]
        years = sorted({year for year, _, _ in met if year}, reverse=True)
        self.form.fields["annee"].choices = [(year, year) for year in years]
        self.form.fields["enjeu"].choices = sorted({(code, title) for _, code, title in met})
        self.number_met = len(met)
