"""Files and links on their way to the library of an organization, and to the disk."""

import datetime
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile

from chantier.lib.files import CheckedFile
from measures.models import Evidence
from members.models import Organization, User


@dataclass(frozen=True)
class NewEvidence:
    """What a form adds to a record: a checked file, a link, or a piece of the library."""

    title: str
    upload: UploadedFile | None = None
    checked: CheckedFile | None = None
    url: str = ""
    stored: Evidence | None = None

    def identity(self) -> str:
        """What tells it from the other pieces of one form."""
        return f"{self.title}\n{self.checked.sha256 if self.checked else self.url}"


@contextmanager
def written_files() -> Iterator[list[FieldFile]]:
    """What is written inside is taken off the disk when the rest fails.

    The last thing of a transaction: the database forgets what failed, the disk must be told to.
    """
    written: list[FieldFile] = []
    try:
        yield written
    except BaseException:
        for file in written:
            file.delete(save=False)
        raise


@contextmanager
def stored_pieces(
    organization: Organization,
    pieces: Sequence[NewEvidence],
    *,
    sharing: str,
    expires_on: datetime.date | None = None,
    keys: Sequence[uuid.UUID | None] = (),
    by: User,
) -> Iterator[list[Evidence]]:
    """Put pieces in the library; what is left of the transaction is done inside."""
    with written_files() as written:
        rows = []
        for piece, key in zip(pieces, keys or [None] * len(pieces), strict=True):
            if piece.stored is not None:
                rows.append(piece.stored)
                continue
            row = Evidence(
                organization=organization,
                kind=Evidence.Kind.FILE if piece.checked else Evidence.Kind.LINK,
                title=piece.title,
                sharing=sharing,
                expires_on=expires_on,
                submission_key=key,
                created_by=by,
            )
            write_content(row, piece, written)
            row.save()
            rows.append(row)
        yield rows


def write_content(row: Evidence, piece: NewEvidence, written: list[FieldFile]) -> None:
    """Give a row the file or the address of `piece`; the row itself is not saved yet."""
    row.url = piece.url
    if piece.upload is None or piece.checked is None:
        return
    row.file_name = piece.title
    row.content_type = piece.checked.content_type
    row.size = piece.checked.size
    row.sha256 = piece.checked.sha256
    row.file.save(piece.title, piece.upload, save=False)
    written.append(row.file)
