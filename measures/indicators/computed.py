"""Figures that nobody types: what they say, and what they are computed from.

The grid, the pages of an indicator, the spreadsheets and the reports read them here. A quotient is
that of two stored values; the measures implemented are those of the register, as
`measures.progress` counts them, on the last day of a fiscal year or today while it is under way.
Nothing divided by nothing, or by zero, is « n. d. ».
"""

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError

from chantier.lib import french
from measures.indicators.values import ratio, written
from measures.models import Indicator
from measures.progress import History, Tally
from members.fiscal import FiscalYear
from members.models import Organization

# Values of one organization, by indicator and first day of the fiscal year; None is « n. d. ».
Key = tuple[int, datetime.date]
Values = Mapping[Key, Decimal | None]
_C = Indicator.Computation
_FROM_REGISTER = (_C.PROGRESS_RATE, _C.PROGRESS_POINTS)


@dataclass(frozen=True)
class Term:
    """One of the figures that a value is computed from."""

    label: str
    text: str
    # The value that it is, for a link; of a term that is no indicator, no code.
    code: str = ""
    year: int = 0


@dataclass(frozen=True)
class Computed:
    """The value of a computed indicator; None is « n. d. », and `why` then says why."""

    value: Decimal | None
    terms: tuple[Term, ...] = ()
    why: str = ""

    @property
    def in_words(self) -> str:
        """« mesures implantées : 3; mesures applicables : 9 », and why there is no figure."""
        terms = "; ".join(f"{term.label}\u00a0: {term.text}" for term in self.terms)
        return f"{terms}. {self.why}" if terms and self.why else terms or self.why


@dataclass(frozen=True)
class _Known:
    """What values are computed from."""

    rows: Mapping[int, Indicator]
    values: Values
    # None when nothing is computed from the register.
    history: History | None
    today: datetime.date

    def tally(self, year: FiscalYear) -> Tally | None:
        """Where the register stood at the end of the year; None before it, or before anything."""
        if self.history is None or year.start > self.today or year.end < self.history.since:
            return None
        return self.history.tallies[min(year.end, self.today)]


def computed_values(
    organization: Organization,
    indicators: Iterable[Indicator],
    years: Collection[FiscalYear],
    values: Values,
    today: datetime.date,
    history: History | None = None,
) -> dict[Key, Computed]:
    """Each computed indicator in each fiscal year: one query, none without the register.

    `indicators` holds those of a quotient too, and `values` theirs for the same years. `history`
    spares the query, where somebody has it on `days_of` these years.
    """
    rows = {indicator.pk: indicator for indicator in indicators}
    computed = [row for row in rows.values() if row.is_computed]
    if history is None and any(row.computation in _FROM_REGISTER for row in computed):
        history = History.build(organization, days_of(years, today))
    known = _Known(rows, values, history, today)
    return {
        (row.pk, year.start): _WAYS[row.computation](row, year, known)
        for row in computed
        for year in years
    }


def days_of(years: Collection[FiscalYear], today: datetime.date) -> set[datetime.date]:
    """The days on which the register says something of these years."""
    return {min(each.end, today) for year in years for each in (year, year.back(1))}


def _quotient(indicator: Indicator, year: FiscalYear, known: _Known) -> Computed:
    pair = [known.rows[pk] for pk in (indicator.dividend_id, indicator.divisor_id) if pk]
    found = [known.values.get((each.pk, year.start)) for each in pair]
    terms = tuple(
        Term(each.name, written(value, each), each.code, year.start.year)
        for each, value in zip(pair, found, strict=True)
    )
    missing = [each.code for each, value in zip(pair, found, strict=True) if value is None]
    if missing:
        return Computed(None, terms, f"Sans valeur\u00a0: {' et '.join(missing)}.")
    if not found[1]:
        return Computed(None, terms, f"{pair[1].code} est zéro\u00a0: rien ne se divise par zéro.")
    try:
        return Computed(ratio(found[0], found[1], indicator), terms)
    except ValidationError:
        return Computed(None, terms, "Le résultat sort des bornes de l’indicateur.")


def _rate(indicator: Indicator, year: FiscalYear, known: _Known) -> Computed:
    tally = known.tally(year)
    if tally is None:
        return Computed(None, (), _unknown(year, known.today))
    day = french.long_date(min(year.end, known.today))
    terms = (
        Term(f"Mesures implantées au {day}", french.number(tally.implemented)),
        Term("Mesures applicables", french.number(tally.applicable)),
    )
    why = "" if tally.applicable else "Aucune mesure applicable."
    return Computed(_decimal(tally.rate), terms, why)


def _points(indicator: Indicator, year: FiscalYear, known: _Known) -> Computed:
    now, before = known.tally(year), known.tally(year.back(1))
    if now is None:
        return Computed(None, (), _unknown(year, known.today))
    terms = tuple(
        Term(f"Mesures implantées, {each.label}", french.percent(tally.rate if tally else None))
        for each, tally in ((year, now), (year.back(1), before))
    )
    points = now.points_since(before) if before else None
    why = "" if points is not None else "La part d’une des deux années n’est pas connue."
    return Computed(_decimal(points), terms, why)


def _reports(indicator: Indicator, year: FiscalYear, known: _Known) -> Computed:
    return Computed(None, (), "Se calcule pour tout le chantier, non pour une organisation.")


_WAYS: dict[str, Callable[[Indicator, FiscalYear, _Known], Computed]] = {
    _C.QUOTIENT: _quotient,
    _C.PROGRESS_RATE: _rate,
    _C.PROGRESS_POINTS: _points,
    _C.REPORTS: _reports,
}


def _unknown(year: FiscalYear, today: datetime.date) -> str:
    if year.start > today:
        return "L’année n’a pas commencé."
    return "Avant l’adhésion au chantier, le registre ne dit rien."


def _decimal(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)
