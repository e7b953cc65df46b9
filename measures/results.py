"""The results of a record, ready to be read: figures in words, and the way to the target."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from chantier.lib import french
from chantier.lib.bars import Block, blocks
from measures.models import Result

# Signs follow the figure; words are said once, beside the name.
_SIGNS = ("%", "$", "h", "M$", "k$", "G$")


@dataclass(frozen=True)
class Way:
    """How far a result has come: the words, and the bar that stands beside them."""

    words: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Row:
    """One result in words."""

    key: int
    name: str
    unit: str
    period: str
    baseline: str
    value: str
    target: str
    way: Way | None


def rows_of(results: Iterable[Result]) -> list[Row]:
    return [_row(result) for result in results]


def _row(result: Result) -> Row:
    sign = result.unit if result.unit in _SIGNS else ""
    return Row(
        key=result.pk,
        name=result.name,
        unit="" if sign else result.unit,
        period=french.period(result.period_start, result.period_end),
        baseline=figure(result.baseline, sign),
        value=figure(result.value, sign),
        target=figure(result.target, sign),
        way=way_to_target(result.baseline, result.value, result.target),
    )


def figure(value: Decimal | None, unit: str) -> str:
    """« 12 contrats », « 12,50 $ »; « n. d. » for no figure, whatever the unit."""
    if value is None or not unit:
        return french.number(value)
    # Cents come by two, or not at all.
    decimals = 2 if unit == "$" and value == round(value, 2) != round(value) else None
    return f"{french.number(value, decimals)}{french.NBSP}{unit}"


def way_to_target(
    baseline: Decimal | None, value: Decimal | None, target: Decimal | None
) -> Way | None:
    """How much of the way is done, rounded down: only what reaches its target reads 100 %.

    From the baseline when there is one, so that a figure may have to go down; else from zero.
    None where there is no way to measure: a figure is missing, or the target is the start.
    """
    start = baseline if baseline is not None else Decimal(0)
    if value is None or target is None or target == start:
        return None
    share = int(((value - start) / (target - start) * 100).to_integral_value(ROUND_FLOOR))
    drawn = min(max(share, 0), 100)
    bar = blocks({"done": drawn, "todo": 100 - drawn}, width=100)
    return Way(_in_words(share, has_start=baseline is not None), tuple(bar))


def _in_words(share: int, *, has_start: bool) -> str:
    if share > 100:
        return "Cible dépassée"
    if share == 100:
        return "Cible atteinte"
    if share < 0:
        return "En recul sur le départ"
    of = "du chemin" if has_start else "de la cible"
    return f"{french.percent(share)} {of}"
