"""A piece of evidence is replaced: the old content stays, unchanged, for the same people."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import File
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from chantier.lib.files import WholeFileStorage
from chantier.lib.french import long_date
from measures.models import Evidence, EvidenceVersion
from members.models import AppendOnlyError, AuditEntry, Organization, User
from tests.conftest import LogIn
from tests.factories import EvidenceFactory, EvidenceVersionFactory
from tests.html import StrictClient
from tests.measures.sent import pdf, replacement, url

TODAY = timezone.localdate()
DAY = datetime.timedelta(days=1)


@pytest.fixture
def member(log_in_as: LogIn, contributor: User) -> StrictClient:
    return log_in_as(contributor)


def files_in(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()]


def test_a_new_version_keeps_the_old_one_with_its_digest(
    log_in_as: LogIn, contributor: User, manager: User, piece: Evidence
) -> None:
    old, record = piece.sha256, piece.implementations.get()
    piece.expires_on = TODAY - DAY
    piece.save()
    member = log_in_as(contributor)
    response = member.post(piece.get_absolute_url(), replacement("bilan-2.pdf", pdf()))
    assertRedirects(response, piece.get_absolute_url())
    piece.refresh_from_db()
    assert (piece.version, piece.file_name, piece.title) == (2, "bilan-2.pdf", "Bilan")
    assert piece.expires_on is None, "the date was that of the old version"
    version = piece.versions.get()
    assert (version.number, version.sha256, version.replaced_by) == (1, old, contributor)
    assert member.get(piece.download_url).getvalue() == pdf()
    address = url("evidence_version_download", piece.organization, pk=piece.pk, number=1)
    assert log_in_as(manager).get(address).getvalue() == b"Une preuve.\n"
    page = member.get(piece.get_absolute_url())
    for text in ("Version 2, en vigueur", old, piece.sha256, address):
        assertContains(page, text)
    entry = AuditEntry.objects.get(action="evidence_replace")
    assert (entry.before["sha256"], entry.after["sha256"]) == (old, piece.sha256)
    before, after = record.events.get().changes["evidence"]
    assert before == [f"Bilan, version 1, valable jusqu’au {long_date(TODAY - DAY)}"]
    assert after == ["Bilan, version 2, sans date de fin"]
    assert (entry.before["expires_on"], entry.after["expires_on"]) == (str(TODAY - DAY), None)


def test_a_version_is_never_changed(piece: Evidence) -> None:
    version = EvidenceVersionFactory(evidence=piece)
    version.title = "Autre"
    with pytest.raises(AppendOnlyError):
        version.save()
    with pytest.raises(AppendOnlyError):
        version.delete()


def test_the_same_content_is_told_and_makes_no_version(
    member: StrictClient, piece: Evidence, private_files: Path
) -> None:
    stored = files_in(private_files)
    data = replacement("autre-nom.txt", b"Une preuve.\n")
    response = member.post(piece.get_absolute_url(), data, follow=True)
    assertContains(response, "identique à la version en vigueur")
    piece.refresh_from_db()
    assert piece.version == 1
    assert not EvidenceVersion.objects.exists()
    assert files_in(private_files) == stored


def test_two_people_who_replace_one_piece_both_keep_theirs(
    log_in_as: LogIn, contributor: User, manager: User, piece: Evidence
) -> None:
    for person, text in ((contributor, "un"), (manager, "deux")):
        log_in_as(person).post(piece.get_absolute_url(), replacement("bilan.pdf", pdf(text)))
    piece.refresh_from_db()
    assert piece.version == 3
    assert [row.number for row in piece.versions.all()] == [2, 1]
    for content, text in ((piece.versions.get(number=2), "un"), (piece, "deux")):
        with content.file.open() as file:
            assert file.read() == pdf(text)


def test_a_title_that_was_the_name_of_the_file_follows_it(
    member: StrictClient, organization: Organization
) -> None:
    piece = EvidenceFactory(organization=organization, is_file=True)
    member.post(piece.get_absolute_url(), replacement("preuve-2.pdf", pdf()))
    piece.refresh_from_db()
    assert piece.title == "preuve-2.pdf"
    assert piece.versions.get().title == "preuve.txt"


def test_a_link_is_replaced_by_a_link(member: StrictClient, organization: Organization) -> None:
    piece = EvidenceFactory(organization=organization, title="Avis", url="https://a.example/1")
    data = {"act": "replace", "replace-url": "https://a.example/2"}
    member.post(piece.get_absolute_url(), data)
    piece.refresh_from_db()
    assert (piece.url, piece.title, piece.version) == ("https://a.example/2", "Avis", 2)
    address = url("evidence_version_download", organization, pk=piece.pk, number=1)
    assert member.get(address)["Location"] == "https://a.example/1"
    member.post(piece.get_absolute_url(), data)
    piece.refresh_from_db()
    assert piece.version == 2


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"act": "replace"}, "upload"),
        (replacement("vide.pdf", b""), "upload"),
        (replacement("faux.pdf", b"<html>"), "upload"),
        (replacement("bilan.pdf", pdf(), **{"replace-expires_on": "hier"}), "expires_on"),
    ],
)
def test_a_refused_replacement_leaves_nothing_behind(
    member: StrictClient,
    piece: Evidence,
    private_files: Path,
    data: dict[str, Any],
    field: str,
) -> None:
    stored = files_in(private_files)
    response = member.post(piece.get_absolute_url(), data)
    assert field in response.context["replace_form"].errors
    piece.refresh_from_db()
    assert piece.version == 1
    assert not EvidenceVersion.objects.exists()
    assert files_in(private_files) == stored


def test_an_accepted_file_beside_a_bad_date_is_to_be_chosen_again(
    member: StrictClient, piece: Evidence
) -> None:
    data = replacement("bilan.pdf", pdf(), **{"replace-expires_on": "hier"})
    response = member.post(piece.get_absolute_url(), data)
    assertContains(
        response, "Ce fichier n’est pas encore enregistré\u00a0: choisissez-le de nouveau."
    )


# The date that comes with a new version


def test_the_same_content_takes_a_new_date(member: StrictClient, piece: Evidence) -> None:
    day = TODAY + 90 * DAY
    data = replacement("b.txt", b"Une preuve.\n", **{"replace-expires_on": day.isoformat()})
    response = member.post(piece.get_absolute_url(), data, follow=True)
    assertContains(response, "Date enregistrée.")
    piece.refresh_from_db()
    assert (piece.version, piece.expires_on) == (1, day)
    entry = AuditEntry.objects.get()
    assert (entry.before, entry.after) == ({"expires_on": None}, {"expires_on": day.isoformat()})
    before, after = piece.implementations.get().events.get().changes["evidence"]
    assert before == ["Bilan, sans date de fin"]
    assert after == [f"Bilan, valable jusqu’au {long_date(day)}"]


def test_the_same_content_is_not_made_valid_again_by_a_date_left_out(
    member: StrictClient, piece: Evidence
) -> None:
    piece.expires_on = TODAY - DAY
    piece.save()
    member.post(piece.get_absolute_url(), replacement("b.txt", b"Une preuve.\n"))
    piece.refresh_from_db()
    assert piece.expires_on == TODAY - DAY
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("content", [pdf(), b"Une preuve.\n"])
def test_a_date_that_a_form_left_as_it_was_is_left_to_a_colleague(
    member: StrictClient, piece: Evidence, content: bytes
) -> None:
    piece.expires_on = TODAY + 30 * DAY
    piece.save()
    form = member.get(piece.get_absolute_url()).context["replace_form"]
    dates = {form[name].html_name: form[name].value() for name in ("seen_on", "expires_on")}
    piece.expires_on = TODAY + 90 * DAY
    piece.save()
    member.post(piece.get_absolute_url(), replacement("b.pdf", content, **dates))
    piece.refresh_from_db()
    assert piece.expires_on == TODAY + 90 * DAY


def test_two_people_who_change_the_date_see_both(
    member: StrictClient, piece: Evidence, private_files: Path
) -> None:
    piece.expires_on = TODAY + 90 * DAY
    piece.save()
    stored = files_in(private_files)
    mine = {"replace-seen_on": "", "replace-expires_on": (TODAY + 60 * DAY).isoformat()}
    data = replacement("b.pdf", pdf(), **mine)
    response = member.post(piece.get_absolute_url(), data)
    for text in (long_date(TODAY + 90 * DAY), mine["replace-expires_on"], "choisissez-le"):
        assertContains(response, text, status_code=409)
    piece.refresh_from_db()
    assert (piece.version, piece.expires_on) == (1, TODAY + 90 * DAY)
    assert files_in(private_files) == stored
    mine["replace-seen_on"] = response.context["replace_form"]["seen_on"].value()
    member.post(piece.get_absolute_url(), replacement("b.pdf", pdf(), **mine))
    piece.refresh_from_db()
    assert (piece.version, piece.expires_on) == (2, TODAY + 60 * DAY)


def test_a_disk_that_fails_leaves_the_old_version_in_force(
    member: StrictClient, piece: Evidence, private_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(storage: WholeFileStorage, name: str, content: File) -> str:
        raise OSError("No space left on device")

    stored = files_in(private_files)
    monkeypatch.setattr(WholeFileStorage, "_save", fail)
    with pytest.raises(OSError, match="No space"):
        member.post(piece.get_absolute_url(), replacement("b.pdf", pdf()))
    piece.refresh_from_db()
    assert piece.version == 1
    assert not EvidenceVersion.objects.exists()
    assert not AuditEntry.objects.exists()
    assert files_in(private_files) == stored
