"""The room: the point under way, who speaks, who writes, who is there."""

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from meetings.acts.cards import WRITABLE, ClosedRoomError
from meetings.models import (
    AgendaItem,
    Attendance,
    LiveState,
    Meeting,
    MeetingAnswer,
    NoteTaker,
    Participant,
)
from members.models import AuditEntry, Membership, Organization, User

ATTEND = "attendance_save"
MOVE = "room_move"
# A person who is there writes so often, and no oftener.
SEEN_EVERY = datetime.timedelta(seconds=10)
SEEN_FOR = datetime.timedelta(seconds=20)


@transaction.atomic
def move_room(
    *,
    meeting: Meeting,
    item: AgendaItem | None = None,
    organization: Organization | None = None,
    by: User,
) -> LiveState:
    """Bring the room to a point of the agenda, or give the floor to an organization.

    Two people who press the same button at once move the room once: each names where to.
    """
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.state not in WRITABLE:
        raise ClosedRoomError(str(meeting))
    live, _ = LiveState.objects.get_or_create(meeting=meeting)
    if item not in (None, live.item):
        live.item, live.item_started_at = item, timezone.now()
        # Another subject: the card of who spoke last leaves the screen of the room.
        live.organization = None
    elif organization not in (None, live.organization):
        live.organization = organization
    else:
        return live
    live.version += 1
    live.save()
    AuditEntry.objects.create(
        actor=by,
        action=MOVE,
        subject=f"Salle {meeting.code}",
        after={"point": str(item or ""), "organization": str(organization or "")},
    )
    return live


def note_presence(*, meeting: Meeting, organization_id: int | None, by: User) -> list[NoteTaker]:
    """Say that `by` writes here, on that card; return all who do.

    Asked every five seconds by each screen, so it writes only what is new or ten seconds old.
    """
    now = timezone.now()
    rows = list(NoteTaker.objects.filter(meeting=meeting).select_related("user", "organization"))
    mine = next((row for row in rows if row.user_id == by.pk), None)
    is_new = (
        mine is None or mine.organization_id != organization_id or now - mine.seen_at >= SEEN_EVERY
    )
    if is_new:
        values = {"organization_id": organization_id, "seen_at": now}
        try:
            with transaction.atomic():
                row, _ = NoteTaker.objects.update_or_create(
                    meeting=meeting, user=by, defaults=values
                )
        except IntegrityError:
            # The organization, or the meeting itself, has gone meanwhile: nobody to show.
            return []
        rows = [row, *(each for each in rows if each.user_id != by.pk)]
    return [row for row in rows if now - row.seen_at < SEEN_FOR]


@transaction.atomic
def note_attendance(
    *,
    meeting: Meeting,
    organization: Organization,
    present: bool,
    people: dict[int, bool],
    guests: dict[int, bool],
    name: str = "",
    by: User,
) -> None:
    """Note whether an organization is there, and which of its people.

    `people` says of each account that was shown whether it is present, `guests` of each person
    noted without one; others stay as they are. `name` is one more person without an account.
    """
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.state not in WRITABLE:
        raise ClosedRoomError(str(meeting))
    before = _told(meeting, organization)
    Attendance.objects.update_or_create(
        meeting=meeting, organization=organization, defaults={"present": present}
    )
    _note_people(meeting, organization, people)
    for is_there in (True, False):
        chosen = [pk for pk, present in guests.items() if present == is_there]
        rows = meeting.participants.filter(organization=organization, user=None, pk__in=chosen)
        rows.update(present=is_there)
    if name:
        Participant.objects.update_or_create(
            meeting=meeting, organization=organization, name=name, defaults={"present": True}
        )
    after = _told(meeting, organization)
    if after != before:
        AuditEntry.objects.create(
            actor=by,
            organization=organization,
            action=ATTEND,
            subject=f"Salle {meeting.code}",
            before=before,
            after=after,
        )


@transaction.atomic
def note_expected(*, meeting: Meeting, by: User) -> int:
    """Note as present those who answered that they come, where nothing is noted yet.

    Return how many organizations.
    """
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    coming: dict[int, dict[int, bool]] = {}
    answers = meeting.answers.filter(answer=MeetingAnswer.Answer.PRESENT).exclude(
        organization__in=meeting.attendances.values("organization")
    )
    organizations = {row.pk: row for row in Organization.objects.filter(entries__meeting=meeting)}
    for answer in answers:
        if answer.organization_id in organizations:
            coming.setdefault(answer.organization_id, {})[answer.user_id] = True
    for key, people in coming.items():
        note_attendance(
            meeting=meeting,
            organization=organizations[key],
            present=True,
            people=people,
            guests={},
            by=by,
        )
    return len(coming)


def _note_people(meeting: Meeting, organization: Organization, people: dict[int, bool]) -> None:
    """`people` by account; somebody who never came is not noted."""
    rows = list(meeting.participants.filter(organization=organization))
    noted = {row.user_id: row for row in rows if row.user_id}
    names = {row.name for row in rows}
    members = Membership.objects.filter(organization=organization, user__in=people)
    for membership in members.select_related("user"):
        is_there = people[membership.user_id]
        row = noted.get(membership.user_id)
        if row is None and is_there:
            _note_person(meeting, organization, membership.user, names)
        elif row is not None and row.present != is_there:
            row.present = is_there
            row.save(update_fields=["present"])


def _note_person(meeting: Meeting, organization: Organization, user: User, names: set[str]) -> None:
    """Two people of one name: the second by the address too."""
    full_name = str(user)
    name = full_name if full_name not in names else f"{full_name} ({user.email})"[:150]
    values = {"user": user, "present": True}
    Participant.objects.update_or_create(
        meeting=meeting, organization=organization, name=name, defaults=values
    )
    names.add(name)


def _told(meeting: Meeting, organization: Organization) -> dict[str, object]:
    row = Attendance.objects.filter(meeting=meeting, organization=organization).first()
    people = meeting.participants.filter(organization=organization, present=True)
    return {
        "present": row.present if row else None,
        "people": list(people.order_by("name").values_list("name", flat=True)),
    }
