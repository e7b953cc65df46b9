"""Sixty migrations take longer than most tests: on SQLite, a run copies what an earlier one made.

The copy is known by what made it: the migrations, and the versions of the libraries that have
theirs. `migrate` still looks at it, so that nothing missing goes unseen.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

_IS_SQLITE = connection.vendor == "sqlite"


def key_of(root: Path) -> str:
    """Another one as soon as a migration or a locked library changes."""
    digest = hashlib.sha256()
    for path in sorted([root / "uv.lock", *_migrations(root)]):
        digest.update(f"{path.relative_to(root)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _migrations(root: Path) -> Iterator[Path]:
    for app in root.iterdir():
        if not app.name.startswith("."):
            yield from app.glob("**/migrations/*.py")


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb: bool) -> bool:
    """On SQLite a copied file is there already; `django_db_setup` removes it."""
    return django_db_keepdb or _IS_SQLITE


@pytest.fixture(scope="session")
def database_template(pytestconfig: pytest.Config) -> Path:
    assert pytestconfig.cache is not None
    return pytestconfig.cache.mkdir("databases") / f"{key_of(Path(settings.BASE_DIR))}.sqlite3"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, database_template: Path
) -> None:
    if _IS_SQLITE and database_template.exists():
        copy(database_template, Path(connection.settings_dict["TEST"]["NAME"]))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, database_template: Path) -> Iterator[None]:
    if not _IS_SQLITE:
        yield
        return
    made = Path(connection.settings_dict["NAME"])
    if not database_template.exists():
        copy(made, database_template)
    yield
    for suffix in ("", "-wal", "-shm"):
        made.with_name(made.name + suffix).unlink(missing_ok=True)


def copy(source: Path, target: Path) -> None:
    """A whole copy or none: another process may be copying it too."""
    partial = target.with_name(f"{target.name}.{os.getpid()}")
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(partial)) as written:
        read.backup(written)
    partial.replace(target)
