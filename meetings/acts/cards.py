"""Cards of the round table: opened for all, saved by several people at once, put in order."""

import dataclasses
import datetime
import uuid

from django.db import transaction
from django.db.models import Max

from measures.models import Measure
from meetings.models import Attendance, Meeting, RoundTableEntry, RoundTableRevision
from members.models import AuditEntry, Organization, User

OPEN = "cards_open"
ORDER = "cards_order"
# Rehearsed before, written during, completed after; a closed meeting is read only.
WRITABLE = (Meeting.State.DRAFT, Meeting.State.CONVENED, Meeting.State.HELD)


@dataclasses.dataclass(frozen=True)
class CardText:
    """All that a card says."""

    done: str = ""
    next_action: str = ""
    need: str = ""
    measure_code: str = ""
    due_on: datetime.date | None = None


FIELDS = tuple(field.name for field in dataclasses.fields(CardText))


class ClosedRoomError(Exception):
    """The meeting is closed or cancelled: its cards no longer change."""


class CardClashError(Exception):
    """Somebody has written something else in the same `fields` of the card; nothing is stored.

    `united` is what both texts say together, with what is stored in those fields.
    """

    def __init__(self, entry: RoundTableEntry, fields: tuple[str, ...], united: CardText) -> None:
        super().__init__(f"{entry}: {', '.join(fields)}")
        self.entry = entry
        self.fields = fields
        self.united = united


def merge(base: CardText, mine: CardText, theirs: CardText) -> tuple[CardText, tuple[str, ...]]:
    """Unite, field by field, two texts that started from `base`; name the fields that differ.

    A field that one of the two changed is as that one wrote it; one that both changed, and not to
    the same, is named and keeps what is stored.
    """
    united: dict[str, str | datetime.date | None] = {}
    differing = []
    for name in FIELDS:
        before, here, there = (getattr(text, name) for text in (base, mine, theirs))
        united[name] = here if there == before else there
        if here not in (before, there) and there != before:
            differing.append(name)
    return CardText(**united), tuple(differing)  # type: ignore[arg-type]


def text_of(entry: RoundTableEntry) -> CardText:
    code = entry.measure.code if entry.measure else ""
    return CardText(entry.done, entry.next_action, entry.need, code, entry.due_on)


def _text_then(revision: RoundTableRevision) -> CardText:
    return CardText(**{name: getattr(revision, name) for name in FIELDS})


@transaction.atomic
def open_cards(*, meeting: Meeting, by: User) -> int:
    """Make the cards that active organizations do not have yet; return how many.

    At the first opening, those noted as present come first; later ones come last.
    """
    missing = Organization.objects.filter(is_active=True).exclude(entries__meeting=meeting)
    present = set(
        Attendance.objects.filter(meeting=meeting, present=True).values_list(
            "organization_id", flat=True
        )
    )
    rows = sorted(missing.order_by("sort_name", "pk"), key=lambda row: row.pk not in present)
    if not rows:
        return 0
    last = meeting.entries.aggregate(last=Max("order"))["last"] or 0
    # Of two people who open the room at once, the second makes nothing.
    RoundTableEntry.objects.bulk_create(
        (
            RoundTableEntry(meeting=meeting, organization=row, order=order)
            for order, row in enumerate(rows, start=last + 1)
        ),
        ignore_conflicts=True,
    )
    names = [row.name for row in rows]
    AuditEntry.objects.create(
        actor=by, action=OPEN, subject=_subject(meeting), after={"organizations": names}
    )
    return len(rows)


@transaction.atomic
def save_card(
    *, entry: RoundTableEntry, text: CardText, version: int, key: uuid.UUID | None, by: User
) -> RoundTableEntry:
    """Store a text that was written over `version` of the card, united with what came since.

    The same text sent twice (`key`) is stored once. CardClashError when the same field says two
    things, ClosedRoomError when the meeting is closed.
    """
    # The card is the lock: savers wait for each other, and each meets what the other wrote.
    entry = (
        RoundTableEntry.objects.select_for_update(of=("self",))
        .select_related("meeting", "organization", "measure", "updated_by")
        .get(pk=entry.pk)
    )
    known = RoundTableRevision.objects.filter(submission_key=key).first() if key else None
    if known and known.entry_id == entry.pk and _holds(_text_then(known), text, entry, version):
        return entry
    if entry.meeting.state not in WRITABLE:
        raise ClosedRoomError(str(entry.meeting))
    current = text_of(entry)
    united, differing = merge(_base(entry, version), text, current)
    if differing:
        raise CardClashError(entry, differing, united)
    if united == current:
        return entry
    _keep_first(entry, current, by)
    _store(entry, united, by)
    # A page that came back by « Précédent » sends another text with the key of the first.
    _revise(entry, united, by, None if known else key)
    return entry


def _base(entry: RoundTableEntry, version: int) -> CardText:
    """What the card said at `version`; nothing when that was never: then all that differs meets."""
    if version == entry.version:
        return text_of(entry)
    then = RoundTableRevision.objects.filter(entry=entry, number=version).first()
    return _text_then(then) if then else CardText()


def _holds(stored: CardText, text: CardText, entry: RoundTableEntry, version: int) -> bool:
    """Whether all that `text` changed is in `stored`."""
    then = RoundTableRevision.objects.filter(entry=entry, number=version).first()
    base = _text_then(then) if then else CardText()
    return merge(base, text, stored) == (stored, ())


def _keep_first(entry: RoundTableEntry, current: CardText, by: User) -> None:
    """The text before the first save: what the next merges start from."""
    if not RoundTableRevision.objects.filter(entry=entry, number=entry.version).exists():
        _revise(entry, current, entry.updated_by or by, None)


def _store(entry: RoundTableEntry, text: CardText, by: User) -> None:
    entry.done, entry.next_action, entry.need = text.done, text.next_action, text.need
    entry.due_on = text.due_on
    if text.measure_code != (entry.measure.code if entry.measure else ""):
        entry.measure = Measure.objects.filter(code=text.measure_code).first()
    entry.version += 1
    entry.updated_by = by
    entry.save()


def _revise(entry: RoundTableEntry, text: CardText, by: User, key: uuid.UUID | None) -> None:
    RoundTableRevision.objects.create(
        entry=entry,
        number=entry.version,
        author=by,
        submission_key=key,
        **{name: getattr(text, name) for name in FIELDS},
    )


@transaction.atomic
def move_card(*, entry: RoundTableEntry, step: int, by: User) -> bool:
    """Let an organization speak one turn sooner (-1) or later (1); False at the end of the list."""
    meeting = Meeting.objects.select_for_update().get(pk=entry.meeting_id)
    turn = list(meeting.entries.order_by("order", "organization__sort_name", "pk"))
    at = next(index for index, row in enumerate(turn) if row.pk == entry.pk)
    if not 0 <= at + step < len(turn):
        return False
    turn[at], turn[at + step] = turn[at + step], turn[at]
    _lay(turn)
    return True


@transaction.atomic
def put_present_first(*, meeting: Meeting, by: User) -> None:
    """Those noted as present speak first, each group by name."""
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    present = set(
        meeting.attendances.filter(present=True).values_list("organization_id", flat=True)
    )
    turn = list(meeting.entries.order_by("organization__sort_name", "pk"))
    turn.sort(key=lambda row: row.organization_id not in present)
    _lay(turn)
    AuditEntry.objects.create(actor=by, action=ORDER, subject=_subject(meeting), after={})


def _lay(turn: list[RoundTableEntry]) -> None:
    for order, row in enumerate(turn, start=1):
        row.order = order
    RoundTableEntry.objects.bulk_update(turn, ["order"])


def _subject(meeting: Meeting) -> str:
    return f"Salle {meeting.code}"
