"""Documents of a meeting: a file or a link, checked, handed out, taken away."""

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import File
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from chantier.lib.files import WholeFileStorage
from chantier.lib.inspection import office
from meetings.acts import documents as acts
from meetings.documents import document_groups
from meetings.models import Meeting, MeetingDocument
from members.models import AuditEntry, User
from tests.chantier.test_files import DOCX, TYPES, archive
from tests.conftest import LogIn
from tests.factories import MeetingDocumentFactory, MeetingFactory
from tests.html import StrictClient

CSV = b"Mois;Achats\n1;2\n"


@pytest.fixture
def staff(log_in_as: LogIn, facilitator: User) -> StrictClient:
    return log_in_as(facilitator)


@pytest.fixture
def meeting(db: None) -> Meeting:
    return MeetingFactory(number=6, slug="rencontre-6")


def page_of(meeting: Meeting) -> str:
    return reverse("meetings:document_add", kwargs={"slug": meeting.slug})


def download_of(document: MeetingDocument) -> str:
    return reverse("meetings:document_download", kwargs={"pk": document.pk})


def removal_of(document: MeetingDocument) -> str:
    return reverse("meetings:document_remove", kwargs={"pk": document.pk})


def sent(**values: Any) -> dict[str, Any]:
    data = {"role": "before", "url": "", "title": "", "submission_key": str(uuid.uuid4())}
    return data | values


def a_file(name: str = "Ordre du jour.csv", content: bytes = CSV) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def files_in(place: Path) -> list[Path]:
    return [path for path in place.rglob("*") if path.is_file()]


# Added


def test_a_file_is_stored_under_a_random_name(
    staff: StrictClient, meeting: Meeting, facilitator: User, private_files: Path
) -> None:
    assertRedirects(staff.post(page_of(meeting), sent(upload=a_file())), page_of(meeting))
    row = MeetingDocument.objects.get()
    assert (row.meeting, row.kind, row.role) == (meeting, "file", "before")
    assert (row.title, row.file_name, row.size) == ("Ordre du jour", "Ordre du jour.csv", len(CSV))
    assert (row.created_by, len(row.sha256)) == (facilitator, 64)
    [path] = files_in(private_files)
    assert path.read_bytes() == CSV
    assert "Ordre" not in path.name
    line = AuditEntry.objects.get(action=acts.ADDED)
    assert (line.actor, line.after["name"]) == (facilitator, "Ordre du jour.csv")


def test_a_link_is_stored_without_a_file(
    staff: StrictClient, meeting: Meeting, private_files: Path
) -> None:
    url = "https://exemple.example/film"
    staff.post(page_of(meeting), sent(url=url, role="recording", title="Le film"))
    row = MeetingDocument.objects.get()
    assert (row.kind, row.role, row.title, row.url) == ("link", "recording", "Le film", url)
    assert not files_in(private_files)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({}, "Choisissez un fichier, ou collez un lien."),
        ({"url": "ftp://exemple.example/film"}, "URL"),
        ({"url": "https://exemple.example/", "both": True}, "l’un après l’autre"),
        ({"url": "https://exemple.example/", "title": "x" * 201}, "200 caractères au plus"),
        ({"url": "https://exemple.example/", "role": "autre"}, "Choisissez un usage"),
        ({"url": f"https://exemple.example/{'x' * 1000}"}, "1000"),
    ],
)
def test_what_cannot_be_added_is_said(
    staff: StrictClient,
    meeting: Meeting,
    private_files: Path,
    values: dict[str, Any],
    message: str,
) -> None:
    data = sent(**values)
    if data.pop("both", False):
        data["upload"] = a_file()
    response = staff.post(page_of(meeting), data)
    assertContains(response, "Le document n’est pas encore ajouté")
    assertContains(response, message)
    assert not MeetingDocument.objects.exists()
    assert not files_in(private_files)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("page.html", b"<script>", "ce type de fichier est refusé"),
        ("macro.docm", DOCX, "les fichiers avec macros sont refusés"),
        ("cache.docx", archive(TYPES | {"word/vbaProject.bin": b"x"}), "contient des macros"),
        ("faux.pdf", b"MZ un programme", "malgré son nom"),
        ("vide.txt", b"", "est vide"),
    ],
)
def test_a_hostile_file_leaves_nothing_behind(
    staff: StrictClient,
    meeting: Meeting,
    private_files: Path,
    name: str,
    content: bytes,
    message: str,
) -> None:
    response = staff.post(page_of(meeting), sent(upload=a_file(name, content)))
    assertContains(response, message)
    assert not MeetingDocument.objects.exists()
    assert not AuditEntry.objects.filter(action=acts.ADDED).exists()
    assert not files_in(private_files)


def test_a_bomb_is_refused(
    staff: StrictClient, meeting: Meeting, monkeypatch: pytest.MonkeyPatch, private_files: Path
) -> None:
    monkeypatch.setattr(office, "MAX_UNPACKED", 1000)
    bomb = archive(TYPES | {"word/document.xml": b"\x00" * 2000})
    response = staff.post(page_of(meeting), sent(upload=a_file("bombe.docx", bomb)))
    assertContains(response, "trop gros")
    assert not files_in(private_files)


def test_the_same_form_adds_one_document(
    staff: StrictClient, meeting: Meeting, private_files: Path
) -> None:
    data = sent()
    for _ in range(2):
        staff.post(page_of(meeting), data | {"upload": a_file()})
    assert MeetingDocument.objects.count() == 1
    assert len(files_in(private_files)) == 1
    # Another content under the same key is another document.
    staff.post(page_of(meeting), data | {"upload": a_file("Autre.csv", b"a;b\n")})
    assert MeetingDocument.objects.count() == 2


def test_a_second_form_that_arrives_with_the_first_leaves_no_file(
    staff: StrictClient, meeting: Meeting, private_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = sent()
    staff.post(page_of(meeting), data | {"upload": a_file()})
    real, answers = acts._first, iter([None])
    monkeypatch.setattr(acts, "_first", lambda key: next(answers, real(key)))
    assertRedirects(staff.post(page_of(meeting), data | {"upload": a_file()}), page_of(meeting))
    assert MeetingDocument.objects.count() == 1
    assert len(files_in(private_files)) == 1


def test_a_disk_that_fails_leaves_no_row(
    staff: StrictClient, meeting: Meeting, private_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save(storage: WholeFileStorage, name: str, content: File) -> str:
        raise OSError("No space left on device")

    monkeypatch.setattr(WholeFileStorage, "_save", save)
    with pytest.raises(OSError, match="No space"):
        staff.post(page_of(meeting), sent(upload=a_file()))
    assert not MeetingDocument.objects.exists()
    assert not files_in(private_files)


# Handed out


def test_a_file_is_downloaded_never_shown(
    log_in_as: LogIn, reader: User, meeting: Meeting, private_files: Path
) -> None:
    document = MeetingDocumentFactory(meeting=meeting, is_file=True)
    response = log_in_as(reader).get(download_of(document))
    assert response.headers["Content-Disposition"] == 'attachment; filename="document.pdf"'
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert b"".join(response.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]


def test_a_document_of_a_draft_is_there_for_staff_alone(
    log_in_as: LogIn, reader: User, staff: StrictClient
) -> None:
    document = MeetingDocumentFactory(meeting__draft=True, is_file=True)
    assert log_in_as(reader).get(download_of(document)).status_code == 404
    assert staff.get(download_of(document)).status_code == 200


def test_a_link_redirects(log_in_as: LogIn, reader: User, meeting: Meeting) -> None:
    document = MeetingDocumentFactory(meeting=meeting)
    response = log_in_as(reader).get(download_of(document))
    assertRedirects(response, document.url, fetch_redirect_response=False)


def test_a_file_that_left_the_disk_is_not_there(
    log_in_as: LogIn, reader: User, meeting: Meeting, private_files: Path
) -> None:
    document = MeetingDocumentFactory(meeting=meeting, is_file=True)
    for path in files_in(private_files):
        path.unlink()
    assert log_in_as(reader).get(download_of(document)).status_code == 404


def test_the_page_of_the_meeting_shows_them_by_use(
    log_in_as: LogIn, reader: User, staff: StrictClient, meeting: Meeting, private_files: Path
) -> None:
    MeetingDocumentFactory(meeting=meeting, role="material", title="Diapos")
    MeetingDocumentFactory(meeting=meeting, role="before", title="À lire", is_file=True)
    page = log_in_as(reader).get(meeting.get_absolute_url())
    # Over: what was shown comes before what was to be read.
    shown = [group.title for group in page.context["around"].documents]
    assert shown == ["Présenté sur place", "À lire avant"]
    before = [group.title for group in document_groups(meeting)]
    assert before == ["À lire avant", "Présenté sur place"]
    assertContains(page, "PDF, 20\u00a0octets")
    assertNotContains(page, page_of(meeting))
    assertContains(staff.get(meeting.get_absolute_url()), page_of(meeting))


# Taken away


@pytest.mark.django_db(transaction=True)
def test_a_document_leaves_with_its_bytes_once(
    staff: StrictClient, meeting: Meeting, private_files: Path, facilitator: User
) -> None:
    document = MeetingDocumentFactory(meeting=meeting, is_file=True, title="Ancien")
    for words in ("Document retiré", "déjà retiré"):
        response = staff.post(removal_of(document), follow=True)
        assertRedirects(response, page_of(meeting))
        assertContains(response, words)
    assert not MeetingDocument.objects.exists()
    assert not files_in(private_files)
    line = AuditEntry.objects.get(action=acts.REMOVED)
    assert (line.actor, line.before["title"]) == (facilitator, "Ancien")


def test_the_bytes_stay_until_the_row_is_gone_for_good(
    meeting: Meeting,
    private_files: Path,
    facilitator: User,
    django_capture_on_commit_callbacks: Any,
) -> None:
    document = MeetingDocumentFactory(meeting=meeting, is_file=True)
    with django_capture_on_commit_callbacks() as callbacks:
        acts.remove_document(document=document, by=facilitator)
    assert len(files_in(private_files)) == 1
    [callback] = callbacks
    callback()
    assert not files_in(private_files)


def test_what_never_was_cannot_be_removed(staff: StrictClient) -> None:
    assert staff.post("/documents/987654/retirer/").status_code == 404


def test_members_neither_add_nor_remove(
    log_in_as: LogIn, manager: User, meeting: Meeting, private_files: Path
) -> None:
    document = MeetingDocumentFactory(meeting=meeting, is_file=True)
    client = log_in_as(manager)
    assert client.post(page_of(meeting), sent(upload=a_file())).status_code == 403
    assert client.post(removal_of(document)).status_code == 403
    assert MeetingDocument.objects.count() == 1
    assert len(files_in(private_files)) == 1
