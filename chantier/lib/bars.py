"""Geometry of the block bar: one block is one measure, on screen and in the PDF."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# From what is done to what does not apply.
KINDS = ("done", "doing", "plan", "todo", "na")
MAX_BLOCKS = 20


@dataclass(frozen=True)
class Block:
    kind: str
    x: float
    width: float


def blocks(counts: Mapping[str, int], *, width: float) -> list[Block]:
    """Place the blocks of `counts` (number of measures by kind) on `width` units.

    Past twenty measures, each kind is one block as wide as its share: blocks would be slivers.
    """
    total = sum(counts.get(kind, 0) for kind in KINDS)
    if not total:
        return []
    step = width / total
    if total > MAX_BLOCKS:
        pieces = [(kind, counts[kind]) for kind in KINDS if counts.get(kind)]
    else:
        pieces = [(kind, 1) for kind in KINDS for _ in range(counts.get(kind, 0))]
    gap = width * 0.01
    placed, position = [], 0
    for kind, number in pieces:
        # A sliver gives half of itself to the gap: a width below zero would not be drawn.
        size = number * step
        width_drawn = size - min(gap, size / 2)
        placed.append(Block(kind, round(position * step, 2), round(width_drawn, 2)))
        position += number
    return placed


@dataclass(frozen=True)
class Column:
    """A column of a distribution, in percent of the drawing, from its top left corner."""

    x: float
    y: float
    width: float
    height: float


def columns(pieces: Iterable[tuple[int, int, int]]) -> list[Column]:
    """Place the columns of (start, end, number) on a scale of 0 to 100.

    The surface says the number: a wide piece with few in it must not look full.
    """
    rows = list(pieces)
    tallest = max((number / (end - start) for start, end, number in rows), default=0)
    drawn = []
    for start, end, number in rows:
        height = round(100 * number / (end - start) / tallest, 2) if tallest else 0
        # Half a point of air on each side, for neighbours to be told apart.
        drawn.append(Column(start + 0.5, round(100 - height, 2), end - start - 1, height))
    return drawn
