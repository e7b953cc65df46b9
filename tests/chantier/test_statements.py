"""Queries whose SQL is written once."""

import pytest
from django.db.models import QuerySet

from chantier.lib.statements import ANY, Statement
from measures.models import Measure
from tests.factories import MeasureFactory


@pytest.mark.django_db
def test_the_sql_is_written_once_and_asked_with_each_key() -> None:
    first, second = MeasureFactory.create_batch(2)
    written = []

    def build() -> QuerySet:
        written.append(1)
        return Measure.objects.filter(pk=ANY).values_list("title", "to_verify")

    statement = Statement(build)
    assert [row[0] for row in statement.fetch(first.pk)] == [first.title]
    assert [row[0] for row in statement.fetch(second.pk)] == [second.title]
    assert statement.fetch(second.pk + 1) == []
    assert statement.fetch() == []
    assert written == [1]
