"""What the report of the chantier says of purchases, benefits and barriers, and its cases.

Each figure says how many organizations it is made of; none is of fewer than three, nor nearly of
one, nor left by subtracting others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q

from benefits import spending
from benefits.models import ObservedBenefit, PublishedPurchases
from benefits.observed.quotes import revealing_words
from chantier.lib.french import compact_lines, fold
from chantier.lib.small_groups import MINIMUM, may_stand_beside, may_tell, tellable
from chantier.reports import basis
from chantier.reports.basis import Basis, Contents
from chantier.reports.models import ReportCase
from chantier.reports.written import MEASURE, NAMED, NOT_AT_ALL, TESTIMONY
from measures.indicators.chantier import sharing
from members.fiscal import FiscalYear
from members.models import Cycle
from members.sharing import SHARED_WITH_MEMBERS

# More would not be read; the others are in the reports of their organizations.
MOST_CASES = 60
_REST = "autres, réunis faute de nombre"


@dataclass(frozen=True)
class Sum:
    """`number` is the number of organizations that it adds up."""

    value: Decimal
    number: int


@dataclass(frozen=True)
class SumLine:
    label: str
    value: Decimal
    number: int


@dataclass(frozen=True)
class Results:
    """None of a figure that may not be told, empty tables likewise."""

    amount: Sum | None
    payments: Sum | None
    contracts: Sum | None
    sectors: tuple[SumLine, ...]
    regions: tuple[SumLine, ...]
    dimensions: tuple[SumLine, ...]


@dataclass(frozen=True)
class ToldBarrier:
    title: str
    number: int
    solutions: tuple[str, ...]


@dataclass(frozen=True)
class ToldCase:
    """`who` is empty without the consent to be named."""

    title: str
    text: str
    stage: int
    dimension: str
    who: str


def results_of(bases: Mapping[str, Basis], cycle: Cycle) -> Results:
    """Two queries: what visitors and members read elsewhere of the same purchases."""
    found = bases[basis.PURCHASES].contents
    amounts = _facts(found, "amount")
    may_be_told = _stands_beside_others(amounts, cycle)
    return Results(
        amount=_sum(amounts) if may_be_told else None,
        payments=_sum(_facts(found, "payments")) if may_be_told else None,
        contracts=_sum(_facts(found, "contracts")) if may_be_told else None,
        **(_tables(bases) if may_be_told else {"sectors": (), "regions": ()}),
        dimensions=_lines(_dimensions(bases[basis.BENEFITS].contents)),
    )


def _facts(contents: Contents, fact: str) -> dict[int, Decimal]:
    bought = {key: basis.bought(content) for key, content in contents.items()}
    return {
        key: Decimal(found[fact])
        for key, found in bought.items()
        if found is not None and found[fact] is not None
    }


def _sum(amounts: Mapping[int, Decimal]) -> Sum | None:
    return Sum(sum(amounts.values(), Decimal(0)), len(amounts)) if may_tell(amounts) else None


def _stands_beside_others(amounts: Mapping[int, Decimal], cycle: Cycle) -> bool:
    """Whether nothing of too few is left beside what is public, and what members read."""
    years = range(cycle.starts_on.year - 1, cycle.ends_on.year + 1)
    public = [
        {int(key): Decimal(amount) for key, amount in row.items()}
        for row in PublishedPurchases.objects.filter(year__in=list(years)).values_list(
            "amounts", flat=True
        )
    ]
    return may_stand_beside(amounts, [*public, *_read_by_members(years)], [])


def _read_by_members(years: range) -> list[dict[int, Decimal]]:
    """What each year adds up for members, as it stands now."""
    ended = {
        FiscalYear.beginning(year if month == 1 else year - 1, month).start: year
        for year in years
        for month in range(1, 13)
    }
    periods = [FiscalYear.beginning(start.year, start.month) for start in ended]
    cells = spending.spent(sharing("I-01", for_staff=False), periods).cells
    by_year = spending.by(
        (cell for cell in cells if cell.start in ended), lambda cell: ended[cell.start]
    )
    return [
        {
            key: spending.total(rows)
            for key, rows in spending.by(found, lambda cell: cell.organization).items()
        }
        for found in by_year.values()
    ]


def _tables(bases: Mapping[str, Basis]) -> dict[str, tuple[SumLine, ...]]:
    """Sectors and regions; regions are left out where beside a sector they tell of too few."""
    sectors = _by_label(bases[basis.SECTORS].contents, basis.SECTORS)
    regions = _by_label(bases[basis.REGIONS].contents, basis.REGIONS)
    beside = [sectors[key] for key in tellable(sectors, ())]
    are_safe = all(may_stand_beside(regions[key], beside, []) for key in tellable(regions, ()))
    return {"sectors": _lines(sectors), "regions": _lines(regions) if are_safe else ()}


def _by_label(contents: Contents, part: str) -> dict[str, dict[int, Decimal]]:
    groups: dict[str, dict[int, Decimal]] = {}
    for key, content in contents.items():
        for label, amount in basis.parts_of(content, part).items():
            groups.setdefault(label, {})[key] = amount
    return groups


def _dimensions(contents: Contents) -> dict[str, dict[int, Decimal]]:
    groups: dict[str, dict[int, Decimal]] = {}
    for key, content in contents.items():
        for label, number in basis.benefits_of(content).items():
            groups.setdefault(label, {})[key] = Decimal(number)
    return groups


def _lines(groups: Mapping[str, Mapping[int, Decimal]]) -> tuple[SumLine, ...]:
    """The groups that may be told, the largest first; the others together, last."""
    told = tellable(groups, ())
    lines = [
        SumLine(label, sum(groups[label].values(), Decimal(0)), len(groups[label]))
        for label in told
    ]
    rest = [amounts for label, amounts in groups.items() if label not in told]
    if told and rest:
        value = sum((sum(amounts.values(), Decimal(0)) for amounts in rest), Decimal(0))
        lines.append(SumLine(_REST, value, len({key for amounts in rest for key in amounts})))
    return tuple(lines)


def barriers_of(bases: Mapping[str, Basis]) -> tuple[ToldBarrier, ...]:
    """The barriers that three organizations met at least, with solutions of the tool box."""
    met: dict[str, list[frozenset[str]]] = {}
    for content in bases[basis.BARRIERS].contents.values():
        for title, solutions in basis.barriers_of(content).items():
            met.setdefault(title, []).append(solutions)
    found = [
        ToldBarrier(title, len(rows), tuple(sorted(frozenset().union(*rows), key=fold)))
        for title, rows in met.items()
        if len(rows) >= MINIMUM
    ]
    return tuple(sorted(found, key=lambda row: (-row.number, fold(row.title))))


@dataclass(frozen=True)
class ToldCases:
    """`left` is how many more might have been told."""

    lines: tuple[ToldCase, ...]
    left: int


def cases_of(cycle: Cycle, contents: Contents, before: Contents) -> ToldCases:
    """Frozen cases whose organization still chooses and accepts them: two queries.

    `before` is the basis of those without a name. A case that is not in it, or that could be of
    fewer than three organizations, would tell whose it is.
    """
    found: dict[int, list[ToldCase]] = {}
    frozen = {key: list(content.get("cases", ())) for key, content in contents.items()}
    for row in _standing(cycle):
        organization = row.report.organization
        cases = frozen.get(organization.pk, [])
        case = next((case for case in cases if _is_of(case, row)), None)
        if case is None:
            continue
        # Two stories of the same benefit are told once each.
        cases.remove(case)
        told = _told(row, case, organization)
        if told is not None and (told.who or _is_among_others(case, organization.pk, before)):
            found.setdefault(organization.pk, []).append(told)
    lines = sorted(
        _first(found.values()), key=lambda case: (case.stage or 9, fold(case.title), case.text)
    )
    return ToldCases(tuple(lines), sum(map(len, found.values())) - len(lines))


def _is_among_others(case: Mapping[str, Any], owner: int, contents: Contents) -> bool:
    known = contents.get(owner, {}).get("cases", ())
    return len(contents) >= MINIMUM and basis.words_of(case) in map(basis.words_of, known)


def _first(by_organization: Iterable[list[ToldCase]]) -> list[ToldCase]:
    """As many as are read: one of each organization before a second, each stage in its turn."""
    turns: Counter[tuple[int, int]] = Counter()
    ranked = []
    for cases in by_organization:
        for rank, case in enumerate(cases):
            turns[rank, case.stage] += 1
            ranked.append((rank, turns[rank, case.stage], case))
    ranked.sort(key=lambda row: row[:2])
    return [case for _, _, case in ranked[:MOST_CASES]]


def _standing(cycle: Cycle) -> Iterable[Any]:
    """What is chosen now, and shared beyond the coordination."""
    shared = SHARED_WITH_MEMBERS
    return (
        ReportCase.objects.filter(report__cycle=cycle, report__organization__isnull=False)
        .filter(
            Q(implementation__sharing__in=shared) & ~Q(implementation__result_story="")
            | Q(observation__in=ObservedBenefit.objects.quotable(), observation__sharing__in=shared)
        )
        .select_related(
            "report__organization__region",
            "implementation__measure",
            "observation__benefit",
            "observation__organization__region",
            "observation__purchase__enterprise__region",
            "observation__implementation",
        )
        .prefetch_related("observation__purchase__enterprise__merged")
        .order_by("pk")
    )


def _is_of(case: Mapping[str, Any], row: Any) -> bool:
    """Whether a frozen case tells a chosen one.

    Of a measure of the guide there is one record; anything else goes by its words too: who takes
    one back, or rewords it, does not see it told for another of the same title.
    """
    if row.implementation is None:
        kind, title, text = TESTIMONY, row.observation.benefit.title, row.observation.statement
    else:
        kind, title, text = MEASURE, row.implementation.title, row.implementation.result_story
    if (case["kind"], case["title"]) != (kind, title):
        return False
    is_alone = row.implementation is not None and row.implementation.measure_id is not None
    return is_alone or case["text"] == compact_lines(text)


def _told(row: Any, case: Mapping[str, Any], organization: Any) -> ToldCase | None:
    source = row.implementation or row.observation
    if case["consent"] == NOT_AT_ALL:
        return None
    is_named = organization.may_be_named and case["consent"] == NAMED
    if row.observation is not None:
        is_named = is_named and row.observation.consent == NAMED
    if not is_named and betrays(source, f"{case['title']} {case['text']}", organization):
        return None
    who = organization.name if is_named else ""
    return ToldCase(case["title"], case["text"], case["stage"], case["dimension"], who)


def betrays(source: Any, text: str, organization: Any) -> bool:
    """Whether a case without a name tells whose it is."""
    if isinstance(source, ObservedBenefit) and revealing_words(source):
        return True
    text = fold(text)
    names = (organization.name, organization.short_name, organization.region.label)
    return any(name and fold(name) in text for name in names)
