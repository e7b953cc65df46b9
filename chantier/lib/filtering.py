"""What the filters of every list share. Knows no app."""

from typing import Any

import django_filters
from django.db.models import QuerySet

from chantier.lib.french import fold


class SearchFilter(django_filters.CharFilter):
    """Rows whose `search_text` holds every word, whatever its case, accents or apostrophe."""

    def __init__(self, **kwargs: Any) -> None:
        # A page of words would be as many conditions: no search needs more than this.
        super().__init__(max_length=100, **kwargs)

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        for word in fold(value or "").split():
            qs = qs.filter(search_text__contains=word)
        return qs


def rows_but_for(filterset: django_filters.FilterSet, name: str) -> QuerySet:
    """The rows that all filters but `name` let through, to count the choices of that one."""
    rows = filterset.queryset
    # Cleans the data: what is not valid filters nothing.
    filterset.form.is_valid()
    for other, value in filterset.form.cleaned_data.items():
        if other != name:
            rows = filterset.filters[other].filter(rows, value)
    return rows
