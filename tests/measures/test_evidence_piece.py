"""One piece of evidence: what is told of it, two people on it, and the records it proves."""

import datetime
from typing import Any

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from measures.models import Evidence, ImplementationEvent
from members.models import AuditEntry, Organization, User
from members.sharing import SharingLevel
from tests.conftest import _BACKEND, LogIn
from tests.factories import EvidenceVersionFactory, ImplementationFactory
from tests.html import StrictClient
from tests.measures.sent import changed_evidence, pdf, posted, replacement, url


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


def test_title_sharing_and_expiry_are_changed_and_told_to_the_records(
    member: StrictClient, contributor: User, piece: Evidence
) -> None:
    record = piece.implementations.get()
    data = changed_evidence(
        piece, title="Bilan été", sharing=SharingLevel.PUBLIC, expires_on="2030-01-31"
    )
    assertRedirects(member.post(piece.get_absolute_url(), data), piece.get_absolute_url())
    piece.refresh_from_db()
    assert (piece.title, piece.sharing) == ("Bilan été", SharingLevel.PUBLIC)
    assert piece.expires_on == datetime.date(2030, 1, 31)
    assert "bilan ete" in piece.search_text
    entry = AuditEntry.objects.get(action="evidence_change")
    assert (entry.actor, entry.organization) == (contributor, piece.organization)
    assert (entry.before["sharing"], entry.after["sharing"]) == ("coordination", "public")
    event = record.events.get()
    assert event.kind == ImplementationEvent.Kind.EVIDENCE
    page = member.get(record.get_absolute_url())
    assertContains(page, "Bilan été, public, valable jusqu’au 31\u00a0janvier 2030")


def test_an_open_form_of_a_record_survives_what_happens_to_its_evidence(
    member: StrictClient, piece: Evidence
) -> None:
    record = piece.implementations.get()
    version = record.version
    member.post(piece.get_absolute_url(), changed_evidence(piece, title="Autre titre"))
    response = member.post(record.get_absolute_url(), posted(record, description="Écrit avant."))
    assert response.status_code == 302
    record.refresh_from_db()
    assert (record.description, record.version) == ("Écrit avant.", version + 1)


def test_nothing_changed_writes_nothing(member: StrictClient, piece: Evidence) -> None:
    member.post(piece.get_absolute_url(), changed_evidence(piece))
    assert not AuditEntry.objects.exists()
    assert not ImplementationEvent.objects.exists()


def test_two_people_on_one_piece_see_both_and_lose_nothing(
    log_in_as: LogIn, contributor: User, manager: User, piece: Evidence
) -> None:
    first, second = log_in_as(contributor), log_in_as(manager)
    mine = changed_evidence(piece, title="Bilan A", expires_on="2030-01-31")
    theirs = changed_evidence(piece, title="Bilan B", sharing=SharingLevel.PRIVATE)
    first.post(piece.get_absolute_url(), theirs)
    response = second.post(piece.get_absolute_url(), mine)
    assert response.status_code == 409
    for text in ("Bilan A", "Bilan B", str(contributor), "Deux personnes"):
        assertContains(response, text, status_code=409)
    form = response.context["form"]
    assert form["title"].value() == "Bilan A", "the own text stays in the form"
    assert form["sharing"].value() == "private", "what only the other changed is taken"
    piece.refresh_from_db()
    assert piece.title == "Bilan B"
    again = {name: form[name].value() for name in ("seen", "title", "sharing", "expires_on")}
    assert second.post(piece.get_absolute_url(), again | {"act": "change"}).status_code == 302
    piece.refresh_from_db()
    assert (piece.title, piece.sharing) == ("Bilan A", "private")
    assert piece.expires_on == datetime.date(2030, 1, 31)


def test_a_record_that_closes_its_evidence_meets_an_open_form(
    member: StrictClient, piece: Evidence
) -> None:
    """The form was opened when the coordination saw the piece: saving it must not open it again."""
    data, record = changed_evidence(piece, title="Bilan final"), piece.implementations.get()
    member.post(record.get_absolute_url(), posted(record, sharing=SharingLevel.PRIVATE))
    response = member.post(piece.get_absolute_url(), data)
    assert response.status_code == 409
    assert response.context["form"]["sharing"].value() == "private"
    piece.refresh_from_db()
    assert (piece.title, piece.sharing) == ("Bilan", "private")


@pytest.mark.parametrize(
    "seen",
    [
        "",
        "[]",
        "{",
        '{"title": "x"}',
        '{"title": "\\u0000", "sharing": "", "expires_on": null}',
        '{"title": "x", "sharing": "x", "expires_on": "2021-99-99"}',
        '{"title": "x", "sharing": "x", "expires_on": 3}',
        r'{"title": "Bilan", "sharing": "\u0000", "expires_on": null}',
        r'{"title": "\ud800", "sharing": "private", "expires_on": null}',
        r'{"title": "Bilan", "sharing": "\udfff", "expires_on": null}',
    ],
)
def test_a_tampered_form_is_refused(member: StrictClient, piece: Evidence, seen: str) -> None:
    response = member.post(
        piece.get_absolute_url(), changed_evidence(piece, title="Autre", seen=seen)
    )
    assert response.status_code == 200
    assert "seen" in response.context["form"].errors
    piece.refresh_from_db()
    assert piece.title == "Bilan"


def test_a_text_that_an_expired_session_interrupted_returns(
    client: StrictClient, contributor: User, piece: Evidence
) -> None:
    data = changed_evidence(piece, title="Titre tapé", author=contributor.pk)
    host = f"http://testserver{piece.get_absolute_url()}"
    client.post(piece.get_absolute_url(), data, headers={"referer": host})
    session = client.session
    kept = dict(session)
    client.force_login(contributor, backend=_BACKEND)
    session = client.session
    session.update({name: value for name, value in kept.items() if name == "resumed_form"})
    session.save()
    assertContains(client.get(piece.get_absolute_url()), "Titre tapé")
    piece.refresh_from_db()
    assert piece.title == "Bilan"


# The records that it proves


def test_a_piece_is_joined_to_several_records_and_taken_off_others(
    member: StrictClient, piece: Evidence
) -> None:
    old = piece.implementations.get()
    new = [ImplementationFactory(organization=piece.organization) for _ in range(2)]
    data = {"act": "join", "join": [row.pk for row in new], "detach": [old.pk]}
    response = member.post(piece.get_absolute_url(), data, follow=True)
    assertContains(response, "jointe à 2 mesures et détachée de 1 mesure")
    assert set(piece.implementations.all()) == set(new)
    assert old.events.get().changes["evidence"] == [["Bilan"], []]
    for row in new:
        assert row.events.get().changes["evidence_keys"] == [[], [piece.pk]]
        assert row.events.get().version == row.version


def test_a_second_click_joins_once(member: StrictClient, piece: Evidence) -> None:
    record = ImplementationFactory(organization=piece.organization)
    for _ in range(2):
        member.post(piece.get_absolute_url(), {"act": "join", "join": [record.pk]})
    assert record.events.count() == 1


@pytest.mark.parametrize("value", ["9" * 30, "abc", "0"])
def test_records_that_are_not_there_cannot_be_joined(
    member: StrictClient, piece: Evidence, value: str
) -> None:
    response = member.post(piece.get_absolute_url(), {"act": "join", "join": [value]})
    assert "join" in response.context["records_form"].errors


def test_records_of_another_organization_cannot_be_joined(
    member: StrictClient, piece: Evidence
) -> None:
    foreign = ImplementationFactory()
    response = member.post(piece.get_absolute_url(), {"act": "join", "join": [foreign.pk]})
    assert "join" in response.context["records_form"].errors
    assert not foreign.evidence.exists()


def test_a_large_register_is_offered_in_part_and_says_so(
    member: StrictClient, piece: Evidence, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("measures.evidence_page.MOST_OFFERED", 1)
    assertNotContains(member.get(piece.get_absolute_url()), "premières seulement")
    for _ in range(2):
        ImplementationFactory(organization=piece.organization)
    assertContains(member.get(piece.get_absolute_url()), "premières seulement")


def test_the_page_of_a_piece_asks_a_fixed_number_of_queries(
    member: StrictClient, piece: Evidence, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        EvidenceVersionFactory(evidence=piece, number=number + 1)
        record = ImplementationFactory(organization=piece.organization)
        ImplementationFactory(organization=piece.organization)
        piece.implementations.add(record)
    # session, person, membership, stages, the piece, its records, other records, its versions
    with django_assert_num_queries(8):
        member.get(piece.get_absolute_url())


# Who may


def test_readers_read_and_write_nothing(log_in_as: LogIn, reader: User, piece: Evidence) -> None:
    client = log_in_as(reader)
    page = client.get(piece.get_absolute_url())
    assertNotContains(page, "Enregistrer")
    assertNotContains(page, "Remplacer")
    for data in (changed_evidence(piece, title="x"), replacement("a.pdf", pdf()), {"act": "join"}):
        assert client.post(piece.get_absolute_url(), data).status_code == 403
    assert client.get(url("evidence_create", piece.organization)).status_code == 403


def test_a_piece_of_another_organization_is_not_there(
    log_in_as: LogIn, outsider: User, piece: Evidence, other_organization: Organization
) -> None:
    client = log_in_as(outsider)
    EvidenceVersionFactory(evidence=piece)
    for name, more in (
        ("evidence_detail", {}),
        ("evidence_download", {}),
        ("evidence_version_download", {"number": 1}),
    ):
        for organization in (piece.organization, other_organization):
            assert client.get(url(name, organization, pk=piece.pk, **more)).status_code == 404
    address = url("evidence_detail", other_organization, pk=piece.pk)
    assert client.post(address, changed_evidence(piece, title="x")).status_code == 404
