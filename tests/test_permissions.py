"""Who may open what: one line per address, each role, reading and writing.

Adding an address means adding its line. Roles, in order: anonymous; manager of organization B;
reader, contributor and manager of organization A; facilitator and coordinator of ECPAR. The
addresses are those of A. Forms are posted empty: 200 shows their errors.
"""

import re
from copy import deepcopy

import pytest
from django.db import transaction
from django.urls import reverse

from chantier.reports.views import delivery
from measures.models import Evidence, Implementation
from members.sharing import SharingLevel
from tests.addresses import build_world
from tests.factories import ReportVersionFactory
from tests.html import StrictClient
from tests.matrix import MATRIX, ROLES
from tests.routes import ADMIN, routes

OF_AN_ORGANIZATION = [route for route in routes() if "org_slug" in route.pattern]


@pytest.fixture
def people(reader, contributor, manager, outsider, facilitator, coordinator, log_in_as):
    users = {
        "outsider": outsider,
        "reader": reader,
        "contributor": contributor,
        "manager": manager,
        "facilitator": facilitator,
        "coordinator": coordinator,
    }
    clients = {name: log_in_as(user) for name, user in users.items()}
    return {"anonymous": StrictClient()} | clients


@pytest.fixture
def world(organization, other_organization, reader, contributor, manager, monkeypatch):
    # What a PDF looks like is tested elsewhere; here, who gets it.
    monkeypatch.setattr(delivery, "render_pdf", lambda *args, **options: b"%PDF-1.7")
    return build_world(organization, other_organization)


def test_every_address_has_its_line():
    names = {route.name for route in routes()}
    assert names == set(MATRIX)


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize(("method", "column"), [("get", 0), ("post", 1)])
def test_each_role_gets_its_status(method, column, world, people):
    wrong = {}
    for name, rows in MATRIX.items():
        for role, expected in zip(ROLES, rows[column].split(), strict=True):
            client = people[role]
            cookies = deepcopy(client.cookies)
            # What one post did, even logging out, is undone before the next.
            with transaction.atomic():
                response = getattr(client, method)(world.address(name))
                transaction.set_rollback(True)
            client.cookies = cookies
            if response.status_code != int(expected):
                wrong[name, role] = f"{response.status_code} instead of {expected}"
    assert wrong == {}


def test_only_the_public_addresses_open_without_logging_in(world):
    """Closed by default: the public ones are those of the matrix, all others lead to log in."""
    checked = 0
    for name, (reading, _) in MATRIX.items():
        response = StrictClient().get(world.address(name))
        if reading.split()[0] == "302" and not name.startswith("account_logout"):
            place = "/admin/login/" if name == ADMIN else reverse("account_login")
            assert response.url.startswith(f"{place}?next="), name
            checked += 1
    assert checked > 20


def test_every_view_names_its_methods(world, people):
    ours = [route.name for route in routes() if route.is_ours]
    assert len(ours) > 30
    wrong = [
        (name, method, role)
        for name in ours
        for method in ("put", "patch", "delete")
        for role in ("manager", "coordinator")
        if getattr(people[role], method)(world.address(name)).status_code != 405
    ]
    assert wrong == []


# --- What belongs to somebody else -------------------------------------------------


def normalized(response, *names):
    """The body without what differs at each answer, nor the name that was asked for."""
    body = response.content.decode()
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": ?"\w+"', "", body)
    for name in names:
        body = body.replace(str(name), "…")
    return body


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", ["reader", "contributor", "manager"])
def test_another_organization_is_one_that_does_not_exist(role, method, world, people):
    ask = getattr(people[role], method)
    for route in OF_AN_ORGANIZATION:
        of_b = ask(world.address(route.name, org_slug=world.b.organization.slug))
        nowhere = ask(world.address(route.name, org_slug="nulle-part"))
        assert of_b.status_code == nowhere.status_code, route.name
        assert of_b.status_code in (404, 405), route.name
        names = (world.b.organization.slug, "nulle-part")
        assert normalized(of_b, *names) == normalized(nowhere, *names), route.name


FOREIGN_IDS = [
    ("measures:implementation_detail", "pk", lambda world: world.b.implementation.pk),
    ("measures:evidence_download", "pk", lambda world: world.b.evidence.pk),
    ("reports:report_version_pdf", "number", lambda world: 2),
]


@pytest.mark.parametrize(
    ("name", "argument", "of_b"), FOREIGN_IDS, ids=["record", "evidence", "report"]
)
def test_an_object_of_another_organization_is_one_that_does_not_exist(
    name, argument, of_b, world, people
):
    """B has a second version of its report; A does not."""
    ReportVersionFactory(report=world.b.version.report, number=2)
    foreign, missing = of_b(world), 999_999
    for role in ("reader", "manager", "coordinator"):
        answers = [
            people[role].get(world.address(name, **{argument: value}))
            for value in (foreign, missing)
        ]
        assert [answer.status_code for answer in answers] == [404, 404], role
        one, other = (normalized(answer, foreign, missing) for answer in answers)
        assert one == other


def test_a_foreign_record_cannot_be_posted_to(world, people):
    address = world.address("measures:implementation_detail", pk=world.b.implementation.pk)
    before = Implementation.objects.values().get(pk=world.b.implementation.pk)
    assert people["manager"].post(address, {"status": "abandonnee"}).status_code == 404
    assert Implementation.objects.values().get(pk=world.b.implementation.pk) == before


@pytest.mark.ignore_template_errors
@pytest.mark.parametrize("role", ["reader", "contributor", "manager"])
def test_no_page_shows_the_secrets_of_another_organization(role, world, people):
    """Organization B shared nothing with the chantier."""
    checked = 0
    for name in MATRIX:
        response = people[role].get(world.address(name))
        body = b"".join(response) if response.streaming else response.content
        assert b"Secret de Organisation B" not in body, name
        assert b"organisation-b" not in body, name
        checked += b"Secret de Organisation A" in body
    assert checked >= 2, "the record and the evidence of one’s own organization show"


def test_staff_do_not_see_what_is_private_to_an_organization(world, people):
    Implementation.objects.update(sharing=SharingLevel.PRIVATE)
    Evidence.objects.update(sharing=SharingLevel.PRIVATE)
    for role, status in [("reader", 200), ("facilitator", 404), ("coordinator", 404)]:
        for name in ("measures:implementation_detail", "measures:evidence_download"):
            assert people[role].get(world.address(name)).status_code == status, (role, name)
    for role in ("facilitator", "coordinator"):
        page = people[role].get(world.address("measures:implementation_list"))
        assert world.a.implementation.title not in page.content.decode()


def test_a_role_that_is_taken_away_is_gone_at_the_next_click(world, people, manager):
    address = world.address("measures:implementation_list")
    assert people["manager"].get(address).status_code == 200
    manager.memberships.all().delete()
    assert people["manager"].get(address).status_code == 404


def test_an_organization_that_left_is_closed_to_all(world, people):
    world.a.organization.is_active = False
    world.a.organization.save()
    for role in ROLES[1:]:
        response = people[role].get(world.address("measures:implementation_list"))
        assert response.status_code == 404, role


def test_a_closed_account_is_logged_out(world, people, reader):
    reader.is_active = False
    reader.save()
    assert people["reader"].get(reverse("home:dashboard")).status_code == 302
