"""What the cells of purchases say: days, amounts, numbers, terms; in French when they do not."""

import datetime
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from django.utils import timezone

from benefits.importing.cells import Cell, text_of
from benefits.names import valid_neq
from benefits.purchasing import FIRST_DAY
from chantier.lib.french import fold, long_date

# How the days of a column are written, where figures alone do not tell.
DAY_FIRST, MONTH_FIRST, YEAR_FIRST = "jma", "mja", "amj"
ORDERS = {
    DAY_FIRST: "jour, mois, année (31/12/2021)",
    MONTH_FIRST: "mois, jour, année (12/31/2021)",
    YEAR_FIRST: "année, mois, jour (21/12/31)",
}
_CENT = Decimal("0.01")
_LARGEST = Decimal(10) ** 11
_ISO = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_FIGURES = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})")
_WORDS = re.compile(r"(?:[a-z]+\.?,? )?(\d{1,2})(?:er)?[- ]([a-z]+)\.?[- ](\d{4}|\d{2})")
_HOUR = re.compile(r"[T ]\d{1,2}(?:[:h]| h )\d{2}.*\Z", re.IGNORECASE)
_MONTHS = {fold(long_date(datetime.date(2021, n, 2))).split()[1]: n for n in range(1, 13)}
_NONE = ("", "n/d", "nd", "n.d.", "n. d.", "s.o.", "so", "n/a", "na", "-", "aucun", "inconnu")

_SIGNS = re.compile(r"(?:ca|can|cad)?\s*\$\s*(?:ca|can|cad)?|\bcad\b", re.IGNORECASE)
_SPACED = re.compile(r"\d{1,3}(?: \d{3})+(?:[.,]\d*)?")
_PLAIN = re.compile(r"\d+(?:[.,]\d*)?|[.,]\d+")
_COMMAS = re.compile(r"\d{1,3}(?:,\d{3})+\.\d+|\d{1,3}(?:,\d{3}){2,}")
_POINTS = re.compile(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}")
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


class Unreadable(ValueError):
    """A cell that says nothing that its column can hold; in French."""


def _quoted(text: str) -> str:
    shown = text if len(text) <= 60 else f"{text[:60]}…"
    return f"«\u00a0{shown}\u00a0»"


def _whole(cell: Cell) -> str:
    """The text of a cell; raises Unreadable when the spreadsheet itself could not compute it."""
    if isinstance(cell, dict) and "fault" in cell:
        raise Unreadable(cell["fault"])
    return " ".join(text_of(cell).split())


def _says_nothing(text: str) -> bool:
    """« n/d »: shorter than any date, amount or number, so that these are not folded."""
    return len(text) < 8 and fold(text) in _NONE


# --- Days ----------------------------------------------------------------------


def day_of(cell: Cell, order: str) -> datetime.date | None:
    text = _whole(cell)
    if isinstance(cell, dict) and "day" in cell:
        return _sensible(datetime.date.fromisoformat(text))
    if _says_nothing(text):
        return None
    text = _HOUR.sub("", fold(text) if any(map(str.isalpha, text)) else text)
    try:
        return _sensible(_day(text, order))
    except Unreadable:
        raise
    except ValueError as error:
        raise Unreadable(f"{_quoted(text)} n’est pas une date.") from error


def _day(text: str, order: str) -> datetime.date:
    if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return datetime.date(*map(int, found.groups()))
    if found := _FIGURES.fullmatch(text):
        return _ordered(found, order)
    if found := _WORDS.fullmatch(text):
        month = _month(found[2])
        return datetime.date(_year(found[3]), month, int(found[1]))
    raise ValueError


def _ordered(found: re.Match[str], order: str) -> datetime.date:
    first, second, third = found.groups()
    if order == YEAR_FIRST and len(third) == 2:
        return datetime.date(_year(first), int(second), int(third))
    day, month = (second, first) if order == MONTH_FIRST else (first, second)
    if int(month) > 12 >= int(day):
        raise Unreadable(
            f"{_quoted(found[0])} n’est pas une date écrite dans l’ordre des autres\u00a0: "
            f"{ORDERS[order or DAY_FIRST]}."
        )
    return datetime.date(_year(third), int(month), int(day))


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _month(text: str) -> int:
    """« avril », « avr », « sept »."""
    known = [n for name, n in _MONTHS.items() if name == text]
    known = known or [n for name, n in _MONTHS.items() if len(text) > 2 and name.startswith(text)]
    if len(known) != 1:
        raise ValueError
    return known[0]


def _sensible(day: datetime.date) -> datetime.date:
    if day < FIRST_DAY:
        raise Unreadable(f"Le {long_date(day)} est trop ancien. Vérifiez l’année.")
    if day > timezone.localdate():
        raise Unreadable(f"Le {long_date(day)} est encore à venir. Vérifiez l’année.")
    return day


def orders_of(cells: Iterable[Cell]) -> list[str]:
    """The orders in which all the days of a column can be read; none where none is in figures.

    Two or more: a person must say. A year in two figures may stand on either end.
    """
    found = [
        match
        for cell in cells
        if isinstance(cell, str) and (match := _FIGURES.fullmatch(_HOUR.sub("", fold(cell))))
    ]
    if not found:
        return []
    fitting = [order for order in ORDERS if all(_fits(one, order) for one in found)]
    # Days written in two orders: whichever is said, the others will be told as errors.
    return fitting or [DAY_FIRST, MONTH_FIRST]


def _fits(found: re.Match[str], order: str) -> bool:
    try:
        day = _ordered(found, order)
    except ValueError:
        return False
    return (order != YEAR_FIRST or len(found[3]) == 2) and FIRST_DAY <= day <= timezone.localdate()


# --- Amounts -------------------------------------------------------------------


def amount_of(cell: Cell) -> Decimal | None:
    """An amount to the cent; « (12,50) », « 12,50- » and « −12,50 $ » are credits."""
    text = _whole(cell)
    if _says_nothing(text):
        return None
    try:
        amount = Decimal(text) if isinstance(cell, dict) else _amount(text)
        amount = amount.quantize(_CENT, rounding=ROUND_HALF_UP)
        if not amount.is_finite():
            # « NaN », which a spreadsheet computed: it is rounded without a word.
            raise InvalidOperation
    except InvalidOperation as error:
        raise Unreadable(f"{_quoted(text)} n’est pas un montant.") from error
    if abs(amount) >= _LARGEST:
        raise Unreadable(f"{_quoted(text)} est trop grand pour un achat.")
    return amount


def _amount(text: str) -> Decimal:
    shown = text
    text = " ".join(_SIGNS.sub(" ", text).replace("−", "-").replace("–", "-").split())
    is_credit = False
    if text.startswith("(") and text.endswith(")"):
        is_credit, text = True, text[1:-1].strip()
    elif text[-2:].upper() in ("CR", "CT"):
        is_credit, text = True, text[:-2].strip()
    if text.startswith("-") or text.endswith("-"):
        is_credit, text = not is_credit, text.strip("-").strip()
    return (-1 if is_credit else 1) * _quantity(text.lstrip("+").strip(), shown)


def _quantity(text: str, shown: str) -> Decimal:
    if _EITHER.fullmatch(text):
        whole = text.replace(",", "").replace(".", "")
        raise Unreadable(
            f"{_quoted(shown)} se lit de deux façons. "
            f"Écrivez {whole} ou {text[:-1]} dans le fichier."
        )
    if _SPACED.fullmatch(text) or _PLAIN.fullmatch(text):
        return Decimal(text.replace(" ", "").replace(",", "."))
    if _COMMAS.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if _POINTS.fullmatch(text):
        return Decimal(text.replace(".", "").replace(",", "."))
    raise InvalidOperation


# --- Texts ---------------------------------------------------------------------


def neq_of(cell: Cell) -> str:
    text = _whole(cell)
    if _says_nothing(text):
        return ""
    number = valid_neq(text.replace("-", ""))
    if not number:
        raise Unreadable(
            f"{_quoted(text)} n’est pas un NEQ\u00a0: dix chiffres, qui commencent par "
            "11, 22, 33 ou 88."
        )
    return number


def name_of(cell: Cell, longest: int) -> str:
    text = _whole(cell)
    if len(text) > longest:
        raise Unreadable(f"Ce texte dépasse {longest} caractères.")
    return text


def cut(cell: Cell, longest: int) -> str:
    text = _whole(cell)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
