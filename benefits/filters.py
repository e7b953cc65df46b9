"""Filters of the inventory, in the address."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict

from benefits.models import Benefit, BenefitQuerySet
from chantier.lib.filtering import SearchFilter, rows_but_for

# Those that the page folds away.
FOLDED = ("sorte", "appui")


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

    appui = django_filters.ChoiceFilter(
        label="Ce qui l’appuie",
        method="of_support",
        choices=[
            ("chiffres", "Avec des chiffres"),
            ("membres", "Observé par des membres"),
            ("les-deux", "Les deux"),
        ],
        empty_label="Peu importe",
    )

    class Meta:
        model = Benefit
        fields: list[str] = []

    def __init__(self, *args: Any, observed: Collection[int] = (), **kwargs: Any) -> None:
        """`observed` holds the keys of the benefits of which something may be told."""
        super().__init__(*args, **kwargs)
        self.observed = observed

    def of_support(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value in ("chiffres", "les-deux"):
            queryset = cast(BenefitQuerySet, queryset).with_a_figure(self.request.user)
        if value in ("membres", "les-deux"):
            queryset = queryset.filter(pk__in=self.observed)
        return queryset

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
