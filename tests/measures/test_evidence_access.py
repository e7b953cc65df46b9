"""Who gets a file: every sharing level, for each sort of person, now and in its old versions."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.asserts import assertContains, assertNotContains

from measures.models import Evidence, EvidenceRequest, Implementation
from members.models import Organization, User
from members.sharing import SharingLevel
from tests.conftest import LogIn
from tests.factories import (
    EvidenceFactory,
    EvidenceRequestFactory,
    EvidenceVersionFactory,
    ImplementationFactory,
    UserFactory,
)
from tests.html import StrictClient
from tests.measures.sent import posted, url

LEVELS = list(SharingLevel)
SHARED = LEVELS[1:]


def addresses(piece: Evidence) -> list[str]:
    """Its page, its file, and the file of its first version."""
    version = url("evidence_version_download", piece.organization, pk=piece.pk, number=1)
    return [piece.get_absolute_url(), piece.download_url, version]


def piece_of(organization: Organization, *, record: str | None, level: str) -> Evidence:
    """A file with an old version, joined to a record of this level."""
    piece = EvidenceFactory(organization=organization, is_file=True, sharing=level, version=2)
    EvidenceVersionFactory(evidence=piece)
    if record is not None:
        row = ImplementationFactory(organization=organization, sharing=record)
        row.evidence.add(piece)
    return piece


@pytest.mark.parametrize("level", LEVELS)
def test_members_of_the_organization_get_everything(
    log_in_as: LogIn, reader: User, organization: Organization, level: str
) -> None:
    piece = piece_of(organization, record=None, level=level)
    page, file, version = (log_in_as(reader).get(address) for address in addresses(piece))
    assertContains(page, piece.sha256)
    assert file.getvalue() == b"Une preuve.\n"
    assert version.getvalue() == b"Une ancienne preuve.\n"


@pytest.mark.parametrize("record", LEVELS)
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("role", ["facilitator", "coordinator"])
def test_staff_get_what_both_the_piece_and_a_record_share(
    log_in_as: LogIn, organization: Organization, record: str, level: str, role: str
) -> None:
    piece = piece_of(organization, record=record, level=level)
    client = log_in_as(UserFactory(**{role: True}))
    expected = 200 if record in SHARED and level in SHARED else 404
    assert [client.get(address).status_code for address in addresses(piece)] == [expected] * 3


@pytest.mark.parametrize("level", LEVELS)
def test_staff_get_nothing_that_no_record_holds(
    log_in_as: LogIn, coordinator: User, organization: Organization, level: str
) -> None:
    piece = piece_of(organization, record=None, level=level)
    client = log_in_as(coordinator)
    assert [client.get(address).status_code for address in addresses(piece)] == [404] * 3


@pytest.mark.parametrize("level", LEVELS)
def test_other_organizations_and_visitors_get_nothing_whatever_the_level(
    log_in_as: LogIn,
    client: StrictClient,
    outsider: User,
    organization: Organization,
    level: str,
) -> None:
    piece = piece_of(organization, record=level, level=level)
    other = log_in_as(outsider)
    for address in addresses(piece):
        assert other.get(address).status_code == 404
        assert client.get(address).status_code == 302


def test_the_form_says_who_gets_the_file(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    client = log_in_as(contributor)
    for address in (
        url("evidence_create", organization),
        piece_of(organization, record=None, level="public").get_absolute_url(),
    ):
        assertContains(client.get(address), "Personne d’autre ne peut le télécharger")


def test_an_old_version_is_a_download_like_the_present_one(
    log_in_as: LogIn, reader: User, organization: Organization
) -> None:
    """A page named text is what an attacker would like the browser to open here."""
    script = b"<html><script>alert(1)</script></html>"
    piece = EvidenceFactory(
        organization=organization, is_file=True, content=script, file_name="page.txt"
    )
    version = EvidenceVersionFactory(evidence=piece, content=script, file_name="page.txt")
    client = log_in_as(reader)
    _, *files = addresses(piece)
    for address, stored in zip(files, (piece.file, version.file), strict=True):
        response = client.get(address)
        assert response.getvalue() == script
        assert response["Content-Type"] == "text/plain"
        assert response["Content-Disposition"] == 'attachment; filename="page.txt"'
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cache-Control"] == "private, no-store"
        assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert str(stored.name) not in str(response.headers)


def test_a_stored_path_never_leaves(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    piece = piece_of(organization, record="coordination", level="coordination")
    client, record = log_in_as(contributor), piece.implementations.get()
    pages = [
        piece.get_absolute_url(),
        record.get_absolute_url(),
        url("evidence_list", organization),
    ]
    for address in pages:
        response = client.get(address)
        for stored in (piece, piece.versions.get()):
            assertNotContains(response, stored.file.name)


# Whatever door a file comes through, a hostile one is refused and leaves nothing behind.


def _record_form(record: Implementation, asked: EvidenceRequest) -> tuple[str, dict[str, Any], str]:
    return record.get_absolute_url(), posted(record, description="Texte"), "uploads"


def _creation(record: Implementation, asked: EvidenceRequest) -> tuple[str, dict[str, Any], str]:
    data = posted(own_title="Nouvelle", stage=record.stage.pk)
    return url("implementation_create", record.organization), data, "uploads"


def _library(record: Implementation, asked: EvidenceRequest) -> tuple[str, dict[str, Any], str]:
    data = {"submission_key": posted()["submission_key"], "sharing": "public"}
    return url("evidence_create", record.organization), data, "uploads"


def _answer(record: Implementation, asked: EvidenceRequest) -> tuple[str, dict[str, Any], str]:
    kwargs = {"pk": record.pk, "request_pk": asked.pk}
    address = url("evidence_request_answer", record.organization, **kwargs)
    return address, {"answer-answer": "Voici."}, "answer-uploads"


@pytest.mark.parametrize("door", [_record_form, _creation, _library, _answer])
@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("faux.pdf", b"<script>alert(1)</script>", "malgré son nom"),
        ("abime.pdf", b"%PDF-1.7\n", "est abîmé"),
        ("photo.png", b"\x89PNG\r\n\x1a\n<html>", "malgré son nom"),
        ("page.html", b"<html>", "ce type de fichier est refusé"),
        ("vide.txt", b"", "est vide"),
    ],
)
def test_a_hostile_file_is_refused_at_every_door(
    log_in_as: LogIn,
    contributor: User,
    record: Implementation,
    private_files: Path,
    door: Any,
    name: str,
    content: bytes,
    message: str,
) -> None:
    asked = EvidenceRequestFactory(implementation=record)
    address, data, field = door(record, asked)
    files = [SimpleUploadedFile("bon.txt", b"bon"), SimpleUploadedFile(name, content)]
    response = log_in_as(contributor).post(address, data | {field: files})
    assert response.status_code == 200
    assertContains(response, message)
    assertContains(response, "Choisissez de nouveau, avec le reste de l’envoi")
    assertContains(response, "bon.txt")
    assert not Evidence.objects.exists()
    assert not [path for path in private_files.rglob("*") if path.is_file()]
    asked.refresh_from_db()
    assert asked.is_waiting


def test_a_record_never_opens_a_piece_that_was_set_apart(
    log_in_as: LogIn, contributor: User, organization: Organization
) -> None:
    """Closed, then open again: what closed with the record opens with it, and nothing else."""
    record = ImplementationFactory(organization=organization, sharing=SharingLevel.COORDINATION)
    followed = EvidenceFactory(organization=organization, sharing=SharingLevel.COORDINATION)
    apart = EvidenceFactory(organization=organization, sharing=SharingLevel.PRIVATE)
    record.evidence.add(followed, apart)
    client = log_in_as(contributor)
    for level in (SharingLevel.PRIVATE, SharingLevel.CHANTIER):
        client.post(record.get_absolute_url(), posted(record, sharing=level))
        record.refresh_from_db()
    followed.refresh_from_db()
    apart.refresh_from_db()
    assert (followed.sharing, apart.sharing) == (SharingLevel.CHANTIER, SharingLevel.PRIVATE)


def test_staff_do_not_learn_of_evidence_kept_to_the_organization(
    log_in_as: LogIn, facilitator: User, organization: Organization
) -> None:
    record = ImplementationFactory(organization=organization, implemented=True)
    record.evidence.add(
        EvidenceFactory(organization=organization, sharing=SharingLevel.PRIVATE),
        EvidenceFactory(organization=organization, sharing=SharingLevel.COORDINATION),
    )
    client = log_in_as(facilitator)
    register = url("implementation_list", organization)
    page = client.get(register)
    assertContains(page, '<td data-label="Preuves" class="num">1</td>', html=True)
    assertNotContains(page, "Implantées sans preuve")
    assertContains(client.get(f"{register}?suivi=sans-preuve"), "1 mesure")
    assert client.get(url("quality_list", organization)).status_code == 403
