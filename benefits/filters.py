"""Filters of the inventory and of the directory, in the address."""

from dataclasses import dataclass
from typing import cast

import django_filters
from django.http import QueryDict

from benefits.models import Benefit, BenefitQuerySet, SocialEnterprise
from chantier.lib.filtering import SearchFilter, rows_but_for
from members.filters import TermFilter, TermFilterSet
from members.models import Vocabulary


@dataclass(frozen=True)
class Facet:
    """One choice of a row of chips, with what it would show."""

    value: str
    label: str
    number: int
    query: str
    is_current: bool


class BenefitFilter(django_filters.FilterSet):
    q = SearchFilter(label="Rechercher")
    sorte = django_filters.ChoiceFilter(
        label="Sorte",
        field_name="kind",
        choices=[(code, label.capitalize()) for code, label in Benefit.Kind.choices],
        empty_label="Toutes",
    )
    dimension = django_filters.ChoiceFilter(
        label="Dimension",
        choices=[(code, label.capitalize()) for code, label in Benefit.Dimension.choices],
        empty_label="Toutes",
    )

    class Meta:
        model = Benefit
        fields: list[str] = []

    @property
    def dimension_value(self) -> str:
        """The dimension that filters, empty for all."""
        self.form.is_valid()
        return self.form.cleaned_data.get("dimension", "")

    def dimension_facets(self) -> list[Facet]:
        """« Toutes », then each dimension, counted under the other filters."""
        rows = cast(BenefitQuerySet, rows_but_for(self, "dimension"))
        numbers = rows.numbers_by_dimension()
        numbers[""] = sum(numbers.values())
        return [
            Facet(
                value=code,
                label=label,
                number=numbers.get(code, 0),
                query=_with(self.data, "dimension", code),
                is_current=code == self.dimension_value,
            )
            for code, label in self.form.fields["dimension"].choices
        ]


def _with(data: QueryDict, name: str, value: str) -> str:
    """The query string of `data` with `name` set to `value`, back on the first page."""
    query = data.copy()
    for key in (name, "page"):
        query.pop(key, None)
    if value:
        query[name] = value
    return query.urlencode()


class EnterpriseFilter(TermFilterSet):
    q = SearchFilter(label="Rechercher")
    secteur = TermFilter(
        label="Secteur",
        field_name="sectors",
        vocabulary=Vocabulary.SECTOR,
        empty_label="Tous",
    )
    region = TermFilter(
        label="Région",
        field_name="region",
        vocabulary=Vocabulary.REGION,
        empty_label="Toutes",
    )
    forme = TermFilter(
        label="Forme juridique",
        field_name="legal_form",
        vocabulary=Vocabulary.LEGAL_FORM,
        empty_label="Toutes",
    )
    etiquette = TermFilter(
        label="Étiquette",
        field_name="tags",
        vocabulary=Vocabulary.ENTERPRISE_TAG,
        empty_label="Toutes",
    )

    class Meta:
        model = SocialEnterprise
        fields: list[str] = []
