"""Geometry of a trend: one place a period, joined where both ends are known. Knows no app.

Everything is in percent of the drawing, from its top left corner, written as SVG takes it: the
words keep their size however narrow the screen. A period without a figure is a gap, never zero.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from chantier.lib import french

# Where the plot begins and ends: the scale stands at its left, the periods under it.
_LEFT, _RIGHT, _TOP, _BOTTOM = 16, 95, 9, 84
_STEPS = 4
# Two words closer than that would be written over each other.
_APART = 9
# Past that many periods, a narrow screen names one in two.
_MOST_NAMED = 6
_MILLION = 1_000_000


@dataclass(frozen=True)
class Tick:
    """A line of the scale."""

    y: str
    text_y: str
    text: str
    is_zero: bool


@dataclass(frozen=True)
class Level:
    """A line across the plot, such as a target."""

    kind: str
    y: str
    text_y: str
    text: str


@dataclass(frozen=True)
class Mark:
    """A period, named under the plot; `is_minor` where a narrow screen has no room for its name."""

    x: str
    text: str
    is_minor: bool


@dataclass(frozen=True)
class Dot:
    """The figure of a period."""

    x: str
    y: str
    is_last: bool


@dataclass(frozen=True)
class Segment:
    """What joins the figures of two periods that follow each other."""

    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True)
class Trend:
    ticks: tuple[Tick, ...]
    levels: tuple[Level, ...]
    marks: tuple[Mark, ...]
    dots: tuple[Dot, ...]
    segments: tuple[Segment, ...]


def draw(
    points: Sequence[tuple[str, Decimal | None]],
    levels: Sequence[tuple[str, str, Decimal]] = (),
    *,
    whole: bool = False,
) -> Trend | None:
    """The trend of (period, figure), with levels (kind, word, figure); None without a figure.

    `whole` keeps the scale to whole numbers.
    """
    known = [value for _, value in points if value is not None]
    if not known:
        return None
    scale = _scale([*known, *(value for _, _, value in levels)], whole=whole)
    low, high = scale[0], scale[-1]

    def height(value: Decimal) -> float:
        share = float((value - low) / (high - low))
        return _BOTTOM - share * (_BOTTOM - _TOP)

    places = [
        (_across(index, len(points)), None if value is None else height(value))
        for index, (_, value) in enumerate(points)
    ]
    last = max(index for index, (_, y) in enumerate(places) if y is not None)
    return Trend(
        ticks=tuple(_tick(value, height(value)) for value in scale),
        levels=_levels(levels, height),
        marks=tuple(
            Mark(_percent(x), text, len(points) > _MOST_NAMED and (last - index) % 2 == 1)
            for index, ((x, _), (text, _)) in enumerate(zip(places, points, strict=True))
        ),
        dots=tuple(
            Dot(_percent(x), _percent(y), index == last)
            for index, (x, y) in enumerate(places)
            if y is not None
        ),
        segments=tuple(
            Segment(_percent(x1), _percent(y1), _percent(x2), _percent(y2))
            for (x1, y1), (x2, y2) in pairwise(places)
            if y1 is not None and y2 is not None
        ),
    )


def _across(index: int, number: int) -> float:
    if number == 1:
        return (_LEFT + _RIGHT) / 2
    return _LEFT + (_RIGHT - _LEFT) * index / (number - 1)


def _scale(values: Sequence[Decimal], *, whole: bool) -> list[Decimal]:
    """Round figures around all of the values, zero with them."""
    low, high = min(*values, Decimal(0)), max(*values, Decimal(0))
    if low == high:
        high = Decimal(1)
    step = _round_step((high - low) / _STEPS)
    if whole:
        step = max(step, Decimal(1))
    first, last = math.floor(low / step), math.ceil(high / step)
    return [step * index for index in range(first, last + 1)]


def _round_step(rough: Decimal) -> Decimal:
    """The next of 1, 2 and 5, times a power of ten."""
    power = Decimal(1).scaleb(rough.adjusted())
    return next(power * each for each in (1, 2, 5, 10) if power * each >= rough)


def _tick(value: Decimal, y: float) -> Tick:
    if abs(value) >= _MILLION:
        text = f"{french.number(value / _MILLION)}{french.NBSP}M"
    else:
        text = french.number(value)
    return Tick(_percent(y), _percent(y - 1.5), text, is_zero=not value)


def _levels(
    levels: Sequence[tuple[str, str, Decimal]], height: Callable[[Decimal], float]
) -> tuple[Level, ...]:
    """Each with its words above the line, or under it where those of another stand there."""
    drawn: list[Level] = []
    above: list[float] = []
    for kind, text, value in sorted(levels, key=lambda level: -level[2]):
        y = height(value)
        is_free = all(abs(y - other) >= _APART for other in above)
        text_y = y - 1.5 if is_free else y + 6
        above.append(y)
        drawn.append(Level(kind, _percent(y), _percent(text_y), text))
    return tuple(drawn)


def _percent(value: float) -> str:
    return f"{value:.2f}%"
