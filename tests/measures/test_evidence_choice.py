"""Evidence on a record: taken from the library, kept when something else is to correct."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from measures.models import Evidence, Implementation, ImplementationEvent
from members.models import Organization, User
from members.sharing import SharingLevel
from tests.conftest import LogIn
from tests.factories import EvidenceFactory, ImplementationFactory
from tests.html import StrictClient
from tests.measures.sent import PDF, posted, url


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


def box(piece: Evidence, *, ticked: bool) -> str:
    mark = " checked" if ticked else ""
    return (
        f'<input class="form-check-input" type="checkbox" name="chosen" value="{piece.pk}" '
        f'id="chosen_{piece.pk}"{mark}>'
    )


def test_the_library_is_offered_without_what_the_record_has(
    member: StrictClient, record: Implementation
) -> None:
    mine = EvidenceFactory(organization=record.organization, title="Déjà là")
    other = EvidenceFactory(organization=record.organization, title="À choisir")
    foreign = EvidenceFactory(title="D’ailleurs")
    record.evidence.add(mine)
    page = member.get(record.get_absolute_url())
    assertContains(page, box(other, ticked=False), html=True)
    assertNotContains(page, f'id="chosen_{mine.pk}"')
    assertNotContains(page, f'id="chosen_{foreign.pk}"')


def test_pieces_are_joined_in_the_same_save(member: StrictClient, record: Implementation) -> None:
    pieces = [EvidenceFactory(organization=record.organization) for _ in range(2)]
    keys = [piece.pk for piece in pieces]
    data = posted(record, lead="Achats", chosen=keys, link_url="https://a.example/")
    assert member.post(record.get_absolute_url(), data).status_code == 302
    assert record.evidence.count() == 3
    event = record.events.get()
    assert event.changes["lead"] == ["", "Achats"]
    assert set(event.changes["evidence_keys"][1]) == set(
        record.evidence.values_list("pk", flat=True)
    )
    record.refresh_from_db()
    assert record.version == 2


def test_a_chosen_piece_keeps_its_own_sharing(member: StrictClient, record: Implementation) -> None:
    piece = EvidenceFactory(organization=record.organization, sharing=SharingLevel.PRIVATE)
    member.post(record.get_absolute_url(), posted(record, chosen=[piece.pk]))
    piece.refresh_from_db()
    assert piece.sharing == SharingLevel.PRIVATE


def test_a_second_click_joins_once(member: StrictClient, record: Implementation) -> None:
    piece = EvidenceFactory(organization=record.organization)
    data = posted(record, lead="Achats", chosen=[piece.pk], link_url="https://a.example/")
    for _ in range(2):
        assert member.post(record.get_absolute_url(), data).status_code == 302
    assert record.evidence.count() == 2
    assert record.events.count() == 1


def test_a_piece_that_is_already_joined_changes_nothing(
    member: StrictClient, record: Implementation
) -> None:
    piece = EvidenceFactory(organization=record.organization)
    record.evidence.add(piece)
    response = member.post(
        record.get_absolute_url(), posted(record, chosen=[piece.pk]), follow=True
    )
    assertContains(response, "Rien n’avait changé")
    assert not record.events.exists()


def test_a_new_record_takes_pieces_of_the_library(
    member: StrictClient, organization: Organization, record: Implementation
) -> None:
    piece = EvidenceFactory(organization=organization)
    data = posted(own_title="Nouvelle", stage=record.stage.pk, chosen=[piece.pk])
    member.post(url("implementation_create", organization), data)
    created = Implementation.objects.get(own_title="Nouvelle")
    assert created.evidence.get() == piece
    assert created.events.get().changes["evidence"] == [None, [piece.title]]


@pytest.mark.parametrize("foreign", [True, False])
def test_pieces_that_are_not_ones_own_are_refused(
    member: StrictClient, record: Implementation, foreign: bool
) -> None:
    key: Any = EvidenceFactory().pk if foreign else "9" * 30
    response = member.post(record.get_absolute_url(), posted(record, chosen=[key]))
    assert "chosen" in response.context["form"].errors
    assert not record.evidence.exists()


def test_what_is_ticked_stays_so_after_an_error(
    member: StrictClient, record: Implementation
) -> None:
    piece = EvidenceFactory(organization=record.organization)
    data = posted(record, chosen=[piece.pk], planned_for="jamais")
    response = member.post(record.get_absolute_url(), data)
    assertContains(response, box(piece, ticked=True), html=True)
    assertContains(response, "1 cochée")


def test_files_of_a_refused_form_are_kept_and_ticked(
    member: StrictClient, record: Implementation, private_files: Path
) -> None:
    """A browser forgets them: the library does not, and the correction joins them."""
    files = [SimpleUploadedFile("contrat.pdf", PDF), SimpleUploadedFile("note.txt", b"Note.")]
    data = posted(record, uploads=files, planned_for="jamais", sharing=SharingLevel.CHANTIER)
    response = member.post(record.get_absolute_url(), data)
    assertContains(response, "Ces fichiers sont déjà reçus et gardés")
    pieces = list(Evidence.objects.all())
    assert {piece.title for piece in pieces} == {"contrat.pdf", "note.txt"}
    for piece in pieces:
        assertContains(response, box(piece, ticked=True), html=True)
        assert piece.sharing == SharingLevel.CHANTIER
    assert not record.evidence.exists()
    data |= {"planned_for": "", "uploads": "", "chosen": [piece.pk for piece in pieces]}
    assert member.post(record.get_absolute_url(), data).status_code == 302
    assert set(record.evidence.all()) == set(pieces)
    assert len([path for path in private_files.rglob("*") if path.is_file()]) == 2


def test_the_same_refused_form_twice_keeps_its_files_once(
    member: StrictClient, record: Implementation
) -> None:
    upload = SimpleUploadedFile("contrat.pdf", PDF)
    data = posted(record, uploads=upload, planned_for="jamais")
    for _ in range(2):
        upload.seek(0)
        member.post(record.get_absolute_url(), data)
    assert Evidence.objects.count() == 1


def test_files_of_a_refused_creation_are_kept_too(
    member: StrictClient, organization: Organization, five_stages: list[Any]
) -> None:
    data = posted(own_title="", uploads=SimpleUploadedFile("contrat.pdf", PDF))
    response = member.post(url("implementation_create", organization), data)
    assertContains(response, box(Evidence.objects.get(), ticked=True), html=True)


def test_files_that_meet_somebody_elses_save_are_kept(
    log_in_as: LogIn, contributor: User, manager: User, record: Implementation
) -> None:
    mine = posted(
        record, lead="Achats", uploads=SimpleUploadedFile("contrat.pdf", PDF), description="A"
    )
    theirs = posted(record, description="B")
    log_in_as(manager).post(record.get_absolute_url(), theirs)
    member = log_in_as(contributor)
    response = member.post(record.get_absolute_url(), mine)
    assert response.status_code == 409
    piece = Evidence.objects.get()
    assertContains(response, box(piece, ticked=True), status_code=409, html=True)
    assertContains(response, "Ce fichier est déjà reçu", status_code=409)
    record.refresh_from_db()
    assert (record.description, record.evidence.count()) == ("B", 0)


def test_a_large_library_is_offered_in_part_with_what_is_ticked(
    member: StrictClient, record: Implementation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("measures.library.MOST_OFFERED", 2)
    old, *_ = [EvidenceFactory(organization=record.organization) for _ in range(2)]
    assertNotContains(member.get(record.get_absolute_url()), "plus récentes seulement")
    for _ in range(3):
        EvidenceFactory(organization=record.organization)
    page = member.get(record.get_absolute_url())
    assertContains(page, "plus récentes seulement")
    assertNotContains(page, f'id="chosen_{old.pk}"')
    data = posted(record, chosen=[old.pk], planned_for="jamais")
    assertContains(member.post(record.get_absolute_url(), data), box(old, ticked=True), html=True)


def test_an_expired_piece_is_told_on_the_record(
    member: StrictClient, log_in_as: LogIn, reader: User, organization: Organization
) -> None:
    record = ImplementationFactory(organization=organization, implemented=True)
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    record.evidence.add(EvidenceFactory(organization=organization, expires_on=yesterday))
    page = member.get(record.get_absolute_url())
    assertContains(page, "Échue depuis le")
    assertContains(page, "Remplacer la preuve échue")
    assertContains(log_in_as(reader).get(record.get_absolute_url()), "Échue depuis le")


def test_a_save_can_be_undone_after_its_evidence_was_renamed(
    member: StrictClient, record: Implementation
) -> None:
    """A line about evidence is no save: the last save stays the last."""
    member.post(record.get_absolute_url(), posted(record, description="Fait."))
    record.refresh_from_db()
    piece = EvidenceFactory(organization=record.organization)
    member.post(piece.get_absolute_url(), {"act": "join", "join": [record.pk]})
    event = record.events.get(kind=ImplementationEvent.Kind.CHANGED)
    member.post(url("change_undo", record.organization), {"event": event.pk})
    record.refresh_from_db()
    assert record.description == "Début."
    assert record.evidence.get() == piece
