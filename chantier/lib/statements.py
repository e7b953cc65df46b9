"""Queries whose SQL is written once in a process. Knows no app.

Django takes longer to write a union of a dozen lists than the database takes to answer it. The
query set stays the only place where the query is described.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql import Query

# Stands for the key that the query is asked with: no row has it.
ANY = -1


class Statement:
    """The rows of a query set; it may be built with `ANY` as the key of what it is about."""

    def __init__(self, build: Callable[[], QuerySet]) -> None:
        self._build = build

    @cached_property
    def _written(self) -> tuple[Query, str, tuple[Any, ...], dict[int, Any]]:
        query = self._build().query
        compiler = query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        columns = [column for column, *_ in compiler.select]
        return query, sql, tuple(params), compiler.get_converters(columns)

    def fetch(self, key: int = ANY) -> list[tuple[Any, ...]]:
        """The rows, in the types of the query set's fields."""
        query, sql, params, converters = self._written
        with connection.cursor() as cursor:
            cursor.execute(sql, [key if each == ANY else each for each in params])
            rows = cursor.fetchall()
        if not converters:
            return rows
        compiler = query.get_compiler(connection=connection)
        return [tuple(row) for row in compiler.apply_converters(rows, converters)]
