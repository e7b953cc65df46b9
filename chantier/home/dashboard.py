"""What the dashboard says: finished, frozen, in a fixed number of queries."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Case, F, OuterRef, Subquery, When
from django.urls import reverse
from django.utils.text import Truncator

from chantier.home.report_tasks import cycles_with_reports, report_tasks
from chantier.home.staff_tasks import staff_tasks
from chantier.home.tasks import MOST_TASKS, Task
from chantier.lib import french
from chantier.progress import Progress, ToolboxProgress
from measures.models import (
    EvidenceRequest,
    Implementation,
    ImplementationEvent,
    Stage,
)
from measures.quality import BY_SLUG
from measures.statuses import Status
from meetings.audience import to_review
from meetings.invitations import takes_answers
from meetings.models import Commitment, Meeting, MeetingAnswer, Synthesis
from meetings.review import review_title
from members.access import Access
from members.models import Cycle, Organization, User

_MOST_OBJECTIVES = 12
_MOST_ASKED = 10
_NBSP = french.NBSP


@dataclass(frozen=True)
class NextMeeting:
    """The meeting that comes next, and the texts of its objectives."""

    meeting: Meeting
    objectives: tuple[str, ...]
    # What the person answered, empty when they have not; None when they were not invited.
    answer: str | None


@dataclass(frozen=True)
class MemberDashboard:
    """An organization's tasks, progress, next meeting and latest changes."""

    organization: Organization
    may_edit: bool
    cycle: Cycle | None
    tasks: tuple[Task, ...]
    progress: Progress
    # None before the first cycle.
    toolbox: ToolboxProgress | None
    next_meeting: NextMeeting | None
    events: tuple[ImplementationEvent, ...]

    @classmethod
    def build(
        cls,
        access: Access,
        *,
        today: datetime.date,
        stages: Iterable[Stage],
        user: User | None = None,
    ) -> MemberDashboard:
        organization = access.organization
        cycles = cycles_with_reports(organization, today)
        return cls(
            organization=organization,
            may_edit=access.may_edit,
            cycle=cycles[0] if cycles else None,
            tasks=(
                *_proposals(access),
                *_reviews(user, today),
                *_member_tasks(access, cycles, today),
            ),
            progress=Progress.build(organization, as_of=today, stages=stages),
            toolbox=(
                ToolboxProgress.build(organization, cycles[0], today=today) if cycles else None
            ),
            next_meeting=_next_meeting(today, user),
            events=tuple(
                ImplementationEvent.objects.filter(implementation__organization=organization)
                .select_related("actor", "implementation__measure")
                .order_by("-at", "-pk")[:5]
            ),
        )


@dataclass(frozen=True)
class StaffDashboard:
    """What ECPAR staff have to do across the chantier."""

    tasks: tuple[Task, ...]
    asked: EvidenceAsked
    next_meeting: NextMeeting | None

    @classmethod
    def build(cls, user: User, *, today: datetime.date) -> StaffDashboard:
        return cls(
            tasks=tuple(staff_tasks(user, today=today)),
            asked=EvidenceAsked.build(),
            next_meeting=_next_meeting(today),
        )


@dataclass(frozen=True)
class EvidenceAsked:
    """The requests for evidence that no organization has answered: how many, and the oldest."""

    number: int
    requests: tuple[EvidenceRequest, ...]

    @classmethod
    def build(cls) -> EvidenceAsked:
        """Two queries. A record that its organization has closed since is not named."""
        waiting = EvidenceRequest.objects.waiting().open_to_staff()
        rows = waiting.select_related("implementation__measure", "implementation__organization")
        return cls(waiting.count(), tuple(rows[:_MOST_ASKED]))


def _next_meeting(today: datetime.date, user: User | None = None) -> NextMeeting | None:
    """One query: a meeting comes once for each of its objectives, and the first is kept."""
    mine = MeetingAnswer.objects.filter(meeting=OuterRef("pk"), user=user)
    rows = list(
        Meeting.objects.coming(today)
        .annotate(objective=F("objectives__text"), answer=Subquery(mine.values("answer")[:1]))
        .order_by("held_on", "pk", "objectives__order", "objectives__pk")[:_MOST_OBJECTIVES]
    )
    if not rows:
        return None
    own = (row.objective for row in rows if row.pk == rows[0].pk)
    answer = rows[0].answer if takes_answers(rows[0]) else None
    return NextMeeting(rows[0], tuple(text for text in own if text), answer)


def _member_tasks(access: Access, cycles: list[Cycle], today: datetime.date) -> list[Task]:
    organization = access.organization
    records = Implementation.objects.filter(organization=organization)
    to_review, overdue, unproven = (
        BY_SLUG[slug].failing(today) for slug in ("a-revoir", "en-retard", "sans-preuve")
    )
    pressing = (
        records.select_related("measure", "organization")
        .filter(to_review | overdue | unproven)
        .annotate(due=Case(When(to_review, "review_on"), When(overdue, "planned_for")))
        # Said outright: SQLite and PostgreSQL do not place what has no date at the same end.
        .order_by(F("due").asc(nulls_last=True), "pk")[:MOST_TASKS]
    )
    tasks = [_task_of(record) for record in pressing]
    # Late things first; a missing evidence can wait.
    tasks.sort(key=lambda task: not task.late)
    return [*_evidence_asked(organization), *report_tasks(access, cycles, today), *tasks]


def _proposals(access: Access) -> list[Task]:
    """What was promised in a meeting comes first, one line a meeting: one query."""
    waiting: dict[Meeting, list[Commitment]] = {}
    rows = Commitment.objects.unanswered().filter(organization=access.organization)
    for row in rows.select_related("meeting").order_by("meeting__held_on", "meeting__pk", "pk"):
        waiting.setdefault(row.meeting, []).append(row)
    action = "Répondre" if access.may_edit else "Lire"
    return [
        Task(
            "bullseye",
            _proposals_of(meeting, len(promises)),
            Truncator(f"Promis{_NBSP}: {promises[0].text}").chars(160),
            _answered_at(access, promises),
            action,
        )
        for meeting, promises in list(waiting.items())[:MOST_TASKS]
    ]


def _reviews(user: User | None, today: datetime.date) -> list[Task]:
    """Syntheses that the person may amend: one query."""
    rows = to_review(user, today) if user else Synthesis.objects.none()
    return [
        Task(
            "journal-text",
            review_title(row),
            f"Votre organisation y était{_NBSP}: vous pouvez proposer des modifications",
            reverse("meetings:synthesis_review", args=[row.meeting.slug]),
            "Relire",
        )
        for row in rows.select_related("meeting").order_by("review_until", "pk")[:MOST_TASKS]
    ]


def _answered_at(access: Access, promises: list[Commitment]) -> str:
    """The page where promises are answered; the list, for readers and for several."""
    kwargs: dict[str, str | int] = {"org_slug": access.organization.slug}
    if access.may_edit and len(promises) == 1:
        return reverse("meetings:proposal_answer", kwargs=kwargs | {"pk": promises[0].pk})
    return reverse("meetings:proposal_list", kwargs=kwargs)


def _proposals_of(meeting: Meeting, number: int) -> str:
    what = "à la proposition" if number == 1 else f"aux {number}{_NBSP}propositions"
    return f"Répondre {what} {meeting.of_heading}"


def _evidence_asked(organization: Organization) -> list[Task]:
    """What ECPAR asks for comes first: somebody waits for it."""
    waiting = (
        EvidenceRequest.objects.waiting()
        .filter(implementation__organization=organization)
        .select_related("implementation__measure", "implementation__organization")
    )
    return [
        Task(
            "envelope",
            f"Répondre à l’ECPAR{_NBSP}: «{_NBSP}{asked.implementation.title}{_NBSP}»",
            f"Preuve demandée{_NBSP}: {asked.message}",
            f"{asked.implementation.get_absolute_url()}#demandes",
            "Répondre",
            asked.is_late,
        )
        for asked in waiting[:MOST_TASKS]
    ]


def _task_of(record: Implementation) -> Task:
    url = record.get_absolute_url()
    if record.is_to_review:
        why = f"Révision attendue le {french.long_date(record.review_on)}"
        return Task(
            "arrow-repeat", f"Réviser «{_NBSP}{record.title}{_NBSP}»", why, url, "Réviser", True
        )
    if record.status == Status.IMPLEMENTED:
        expected = record.measure.expected_evidence if record.measure else ""
        why = f"Preuve attendue{_NBSP}: {expected}" if expected else "Aucune preuve jointe"
        title = f"Joindre une preuve{_NBSP}: «{_NBSP}{record.title}{_NBSP}»"
        return Task("paperclip", title, why, f"{url}#id_uploads", "Joindre")
    why = f"Échéance passée, le {french.long_date(record.planned_for)}"
    return Task(
        "clock", f"Faire avancer «{_NBSP}{record.title}{_NBSP}»", why, url, "Ouvrir", late=True
    )
