"""How the organizations of the chantier spread over the rates, as far as it may be told.

What is told is published: computed for all at once, kept with its day, the same for everyone who
reads it. It holds no organization's figure, only numbers of organizations that may be told
(`chantier.lib.small_groups`):

- a piece of the scale holds three organizations besides one's own, among all, in each group that
  is told, and in all groups that are not;
- a newer one takes its place only after as many organizations changed their register, so that the
  difference of two days tells no more than either;
- the page adds what the reader knows already: their own rate.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F
from django.utils import timezone

from chantier.lib import small_groups
from measures.models import Implementation, ImplementationEvent, Stage
from measures.progress import Rates, rates_of_all
from measures.statuses import Status
from members.models import Organization

# Tenths of the scale: fine enough to tell a quarter from a third.
BINS = 10
_STEP = 100 // BINS
# Computing costs a look at every register: not at each visit.
RENEWED_AFTER = datetime.timedelta(days=7)
# The number changes with the shape of what is kept.
KEY = "measures-spread-1"


@dataclass(frozen=True)
class Piece:
    """A piece of the scale of rates, both ends included, and how many organizations are there."""

    low: int
    high: int
    number: int

    def holds(self, rate: int) -> bool:
        return self.low <= rate <= self.high


Pieces = tuple[Piece, ...]


@dataclass(frozen=True)
class Spread:
    """What is told of one stage, or of all of them together."""

    at: datetime.datetime
    everyone: Pieces
    groups: dict[str, Pieces]
    # By measure: how many implemented it among all, and in each group that may be told.
    implemented: dict[int, dict[str, int]]

    def pieces(self, group: str) -> Pieces:
        """Among one group, or among all for an empty one; empty when too few may be told."""
        return self.groups.get(group, ()) if group else self.everyone


EVERYONE = ""


def pieces_of(
    bins: Mapping[str, Sequence[int]], *, minimum: int
) -> tuple[Pieces, dict[str, Pieces]]:
    """What may be told of numbers by group and bin: among all, and by group.

    Which groups are told depends on their sizes alone, and all have the same pieces: a page stays
    as it is when two organizations of a group exchange their rates, hence tells of neither.
    """
    if not bins:
        return (), {}
    total = [sum(column) for column in zip(*bins.values(), strict=True)]
    among_all = small_groups.merge_neighbours([total], minimum=minimum)
    sizes = {group: sum(row) for group, row in bins.items()}
    # Two pieces at least, or there is nothing to tell.
    told = small_groups.separable(sizes, minimum=2 * minimum)
    if not (among_all and told):
        return _count(total, among_all), {}
    rows = [bins[group] for group in told]
    if untold := [row for group, row in bins.items() if group not in told and sizes[group]]:
        rows.append([sum(column) for column in zip(*untold, strict=True)])
    # Pieces of the groups are made of pieces of all: others would cut them, by subtraction.
    merged = small_groups.merge_neighbours(
        [[sum(row[bin_] for bin_ in piece) for piece in among_all] for row in rows],
        minimum=minimum,
    )
    among_each = [
        range(among_all[piece.start].start, among_all[piece.stop - 1].stop) for piece in merged
    ]
    groups = {group: _count(bins[group], among_each) for group in told} if among_each else {}
    return _count(total, among_all), groups


def _count(row: Sequence[int], pieces: Iterable[range]) -> Pieces:
    return tuple(
        Piece(
            low=piece.start * _STEP,
            # 100 % belongs to the last tenth.
            high=100 if piece.stop == BINS else piece.stop * _STEP - 1,
            number=sum(row[bin_] for bin_ in piece),
        )
        for piece in pieces
    )


def published(stages: Sequence[Stage]) -> dict[int | None, Spread]:
    """What is told today, by stage id, and in total under None.

    One look at the cache; once a week, what changed since is looked at, and computed if enough.
    """
    kept = {stage: _read(value) for stage, value in cache.get(KEY, {}).items()}
    stale = timezone.now() - RENEWED_AFTER
    wanted = [None, *(stage.pk for stage in stages)]
    doubtful = [stage for stage in wanted if stage not in kept or kept[stage].at < stale]
    return kept | _renew(doubtful, kept) if doubtful else kept


def _renew(
    stages: Sequence[int | None], kept: Mapping[int | None, Spread]
) -> dict[int | None, Spread]:
    """Publish anew the stages where enough organizations changed since; the others stay."""
    minimum = small_groups.others_than(Organization.objects.active().most_of_one_person())
    ready = [
        stage
        for stage in stages
        if stage not in kept or _movers(stage, since=kept[stage].at) >= minimum
    ]
    if not ready:
        return {}
    now = timezone.now()
    rates = rates_of_all(as_of=timezone.localdate(now))
    implemented = _implemented_by_group()
    fresh = {stage: _spread(stage, rates, implemented, now, minimum) for stage in ready}
    # For ever: a forgotten day could be published again with one change in it.
    values = {stage: _written(spread) for stage, spread in ({**kept, **fresh}).items()}
    cache.set(KEY, values, timeout=None)
    return fresh


def _movers(stage: int | None, *, since: datetime.datetime) -> int:
    """How many organizations changed a status since then."""
    changes = ImplementationEvent.objects.filter(
        at__gt=since, implementation__organization__is_active=True
    ).exclude(status_before=F("status_after"))
    if stage is not None:
        changes = changes.filter(implementation__stage=stage)
    return changes.aggregate(n=Count("implementation__organization", distinct=True))["n"]


# Measure id → its stage id and the number of organizations by group.
Implemented = dict[int, tuple[int, Counter[str]]]


def _implemented_by_group() -> Implemented:
    """One query: rows by measure and sort of organization."""
    rows = (
        Implementation.objects.filter(
            status=Status.IMPLEMENTED, measure__is_active=True, organization__is_active=True
        )
        .order_by()
        .values_list(
            "measure_id", "measure__stage_id", "organization__kind", "organization__regime"
        )
        .annotate(number=Count("pk"))
    )
    found: Implemented = {}
    for measure, stage, kind, regime, number in rows:
        group = Organization(kind=kind, regime=regime).group
        found.setdefault(measure, (stage, Counter()))[1][group] += number
    return found


def _spread(
    stage: int | None,
    rates: Iterable[Rates],
    implemented: Implemented,
    at: datetime.datetime,
    minimum: int,
) -> Spread:
    bins: defaultdict[str, list[int]] = defaultdict(lambda: [0] * BINS)
    sizes: Counter[str] = Counter()
    for row in rates:
        sizes[row.group] += 1
        rate = row.by_stage.get(stage)
        if rate is not None:
            bins[row.group][min(rate // _STEP, BINS - 1)] += 1
    everyone, groups = pieces_of(bins, minimum=minimum)
    told = {
        measure: told_numbers(numbers, sizes, minimum=minimum)
        for measure, (of_stage, numbers) in implemented.items()
        if of_stage == stage
    }
    return Spread(at, everyone, groups, {measure: row for measure, row in told.items() if row})


def told_numbers(
    numbers: Mapping[str, int], sizes: Mapping[str, int], *, minimum: int
) -> dict[str, int]:
    """How many implemented a measure: among all, and in each group, as far as it may be told.

    Groups are told together or not at all, for the total minus the others tells of one; and not
    where all the others of the group did, which would tell of each.
    """
    total = sum(numbers.values())
    told = {EVERYONE: total} if total >= minimum - 1 else {}
    if told and small_groups.may_stand_with_total(numbers.values(), minimum=minimum - 1):
        told |= {
            group: number
            for group, number in numbers.items()
            if number and sizes.get(group, 0) - number >= minimum - small_groups.MINIMUM + 1
        }
    return told


def _written(spread: Spread) -> dict[str, Any]:
    """Plain values: what is kept must be read by a later version of this file."""
    return asdict(spread)


def _read(value: dict[str, Any]) -> Spread:
    return Spread(
        at=value["at"],
        everyone=tuple(Piece(**piece) for piece in value["everyone"]),
        groups={
            group: tuple(Piece(**piece) for piece in pieces)
            for group, pieces in value["groups"].items()
        },
        implemented=value["implemented"],
    )
