"""One indicator of one organization, fiscal year by fiscal year: what its pages show."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.http import Http404

from chantier.lib import french
from chantier.lib.trends import Trend, draw
from measures.indicators.computed import Computed, Key, computed_values
from measures.indicators.feeds import FedValue, differs, fed_values, is_fed, standing
from measures.indicators.values import written
from measures.indicators.words import difference, to_target, toward
from measures.models import Indicator, IndicatorAim, IndicatorRevision, IndicatorValue
from members.access import Access
from members.fiscal import FiscalYear, fiscal_years
from members.models import Organization
from members.sharing import SHARED_WITH_STAFF

# Nothing is counted before: the portal follows public purchasing of our days.
FIRST_YEAR = 2000
_AT_LEAST = 5
# How far the register and the rows of the portal are read back, for a figure that they give.
_REGISTER_YEARS = 10


@dataclass(frozen=True)
class Place:
    """An indicator of an organization, as somebody may see it."""

    access: Access
    indicator: Indicator
    aim: IndicatorAim | None

    @property
    def organization(self) -> Organization:
        return self.access.organization

    @property
    def terms(self) -> list[Indicator]:
        """The two indicators of a quotient."""
        return [each for each in (self.indicator.dividend, self.indicator.divisor) if each]


def find(access: Access, code: str) -> Place:
    """The indicator of this code, or a 404: of no organization, unknown, or kept from this person.

    A quotient goes with its terms: who knew it and one of them would know the other.
    """
    # PostgreSQL compares no text that holds the NUL character.
    code = code.replace("\x00", "?")
    rows = Indicator.objects.select_related("dividend", "divisor")
    indicator = rows.filter(code=code, level=Indicator.Level.ORGANIZATION).first()
    if indicator is None:
        raise Http404
    told = [pk for pk in (indicator.pk, indicator.dividend_id, indicator.divisor_id) if pk]
    aims = {
        aim.indicator_id: aim
        for aim in IndicatorAim.objects.filter(
            organization=access.organization, indicator__in=told
        ).select_related("updated_by")
    }
    if not access.is_member and any(aim.sharing not in SHARED_WITH_STAFF for aim in aims.values()):
        raise Http404
    aim = aims.get(indicator.pk)
    if aim is not None:
        # With its unit and its decimals, without a query for them.
        aim.indicator = indicator
    return Place(access, indicator, aim)


@dataclass(frozen=True)
class Point:
    """One fiscal year: what is stored or computed, and how it stands to the year before."""

    indicator: Indicator
    year: FiscalYear
    stored: IndicatorValue | None = None
    computed: Computed | None = None
    before: Decimal | None = None
    # What the rows of the portal say, whether or not something was typed over it.
    fed: FedValue | None = None

    @property
    def is_fed(self) -> bool:
        """Whether what it says comes from rows of the portal: nobody typed anything."""
        return self.fed is not None and self.stored is None and self.computed is None

    @property
    def differs(self) -> bool:
        """Whether somebody typed something else than what the rows say."""
        if self.fed is None or self.stored is None or self.computed is not None:
            return False
        return differs(self.stored.value, self.fed, self.indicator)

    @property
    def fed_text(self) -> str:
        return written(self.fed.value, self.indicator) if self.fed else ""

    @property
    def value(self) -> Decimal | None:
        if self.computed is not None:
            return self.computed.value
        source = self.stored or self.fed
        return source.value if source else None

    @property
    def is_empty(self) -> bool:
        """Whether nobody noted anything, not even « n. d. »."""
        return self.computed is None and self.stored is None and self.fed is None

    @property
    def text(self) -> str:
        return written(self.value, self.indicator)

    @property
    def has_terms(self) -> bool:
        """Whether it was typed as a numerator over a denominator."""
        row = self.stored
        return row is not None and (row.numerator is not None or row.denominator is not None)

    @property
    def terms(self) -> str:
        """What the value comes from, in words."""
        if self.computed is not None:
            return self.computed.in_words
        if self.stored is not None:
            return terms_in_words(self.stored, self.indicator)
        return (self.fed.terms_in_words or self.fed.why) if self.fed else ""

    @property
    def change(self) -> str:
        """« 3,2 points de plus », from the year before."""
        return difference(self.value, self.before, self.indicator)

    @property
    def change_toward(self) -> str:
        return toward(self.value, self.before, self.indicator)


def terms_in_words(row: IndicatorValue | IndicatorRevision, indicator: Indicator) -> str:
    """« achats auprès d’EÉS : 120; achats admissibles : 960 », for a value typed by its terms."""
    if row.numerator is None and row.denominator is None:
        return ""
    pairs = (
        (indicator.numerator_label or "numérateur", row.numerator),
        (indicator.denominator_label or "dénominateur", row.denominator),
    )
    return "; ".join(f"{label}\u00a0: {french.number(value)}" for label, value in pairs)


@dataclass(frozen=True)
class Series:
    """The years of an indicator, oldest first."""

    place: Place
    points: list[Point]

    @classmethod
    def build(cls, place: Place, *, today: datetime.date) -> Series:
        """At most two queries: what is stored, and the register or the rows of the portal that
        give the figures."""
        rows = list(
            IndicatorValue.objects.filter(
                organization=place.organization, indicator__in=[place.indicator, *place.terms]
            ).select_related("updated_by")
        )
        years = _years(place, rows, today)
        told = [place.indicator, *place.terms]
        fed = fed_values(place.organization, told, years)
        values = standing({(row.indicator_id, row.period_start): row.value for row in rows}, fed)
        computed = computed_values(place.organization, told, years, values, today=today)
        stored = {row.period_start: row for row in rows if row.indicator_id == place.indicator.pk}
        return cls(place, _points(place.indicator, years, stored, computed, fed))

    @property
    def latest_first(self) -> list[Point]:
        return self.points[::-1]

    @property
    def last(self) -> Point | None:
        """The last year whose value is known."""
        return next((point for point in self.latest_first if point.value is not None), None)

    @property
    def to_target(self) -> str:
        last = self.last
        return to_target(last.value if last else None, self.place.aim, self.place.organization)

    @property
    def baseline(self) -> str:
        aim = self.place.aim
        return self._of_year(aim.baseline, aim.baseline_from) if aim else ""

    @property
    def target(self) -> str:
        aim = self.place.aim
        return self._of_year(aim.target, aim.target_from) if aim else ""

    def _of_year(self, value: Decimal | None, start: datetime.date | None) -> str:
        if value is None:
            return "non fixée"
        text = written(value, self.place.indicator)
        year = FiscalYear.of(self.place.organization, start) if start else None
        return f"{text} ({year.label})" if year else text

    @property
    def chart(self) -> Trend | None:
        aim, indicator = self.place.aim, self.place.indicator
        levels = [
            (kind, f"{word} {written(value, indicator)}", value)
            for kind, word, value in (
                ("target", "Cible", aim.target if aim else None),
                ("baseline", "Départ", aim.baseline if aim else None),
            )
            if value is not None
        ]
        points = [(short_label(point.year), point.value) for point in self.points]
        return draw(points, levels, whole=not indicator.decimals)

    @property
    def in_words(self) -> str:
        """What the drawing shows, for those who do not see it."""
        return "; ".join(f"{point.year.label}\u00a0: {point.text}" for point in self.points) + "."


def _points(
    indicator: Indicator,
    years: list[FiscalYear],
    stored: Mapping[datetime.date, IndicatorValue],
    computed: Mapping[Key, Computed],
    fed: Mapping[Key, FedValue],
) -> list[Point]:
    points: list[Point] = []
    for year in years:
        last = points[-1] if points else None
        # Two years are compared when one follows the other.
        follows = last is not None and last.year.end + datetime.timedelta(days=1) == year.start
        points.append(
            Point(
                indicator,
                year,
                stored.get(year.start),
                computed.get((indicator.pk, year.start)),
                before=last.value if last and follows else None,
                fed=fed.get((indicator.pk, year.start)),
            )
        )
    if indicator.is_computed or is_fed(indicator):
        # Years of which nothing is known yet say nothing.
        first = next((i for i, each in enumerate(points) if not _is_unknown(each)), len(points))
        return points[min(first, max(len(points) - _AT_LEAST, 0)) :]
    return points


def _is_unknown(point: Point) -> bool:
    """« n. d. » that somebody typed says something."""
    return point.value is None and point.stored is None


def _years(place: Place, rows: list[IndicatorValue], today: datetime.date) -> list[FiscalYear]:
    """The fiscal years from the first that is noted; and those of before they began elsewhere."""
    current = FiscalYear.of(place.organization, today)
    kept = {FiscalYear(row.period_start, row.period_end) for row in rows}
    first = min((year.start.year for year in kept), default=current.start.year)
    count = max(_AT_LEAST, current.start.year - first + 1)
    if is_fed(place.indicator) or any(map(is_fed, place.terms)):
        count = max(count, _REGISTER_YEARS)
    elif place.indicator.is_computed and not place.terms:
        count = _REGISTER_YEARS
    regular = fiscal_years(
        place.organization, until=today, count=min(count, current.start.year - FIRST_YEAR + 1)
    )
    return sorted({year.start: year for year in [*regular, *kept]}.values())


def short_label(year: FiscalYear) -> str:
    """« 2021 », « 2020-21 »: under a drawing."""
    first, last = year.start.year, year.end.year
    return str(first) if first == last else f"{first}-{last % 100:02d}"
