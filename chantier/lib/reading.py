"""Reading several tables as they stood at one moment. Knows no app."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_moment() -> Iterator[None]:
    """All queries inside see one state of the database, whatever others save meanwhile.

    SQLite holds its write lock for that time, so keep it short; PostgreSQL reads a snapshot. Inside
    a transaction already begun, its own isolation stands.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield
