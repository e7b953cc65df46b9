"""Sending a spreadsheet of purchases, and telling its columns."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import File

from benefits.exchange.purchase_columns import BY_NAME, READ
from benefits.importing.cells import Cell, cell_at, text_of
from benefits.importing.reading import ORDERS, orders_of
from benefits.importing.rows import ORDER
from benefits.models import PurchaseImport
from chantier.lib.files import CheckedFile
from chantier.lib.french import number
from chantier.lib.spreadsheets import LARGE
from measures.forms_exchange import ACCEPTED, checked_table

_SHOWN = 3
_SAMPLE = 1_000
_LEFT = "Ne pas importer"


class PurchaseImportForm(forms.Form):
    """A file, checked by its content."""

    table = forms.FileField(
        label="Fichier XLSX ou CSV",
        widget=forms.FileInput(attrs={"accept": ",".join(ACCEPTED)}),
        help_text=(
            f"{LARGE.size // 1024 // 1024}\u00a0Mo et {number(LARGE.rows)} lignes au plus. "
            "Son contenu est vérifié; le fichier lui-même n’est pas gardé."
        ),
        error_messages={"required": "Choisissez un fichier.", "empty": "Ce fichier est vide."},
    )

    def clean_table(self) -> File:
        upload: File = self.cleaned_data["table"]
        table, checked = checked_table(upload)
        self.checked: CheckedFile = checked
        self.file_name = PurePath(upload.name or "").name
        return table


@dataclass(frozen=True)
class FileColumn:
    """A column of the file: its head, its first values, and the field that says what it is."""

    head: str
    values: list[str]
    field: Any


class MappingForm(forms.Form):
    """Which column is which; the order of the days where figures do not tell it."""

    def __init__(self, data: Any = None, *, table: PurchaseImport) -> None:
        self.table = table
        by_place = {place: name for name, place in table.mapping.items() if name in BY_NAME}
        super().__init__(data)
        choices = [("", _LEFT), *((column.name, column.label) for column in READ)]
        for place, head in enumerate(table.headings):
            self.fields[_name(place)] = forms.ChoiceField(
                label=f"La colonne «\u00a0{head}\u00a0» est",
                choices=choices,
                required=False,
                initial=by_place.get(place, ""),
            )
        self.fields[ORDER] = forms.ChoiceField(
            label="Comment les dates sont-elles écrites?",
            choices=list(ORDERS.items()),
            required=False,
            initial=table.mapping.get(ORDER),
            widget=forms.RadioSelect,
        )
        self.first = list(self._cells(_SHOWN))
        self.orders: list[str] = []
        self.date_samples: list[str] = []
        self._ask_order(table.mapping.get("purchased_on"), _SAMPLE)

    def _cells(self, most: int | None) -> Iterable[list[Cell]]:
        return self.table.rows.order_by("number").values_list("cells", flat=True)[:most]

    @property
    def columns(self) -> list[FileColumn]:
        return [
            FileColumn(
                head,
                [text_of(cell_at(cells, place)) for cells in self.first],
                self[_name(place)],
            )
            for place, head in enumerate(self.table.headings)
        ]

    def _ask_order(self, place: Any, most: int | None) -> None:
        """Find out in which orders the days of a column can be read; two or more are a question."""
        if not isinstance(place, int):
            return
        cells = [cell_at(row, place) for row in self._cells(most)]
        self.orders = orders_of(cells)
        in_figures = [text_of(cell) for cell in cells if orders_of([cell])]
        self.date_samples = list(dict.fromkeys(in_figures))[:_SHOWN]
        field = self.fields[ORDER]
        field.choices = [(order, ORDERS[order]) for order in self.orders]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        posted = super().clean() or {}
        self.mapping: dict[str, Any] = {}
        for place in range(len(self.table.headings)):
            name = posted.get(_name(place))
            if name in self.mapping:
                self.add_error(
                    _name(place),
                    f"«\u00a0{BY_NAME[name].label}\u00a0» est déjà une autre colonne.",
                )
            elif name:
                self.mapping[name] = place
        missing = [one.label for one in READ if one.is_required and one.name not in self.mapping]
        if missing:
            told = ", ".join(f"«\u00a0{label}\u00a0»" for label in missing)
            raise ValidationError(f"Dites quelle colonne est\u00a0: {told}.")
        self._clean_order(posted)
        return posted

    def _clean_order(self, posted: dict[str, Any]) -> None:
        self._ask_order(self.mapping["purchased_on"], None)
        order = posted.get(ORDER, "") if len(self.orders) > 1 else "".join(self.orders[:1])
        if len(self.orders) > 1 and order not in self.orders:
            self.add_error(
                ORDER, "Ces dates se lisent de plus d’une façon. Dites comment elles sont écrites."
            )
        elif order:
            self.mapping[ORDER] = order


def _name(place: int) -> str:
    return f"colonne-{place}"
