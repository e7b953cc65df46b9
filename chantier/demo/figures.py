"""The figures of a few fictional members, noted when each fiscal year had ended."""

import datetime
import random
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from django.utils import timezone

from chantier.demo.dates import at_office, days, workday
from chantier.lib import seeds
from chantier.lib.numbers import NumberField
from measures.actions.figures import save_figure
from measures.indicators.lines import year_of_cycle
from measures.indicators.values import Figure, read
from measures.models import Indicator, IndicatorRevision, IndicatorValue
from members.fiscal import FiscalYear, fiscal_years
from members.models import Cycle, Organization, User

_FIGURES = Path(__file__).parent / "figures.toml"
_WHOLE_YEARS = 4
_TERM = NumberField(max_digits=18, decimal_places=4)
# One value that was corrected: what it said first, and why it changed.
_CORRECTED = ("val-clement", "I-03", 2)
_FIRST = Decimal(16)
_REASON = "Deux bons de commande d’un même contrat étaient comptés deux fois."


@dataclass(frozen=True)
class _Note:
    """One value to note, by whom and when."""

    organization: Organization
    indicator: Indicator
    year: FiscalYear
    figure: Figure
    by: User
    at: datetime.datetime


def ensure_figures(
    organizations: list[Organization],
    teams: dict[int, list[User]],
    first: Cycle,
    *,
    today: datetime.date,
) -> None:
    """Once: while nobody has noted a value."""
    if IndicatorValue.objects.filter(organization__in=organizations).exists():
        return
    by_slug = {organization.slug: organization for organization in organizations}
    for note in (*_notes(by_slug, teams, today), *_first_notes(by_slug, teams, first)):
        _write(note, version=0)
    slug, code, index = _CORRECTED
    row = IndicatorValue.objects.filter(organization__slug=slug, indicator__code=code)
    _correct(row.order_by("period_start")[index], teams[by_slug[slug].pk][-1])


def _notes(
    by_slug: dict[str, Organization], teams: dict[int, list[User]], today: datetime.date
) -> Iterator[_Note]:
    indicators = seeds.by_code(Indicator)
    rng = random.Random(202_105)  # noqa: S311 - a fixed draw, not a secret
    for item in seeds.load(_FIGURES):
        organization = by_slug[item["organization"]]
        indicator = indicators[item["indicator"]]
        years = fiscal_years(organization, until=today, count=_WHOLE_YEARS + 1)
        for index, (year, text) in enumerate(zip(years, item["values"], strict=False)):
            if not text:
                continue
            figure = _figure(text, indicator)
            if (organization.slug, indicator.code, index) == _CORRECTED:
                figure = Figure(_FIRST)
            moment = at_office(rng, workday(year.end + days(rng.randint(20, 75))))
            by = teams[organization.pk][0]
            at = min(moment, timezone.now())
            yield _Note(organization, indicator, year, figure, by, at)


def _first_notes(
    by_slug: dict[str, Organization], teams: dict[int, list[User]], first: Cycle
) -> Iterator[_Note]:
    """What was noted for the first report, two months after the year that it is on."""
    indicators = seeds.by_code(Indicator)
    rng = random.Random(202_020)  # noqa: S311 - a fixed draw, not a secret
    for item in seeds.load(_FIGURES):
        if text := item.get("first"):
            organization, indicator = by_slug[item["organization"]], indicators[item["indicator"]]
            year = year_of_cycle(organization, first)
            at = at_office(rng, workday(year.end + days(rng.randint(40, 55))))
            figure, by = _figure(text, indicator), teams[organization.pk][0]
            yield _Note(organization, indicator, year, figure, by, at)


def _figure(text: str, indicator: Indicator) -> Figure:
    over, _, under = text.partition("/")
    if under:
        return Figure(numerator=_TERM.clean(over), denominator=_TERM.clean(under))
    return Figure(read(text, indicator))


def _write(note: _Note, *, version: int, reason: str = "") -> None:
    """Save it, and date it as if it had been written then."""
    row = save_figure(
        organization=note.organization,
        indicator=note.indicator,
        year=note.year,
        figure=note.figure,
        version=version,
        reason=reason,
        by=note.by,
    )
    rows = IndicatorValue.objects.filter(pk=row.pk)
    rows.update(updated_at=note.at, **({} if version else {"created_at": note.at}))
    IndicatorRevision.objects.filter(indicator_value=row, number=row.version).update(at=note.at)


def _correct(row: IndicatorValue, by: User) -> None:
    """A few weeks later, somebody else found what was counted twice."""
    item = next(
        item
        for item in seeds.load(_FIGURES)
        if (item["organization"], item["indicator"]) == _CORRECTED[:2]
    )
    figure = _figure(item["values"][_CORRECTED[2]], row.indicator)
    at = min(row.updated_at + days(21), timezone.now())
    year = FiscalYear(row.period_start, row.period_end)
    note = _Note(row.organization, row.indicator, year, figure, by, at)
    _write(note, version=row.version, reason=_REASON)
