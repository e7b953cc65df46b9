"""One row of a spreadsheet, read as a purchase: its values, its faults, or why it is left out."""

import datetime
import re
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from benefits.exchange.purchase_columns import BY_NAME, READ, folded_head
from benefits.importing.cells import Cell, cell_at, text_of
from benefits.importing.reading import Unreadable, amount_of, cut, day_of, name_of, neq_of
from benefits.models import Purchase
from benefits.names import supplier_key
from benefits.purchasing import fingerprint
from chantier.lib.french import fold
from chantier.lib.spreadsheets import cell_reference
from members.models import Term, Vocabulary

# Why a row is left out.
TOTAL, NOTE, HEADINGS, ZERO = "total", "note", "titres", "zero"
WHY = {
    TOTAL: "ligne de total",
    NOTE: "titre ou note, sans date ni montant",
    HEADINGS: "titres des colonnes répétés",
    ZERO: "montant nul",
}
ORDER = "date_order"
TERMS = {column.name: column.vocabulary for column in READ if column.vocabulary is not None}
_TOTAL = re.compile(r"(?:grand |sous[- ]?)?tota(?:l|ux)\b|cumul\b|solde\b")
_LONGEST = {
    name: int(getattr(Purchase._meta.get_field(name), "max_length", 0) or 0)
    for name in ("supplier_name", "reference", "description")
}


@dataclass
class Found:
    """What a row says."""

    values: dict[str, Any] = field(default_factory=dict)
    # Where, in which column, and what is wrong.
    errors: list[list[str]] = field(default_factory=list)
    amount: Decimal | None = None
    supplier_key: str = ""
    fingerprint: str = ""
    left_out: str = ""


@dataclass
class Reader:
    """The columns of a table as they were told, and the terms that its cells may name."""

    mapping: dict[str, Any]
    headings: list[str]
    terms: dict[str, dict[str, int]]

    @cached_property
    def _folded(self) -> list[str]:
        return [folded_head(head) for head in self.headings]

    def read(self, number: int, cells: list[Cell]) -> Found:
        found = Found()
        if why := self._left_out(cells):
            found.left_out = why
            return found
        for name in BY_NAME:
            if name in self.mapping:
                self._read_cell(found, name, number, cells)
        self._require(found, number)
        # By their column, whichever was read first.
        found.errors.sort(key=lambda error: (len(error[0]), error[0]))
        if found.amount is not None and not found.errors:
            if found.amount == 0:
                return Found(left_out=ZERO)
            self._complete(found, found.amount)
        return found

    def _cell(self, name: str, cells: list[Cell]) -> Cell:
        return cell_at(cells, self.mapping.get(name))

    def _left_out(self, cells: list[Cell]) -> str:
        """Whether a row is no purchase at all, and why."""
        when = self._cell("purchased_on", cells)
        # What most rows have, and none of those below: read before anything else.
        if isinstance(when, dict) or (when and any(map(str.isdigit, when))):
            return TOTAL if isinstance(when, str) and _TOTAL.match(fold(when)) else ""
        said = [cell for cell in cells if text_of(cell)]
        if [folded_head(text_of(cell)) for cell in cells] == self._folded[: len(cells)]:
            return HEADINGS
        if any(isinstance(cell, str) and _TOTAL.match(fold(cell)) for cell in said):
            return TOTAL
        if when:
            # « Préparé par le service des finances », in the first column.
            return NOTE if len(said) == 1 else ""
        if not text_of(self._cell("amount", cells)):
            # A row that only lacks its amount and its day has a supplier: it is to be corrected.
            return "" if len(said) > 1 and text_of(self._cell("supplier_name", cells)) else NOTE
        # An amount alone under the others.
        return TOTAL if all(isinstance(cell, dict) or _is_amount(cell) for cell in said) else ""

    def _read_cell(self, found: Found, name: str, number: int, cells: list[Cell]) -> None:
        try:
            value = self._value(found, name, self._cell(name, cells))
        except Unreadable as error:
            self._fault(found, name, number, str(error))
            return
        if name == "amount":
            found.amount = value
        if value not in (None, ""):
            found.values[name] = str(value) if name in ("amount", "purchased_on") else value

    def _value(self, found: Found, name: str, cell: Cell) -> Any:
        if name == "purchased_on":
            return day_of(cell, self.mapping.get(ORDER, ""))
        if name == "amount":
            return amount_of(cell)
        if name == "supplier_neq":
            return neq_of(cell)
        if name in TERMS:
            return self._term(found, name, cell)
        if name == "description":
            return cut(cell, _LONGEST[name])
        return name_of(cell, _LONGEST[name])

    def _term(self, found: Found, name: str, cell: Cell) -> int | None:
        """A term by its label or its code; what the portal does not know is told, not refused."""
        text = cut(cell, 100)
        key = self.terms[name].get(_folded(text)) if text else None
        if text and key is None:
            found.values.setdefault("unknown", {})[name] = text
        return key

    def _fault(self, found: Found, name: str, number: int, message: str) -> None:
        place = self.mapping.get(name)
        where = f"Ligne {number}" if place is None else cell_reference(number, place)
        found.errors.append([where, BY_NAME[name].label, message])

    def _require(self, found: Found, number: int) -> None:
        told = {column for _, column, _ in found.errors}
        for column in READ:
            if column.is_required and column.name not in found.values and column.label not in told:
                self._fault(found, column.name, number, _MISSING[column.name])

    def _complete(self, found: Found, amount: Decimal) -> None:
        name, neq = found.values["supplier_name"], found.values.get("supplier_neq", "")
        found.supplier_key = _key(name, neq)
        found.fingerprint = fingerprint(
            supplier_key=found.supplier_key,
            purchased_on=datetime.date.fromisoformat(found.values["purchased_on"]),
            amount=amount,
            reference=found.values.get("reference", ""),
        )


_MISSING = {
    "purchased_on": "La date manque.",
    "supplier_name": "Le fournisseur manque.",
    "amount": "Le montant manque.",
}


# The same terms and suppliers come back thousands of times.
_folded = lru_cache(4_096)(fold)
_key = lru_cache(4_096)(supplier_key)


def _is_amount(text: Cell) -> bool:
    try:
        return amount_of(text) is not None
    except Unreadable:
        return False


def known_terms() -> dict[str, dict[str, int]]:
    """The terms that a cell may name, folded, by field; one query."""
    by_vocabulary: dict[str, dict[str, int]] = {str(kind): {} for kind in TERMS.values()}
    for term in Term.objects.filter(vocabulary__in=by_vocabulary):
        names = by_vocabulary[term.vocabulary]
        names |= {fold(text): term.pk for text in (term.label, term.code, term.key)}
    return {name: by_vocabulary[Vocabulary(kind)] for name, kind in TERMS.items()}
