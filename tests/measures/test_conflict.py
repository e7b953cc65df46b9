"""Two people on one record: the page that asks which text to keep, in one click."""

import uuid
from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from measures.actions import TRACKED
from measures.models import Implementation
from measures.statuses import Status
from members.models import User
from tests.conftest import LogIn
from tests.html import StrictClient
from tests.measures.sent import posted

Clash = tuple[StrictClient, Any, dict[str, Any]]


@pytest.fixture
def clash(log_in_as: LogIn, contributor: User, manager: User, record: Implementation) -> Clash:
    """Both wrote a description; mine arrives second. What the merge form would send is returned."""
    log_in_as(manager).post(
        record.get_absolute_url(),
        posted(record, description="Le sien, en trois lots.", lead="Direction"),
    )
    client = log_in_as(contributor)
    page = client.post(
        record.get_absolute_url(), posted(record, description="Le mien, en deux lots.")
    )
    form = page.context["form"]
    data = {name: form[name].value() or "" for name in TRACKED}
    return client, page, data | {"version": "2", "submission_key": str(uuid.uuid4())}


def test_the_page_asks_and_shows_the_difference_word_by_word(
    clash: Clash,
) -> None:
    _, page, _ = clash
    for value in ("mine", "theirs", "both"):
        assertContains(page, f'name="choice_description" value="{value}"', status_code=409)
    # The lead was changed by one person only: nothing to ask.
    assertNotContains(page, "choice_lead", status_code=409)
    (told,) = page.context["merge"].clashes
    pieces = [(piece.operation, piece.words) for piece in told.pieces]
    assert ("delete", "trois") in pieces
    assert ("insert", "deux") in pieces
    html = page.content.decode()
    assert html.index('<form method="post" action=') < html.index("choice_description")


@pytest.mark.parametrize(
    ("choice", "text"),
    [
        ("mine", "Le mien, en deux lots."),
        ("theirs", "Le sien, en trois lots."),
        ("both", "Le mien, en deux lots.\n\nLe sien, en trois lots."),
        ("n’importe quoi", "Le mien, en deux lots."),
    ],
)
def test_saving_applies_the_choice(
    clash: Clash,
    record: Implementation,
    choice: str,
    text: str,
) -> None:
    client, _, data = clash
    data["choice_description"] = choice
    # A second click is the same act.
    for _ in range(2):
        assert client.post(record.get_absolute_url(), data).status_code == 302
    record.refresh_from_db()
    assert (record.description.replace("\r\n", "\n"), record.lead) == (text, "Direction")
    changed = choice != "theirs"
    assert record.version == (3 if changed else 2)


def test_a_third_person_meanwhile_is_shown_too(
    log_in_as: LogIn,
    manager: User,
    clash: Clash,
    record: Implementation,
) -> None:
    client, _, data = clash
    record.refresh_from_db()
    log_in_as(manager).post(record.get_absolute_url(), posted(record, description="Un troisième."))
    page = client.post(record.get_absolute_url(), data | {"choice_description": "both"})
    assert page.status_code == 409
    (told,) = page.context["merge"].clashes
    assert told.mine == "Le mien, en deux lots.\n\nLe sien, en trois lots."
    assert told.theirs == "Un troisième."
    # Taking theirs meant the second text: what the third wrote came after, and stands.
    page = client.post(record.get_absolute_url(), data | {"choice_description": "theirs"})
    assert page.status_code == 409
    assert page.context["merge"].clashes == ()
    assert page.context["form"]["description"].value() == "Un troisième."
    record.refresh_from_db()
    assert record.description == "Un troisième."


def test_a_clash_of_statuses_offers_no_joining(
    log_in_as: LogIn, contributor: User, manager: User, record: Implementation
) -> None:
    log_in_as(manager).post(record.get_absolute_url(), posted(record, status=Status.ABANDONED))
    client = log_in_as(contributor)
    data = posted(record, status=Status.PLANNED)
    page = client.post(record.get_absolute_url(), data)
    (told,) = page.context["merge"].clashes
    assert (told.mine, told.theirs, told.pieces) == ("Planifiée", "Abandonnée", ())
    assertNotContains(page, 'value="both"', status_code=409)
    again = data | {"version": "2", "choice_status": "theirs", "lead": "Achats"}
    client.post(record.get_absolute_url(), again)
    record.refresh_from_db()
    assert (record.status, record.lead) == (Status.ABANDONED, "Achats")


@pytest.mark.parametrize("version", ["", "²", "9" * 5000, "-1", "abc"])
def test_a_choice_on_no_version_saves_nothing(
    clash: Clash, record: Implementation, version: str
) -> None:
    client, _, data = clash
    page = client.post(
        record.get_absolute_url(), data | {"version": version, "choice_description": "theirs"}
    )
    assert "version" in page.context["form"].errors
    assert page.context["form"]["description"].value() == "Le mien, en deux lots."


def test_a_text_that_overflows_once_joined_is_kept_and_told(
    log_in_as: LogIn, contributor: User, manager: User, record: Implementation
) -> None:
    address = record.get_absolute_url()
    log_in_as(manager).post(address, posted(record, description="a " * 2000 + "fin"))
    client = log_in_as(contributor)
    data = posted(record, description="b " * 2000 + "fin")
    client.post(address, data)
    page = client.post(address, data | {"version": "2", "choice_description": "both"})
    assert "description" in page.context["form"].errors
    typed = page.context["form"]["description"].value()
    assert "b b" in typed
    assert "a a" in typed
