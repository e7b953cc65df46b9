"""Writing and publishing a synthesis; giving a meeting an objective."""

import uuid
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from measures.models import Barrier
from meetings.acts.copies import StaleSynthesisError as StaleSynthesisError
from meetings.acts.copies import approve_copy, take_copy
from meetings.acts.copies import journal_subject as journal_subject
from meetings.acts.remaining import ChangedSinceReadError as ChangedSinceReadError
from meetings.acts.remaining import Rest, refuse_rest
from meetings.acts.transmitting import send_promises
from meetings.drafts import Draft, PointDraft, stored_draft
from meetings.frozen import content_hash, same_content, synthesis_content
from meetings.models import Meeting, Objective, Synthesis, SynthesisPoint, SynthesisVersion
from meetings.notices.syntheses import tell_published
from members.models import AuditEntry, User

TAKE_UP = "objective_take_up"
SAVE = "synthesis_save"
PUBLISH = "synthesis_publish"


class ClosedMeetingError(Exception):
    """The meeting is closed: its objectives no longer change."""


class AlreadyTakenUpError(Exception):
    """The barrier is an objective of this meeting already: `objective`."""

    def __init__(self, objective: Objective) -> None:
        super().__init__(str(objective))
        self.objective = objective


class NotPublishableError(Exception):
    """The synthesis cannot be published as it stands; the message says why, in French."""


class AlreadyPublishedError(Exception):
    """Somebody, perhaps a second click, has published this version."""


@transaction.atomic
def take_up_barrier(*, meeting: Meeting, barrier: Barrier, text: str, by: User) -> Objective:
    """Make a barrier an objective of the meeting, the last of its list, once.

    AlreadyTakenUpError when it is one, ClosedMeetingError when the meeting is closed.
    """
    # The meeting is the lock: of two clicks, the second sees what the first did.
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.state == Meeting.State.CLOSED:
        raise ClosedMeetingError(str(meeting))
    known = meeting.objectives.filter(barrier=barrier).first()
    if known is not None:
        raise AlreadyTakenUpError(known)
    last = meeting.objectives.aggregate(last=Max("order"))["last"]
    objective = Objective.objects.create(
        meeting=meeting,
        # Seed files never give a code that opens so.
        code=f"ajout-{uuid.uuid4().hex[:16]}",
        text=text,
        order=(last or 0) + 1,
        barrier=barrier,
    )
    AuditEntry.objects.create(
        actor=by,
        action=TAKE_UP,
        subject=f"Objectifs {meeting.code}",
        after={"objective": objective.code, "text": text, "barrier": barrier.code},
    )
    return objective


@transaction.atomic
def save_synthesis(
    *,
    meeting: Meeting,
    draft: Draft,
    version: int,
    key: str,
    typed: Draft | None = None,
    by: User,
) -> Synthesis:
    """Store a draft over `version` of the working copy, 0 when there was none.

    `typed` is what the form held, where the draft unites it with somebody else's text.
    StaleSynthesisError when the stored version is another one, unless this very form (`key`, same
    text) has been stored before: a second click is done once.
    """
    typed = typed or draft
    synthesis, _ = Synthesis.objects.get_or_create(meeting=meeting, defaults={"version": 0})
    try:
        take_copy(synthesis, version, by=by)
    except StaleSynthesisError:
        if _was_saved(meeting, typed, key):
            return synthesis
        raise
    before = stored_draft(meeting, synthesis)
    _store_points(synthesis, draft.kept)
    _store_outcomes(meeting, draft)
    AuditEntry.objects.create(
        actor=by,
        action=SAVE,
        subject=journal_subject(meeting),
        before=before.as_json(),
        after=draft.as_json()
        | {"version": version + 1, "key": key}
        | ({"typed": typed.as_json()} if typed is not draft else {}),
    )
    return synthesis


def saves_of(meeting: Meeting, key: str) -> list[dict[str, Any]]:
    """What the journal says was stored from the form of this key."""
    saves = AuditEntry.objects.filter(
        subject=journal_subject(meeting), action=SAVE, after__key=key
    ).order_by("pk")
    return list(saves.values_list("after", flat=True))


def _was_saved(meeting: Meeting, typed: Draft, key: str) -> bool:
    posted = typed.as_json()
    return any(
        save | posted == save or save.get("typed") == posted for save in saves_of(meeting, key)
    )


def _store_points(synthesis: Synthesis, points: list[PointDraft]) -> None:
    """Make the stored points those of the draft; a point that stays keeps its row."""
    rows = {row.pk: row for row in synthesis.points.all()}
    changed: list[SynthesisPoint] = []
    new: list[SynthesisPoint] = []
    for order, point in enumerate(points, start=1):
        row = rows.pop(point.pk, None) if point.pk else None
        if row is None:
            new.append(row := SynthesisPoint(synthesis=synthesis))
        elif (row.kind, row.text, row.order) != (point.kind, point.text, order):
            changed.append(row)
        row.kind, row.text, row.order = point.kind, point.text, order
    synthesis.points.filter(pk__in=rows).delete()
    SynthesisPoint.objects.bulk_update(changed, ["kind", "text", "order"])
    SynthesisPoint.objects.bulk_create(new)


def _store_outcomes(meeting: Meeting, draft: Draft) -> None:
    """What nobody touched on this form stays: a later meeting may have taken it up meanwhile."""
    touched = {pk for pk, outcome in draft.outcomes.items() if outcome.value != outcome.seen}
    objectives = [row for row in meeting.objectives.all() if row.pk in touched]
    for objective in objectives:
        outcome, _, target = draft.outcomes[objective.pk].value.partition(":")
        objective.outcome = outcome
        objective.carried_to_id = int(target) if target else None
    Objective.objects.bulk_update(objectives, ["outcome", "carried_to"])


@transaction.atomic
def publish_synthesis(
    *,
    synthesis: Synthesis,
    reason: str = "",
    expected_number: int,
    expected_sha256: str | None = None,
    rest: Rest | None = None,
    by: User,
) -> SynthesisVersion:
    """Freeze the working copy as version `expected_number`, and close the meeting.

    With the first version, what was promised there reaches the registers. Members are told.
    AlreadyPublishedError when that version exists, ChangedSinceReadError when the copy is not the
    one of `expected_sha256`, or when other amendments wait than those of `rest`, which are refused;
    NotPublishableError when there is nothing to freeze.
    """
    # The locks make those who save, publish or call the meeting off wait for each other.
    meeting = Meeting.objects.select_for_update().get(pk=synthesis.meeting_id)
    synthesis = Synthesis.objects.select_for_update().get(pk=synthesis.pk)
    synthesis.meeting = meeting
    last = synthesis.versions.order_by("-number").first()
    number = last.number + 1 if last else 1
    if expected_number != number:
        raise AlreadyPublishedError(f"version {expected_number} of {synthesis}")
    content = synthesis_content(synthesis)
    check_publishable(meeting, content, last, reason=reason)
    sha256 = content_hash(content)
    if expected_sha256 not in (None, sha256):
        raise ChangedSinceReadError(f"{synthesis}")
    refuse_rest(synthesis, rest or Rest(), by=by)
    return _publish(synthesis, content, number, reason=reason.strip(), by=by)


def check_publishable(
    meeting: Meeting,
    content: dict[str, Any],
    last: SynthesisVersion | None,
    *,
    reason: str | None = None,
) -> None:
    """Raise NotPublishableError with the sentence to show; a reason of None is not judged."""
    if meeting.state == Meeting.State.CANCELLED:
        raise NotPublishableError("La rencontre est annulée.")
    if meeting.state == Meeting.State.DRAFT:
        raise NotPublishableError("La rencontre est en préparation\u00a0: convoquez-la d’abord.")
    if not content["points"]:
        raise NotPublishableError("La synthèse est vide\u00a0: écrivez au moins un point.")
    if meeting.held_on > timezone.localdate():
        raise NotPublishableError("La rencontre n’a pas encore eu lieu.")
    if last and same_content(last.content, content):
        raise NotPublishableError(f"Rien n’a changé depuis la version {last.number}.")
    if last and reason is not None and not reason.strip():
        raise NotPublishableError("Dites pourquoi la synthèse change.")


def _publish(
    synthesis: Synthesis, content: dict[str, Any], number: int, *, reason: str, by: User
) -> SynthesisVersion:
    version = SynthesisVersion.objects.create(
        synthesis=synthesis,
        number=number,
        content=content,
        sha256=content_hash(content),
        reason=reason,
        published_by=by,
    )
    approve_copy(synthesis)
    meeting = synthesis.meeting
    before = {"state": meeting.state}
    meeting.state = Meeting.State.CLOSED
    meeting.save(update_fields=["state"])
    AuditEntry.objects.create(
        actor=by,
        action=PUBLISH,
        subject=journal_subject(meeting),
        before=before,
        after={
            "state": meeting.state,
            "version": number,
            "sha256": version.sha256,
            "reason": reason,
        },
    )
    if number == 1:
        send_promises(meeting=meeting, by=by)
    tell_published(version, by=by)
    return version
