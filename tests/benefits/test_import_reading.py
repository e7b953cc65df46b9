"""Tables of accounting programs: what stands above, what is computed, and what is refused."""

import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from openpyxl import Workbook

from benefits.importing.reading import DAY_FIRST, MONTH_FIRST, Unreadable, amount_of, day_of
from chantier.lib.spreadsheets import Limits, Row, read_large


def rows(data: bytes, name: str = "achats.csv", **limits: Any) -> list[Row]:
    return list(read_large(ContentFile(data, name=name), name, limits=Limits(**limits)))


def workbook(**cells: Any) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for place, value in cells.items():
        sheet[place] = value
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_titles_above_do_not_decide_the_separator() -> None:
    text = "Achats, ville, exercice 2020\n\nDate;Montant\n2020-01-02;1 234,50 $\n"
    found = rows(text.encode("cp1252"))
    assert [(row.number, row.values) for row in found] == [
        (1, ("Achats, ville, exercice 2020",)),
        (3, ("Date", "Montant")),
        (4, ("2020-01-02", "1 234,50 $")),
    ]


def test_cells_keep_their_place() -> None:
    found = rows(workbook(C4="x", D5=3), "achats.xlsx")
    assert [(row.number, row.values) for row in found] == [
        (4, (None, None, "x")),
        (5, (None, None, None, 3)),
    ]


@pytest.mark.parametrize("place", ["XFD1", "A1048576", "CA2"])
def test_a_cell_far_from_the_table_makes_no_room(place: str) -> None:
    with pytest.raises(ValidationError, match="trop loin"):
        rows(workbook(**{"A1": "x", place: 1}), "achats.xlsx")


def test_bounds_are_told() -> None:
    text = b"a;b\n" * 6
    assert len(rows(text, rows=6)) == 6
    with pytest.raises(ValidationError, match="5 lignes"):
        rows(text, rows=5)
    with pytest.raises(ValidationError, match="Mo"):
        rows(text, size=3)
    with pytest.raises(ValidationError, match="trop de cases"):
        rows(workbook(A1=1, B1=2), "achats.xlsx", tags=5)


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1 234,50 $", "1234.50"),
        ("1\u00a0234,50\u00a0$", "1234.50"),
        ("1\u202f234,5", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("$1,234,567", "1234567"),
        ("(125,00 $)", "-125"),
        ("(1 234,50) $", "-1234.50"),
        ("250,00-", "-250"),
        ("−12", "-12"),
        ("12,50 CR", "-12.50"),
        ("12,5678", "12.57"),
        ("12,50 $ CA", "12.50"),
        ({"number": "1.234"}, "1.23"),
    ],
)
def test_amounts_as_books_write_them(typed: Any, amount: str) -> None:
    assert amount_of(typed) == Decimal(amount)


@pytest.mark.parametrize(
    "typed",
    ["1,234", "1.234", "douze", "12 34", "1e5", "12;50", "--", "9" * 12]
    # What the file of a workbook may hold as the value of a cell.
    + [{"number": text} for text in ("NaN", "-NaN", "sNaN", "INF", "1E+400")],
)
def test_what_is_no_amount_or_two_is_not_guessed(typed: Any) -> None:
    with pytest.raises(Unreadable):
        amount_of(typed)


@pytest.mark.parametrize(
    ("typed", "order", "day"),
    [
        ("2021-03-04", "", "2021-03-04"),
        ("2021/03/04 00:00:00", "", "2021-03-04"),
        ("20210304", "", "2021-03-04"),
        ("04/03/2021", DAY_FIRST, "2021-03-04"),
        ("04/03/2021", MONTH_FIRST, "2021-04-03"),
        ("4-3-21", DAY_FIRST, "2021-03-04"),
        ("1er mars 2021", "", "2021-03-01"),
        ("4 févr. 2021", "", "2021-02-04"),
        ("04-août-21", "", "2021-08-04"),
        ("04/03/2021 13:45", DAY_FIRST, "2021-03-04"),
    ],
)
def test_days_as_books_write_them(typed: str, order: str, day: str) -> None:
    assert str(day_of(typed, order)) == day


@pytest.mark.parametrize(
    "typed", ["30/02/2021", "2099-01-01", "1921-01-01", "hier", "4 mar 2021 x"]
)
def test_what_is_no_day_is_told(typed: str) -> None:
    with pytest.raises(Unreadable):
        day_of(typed, DAY_FIRST)
