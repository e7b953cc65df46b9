"""Filters of the library of clauses, in the address."""

from typing import Any

import django_filters
from django.db.models import Case, F, IntegerField, QuerySet, When

from chantier.lib.small_groups import MINIMUM
from measures.clauses.library import Shelf
from measures.context import stages_of
from measures.filters_catalogue import folded_title
from measures.models import Clause
from measures.search import search
from members.models import Vocabulary


class ClauseFilter(django_filters.FilterSet):
    """The choices are those of the shelf and of the spine: the filter costs no query."""

    q = django_filters.CharFilter(label="Rechercher", max_length=100, method="search")
    etape = django_filters.ChoiceFilter(
        label="Étape", field_name="stage__slug", empty_label="Toutes les étapes"
    )
    document = django_filters.ChoiceFilter(
        label="Document", method="in_document", empty_label="Tous les documents"
    )
    contrat = django_filters.ChoiceFilter(
        label="Sorte de contrat", method="for_contract", empty_label="Tous les contrats"
    )
    reference = django_filters.ChoiceFilter(
        label="Cadre légal", field_name="legal_references__code", empty_label="Tout"
    )
    tri = django_filters.ChoiceFilter(
        label="Tri",
        method="order",
        choices=[
            ("etape", "Étape et code"),
            ("titre", "Titre"),
            ("employees", "Les plus employées"),
        ],
        empty_label="Pertinence",
    )

    class Meta:
        model = Clause
        fields: list[str] = []

    def __init__(self, *args: Any, shelf: Shelf, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = self.form.fields
        fields["etape"].choices = [
            (stage.slug, f"{stage.order} – {stage.short_name}") for stage in stages_of(self.request)
        ]
        fields["document"].choices = shelf.terms(Vocabulary.DOCUMENT_KIND)
        fields["contrat"].choices = shelf.terms(Vocabulary.CONTRACT_KIND)
        fields["reference"].choices = shelf.laws

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return search(queryset, value)

    def in_document(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.filter(documents__code=f"{Vocabulary.DOCUMENT_KIND}:{value}")

    def for_contract(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.for_contract(f"{Vocabulary.CONTRACT_KIND}:{value}")

    def order(self, queryset: Any, name: str, value: str) -> QuerySet:
        first: list[Any] = []
        if value == "titre":
            first = [folded_title()]
        elif value == "employees":
            queryset, first = queryset.with_used_by(), [_used_aloud().desc()]
        return queryset.order_by(*first, "stage__order", "code", "pk")


def _used_aloud() -> Case:
    """What may be said of the number of organizations: all under three are one, and last."""
    said = When(used_by__gte=MINIMUM, then=F("used_by"))
    return Case(said, default=0, output_field=IntegerField())
