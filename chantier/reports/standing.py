"""Where a report stands on its way to acceptance: its steps, what was asked, what was done."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count

from chantier.reports.models import AnnualReport, ReportComment, ReportEvent
from chantier.reports.places import settle_address
from chantier.reports.sections import section_named
from members.models import Cycle, Organization

_State = AnnualReport.State
_STEPS = (_State.DRAFT, _State.TO_APPROVE, _State.SUBMITTED, _State.ACCEPTED)
# The coordination examines the reports of others, not its own.
_CHANTIER_STEPS = (_State.DRAFT, _State.SUBMITTED)
# What the organization says to itself before it submits: ECPAR staff do not read it.
_INSIDE = (ReportEvent.Kind.READY, ReportEvent.Kind.WITHDRAWN)


@dataclass(frozen=True)
class Step:
    label: str
    is_done: bool
    is_current: bool


@dataclass(frozen=True)
class Asked:
    """A comment of the coordination, and the section that it speaks of."""

    comment: ReportComment
    title: str
    # Where its form goes, once it is answered.
    address: str

    @property
    def anchor(self) -> str:
        return anchor_of(self.comment.section)

    @property
    def is_settled(self) -> bool:
        return self.comment.settled_at is not None


@dataclass(frozen=True)
class Standing:
    """`report` is None before anything is done with it; `state` is then that of a draft."""

    report: AnnualReport | None
    state: str
    steps: tuple[Step, ...]
    # Newest version first; empty for those who do not take part.
    asked: tuple[Asked, ...]
    events: tuple[ReportEvent, ...]

    @classmethod
    def build(
        cls,
        organization: Organization | None,
        cycle: Cycle,
        *,
        inside: bool,
        with_comments: bool,
    ) -> Standing:
        """Two queries, one more with comments; `inside` for the members of the organization.

        Without organization, of the report of the chantier: nobody comments on it.
        """
        report = AnnualReport.objects.filter(organization=organization, cycle=cycle).first()
        events = ReportEvent.objects.filter(
            report__organization=organization, report__cycle=cycle
        ).select_related("by", "version")
        if not inside:
            events = events.exclude(kind__in=_INSIDE)
        state = report.state if report else _State.DRAFT
        return cls(
            report=report,
            state=state,
            steps=_steps(_State(state), _STEPS if organization else _CHANTIER_STEPS),
            asked=asked_of(organization, cycle) if organization and with_comments else (),
            events=tuple(events.defer("version__pdf", "version__content").order_by("-at", "-pk")),
        )

    @property
    def is_written(self) -> bool:
        """Whether its texts and its cases may change."""
        return self.report is None or self.report.is_written

    @property
    def is_draft(self) -> bool:
        return self.state in (_State.DRAFT, _State.SENT_BACK)

    @property
    def is_sent_back(self) -> bool:
        return self.state == _State.SENT_BACK

    @property
    def is_to_approve(self) -> bool:
        return self.state == _State.TO_APPROVE

    @property
    def is_submitted(self) -> bool:
        """Waiting for the coordination."""
        return self.state == _State.SUBMITTED

    @property
    def is_accepted(self) -> bool:
        return self.state == _State.ACCEPTED

    @property
    def open_number(self) -> int:
        return sum(not row.is_settled for row in self.asked)

    @property
    def due_on(self) -> datetime.date | None:
        """The later day that was granted; None without one."""
        return self.report.due_on if self.report else None


def _steps(state: AnnualReport.State, steps: tuple[AnnualReport.State, ...]) -> tuple[Step, ...]:
    """A report that is sent back is at its first step again, under its own name."""
    sent_back = state == _State.SENT_BACK
    at = 0 if sent_back else steps.index(state)
    labels = [str(step.label) for step in steps]
    if sent_back:
        labels[0] = str(_State.SENT_BACK.label)
    last = len(steps) - 1
    return tuple(
        Step(label, is_done=index < at or index == at == last, is_current=index == at)
        for index, label in enumerate(labels)
    )


def open_by_cycle(organization: Organization) -> dict[int, int]:
    """How many comments wait for an answer, by key of cycle; one query."""
    rows = ReportComment.objects.filter(
        version__report__organization=organization, settled_at__isnull=True
    )
    counted = rows.order_by().values_list("version__report__cycle").annotate(Count("pk"))
    return dict(counted)


def anchor_of(section: str) -> str:
    """Of a section on the page; the priority is told at the end of the summary."""
    return "sommaire" if section == "priorite" else section


def asked_of(organization: Organization, cycle: Cycle) -> tuple[Asked, ...]:
    """What the coordination asked of every version; one query."""
    rows = (
        ReportComment.objects.filter(
            version__report__organization=organization, version__report__cycle=cycle
        )
        .select_related("author", "settled_by", "version")
        .defer("version__pdf", "version__content")
        .order_by("-version__number", "pk")
    )
    return tuple(
        Asked(row, _title(row.section), settle_address(organization, cycle.label, row.pk))
        for row in rows
    )


def _title(code: str) -> str:
    section = section_named(code, of_chantier=False)
    return section.title if section else code
