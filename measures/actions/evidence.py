"""Writes in the library of evidence. The records that a piece proves are told in their journals.

What happens to a piece never moves the version of a record: nobody's open form grows stale by it.
"""

import datetime
import uuid
from collections.abc import Iterable, Sequence
from enum import Enum, auto
from typing import Any

from django.db import transaction
from django.utils import timezone

from chantier.lib import french
from measures.actions.pieces import NewEvidence, stored_pieces, write_content, written_files
from measures.actions.register import write_event
from measures.models import Evidence, EvidenceVersion, Implementation, ImplementationEvent
from members.models import AuditEntry, Organization, User
from members.sharing import SharingLevel

CHANGE = "evidence_change"
REPLACE = "evidence_replace"


class StaleEvidence(Exception):
    """Somebody changed the piece after this form was opened."""


class Replacement(Enum):
    """What a form that replaces a content came to."""

    DONE = auto()
    # The same content as before, under another last valid day.
    DATE_ONLY = auto()
    NOTHING = auto()


def journal_subject(evidence: Evidence) -> str:
    """Stable when the piece is renamed."""
    return f"Preuve {evidence.pk}"


@transaction.atomic
def add_to_library(
    *,
    organization: Organization,
    pieces: Sequence[NewEvidence],
    kept: Iterable[Evidence] = (),
    sharing: str,
    expires_on: datetime.date | None = None,
    submission_key: uuid.UUID,
    by: User,
) -> list[Evidence]:
    """Put files and links in the library, each once, however often the form arrives.

    What an earlier sending of the form had put there, `kept`, takes the values of this one.
    """
    # The organization's row is the lock: a second click waits, then finds what the first brought.
    Organization.objects.select_for_update().get(pk=organization.pk)
    wanted = {
        uuid.uuid5(submission_key, f"{piece.identity()}\n{sharing}\n{expires_on}"): piece
        for piece in pieces
    }
    known = {row.submission_key: row for row in Evidence.objects.filter(submission_key__in=wanted)}
    new = {key: piece for key, piece in wanted.items() if key not in known}
    with stored_pieces(
        organization,
        list(new.values()),
        sharing=sharing,
        expires_on=expires_on,
        keys=list(new),
        by=by,
    ) as added:
        early = _renew(kept, {"sharing": sharing, "expires_on": expires_on}, by=by)
        return [*early, *known.values(), *added]


def _renew(kept: Iterable[Evidence], values: dict[str, Any], *, by: User) -> list[Evidence]:
    """Give pieces that prove nothing yet the sharing and the expiry of a form."""
    keys = [row.pk for row in kept]
    rows = list(Evidence.objects.select_for_update(of=("self",)).filter(pk__in=keys))
    for row in rows:
        before = {name: getattr(row, name) for name in values if getattr(row, name) != values[name]}
        if before:
            row.sharing, row.expires_on = values["sharing"], values["expires_on"]
            row.save(update_fields=["sharing", "expires_on", "updated_at"])
            _audit(row, CHANGE, before, {name: values[name] for name in before}, by=by)
    return rows


@transaction.atomic
def change_evidence(
    *, evidence: Evidence, seen: dict[str, Any], values: dict[str, Any], by: User
) -> bool:
    """Store the title, sharing and expiry of a piece; return whether anything changed.

    Raises StaleEvidence unless the stored values are still those `seen` when the form opened: the
    compare and the write are one statement.
    """
    before = {name: seen[name] for name in values if seen[name] != values[name]}
    if not before:
        return False
    found = french.fold(f"{values['title']} {evidence.file_name} {evidence.url}")
    changed = Evidence.objects.filter(pk=evidence.pk, **seen).update(
        **values, search_text=found, updated_at=timezone.now()
    )
    if not changed:
        raise StaleEvidence
    after = {name: values[name] for name in before}
    _audit(evidence, CHANGE, before, after, by=by)
    _tell_records(evidence, _words(seen, before), _words(values, after), by=by)
    return True


@transaction.atomic
def replace_content(
    *,
    evidence: Evidence,
    piece: NewEvidence,
    seen_on: datetime.date | None = None,
    expires_on: datetime.date | None,
    by: User,
) -> Replacement:
    """Give a piece a new file or address, and the last valid day that comes with it.

    The old content becomes a version that nothing changes any more. Two people who replace one
    after the other both keep theirs: each is a version. `seen_on` is the day that the form offered;
    raises StaleEvidence when both its author and somebody else have changed it.
    """
    row = Evidence.objects.select_for_update().get(pk=evidence.pk)
    day = _day_of(row, seen_on=seen_on, expires_on=expires_on)
    digest = piece.checked.sha256 if piece.checked else ""
    if (row.sha256, row.url) == (digest, piece.url):
        # An expired date that the form left out is still that of this content.
        return _change_day(row, row.expires_on if expires_on == seen_on else day, by=by)
    old, old_day = _version_of(row, by=by), row.expires_on
    old.save()
    with written_files() as written:
        # A title that was the name of the file follows the file.
        if row.title in (row.file_name, row.url):
            row.title = piece.title
        write_content(row, piece, written)
        row.version += 1
        row.expires_on = day
        row.save()
        _tell_replacement(row, old, old_day, by=by)
    return Replacement.DONE


def _day_of(
    row: Evidence, *, seen_on: datetime.date | None, expires_on: datetime.date | None
) -> datetime.date | None:
    """The last valid day that a form means: what it left as it was is left to somebody else."""
    # A form offers no day that has passed; it may have passed since it was opened.
    if seen_on == row.expires_on or (seen_on is None and row.is_expired):
        return expires_on
    if expires_on in (seen_on, row.expires_on):
        return row.expires_on
    raise StaleEvidence


def _change_day(row: Evidence, day: datetime.date | None, *, by: User) -> Replacement:
    before, after = {"expires_on": row.expires_on}, {"expires_on": day}
    if before == after:
        return Replacement.NOTHING
    row.expires_on = day
    row.save(update_fields=["expires_on", "updated_at"])
    _audit(row, CHANGE, before, after, by=by)
    words = (_words({"title": row.title} | values, values) for values in (before, after))
    _tell_records(row, *words, by=by)
    return Replacement.DATE_ONLY


@transaction.atomic
def set_records(
    *,
    evidence: Evidence,
    join: Iterable[Implementation] = (),
    detach: Iterable[Implementation] = (),
    by: User,
) -> tuple[int, int]:
    """Join a piece to records and take it off others; return how many of each were changed."""
    # Two people at once: the second sees what the first did.
    Evidence.objects.select_for_update().get(pk=evidence.pk)
    joined = set(evidence.implementations.values_list("pk", flat=True))
    added = [record for record in join if record.pk not in joined]
    removed = [record for record in detach if record.pk in joined]
    evidence.implementations.add(*added)
    evidence.implementations.remove(*removed)
    for record in added:
        _tell_link(record, evidence, is_joined=True, by=by)
    for record in removed:
        _tell_link(record, evidence, is_joined=False, by=by)
    return len(added), len(removed)


def _version_of(row: Evidence, *, by: User) -> EvidenceVersion:
    """The present content of a piece, as the version that it becomes."""
    return EvidenceVersion(
        evidence=row,
        number=row.version,
        title=row.title,
        url=row.url,
        file=row.file.name if row.file else "",
        file_name=row.file_name,
        content_type=row.content_type,
        size=row.size,
        sha256=row.sha256,
        replaced_by=by,
    )


def _tell_replacement(
    row: Evidence, old: EvidenceVersion, old_day: datetime.date | None, *, by: User
) -> None:
    """Tell the new content, and the last valid day that came with it when it is another."""
    before, after = (
        {"version": number, "name": content.file_name or content.url, "sha256": content.sha256}
        for number, content in ((old.number, old), (row.version, row))
    )
    words = [f"{old.title}, version {old.number}", f"{row.title}, version {row.version}"]
    if old_day != row.expires_on:
        before["expires_on"], after["expires_on"] = old_day, row.expires_on
        words = [
            f"{text}, {_validity(day)}"
            for text, day in zip(words, (old_day, row.expires_on), strict=True)
        ]
    _audit(row, REPLACE, before, after, by=by)
    _tell_records(row, *words, by=by)


def _tell_records(evidence: Evidence, before: str, after: str, *, by: User) -> None:
    """A line in the journal of each record that the piece proves."""
    for record in evidence.implementations.all():
        changes = {"evidence": [[before], [after]]}
        write_event(record, ImplementationEvent.Kind.EVIDENCE, changes, by=by)


def _tell_link(record: Implementation, evidence: Evidence, *, is_joined: bool, by: User) -> None:
    changes: dict[str, Any] = {
        "evidence": [[], [evidence.title]] if is_joined else [[evidence.title], []],
        "evidence_keys": [[], [evidence.pk]] if is_joined else [[evidence.pk], []],
    }
    write_event(record, ImplementationEvent.Kind.EVIDENCE, changes, by=by)


def _words(values: dict[str, Any], changed: dict[str, Any]) -> str:
    """A piece as its journal tells it: its title, and what changed of the rest."""
    parts = [values["title"]]
    if "sharing" in changed:
        parts.append(str(SharingLevel(values["sharing"]).label))
    if "expires_on" in changed:
        parts.append(_validity(values["expires_on"]))
    return ", ".join(parts)


def _validity(day: datetime.date | None) -> str:
    return f"valable jusqu’au {french.long_date(day)}" if day else "sans date de fin"


def _audit(
    evidence: Evidence, action: str, before: dict[str, Any], after: dict[str, Any], *, by: User
) -> None:
    AuditEntry.objects.create(
        actor=by,
        organization=evidence.organization,
        action=action,
        subject=journal_subject(evidence),
        before=before,
        after=after,
    )
