"""System checks that explain a configuration which would lose data or open a door."""

import sqlite3
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import connection

SAFE_SQLITE = (3, 51, 3)


@register()
def check_sqlite_engine(**kwargs: Any) -> list[CheckMessage]:
    """SQLite below 3.51.3 can corrupt a database in WAL mode."""
    if connection.vendor != "sqlite":
        return []
    if sqlite3.sqlite_version_info >= SAFE_SQLITE:
        return []
    return [
        Error(
            f"SQLite {sqlite3.sqlite_version} peut corrompre la base de données en mode WAL.",
            hint="Installez le paquet pysqlite3 du fichier uv.lock (SQLite 3.51.3 ou mieux).",
            id="members.E001",
        )
    ]


@register()
def check_shared_cache(**kwargs: Any) -> list[CheckMessage]:
    """A cache per process lets each of them count its own failed logins."""
    backend = str(settings.CACHES["default"]["BACKEND"])
    if not backend.endswith(("LocMemCache", "DummyCache")):
        return []
    return [
        Error(
            "Le cache n’est pas partagé entre les processus\u00a0: les essais ne sont pas comptés.",
            hint="Gardez le cache en base de données de chantier/settings.py.",
            id="members.E002",
        )
    ]


@register()
def check_no_atomic_requests(**kwargs: Any) -> list[CheckMessage]:
    """With SQLite in IMMEDIATE mode, ATOMIC_REQUESTS makes each page view wait for writers."""
    database = settings.DATABASES["default"]
    if connection.vendor != "sqlite" or not database.get("ATOMIC_REQUESTS"):
        return []
    return [
        Error(
            "ATOMIC_REQUESTS fait attendre chaque lecture derrière les écritures sur SQLite.",
            hint="Retirez ATOMIC_REQUESTS; les actes ouvrent leur propre transaction.",
            id="members.E003",
        )
    ]
