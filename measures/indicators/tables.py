"""A table of figures that somebody sent: what it would change, cell by cell, told beforehand."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.files.base import File

from chantier.lib.french import NOT_AVAILABLE, fold
from chantier.lib.spreadsheets import Fault, Row, Table, cell_reference, read_table
from measures.exchange.rows import CellError
from measures.indicators.grid import Cell, Grid
from measures.indicators.sheets import CODE, NAME, SHEET, UNIT, value_of
from measures.indicators.values import check, read, written
from measures.models import Indicator
from members.models import User

MAX_ROWS = 200
# A preview that nobody confirmed within a day is to be made again.
_KEPT_FOR = datetime.timedelta(days=1)
_SALT = "measures.indicators.tables"
_MOST_CHARS = 60
_YEAR = re.compile(r"\d{4}([-–/]\d{2,4})?")
_NOISE = Decimal("1E-9")


@dataclass(frozen=True)
class CellChange:
    """What one cell of the table changes in the grid."""

    cell: Cell
    value: Decimal | None

    @property
    def before(self) -> str:
        """The value as it stands; empty where nothing is noted."""
        return self.cell.shown

    @property
    def after(self) -> str:
        return written(self.value, self.cell.indicator)

    @property
    def kept(self) -> list[Any]:
        """What a confirmation brings back."""
        value = None if self.value is None else str(self.value)
        return [self.cell.name, value, self.cell.version]


@dataclass
class FigurePlan:
    """What a table would do. With one error, nothing of it is done."""

    changes: list[CellChange] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unchanged: int = 0
    # Whether somebody changed, since the preview, what it would change.
    is_stale: bool = False

    @property
    def can_be_applied(self) -> bool:
        return not self.errors and bool(self.changes)

    def token(self, name: str, *, by: User, grid_of: int) -> str:
        """The changes, signed: they come back with the confirmation, as they were read."""
        kept = [name, by.pk, grid_of, [change.kept for change in self.changes]]
        return signing.dumps(kept, salt=_SALT, compress=True)


def read_file(file: File, name: str) -> Table:
    """The rows of a file; raises ValidationError."""
    return read_table(file, name, sheet=SHEET, max_rows=MAX_ROWS)


def plan_of(table: Table, grid: Grid) -> FigurePlan:
    """Compare a table with the grid as it is now; raises ValidationError on its head."""
    plan = FigurePlan()
    head = _read_head(table, grid, plan)
    lines = {line.indicator.code: line for group in grid.groups for line in group.lines}
    seen: dict[str, int] = {}
    for row in table.rows:
        code = _code_of(row, head)
        line = lines.get(code)
        if line is None:
            plan.errors.append(_unknown_code(row, head, code))
        elif code in seen:
            message = f"Cet indicateur est déjà à la ligne {seen[code]}. Gardez-en une."
            plan.errors.append(CellError(row.number, head.code_at(row), CODE, message))
        else:
            seen[code] = row.number
            cells = {cell.year.label: cell for cell in line.cells}
            _judge_row(row, head, cells, plan)
    plan.errors.sort(key=lambda error: error.place)
    return plan


@dataclass(frozen=True)
class _Head:
    """Where the columns are: that of codes, and those of years by label."""

    code: int
    years: Mapping[str, int]

    def code_at(self, row: Row) -> str:
        return cell_reference(row.number, self.code)


def _read_head(table: Table, grid: Grid, plan: FigurePlan) -> _Head:
    known = {fold(year.label): year.label for year in grid.years}
    places: dict[str, int] = {}
    code: int | None = None
    for place, value in enumerate(table.head.values):
        text = "" if value is None or isinstance(value, Fault) else str(value).strip()
        label = known.get(fold(text))
        if label in places or (fold(text) == fold(CODE) and code is not None):
            raise ValidationError(
                f"La colonne «\u00a0{text}\u00a0» figure deux fois. Gardez-en une."
            )
        if label is not None:
            places[label] = place
        elif fold(text) == fold(CODE):
            code = place
        elif text:
            _judge_unknown(text, cell_reference(table.head.number, place), table, plan)
    if code is None:
        raise ValidationError(f"Il manque la colonne «\u00a0{CODE}\u00a0». Partez du modèle.")
    if not places and not plan.errors:
        raise ValidationError("Il manque les colonnes des années. Partez du modèle.")
    return _Head(code, places)


def _judge_unknown(text: str, reference: str, table: Table, plan: FigurePlan) -> None:
    """A year that is not one of the grid is an error; a column of somebody's own is left alone."""
    if _YEAR.fullmatch(text):
        message = (
            "Cette année n’est pas une année financière de la grille. Écrivez-la comme le modèle."
        )
        plan.errors.append(CellError(table.head.number, reference, text, message))
    elif fold(text) not in (fold(NAME), fold(UNIT)):
        plan.notes.append(f"La colonne «\u00a0{text[:60]}\u00a0» est ignorée.")


def _code_of(row: Row, head: _Head) -> str:
    value = row.values[head.code] if head.code < len(row.values) else None
    return "" if value is None or isinstance(value, Fault) else str(value).strip()


def _unknown_code(row: Row, head: _Head, code: str) -> CellError:
    if code:
        message = (
            f"Aucun indicateur de la grille n’a le code «\u00a0{code[:40]}\u00a0». "
            "Reprenez celui du modèle."
        )
    else:
        message = "Il manque le code de l’indicateur."
    return CellError(row.number, head.code_at(row), CODE, message)


def _judge_row(row: Row, head: _Head, cells: Mapping[str, Cell], plan: FigurePlan) -> None:
    for label, place in head.years.items():
        value = row.values[place] if place < len(row.values) else None
        if value is None:
            continue
        cell = cells[label]
        try:
            new = _read_cell(value, cell)
        except ValidationError as error:
            reference = cell_reference(row.number, place)
            message = " ".join(error.messages)
            column = f"{cell.indicator.code}, {label}"
            plan.errors.append(CellError(row.number, reference, column, message))
            continue
        if _holds(cell, new):
            plan.unchanged += 1
        else:
            plan.changes.append(CellChange(cell, new))


def _read_cell(value: Any, cell: Cell) -> Decimal | None:
    """The value that a cell says; raises ValidationError where it cannot be that of the cell."""
    if isinstance(value, Fault):
        raise ValidationError(value.message)
    if isinstance(value, datetime.date):
        raise ValidationError("Cette case contient une date\u00a0: écrivez un nombre.")
    text = str(value) if isinstance(value, str) else _number_text(value)
    if len(text) > _MOST_CHARS:
        raise ValidationError("Écrivez un nombre seul.")
    if cell.is_typed:
        return read(text, cell.indicator)
    if fold(text) != fold(str(_text_of(cell))):
        new = read(text, cell.indicator)
        if value_of(cell) != (NOT_AVAILABLE if new is None else new):
            raise ValidationError(_not_typed(cell))
    return cell.computed.value if cell.computed else cell.stored.value if cell.stored else None


def _not_typed(cell: Cell) -> str:
    shown = cell.shown or NOT_AVAILABLE
    if cell.computed:
        return f"Cette valeur se calcule dans le portail\u00a0: {shown}. Remettez-la, ou videz-la."
    return (
        f"Cette valeur se calcule de ses deux termes\u00a0: {shown}. Corrigez-les sur sa page, et "
        "remettez-la ici, ou videz-la."
    )


def _text_of(cell: Cell) -> str:
    value = value_of(cell)
    return "" if value is None else str(value)


def _number_text(value: float) -> str:
    """A number of a spreadsheet, without the noise of its binary digits."""
    try:
        number = Decimal(repr(value)).quantize(_NOISE).normalize()
    except InvalidOperation:
        return str(value)
    return f"{number:f}"


def _holds(cell: Cell, value: Decimal | None) -> bool:
    """Whether the grid already says this, as it rounds it."""
    if not cell.is_typed:
        return True
    if cell.stored is None and not cell.is_fed:
        return False
    return value_of(cell) == (NOT_AVAILABLE if value is None else value)


# --- The confirmation -------------------------------------------------------------------------


@dataclass(frozen=True)
class Confirmed:
    """What somebody confirms: the name of their file, and the cells that they were shown."""

    name: str
    cells: list[list[Any]]


def confirmed(token: str, *, by: User, grid_of: int) -> Confirmed | None:
    """What a preview signed for this person and this organization; None when it is too old."""
    try:
        name, person, organization, cells = signing.loads(token, salt=_SALT, max_age=_KEPT_FOR)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if (person, organization) != (by.pk, grid_of):
        return None
    return Confirmed(name, cells)


def plan_again(given: Confirmed, grid: Grid) -> FigurePlan:
    """What the confirmed cells would change now."""
    plan = FigurePlan()
    cells = {cell.name: cell for cell in grid.cells}
    for name, text, version in given.cells:
        value = None if text is None else Decimal(text)
        cell = cells.get(name)
        problem = _problem(cell, value)
        if cell is None or problem:
            plan.errors.append(CellError(0, name, cell.indicator.name if cell else "", problem))
            continue
        if _holds(cell, value):
            plan.unchanged += 1
            continue
        plan.is_stale |= cell.version != version
        plan.changes.append(CellChange(cell, value))
    return plan


def _problem(cell: Cell | None, value: Decimal | None) -> str:
    """Why a cell can no longer be written, if so."""
    if cell is None:
        return "Cette case n’est plus dans la grille."
    if not cell.is_typed:
        return _not_typed(cell)
    try:
        check(value, cell.indicator)
    except ValidationError as error:
        return " ".join(error.messages)
    return ""


def entries(plan: FigurePlan) -> Iterator[tuple[Indicator, Any, Decimal | None, int]]:
    """What the plan writes: indicator, fiscal year, value, and the version that was seen."""
    for change in plan.changes:
        cell = change.cell
        yield cell.indicator, cell.year, change.value, cell.version
