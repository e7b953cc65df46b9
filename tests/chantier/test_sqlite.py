"""SQLite as the portal runs it: a safe engine, durable writes, reads that wait for nobody.

Each test has a file of its own, opened by several connections as several processes would.
"""

import sqlite3
import threading
import time

import pytest
from django.db import OperationalError, connections, transaction
from django.urls import reverse

from members import checks
from members.models import Organization, User
from tests.factories import (
    CycleFactory,
    ImplementationFactory,
    MembershipFactory,
    StageFactory,
    UserFactory,
)

FULL = 2


class FileDatabase:
    """A file with the options of the settings, opened anew for each thread."""

    def __init__(self, path):
        self.path = path
        self.memory = connections["default"]
        with self.memory.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(path)])

    def open(self, timeout=20):
        fresh = self.memory.copy()
        fresh.settings_dict["NAME"] = str(self.path)
        fresh.settings_dict["OPTIONS"]["timeout"] = timeout
        connections["default"] = fresh
        return fresh

    def pragma(self, name):
        with connections["default"].cursor() as cursor:
            cursor.execute(f"PRAGMA {name}")
            return cursor.fetchone()[0]


@pytest.fixture
def on_file(tmp_path, transactional_db):
    database = FileDatabase(tmp_path / "essai.sqlite3")
    database.open()
    yield database
    connections["default"].close()
    connections["default"] = database.memory


def test_the_engine_is_past_the_corruption_of_wal():
    assert sqlite3.sqlite_version_info >= checks.SAFE_SQLITE >= (3, 51, 3)


def test_every_connection_is_durable(on_file):
    for _ in range(2):
        on_file.open()
        assert on_file.pragma("journal_mode") == "wal"
        assert on_file.pragma("synchronous") == FULL
        assert on_file.pragma("foreign_keys") == 1
        assert on_file.pragma("mmap_size") == 0
        connections["default"].close()


def add_to_names(on_file, times, failures):
    """Read, think, write: in DEFERRED mode the second writer would fail half-way."""
    on_file.open()
    try:
        for _ in range(times):
            with transaction.atomic():
                user = User.objects.get(email="compteur@demo.example")
                time.sleep(0.001)
                User.objects.filter(pk=user.pk).update(full_name=str(int(user.full_name) + 1))
    except OperationalError as error:
        failures.append(error)
    finally:
        connections["default"].close()


def test_writers_wait_for_each_other_instead_of_failing(on_file):
    UserFactory(email="compteur@demo.example", full_name="0")
    failures = []
    threads = [
        threading.Thread(target=add_to_names, args=[on_file, 25, failures]) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert User.objects.get(email="compteur@demo.example").full_name == "100"


@pytest.fixture
def held(on_file, client):
    """A member who is logged in, while somebody else holds the write lock."""
    for order in range(1, 6):
        StageFactory(order=order)
    CycleFactory()
    organization = MembershipFactory(manager=True).organization
    ImplementationFactory(organization=organization)
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(User.objects.get(memberships__organization=organization), backend=backend)
    connections["default"].close()
    writer = sqlite3.connect(on_file.path, isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE members_user SET full_name = full_name")
    on_file.open(timeout=0.2)
    yield client
    writer.rollback()
    writer.close()


PAGES = [
    ("home:index", False),
    ("home:dashboard", False),
    ("measures:stage_list", False),
    ("measures:clause_list", False),
    ("measures:implementation_list", True),
    ("measures:implementation_create", True),
    ("meetings:meeting_list", False),
    ("benefits:benefit_list", False),
    ("reports:report_list", True),
]


def address(name, of_organization):
    kwargs = {"org_slug": Organization.objects.get().slug} if of_organization else {}
    return reverse(name, kwargs=kwargs)


def test_no_page_waits_for_a_writer(held):
    for name, of_organization in PAGES:
        assert held.get(address(name, of_organization)).status_code == 200, name


def test_with_atomic_requests_every_page_would_wait(held, monkeypatch):
    """The canary: the lock of the test above is a real one."""
    monkeypatch.setitem(connections.settings["default"], "ATOMIC_REQUESTS", True)
    with pytest.raises(OperationalError, match="locked"):
        held.get(reverse("home:index"))
