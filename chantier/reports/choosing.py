"""The page where cases and testimonies are chosen: how each would read, and who may tell it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, Q, QuerySet, When

from benefits.models import ObservedBenefit
from chantier.lib.french import fold
from chantier.reports.chantier_results import betrays
from chantier.reports.frame import Period
from chantier.reports.models import AnnualReport, ReportCase
from chantier.reports.obstacles import Obstacle, obstacles_of
from chantier.reports.picks import RECORD, STORY, Picks, keys_of, pick_of
from chantier.reports.written import (
    IN_ORDER,
    UNNAMED,
    CaseLine,
    may_be_told,
    told_record,
    told_story,
)
from measures.models.register import ImplementationQuerySet
from members.models import Cycle, Organization

# Of each kind in the page, beside what is chosen: the search finds the others.
MOST_OFFERED = 40
# Beside the consents of `CaseLine`: a text without a name that says whose it is.
BETRAYED = "betrayed"


@dataclass(frozen=True)
class Option:
    """One box: the case as the report would tell it, and what the chantier may do with it.

    `fate` is a consent of `CaseLine`, or BETRAYED. `is_told` is false once what was chosen may no
    longer be told: it stays chosen, and out of the report.
    """

    pick: str
    line: CaseLine
    on: datetime.date | None
    address: str
    fate: str
    is_ticked: bool
    is_told: bool = True


@dataclass(frozen=True)
class Offer:
    """What may be ticked of one kind; `beyond` more are not in the page."""

    options: tuple[Option, ...]
    beyond: int


@dataclass(frozen=True)
class Search:
    """Words of a text, and whether other periods are searched too."""

    words: str = ""
    is_everywhere: bool = False


@dataclass(frozen=True)
class Choosing:
    report: AnnualReport | None
    chosen: tuple[Option, ...]
    records: Offer
    stories: Offer
    # Of any period and whatever is searched: whether there is something to tell at all.
    is_any: bool
    obstacles: tuple[Obstacle, ...]

    @classmethod
    def build(
        cls,
        organization: Organization,
        cycle: Cycle,
        *,
        today: datetime.date,
        search: Search,
        unsaved: tuple[Picks, Picks] | None = None,
    ) -> Choosing:
        """A fixed number of queries; `unsaved` is what a person saw ticked, and then ticked."""
        period = Period.of(cycle, today)
        records, stories = may_be_told(organization)
        rows = list(_chosen(organization, cycle, records, stories))
        stored = frozenset(pick_of(row) for row in rows)
        seen, ticked = unsaved or (stored, stored)
        added = ticked - seen - stored
        hand = _Hand(organization, (stored | added) - (seen - ticked))
        unchosen = (
            records.exclude(pk__in=[row.implementation_id for row in rows if row.implementation]),
            stories.exclude(pk__in=[row.observation_id for row in rows if row.observation]),
        )
        return cls(
            report=AnnualReport.objects.filter(organization=organization, cycle=cycle).first(),
            chosen=tuple(map(hand.chosen, rows)),
            records=hand.offer(_records(unchosen[0], period, search, added)),
            stories=hand.offer(_stories(unchosen[1], period, search, added)),
            is_any=bool(rows) or records.exists() or stories.exists(),
            obstacles=obstacles_of(organization, period),
        )

    @property
    def is_open(self) -> bool:
        """Whether the choice may change."""
        return self.report is None or self.report.is_written

    @property
    def ticked(self) -> list[Option]:
        every = (*self.chosen, *self.records.options, *self.stories.options)
        return [option for option in every if option.is_ticked]


@dataclass(frozen=True)
class _Hand:
    """What turns rows into boxes: whose they are, and what is ticked."""

    organization: Organization
    ticked: Picks

    def offer(self, rows: QuerySet) -> Offer:
        found = list(rows[: MOST_OFFERED + 1])
        beyond = rows.count() - MOST_OFFERED if len(found) > MOST_OFFERED else 0
        return Offer(tuple(map(self.option, found[:MOST_OFFERED])), beyond)

    def chosen(self, row: Any) -> Option:
        return self.option(row.implementation or row.observation, is_told=row.is_told)

    def option(self, row: Any, *, is_told: bool = True) -> Option:
        # One organization: neither its name nor its region is asked again for each row.
        row.organization = self.organization
        is_story = isinstance(row, ObservedBenefit)
        tell = told_story if is_story else told_record
        line = tell(row, may_be_named=self.organization.may_be_named)
        pick = f"{STORY if is_story else RECORD}-{row.pk}"
        return Option(
            pick=pick,
            line=line,
            on=row.observed_on if is_story else row.implemented_on,
            address=row.get_absolute_url(),
            fate=self._fate(row, line),
            is_ticked=pick in self.ticked,
            is_told=is_told,
        )

    def _fate(self, row: Any, line: CaseLine) -> str:
        is_unnamed = line.consent == UNNAMED
        text = f"{line.title} {line.text}"
        return BETRAYED if is_unnamed and betrays(row, text, self.organization) else line.consent


def _chosen(
    organization: Organization, cycle: Cycle, records: QuerySet, stories: QuerySet
) -> QuerySet:
    """Also what may no longer be told, so that it can be taken out; with `is_told`."""
    told = Q(implementation__in=records) | Q(observation__in=stories)
    return (
        ReportCase.objects.filter(report__organization=organization, report__cycle=cycle)
        .annotate(is_told=told)
        .select_related(
            "implementation__measure",
            "implementation__stage",
            *(f"observation__{name}" for name in _OF_STORIES),
        )
        .prefetch_related("observation__purchase__enterprise__merged")
        .order_by(*IN_ORDER)
    )


# What tells whether a story says whose it is.
_OF_STORIES = ("benefit", "purchase__enterprise__region", "implementation")


def _records(
    rows: ImplementationQuerySet, period: Period, search: Search, added: Picks
) -> QuerySet:
    """What is searched, and first what is ticked and not saved yet."""
    wanted = Q()
    if not search.is_everywhere:
        days = (period.starts_on, period.as_of)
        wanted = Q(pk__in=rows.implemented_between(*days).values("pk"))
    for word in fold(search.words).split():
        wanted &= Q(search_text__contains=word)
    return (
        _with_added(rows, wanted, keys_of(added, RECORD))
        .select_related("measure", "stage")
        .order_by("-is_added", F("implemented_on").desc(nulls_last=True), "pk")
    )


def _stories(rows: QuerySet, period: Period, search: Search, added: Picks) -> QuerySet:
    """What is searched, and first what is ticked and not saved yet."""
    wanted = Q()
    if not search.is_everywhere:
        wanted = Q(observed_on__range=(period.starts_on, period.as_of))
    for word in search.words.split():
        wanted &= Q(statement__icontains=word) | Q(benefit__search_text__contains=fold(word))
    return (
        _with_added(rows, wanted, keys_of(added, STORY))
        .select_related(*_OF_STORIES)
        .prefetch_related("purchase__enterprise__merged")
        .order_by("-is_added", "-observed_on", "-pk")
    )


def _with_added(rows: QuerySet, wanted: Q, keys: list[int]) -> QuerySet:
    added = Q(pk__in=keys)
    is_added = Case(When(added, then=True), default=False)
    return rows.filter(wanted | added if wanted else wanted).annotate(is_added=is_added)
