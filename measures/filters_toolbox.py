"""Filters of the library of clauses, in the address."""

from typing import Any

import django_filters

from chantier.lib.filtering import SearchFilter
from measures.context import stages_of
from measures.models import Clause, LegalReference
from members.filters import TermFilter, TermFilterSet
from members.models import Vocabulary


class ClauseFilter(TermFilterSet):
    q = SearchFilter(label="Rechercher")
    etape = django_filters.ChoiceFilter(
        label="Étape", field_name="stage__slug", empty_label="Toutes"
    )
    document = TermFilter(
        label="Document",
        field_name="documents",
        vocabulary=Vocabulary.DOCUMENT_KIND,
        empty_label="Tous",
    )
    reference = django_filters.ChoiceFilter(
        label="Cadre légal",
        field_name="legal_references__code",
        empty_label="Tout",
    )

    class Meta:
        model = Clause
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The stages that the page already has: the filter costs no query of its own.
        self.form.fields["etape"].choices = [
            (stage.slug, f"{stage.order} – {stage.short_name}") for stage in stages_of(self.request)
        ]
        self.form.fields["reference"].choices = list(
            LegalReference.objects.values_list("code", "name")
        )
