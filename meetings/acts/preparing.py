"""A meeting made, prepared by several people at once, and brought from one state to the next."""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify

from benefits.models import SocialEnterprise
from chantier.lib.french import fold
from meetings.acts.topics import MeetingBegunError, TopicAnsweredError, take_topic
from meetings.models import AgendaItem, Meeting, Objective, Topic
from meetings.offers import CYCLE, EARLIER, TOPIC, Offers
from meetings.plan import PARTICULARS, Plan, Row, as_text, stored_plan
from members.models import AuditEntry, CycleObjective, Term, User

ADD, SAVE = "meeting_add", "meeting_prepare"
# A meeting that is closed or cancelled is read; it is opened again first.
PREPARABLE = (Meeting.State.DRAFT, Meeting.State.CONVENED, Meeting.State.HELD)
_SLUG_LENGTH = Meeting._meta.get_field("slug").max_length or 50


class StalePlanError(Exception):
    """Somebody has saved the preparation since the form was opened."""


class NotPreparableError(Exception):
    """The meeting is closed or cancelled: it is opened again before it is prepared."""


class NumberTakenError(Exception):
    """Another meeting of the same kind was given this number at the same time."""


class OfferGoneError(Exception):
    """What was ticked is no longer to be had: `texts` says what."""

    def __init__(self, texts: list[str]) -> None:
        super().__init__("; ".join(texts))
        self.texts = texts


def journal_subject(meeting: Meeting) -> str:
    """Stable when the meeting is renamed."""
    return f"Préparation {meeting.code}"


def _code(key: uuid.UUID) -> str:
    return f"ajout-{key.hex}"


def made_by(key: uuid.UUID) -> Meeting | None:
    """The meeting that this very form has made, if it has."""
    return Meeting.objects.filter(code=_code(key)).first()


def says_the_same(made: Meeting, values: dict[str, Any]) -> bool:
    """Whether these are the particulars that `made` was made with, whatever became of them."""
    written = AuditEntry.objects.filter(subject=journal_subject(made), action=ADD).first()
    said = Row.of(Meeting(**values), PARTICULARS).texts
    return written is None or written.after | said == written.after


def add_meeting(
    *,
    values: dict[str, Any],
    key: uuid.UUID,
    guests: Iterable[SocialEnterprise] = (),
    themes: Iterable[Term] = (),
    by: User,
) -> tuple[Meeting, bool]:
    """Make a meeting in preparation, and say whether this very form had made it already.

    NumberTakenError when its number has just been given.
    """
    code = _code(key)
    known = made_by(key)
    if known is not None:
        return known, False
    try:
        with transaction.atomic():
            meeting = Meeting.objects.create(
                **values, code=code, slug=free_slug(values), state=Meeting.State.DRAFT
            )
            meeting.guests.set(guests)
            meeting.themes.set(themes)
            AuditEntry.objects.create(
                actor=by, action=ADD, subject=journal_subject(meeting), after=_told(meeting)
            )
    except IntegrityError as error:
        known = made_by(key)
        if known is not None:
            return known, False
        raise NumberTakenError from error
    return meeting, True


def _told(meeting: Meeting) -> dict[str, str]:
    return Row.of(meeting, PARTICULARS).texts | {"slug": meeting.slug}


def free_slug(values: dict[str, Any]) -> str:
    """« rencontre-6 », « webinaire-cinq-missions »: ASCII, free, and no word of ours."""
    kind = Meeting.Kind(values["kind"]).label
    number = values.get("number")
    words = str(number) if number else values["title"]
    # Folding first: « œ » is two letters, and an apostrophe parts two words.
    base = slugify(fold(f"{kind} {words}").replace("'", " "))[: _SLUG_LENGTH - 4].rstrip("-")
    taken = set(Meeting.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    taken |= Meeting.RESERVED_SLUGS
    slug, count = base, 1
    while slug in taken:
        count += 1
        slug = f"{base}-{count}"
    return slug


@transaction.atomic
def save_plan(*, meeting: Meeting, plan: Plan, version: int, key: str, by: User) -> Meeting:
    """Store a plan over `version` of the preparation, and take up what was ticked.

    StalePlanError when the stored version is another one, unless this very form (`key`, same text)
    has been stored before: a second click is done once. NotPreparableError when the meeting is
    closed or cancelled, OfferGoneError when what was ticked is gone, NumberTakenError.
    """
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if meeting.version != version:
        if _was_saved(meeting, plan, key):
            return meeting
        raise StalePlanError(f"version {version} of {meeting}")
    if meeting.state not in PREPARABLE:
        raise NotPreparableError(str(meeting))
    before = stored_plan(meeting).as_json()
    _store_particulars(meeting, plan.particulars)
    _store_objectives(meeting, plan.objectives)
    _store_points(meeting, plan.points, by=by)
    meeting.guests.set(plan.guests.chosen)
    meeting.themes.set(plan.themes.chosen)
    _take_offers(meeting, plan.offers, by=by)
    AuditEntry.objects.create(
        actor=by,
        action=SAVE,
        subject=journal_subject(meeting),
        before=before,
        after=plan.as_json() | {"version": version + 1, "key": key},
    )
    return meeting


def _was_saved(meeting: Meeting, plan: Plan, key: str) -> bool:
    saves = AuditEntry.objects.filter(
        subject=journal_subject(meeting), action=SAVE, after__key=key
    ).values_list("after", flat=True)
    return any(save | plan.as_json() == save for save in saves)


def _store_particulars(meeting: Meeting, row: Row) -> None:
    for name in PARTICULARS:
        setattr(meeting, name, row.values[name])
    meeting.version += 1
    try:
        with transaction.atomic():
            meeting.save(update_fields=[*PARTICULARS, "version"])
    except IntegrityError as error:
        raise NumberTakenError from error


def _store_objectives(meeting: Meeting, rows: list[Row]) -> None:
    stored = list(meeting.objectives.select_related("carried_from"))
    _release_carried(meeting, [row for row in _removed(stored, rows) if row.carried_from])
    _store_rows(Objective, meeting, stored, rows)


def _release_carried(meeting: Meeting, objectives: list[Objective]) -> None:
    """An objective that is not taken up after all is carried over to no meeting yet."""
    for objective in objectives:
        rows = Objective.objects.filter(carried_as=objective, carried_to=meeting)
        rows.update(carried_to=None)


def _store_points(meeting: Meeting, rows: list[Row], *, by: User) -> None:
    stored = list(meeting.agenda.select_related("topic"))
    topics = [row.topic_id for row in _removed(stored, rows) if row.topic_id]
    _store_rows(AgendaItem, meeting, stored, _with_living_objectives(meeting, rows))
    # What leaves the agenda waits for an answer again.
    Topic.objects.filter(pk__in=topics, state=Topic.State.TAKEN, meeting=meeting).update(
        state=Topic.State.WAITING, meeting=None, answer="", answered_by=None, answered_at=None
    )


def _removed(stored: list[Any], rows: list[Row]) -> list[Any]:
    keys = {row.pk for row in rows if row.remove}
    return [row for row in stored if row.pk in keys]


def _store_rows(model: Any, meeting: Meeting, stored: list[Any], rows: list[Row]) -> None:
    """Make the stored rows those of the plan; what it never showed stays, at the end."""
    own = {row.pk: row for row in stored}
    names = {"order"}
    for row in rows:
        if row.remove and row.pk in own:
            own.pop(row.pk).delete()
    kept = [row for row in rows if not row.remove]
    for order, row in enumerate(kept, start=1):
        known = own.pop(row.pk, None) if row.pk else None
        target = known or _new(model, meeting)
        for name, value in row.values.items():
            setattr(target, name, value)
        target.order = order
        # Another meeting may be writing the outcome of an objective.
        target.save(update_fields=[*row.values, *names] if known else None)
    for order, target in enumerate(own.values(), start=len(kept) + 1):
        target.order = order
        target.save(update_fields=names)


def _new(model: Any, meeting: Meeting) -> Any:
    if model is Objective:
        # Seed files never give a code that opens so.
        return Objective(meeting=meeting, code=f"ajout-{uuid.uuid4().hex[:16]}")
    return model(meeting=meeting)


def _with_living_objectives(meeting: Meeting, rows: list[Row]) -> list[Row]:
    """An objective removed on the same form is no longer that of a point."""
    living = {str(row.pk): row for row in meeting.objectives.all()}
    return [
        replace(
            row, values=row.values | {"objective": living.get(as_text(row.values["objective"]))}
        )
        for row in rows
    ]


def _take_offers(meeting: Meeting, offers: tuple[str, ...], *, by: User) -> None:
    """Make objectives and points of what was ticked; OfferGoneError when it is gone."""
    offered = Offers.build(meeting, timezone.localdate())
    gone = set(offers) - offered.values
    if gone:
        raise OfferGoneError(sorted(gone))
    chosen = [offer for offer in [*offered.objectives, *offered.topics] if offer.value in offers]
    order = meeting.objectives.count()
    for offer in chosen:
        sort, _, pk = offer.value.partition(":")
        if sort == TOPIC:
            _take_topic(meeting, int(pk), by=by)
            continue
        order += 1
        taken = {CYCLE: _of_cycle, EARLIER: _of_earlier}[sort](meeting, int(pk))
        taken.meeting, taken.order = meeting, order
        taken.save()


def _of_cycle(meeting: Meeting, pk: int) -> Objective:
    row = CycleObjective.objects.get(pk=pk)
    objective: Objective = _new(Objective, meeting)
    objective.text, objective.cycle_objective = row.text, row
    return objective


def _of_earlier(meeting: Meeting, pk: int) -> Objective:
    """Take up an objective of an earlier meeting, which says so."""
    row = Objective.objects.select_for_update().get(pk=pk)
    row.outcome, row.carried_to = Objective.Outcome.CARRIED_OVER, meeting
    row.save(update_fields=["outcome", "carried_to"])
    objective: Objective = _new(Objective, meeting)
    objective.text, objective.carried_from = row.text, row
    objective.cycle_objective_id, objective.barrier_id = row.cycle_objective_id, row.barrier_id
    return objective


def _take_topic(meeting: Meeting, pk: int, *, by: User) -> None:
    try:
        take_topic(topic=Topic.objects.get(pk=pk), meeting=meeting, by=by)
    except (TopicAnsweredError, MeetingBegunError) as error:
        raise OfferGoneError([f"{TOPIC}:{pk}"]) from error
