"""Queries whose SQL is written once in a process. Knows no app.

Django takes longer to write a union of a dozen lists than the database takes to answer it. The
query set stays the only place where the query is described.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import QuerySet

# Stands for the key that the query is asked with: no row has it.
ANY = -1


class Statement:
    """The rows of a query set; it may be built with `ANY` as the key of what it is about."""

    def __init__(self, build: Callable[[], QuerySet]) -> None:
        self._build = build

    @cached_property
    def _sql(self) -> tuple[str, tuple[Any, ...]]:
        sql, params = self._build().query.sql_with_params()
        return sql, tuple(params)

    def fetch(self, key: int = ANY) -> list[tuple[Any, ...]]:
        """The rows as the database gives them: on SQLite, booleans are 0 and 1."""
        sql, params = self._sql
        with connection.cursor() as cursor:
            cursor.execute(sql, [key if each == ANY else each for each in params])
            return cursor.fetchall()
