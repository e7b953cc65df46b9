"""Filters on the choice lists that staff keep."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from members.models import Term, Vocabulary


class TermFilter(django_filters.ChoiceFilter):
    """One entry of a choice list; the address holds « 06 » for « region:06 »."""

    def __init__(self, *, vocabulary: Vocabulary, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.vocabulary = vocabulary

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        return qs.filter(**{f"{self.field_name}__code": f"{self.vocabulary}:{value}"})


class TermFilterSet(django_filters.FilterSet):
    """Reads the choices of all its term filters in one query."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        filters = {
            name: each for name, each in self.filters.items() if isinstance(each, TermFilter)
        }
        wanted = {each.vocabulary for each in filters.values()}
        terms = list(Term.objects.filter(vocabulary__in=wanted))
        for name, each in filters.items():
            self.form.fields[name].choices = [
                (term.key, term.label) for term in terms if term.vocabulary == each.vocabulary
            ]
