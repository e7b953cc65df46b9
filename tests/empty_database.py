"""A database without a table, beside that of the tests: what migrations do to rows of before.

Forward from nothing is the way of a portal, and costs a third of going back and forth.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connections


@contextmanager
def empty_database(folder: Path) -> Iterator[None]:
    """While it lasts, all of Django talks to it instead."""
    usual = connections["default"]
    empty = usual.copy()
    # Pools are shared by name: this one would be that of the usual database.
    empty.settings_dict["OPTIONS"].pop("pool", None)
    name = f"{usual.settings_dict['NAME']}_empty"
    if usual.vendor == "sqlite":
        name = str(folder / "empty.sqlite3")
    empty.settings_dict["NAME"] = name
    _on_the_server(usual, "CREATE DATABASE", name)
    connections["default"] = empty
    try:
        yield
    finally:
        connections["default"] = usual
        empty.close()
        _on_the_server(usual, "DROP DATABASE", name)


def _on_the_server(usual: Any, what: str, name: str) -> None:
    # A file of SQLite appears when it is opened, and leaves with the folder of the test.
    if usual.vendor == "sqlite":
        return
    with usual._nodb_cursor() as cursor:
        cursor.execute(f"{what} {usual.ops.quote_name(name)}")
