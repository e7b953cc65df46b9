"""Where the table starts in a spreadsheet, and which column is which: guessed, never decided."""

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any

from benefits.exchange.purchase_columns import READ, folded_head
from benefits.importing.cells import Cell, cell_at, text_of
from benefits.importing.reading import Unreadable, amount_of, day_of, neq_of
from chantier.lib.spreadsheets import Fault, Row

REQUIRED = tuple(column.name for column in READ if column.is_required)
# Titles stand above: the name of the buyer, the period, the filters of the report.
MOST_ABOVE = 30
_SAMPLE = 200
# A column whose head says « date » and whose values are none is something else.
_MOSTLY = 0.5
_CLEARLY = 0.8
# Heads that hold the word of a field, and those that make it another thing.
_HOLDS = {
    "purchased_on": (re.compile(r"\bdate\b"), re.compile(r"\b(fin|echeance|limite|creation)\b")),
    "supplier_name": (
        re.compile(r"\b(fournisseur|vendeur|beneficiaire|entreprise)\b"),
        re.compile(r"\b(no|numero|code|id|adresse|ville|neq|type|groupe)\b"),
    ),
    "amount": (
        re.compile(r"\b(montant|depense|cout)\b"),
        re.compile(r"\b(tps|tvq|ttc|avec|incluant|taxes incluses|total|budget|engage)\b"),
    ),
    "supplier_neq": (re.compile(r"\bneq\b"), None),
}


def find_head(rows: Sequence[Row]) -> int:
    """The place among the first rows of the one that names the columns."""
    known = {folded_head(head) for column in READ for head in (column.label, *column.aliases)}
    best, most = 0, (0, 0)
    for place, row in enumerate(rows[:MOST_ABOVE]):
        texts = [folded_head(value) for value in row.values if isinstance(value, str)]
        names = sum(text in known for text in texts)
        # With no head that we know, the first of the rows with the most texts.
        score = (names if names > 1 else 0, len(texts))
        if score > most:
            best, most = place, score
    return best


def headings_of(row: Row) -> list[str]:
    """The heads as they stand; a column that has none is named by its place."""
    return [_head(value) or f"Colonne {place}" for place, value in enumerate(row.values, 1)]


def _head(value: Any) -> str:
    return "" if value is None or isinstance(value, Fault) else " ".join(str(value).split())[:80]


def headings_key(headings: Sequence[str]) -> str:
    """The same for the next file of the same program."""
    return hashlib.sha256("\x1f".join(map(folded_head, headings)).encode()).hexdigest()


def guess(headings: Sequence[str], sample: Sequence[list[Cell]]) -> dict[str, int]:
    """Which column each field is, by the heads, then by the values."""
    found: dict[str, int] = {}
    folded = [folded_head(head) for head in headings]
    for column in READ:
        heads = [folded_head(head) for head in (column.label, *column.aliases)]
        ranked = sorted(
            (heads.index(head), place) for place, head in enumerate(folded) if head in heads
        )
        near = [place for place, head in enumerate(folded) if _holds(column.name, head)]
        for place in [*(place for _, place in ranked), *near]:
            if place not in found.values() and _looks_like(column.name, place, sample, _MOSTLY):
                found[column.name] = place
                break
    for name in _READERS:
        if name not in found:
            free = [place for place in range(len(headings)) if place not in found.values()]
            likely = [place for place in free if _looks_like(name, place, sample, _CLEARLY)]
            # Two columns of amounts are a choice, which is not ours.
            if len(likely) == 1 and _says_something(likely[0], sample):
                found[name] = likely[0]
    return found


def _holds(name: str, head: str) -> bool:
    wanted, other = _HOLDS.get(name, (None, None))
    return bool(wanted and wanted.search(head) and not (other and other.search(head)))


_READERS: dict[str, Callable[[Cell], Any]] = {
    "purchased_on": lambda cell: day_of(cell, ""),
    "supplier_neq": neq_of,
    "amount": lambda cell: amount_of(_not_a_day(cell)),
}


def _not_a_day(cell: Cell) -> Cell:
    if isinstance(cell, dict) and "day" in cell:
        raise Unreadable
    return cell


def _looks_like(name: str, place: int, sample: Sequence[list[Cell]], share: float) -> bool:
    """Whether so many values of a column can be read as the field; any text is a text."""
    read = _READERS.get(name)
    cells = [cell for row in sample[:_SAMPLE] if text_of(cell := cell_at(row, place))]
    if read is None or not cells:
        return True
    return sum(_reads(read, cell) for cell in cells) >= share * len(cells)


def _says_something(place: int, sample: Sequence[list[Cell]]) -> bool:
    return any(text_of(cell_at(row, place)) for row in sample[:_SAMPLE])


def _reads(read: Callable[[Cell], Any], cell: Cell) -> bool:
    try:
        return read(cell) is not None
    except Unreadable as error:
        # Read, were it not for its order or for its year.
        return "ordre" in str(error) or "deux façons" in str(error)
