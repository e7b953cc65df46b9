"""Documents of a meeting: added once, taken away with their bytes."""

import uuid
from dataclasses import dataclass
from functools import partial

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from chantier.lib.files import CheckedFile, private_storage
from measures.actions.audit import subject_of, write_audit
from measures.actions.pieces import written_files
from meetings.models import Meeting, MeetingDocument
from members.models import AuditEntry, User

ADDED, REMOVED = "document_add", "document_remove"
_NAME = 255


@dataclass(frozen=True)
class NewDocument:
    """A checked file or an address, what it is for and what it is called."""

    role: str
    title: str
    upload: UploadedFile | None = None
    checked: CheckedFile | None = None
    url: str = ""

    def is_of(self, row: MeetingDocument) -> bool:
        """Whether this is what a row holds already."""
        digest = self.checked.sha256 if self.checked else ""
        stored = (row.role, row.title, row.sha256, row.url)
        return stored == (self.role, self.title, digest, self.url)


def add_document(
    *, meeting: Meeting, document: NewDocument, submission_key: uuid.UUID, by: User
) -> MeetingDocument:
    """Add a file or a link; the same form again gives the one that it made.

    Another content under the same key is another document: nothing that was sent is lost.
    """
    first = _first(submission_key)
    if first is not None and first.meeting_id == meeting.pk and document.is_of(first):
        return first
    key = submission_key if first is None else uuid.uuid4()
    try:
        return _store(meeting, document, key, by)
    except IntegrityError:
        # The same form, at the same time; its file is off the disk again.
        first = _first(submission_key)
        if first is None or first.meeting_id != meeting.pk or not document.is_of(first):
            raise
        return first


def _first(key: uuid.UUID) -> MeetingDocument | None:
    return MeetingDocument.objects.filter(submission_key=key).first()


@transaction.atomic
def _store(meeting: Meeting, document: NewDocument, key: uuid.UUID, by: User) -> MeetingDocument:
    row = MeetingDocument(
        meeting=meeting,
        kind=MeetingDocument.Kind.FILE if document.checked else MeetingDocument.Kind.LINK,
        role=document.role,
        title=document.title,
        url=document.url,
        submission_key=key,
        created_by=by,
    )
    with written_files() as written:
        if document.upload is not None and document.checked is not None:
            row.file_name = (document.upload.name or "")[-_NAME:]
            row.size, row.sha256 = document.checked.size, document.checked.sha256
            row.file.save(row.file_name, document.upload, save=False)
            written.append(row.file)
        row.save()
        write_audit(row=row, organization=None, action=ADDED, after=_told(row), by=by)
    return row


@transaction.atomic
def remove_document(*, document: MeetingDocument, by: User) -> None:
    """Take a document away; its bytes leave the disk once nothing can bring the row back."""
    row = MeetingDocument.objects.select_for_update().filter(pk=document.pk).first()
    if row is None:
        return
    write_audit(row=row, organization=None, action=REMOVED, before=_told(row), by=by)
    name = row.file.name
    row.delete()
    if name:
        transaction.on_commit(partial(private_storage().delete, name))


def meeting_of_removed(pk: int) -> str | None:
    """The slug of the meeting that a removed document belonged to, as the journal tells."""
    subject = subject_of(MeetingDocument(pk=pk))
    line = AuditEntry.objects.filter(action=REMOVED, subject=subject).first()
    return line.before["meeting"] if line else None


def _told(row: MeetingDocument) -> dict[str, object]:
    return {
        "meeting": row.meeting.slug,
        "role": row.role,
        "title": row.title,
        "name": row.file_name or row.url,
        "size": row.size,
        "sha256": row.sha256,
    }
