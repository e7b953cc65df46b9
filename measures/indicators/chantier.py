"""What the organizations of the chantier give together for an indicator: one definition.

Years are years of reporting: a sum adds only fiscal years that end in the same calendar year.
Nothing is told of fewer than three organizations, nor of an amount that one of them makes nearly
alone, once who reads has taken away their own; and only totals are told, so that nothing is found
by subtraction.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from chantier.lib import french, small_groups
from measures.indicators.feeds import fed_of, is_fed
from measures.indicators.values import written
from measures.models import Indicator, IndicatorAim, IndicatorValue
from members.fiscal import FiscalYear
from members.models import Cycle, Organization
from members.sharing import SHARED_WITH_MEMBERS, SHARED_WITH_STAFF, SharingLevel

# What makes sense added up, where it is typed: a quotient of sums is no sum of quotients.
_ADDED = ("$", "nombre", "heures", "unités")
# How far back rows of the portal are read.
_FED_YEARS = 10
_BY_DEFAULT = SharingLevel.COORDINATION
_C = Indicator.Computation
Levels = Sequence[str]


@dataclass(frozen=True)
class Known:
    """What stands for an organization in a year; None is « n. d. »."""

    value: Decimal | None
    things: frozenset[int] = frozenset()


@dataclass(frozen=True)
class YearTogether:
    """One year of reporting. Each figure is None where it may not be told, and `why` says it."""

    label: str
    organizations: int | None
    value: Decimal | None
    text: str
    why: str = ""


def is_added(indicator: Indicator) -> bool:
    return indicator.unit in _ADDED and not indicator.is_computed


def is_union(indicator: Indicator) -> bool:
    """Whether organizations count together what each of them counts: a region counts once."""
    return indicator.level == Indicator.Level.CHANTIER and is_fed(indicator)


def together(
    indicator: Indicator, *, for_staff: bool, own: Collection[int] = ()
) -> list[YearTogether]:
    """The years, newest first: one query, and two more where rows of the portal feed it.

    Members read of what is shared with them; staff, of all that is not kept to an organization.
    `own` are the organizations of who reads: they may subtract what these gave.
    What the register gives is not here: `measures.spread` tells how rates spread.
    """
    if indicator.computation == _C.REPORTS:
        return _reports(indicator, own)
    if indicator.computation in (_C.PROGRESS_RATE, _C.PROGRESS_POINTS):
        return []
    levels = SHARED_WITH_STAFF if for_staff else SHARED_WITH_MEMBERS
    by_year: dict[int, dict[int, Known]] = defaultdict(dict)
    for end, organization, known in sorted(_values(indicator, levels), key=lambda row: row[:2]):
        # Of two periods of one organization that end in a year, the last stands for it.
        by_year[end.year][organization] = known
    return [_told(indicator, year, by_year[year], own) for year in sorted(by_year, reverse=True)]


def _values(indicator: Indicator, levels: Levels) -> list[tuple[datetime.date, int, Known]]:
    """Rows (end of the fiscal year, organization, what is known of it)."""
    terms = [each for each in (indicator.dividend, indicator.divisor) if each]
    if indicator.computation == _C.QUOTIENT and len(terms) < 2:
        return []
    standing = _standing(indicator, terms or [indicator], levels)
    if not terms:
        return [
            (end, organization, known)
            for (_, organization, end), known in standing.items()
            if known.value is not None
        ]
    dividend, divisor = terms
    rows = []
    for (pk, organization, end), known in standing.items():
        under = standing.get((divisor.pk, organization, end))
        if pk != dividend.pk or known.value is None or under is None or not under.value:
            continue
        if under.value > 0:
            rows.append((end, organization, Known(known.value / under.value)))
    return rows


def _standing(
    indicator: Indicator, counted: Sequence[Indicator], levels: Levels
) -> dict[tuple[int, int, datetime.date], Known]:
    """By indicator, organization and end of the fiscal year: what was typed, else what rows say.

    Of active organizations that share the indicator, and those that it is worked out from.
    """
    sharing = _sharing({row.pk for row in (indicator, *counted)}, levels)
    typed = (
        IndicatorValue.objects.filter(organization__in=sharing, indicator__in=counted)
        .order_by("period_end", "pk")
        .values_list("indicator_id", "organization_id", "period_end", "value")
    )
    found = {(pk, owner, end): Known(value) for pk, owner, end, value in typed}
    return fed_known(sharing, counted) | found


def fed_known(
    sharing: QuerySet[Organization], counted: Collection[Indicator]
) -> dict[tuple[int, int, datetime.date], Known]:
    """What rows of the portal say, of the last ten fiscal years; keyed as `_standing` is."""
    if not any(map(is_fed, counted)):
        return {}
    today = timezone.localdate()
    months = Organization.objects.active().order_by().values_list("fiscal_year_start_month")
    years = {
        start: FiscalYear.beginning(start.year, start.month)
        for (month,) in months.distinct()
        for start in (datetime.date(today.year - back, month, 1) for back in range(_FED_YEARS))
    }
    pks = {row.code: row.pk for row in counted}
    return {
        (pks[code], owner, years[start].end): Known(value.value, value.things)
        for (owner, code, start), value in fed_of(sharing, counted, list(years.values())).items()
    }


def sharing(code: str, *, for_staff: bool) -> QuerySet[Organization]:
    """The active organizations whose figures of an indicator count in totals, for who reads."""
    levels = SHARED_WITH_STAFF if for_staff else SHARED_WITH_MEMBERS
    return _with_aims(Organization.objects.active().order_by(), levels, indicator__code=code)


def sharing_by_code(codes: Collection[str], *, for_staff: bool) -> dict[str, frozenset[int]]:
    """The same, of several indicators at once, in one query for members and two for staff."""
    levels = SHARED_WITH_STAFF if for_staff else SHARED_WITH_MEMBERS
    aims = IndicatorAim.objects.filter(indicator__code__in=codes, organization__is_active=True)
    found = {code: set(_by_default(levels)) for code in codes}
    rows = aims.values_list("indicator__code", "organization_id", "sharing")
    for code, organization, level in rows:
        (found[code].add if level in levels else found[code].discard)(organization)
    return {code: frozenset(owners) for code, owners in found.items()}


def _by_default(levels: Levels) -> Iterable[int]:
    """Those that share at one of these levels without saying so."""
    rows = Organization.objects.active().order_by()
    return list(rows.values_list("pk", flat=True)) if _BY_DEFAULT in levels else []


def _sharing(indicators: Iterable[int], levels: Levels) -> QuerySet[Organization]:
    """Active organizations that share all of these indicators at one of these levels."""
    rows: QuerySet[Organization] = Organization.objects.active().order_by()
    for pk in sorted(indicators):
        rows = _with_aims(rows, levels, indicator=pk)
    return rows


def _with_aims(
    rows: QuerySet[Organization], levels: Levels, **indicator: Any
) -> QuerySet[Organization]:
    aims = IndicatorAim.objects.filter(organization=OuterRef("pk"), **indicator)
    if _BY_DEFAULT in levels:
        # Without an aim, this is how far a value is open.
        return rows.filter(~Exists(aims.exclude(sharing__in=levels)))
    return rows.filter(Exists(aims.filter(sharing__in=levels)))


def _told(
    indicator: Indicator, year: int, known: Mapping[int, Known], own: Collection[int]
) -> YearTogether:
    values = {owner: each.value for owner, each in known.items() if each.value is not None}
    if len(values.keys() - own) < small_groups.MINIMUM:
        return _untold(year, None, "Moins de trois organisations.")
    if is_union(indicator):
        value = Decimal(len(frozenset().union(*(each.things for each in known.values()))))
    elif not is_added(indicator):
        value = Decimal(median(values.values()))
    elif not small_groups.may_tell(values, own):
        return _untold(year, len(values), "Une organisation en fait presque tout.")
    else:
        value = sum(values.values(), Decimal(0))
    return YearTogether(str(year), len(values), value, written(value, indicator))


def _untold(year: int, number: int | None, why: str) -> YearTogether:
    return YearTogether(str(year), number, None, french.NOT_AVAILABLE, why)


def _reports(indicator: Indicator, own: Collection[int]) -> list[YearTogether]:
    """Of each cycle that ended with reports, the share of its members that submitted theirs."""
    of_members = Q(annual_reports__state="submitted", annual_reports__organization__is_active=True)
    cycles: Any = (
        Cycle.objects.annotate(
            done=Count("annual_reports__organization", filter=of_members, distinct=True)
        )
        .filter(done__gt=0)
        .order_by("-starts_on")
    )
    joined = list(Organization.objects.active().values_list("joined_on", flat=True))
    return [
        _share(indicator, cycle, sum(day <= cycle.ends_on for day in joined), len(own))
        for cycle in cycles
    ]


def _share(indicator: Indicator, cycle: Any, members: int, own: int) -> YearTogether:
    parts = (cycle.done, max(members - cycle.done, 0))
    told = small_groups.may_stand_with_total(parts, minimum=small_groups.others_than(own))
    if not (told and members):
        return YearTogether(
            cycle.label, None, None, french.NOT_AVAILABLE, "Moins de trois organisations."
        )
    value = Decimal(100 * min(cycle.done, members)) / members
    return YearTogether(cycle.label, cycle.done, value, written(value, indicator))
