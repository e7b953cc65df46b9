"""Evidence of a record, and who may see or change what."""

from pathlib import Path

import pytest
from django.core.files.base import File
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.asserts import assertContains, assertNotContains

from chantier.lib.files import WholeFileStorage
from measures.models import Evidence, Implementation
from members.models import Organization, User
from members.sharing import SharingLevel
from tests.conftest import LogIn
from tests.factories import EvidenceFactory, ImplementationFactory
from tests.measures.sent import PDF, posted, url


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("bilan.xlsm", b"PK", "macros sont refusés"),
        ("page.html", b"<script>", "ce type de fichier est refusé"),
        ("faux.pdf", b"<html><script>alert(1)</script>", "malgré son nom"),
        ("vide.pdf", b"", "est vide"),
        ("gros.txt", b"a" * (20 * 1024 * 1024 + 1), "20"),
    ],
)
def test_a_refused_file_is_said_and_nothing_is_half_saved(
    log_in_as: LogIn,
    contributor: User,
    record: Implementation,
    name: str,
    content: bytes,
    message: str,
) -> None:
    response = log_in_as(contributor).post(
        record.get_absolute_url(),
        posted(
            record,
            description="Nouveau texte",
            uploads=[SimpleUploadedFile("bon.pdf", PDF), SimpleUploadedFile(name, content)],
        ),
    )
    assert message in str(response.context["form"].errors["uploads"])
    assertContains(response, "Nouveau texte")
    record.refresh_from_db()
    assert record.description == "Début."
    assert not Evidence.objects.exists()


def test_evidence_is_removed_with_the_save(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    piece = EvidenceFactory(organization=record.organization, title="Ancienne")
    record.evidence.add(piece)
    log_in_as(contributor).post(record.get_absolute_url(), posted(record, removed=[piece.pk]))
    assert not record.evidence.exists()
    assert Evidence.objects.filter(pk=piece.pk).exists()
    assert record.events.get().changes["evidence"] == [["Ancienne"], []]


@pytest.mark.parametrize("description", ["Début.", "Suite."])
def test_what_a_colleague_detached_meanwhile_is_not_told_as_removed(
    log_in_as: LogIn, contributor: User, record: Implementation, description: str
) -> None:
    gone, there = EvidenceFactory.create_batch(2, organization=record.organization, title="Pièce")
    record.evidence.add(there)
    client = log_in_as(contributor)
    data = posted(record, description=description, removed=[gone.pk])
    assert client.post(record.get_absolute_url(), data).status_code == 302
    assert not record.events.filter(changes__has_key="evidence").exists()
    assert record.events.count() == (description != record.description)
    record.refresh_from_db()
    client.post(record.get_absolute_url(), posted(record, removed=[gone.pk, there.pk]))
    event = record.events.latest("pk")
    assert event.changes["evidence_keys"] == [[there.pk], []]


def test_evidence_of_another_organization_cannot_be_touched(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    foreign = EvidenceFactory()
    response = log_in_as(contributor).post(
        record.get_absolute_url(), posted(record, removed=[foreign.pk])
    )
    assert "removed" in response.context["form"].errors


def test_a_reader_sees_the_record_but_no_form(
    log_in_as: LogIn, reader: User, record: Implementation
) -> None:
    client = log_in_as(reader)
    response = client.get(record.get_absolute_url())
    assertContains(response, "Début.")
    assertNotContains(response, "Enregistrer")
    assert client.post(record.get_absolute_url(), posted(record)).status_code == 403


def test_staff_see_what_is_shared_with_them_and_never_write(
    log_in_as: LogIn, coordinator: User, organization: Organization
) -> None:
    shared = ImplementationFactory(organization=organization, sharing=SharingLevel.COORDINATION)
    private = ImplementationFactory(organization=organization, sharing=SharingLevel.PRIVATE)
    client = log_in_as(coordinator)
    listing = client.get(url("implementation_list", organization))
    assertContains(listing, shared.title)
    assertNotContains(listing, private.title)
    assert client.get(shared.get_absolute_url()).status_code == 200
    assert client.get(private.get_absolute_url()).status_code == 404
    assert client.post(shared.get_absolute_url(), posted(shared)).status_code == 403


def test_a_file_is_downloaded_never_shown(
    log_in_as: LogIn, reader: User, organization: Organization
) -> None:
    piece = EvidenceFactory(
        organization=organization, is_file=True, title="Autre titre", file_name="Été.txt"
    )
    response = log_in_as(reader).get(piece.download_url)
    assert response.getvalue() == b"Une preuve.\n"
    # The name of the file, whatever its title; never the one it is stored under.
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%C3%89t%C3%A9.txt"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "private, no-store"
    assert "sandbox" in response["Content-Security-Policy"]


def test_private_evidence_is_closed_to_staff(
    log_in_as: LogIn, coordinator: User, organization: Organization
) -> None:
    piece = EvidenceFactory(organization=organization, sharing=SharingLevel.PRIVATE)
    assert log_in_as(coordinator).get(piece.download_url).status_code == 404


def test_staff_lose_the_evidence_of_a_record_that_closes(
    log_in_as: LogIn, contributor: User, coordinator: User, record: Implementation
) -> None:
    """The person who closes a record closes all of it, and opens all of it again."""
    member, staff = log_in_as(contributor), log_in_as(coordinator)
    upload = SimpleUploadedFile("Contrat.pdf", PDF)
    member.post(record.get_absolute_url(), posted(record, uploads=upload))
    piece = record.evidence.get()
    assert staff.get(piece.download_url).getvalue() == PDF
    for sharing in (SharingLevel.PRIVATE, SharingLevel.COORDINATION):
        if sharing == SharingLevel.COORDINATION:
            assert staff.get(piece.download_url).status_code == 404
        record.refresh_from_db()
        member.post(record.get_absolute_url(), posted(record, sharing=sharing))
        piece.refresh_from_db()
        assert piece.sharing == sharing
    assert staff.get(piece.download_url).getvalue() == PDF


def test_a_piece_that_proves_another_record_keeps_its_own_level(
    log_in_as: LogIn, contributor: User, record: Implementation
) -> None:
    piece = EvidenceFactory(organization=record.organization)
    other = ImplementationFactory(organization=record.organization)
    for each in (record, other):
        each.evidence.add(piece)
    private = posted(record, sharing=SharingLevel.PRIVATE)
    log_in_as(contributor).post(record.get_absolute_url(), private)
    piece.refresh_from_db()
    assert piece.sharing == SharingLevel.COORDINATION


def test_staff_lose_evidence_that_was_taken_out(
    log_in_as: LogIn, coordinator: User, record: Implementation
) -> None:
    """A file joined by mistake must not stay a guess away."""
    piece = EvidenceFactory(organization=record.organization, is_file=True)
    assert log_in_as(coordinator).get(piece.download_url).status_code == 404


def test_staff_read_neither_private_titles_nor_the_journal(
    log_in_as: LogIn, coordinator: User, contributor: User, record: Implementation
) -> None:
    """The journal tells what the record said while it was private."""
    piece = EvidenceFactory(
        organization=record.organization, title="Litige", sharing=SharingLevel.PRIVATE
    )
    record.evidence.add(piece)
    member = log_in_as(contributor)
    member.post(record.get_absolute_url(), posted(record, description="Secret"))
    record.refresh_from_db()
    member.post(record.get_absolute_url(), posted(record, description="Fait."))
    assertContains(member.get(record.get_absolute_url()), "Secret")
    response = log_in_as(coordinator).get(record.get_absolute_url())
    assertContains(response, "Fait.")
    for text in ("Litige", "Secret", "Journal"):
        assertNotContains(response, text)


def test_a_disk_that_fails_leaves_neither_row_nor_file(
    log_in_as: LogIn,
    contributor: User,
    record: Implementation,
    private_files: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real, calls = WholeFileStorage._save, iter([False, True])

    def save(storage: WholeFileStorage, name: str, content: File) -> str:
        if next(calls):
            raise OSError("No space left on device")
        return real(storage, name, content)

    monkeypatch.setattr(WholeFileStorage, "_save", save)
    uploads = [SimpleUploadedFile(f"{name}.pdf", PDF) for name in "ab"]
    with pytest.raises(OSError, match="No space"):
        log_in_as(contributor).post(
            record.get_absolute_url(), posted(record, lead="Achats", uploads=uploads)
        )
    record.refresh_from_db()
    assert (record.lead, record.version) == ("", 1)
    assert not Evidence.objects.exists()
    assert not record.events.exists()
    assert not [path for path in private_files.rglob("*") if path.is_file()]
