"""The people and the places of the tests.

`client` is a visitor; `log_in_as(user)` returns a new client of that person. Organization A is
`organization`, with `reader`, `contributor` and `manager`; `outsider` manages
`other_organization`. `facilitator` and `coordinator` are ECPAR staff.
"""

import itertools
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.paginator import UnorderedObjectListWarning
from django.db import connection

from chantier.lib import memory
from chantier.lib.files import private_storage
from measures.models import Stage
from members.models import Organization, User
from members.notifications import kinds
from members.roles import Role
from tests.factories import MembershipFactory, OrganizationFactory, StageFactory, UserFactory
from tests.html import StrictClient

pytest_plugins = ["tests.database_template"]

# Promises about SQLite are no tests of PostgreSQL: not collected, rather than skipped.
collect_ignore = [] if connection.vendor == "sqlite" else ["chantier/test_sqlite.py"]

# Half of the time of the suite: `make check` leaves them to `make test`.
SLOW = (
    "chantier/reports/test_actions.py",
    "chantier/reports/test_batch_worker.py",
    "chantier/reports/test_every_pdf.py",
    "chantier/reports/test_layout.py",
    "chantier/reports/test_pdf.py",
    "chantier/reports/test_pdf_limits.py",
    "chantier/test_bootstrap.py",
    "chantier/test_bootstrap_anew.py",
    "chantier/test_generate.py",
    "chantier/test_rendering.py",
    "chantier/test_rendering_memory.py",
    "chantier/test_worker.py",
    "chantier/test_spreadsheets.py",
    "chantier/test_statements.py",
    "chantier/test_hostile_files.py",
    "measures/test_catalogue_edit.py",
    "measures/test_migrations.py",
    "measures/test_spread_secrecy.py",
    "meetings/test_editors_over_http.py",
    "meetings/test_many_editors.py",
    "test_query_growth.py",
)

LogIn = Callable[[User], StrictClient]
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.as_posix().endswith(SLOW):
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    # Thousands of tests outlive each of them, as the portal's code outlives a page.
    memory.settle()


@pytest.fixture
def client() -> StrictClient:
    return StrictClient()


@pytest.fixture
def log_in_as(db: None) -> LogIn:
    """Each call is one more person with a browser of their own."""

    def log_in(user: User) -> StrictClient:
        client = StrictClient()
        client.force_login(user, backend=_BACKEND)
        return client

    return log_in


@pytest.fixture
def organization(db: None) -> Organization:
    return OrganizationFactory(name="Organisation A", slug="organisation-a")


@pytest.fixture
def other_organization(db: None) -> Organization:
    return OrganizationFactory(name="Organisation B", slug="organisation-b")


def _member(organization: Organization, role: Role, name: str) -> User:
    user = UserFactory(email=f"{name}@demo.example", full_name=f"Camille {name.capitalize()}")
    MembershipFactory(user=user, organization=organization, role=role)
    return user


@pytest.fixture
def reader(organization: Organization) -> User:
    return _member(organization, Role.READER, "lecture")


@pytest.fixture
def contributor(organization: Organization) -> User:
    return _member(organization, Role.CONTRIBUTOR, "membre")


@pytest.fixture
def manager(organization: Organization) -> User:
    return _member(organization, Role.MANAGER, "responsable")


@pytest.fixture
def outsider(other_organization: Organization) -> User:
    return _member(other_organization, Role.MANAGER, "ailleurs")


@pytest.fixture
def facilitator(db: None) -> User:
    return UserFactory(email="animation@demo.example", facilitator=True)


@pytest.fixture
def coordinator(db: None) -> User:
    return UserFactory(email="coordination@demo.example", coordinator=True)


@pytest.fixture
def five_stages(db: None) -> list[Stage]:
    return [StageFactory(order=order) for order in range(1, 6)]


@pytest.fixture(scope="session")
def private_places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("private")
    return (folder / str(number) for number in itertools.count(1))


@pytest.fixture(autouse=True)
def private_files(
    request: pytest.FixtureRequest,
    private_places: Iterator[Path],
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """Files that people send land in a directory of the test, made by the first of them.

    A test that has a directory finds them there, as does the process that it gives it to.
    """
    has_directory = "tmp_path" in request.fixturenames
    place = (
        request.getfixturevalue("tmp_path") / "private" if has_directory else next(private_places)
    )
    move_private_files(place, monkeypatch)
    return place


def move_private_files(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A FileField asks for its storage once, when it is declared: the storage itself must move."""
    storage = private_storage()
    monkeypatch.setattr(storage, "_location", str(place))
    for name in ("base_location", "location"):
        storage.__dict__.pop(name, None)
        monkeypatch.setitem(storage.__dict__, name, str(place))


@pytest.fixture
def own_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """No kind of notification but those that the test adds."""
    monkeypatch.setattr(kinds, "_kinds", {})


@pytest.fixture(autouse=True)
def fresh_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Failed log-ins of one test are not counted in the next.

    The cache is a table that is not a model: rolled back after most tests, but not emptied after
    those that commit.
    """
    yield
    marker = request.node.get_closest_marker("django_db")
    commits = {"transactional_db", "live_server"} & set(request.fixturenames)
    if commits or (marker and marker.kwargs.get("transaction")):
        request.getfixturevalue("django_db_blocker").unblock()
        cache.clear()
        request.getfixturevalue("django_db_blocker").restore()


@pytest.fixture(autouse=True)
def no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The portal asks nothing of the network; only this machine's own services answer."""
    if request.node.get_closest_marker("browser"):
        return
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"A test tried to reach {address[0]}.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


# Kept even if somebody loosens the warnings of pyproject.toml: pages of an unordered list repeat
# rows and lose others.
@pytest.fixture(autouse=True)
def ordered_pages() -> Iterator[None]:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error", UnorderedObjectListWarning)
        yield
