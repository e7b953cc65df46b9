"""French (Québec) typography and search folding. Knows no app.

Spacing follows the Office québécois de la langue française: a no-break space before « : »,
inside « », before « % » and « $ », and none before « ; », « ! » and « ? ».
"""

import datetime
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

NBSP = "\u00a0"
NARROW = "\u202f"
NOT_AVAILABLE = f"n.{NBSP}d."
_APOSTROPHES = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", NBSP: " ", NARROW: " "})
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
# The spaces at which a line must never break, written plain in files that people edit.
_BOUND_SPACES = re.compile(r"(?<=«) | (?=[»:%$])| (?=[kMG]\$)|(?<=\d)(?<!\d{4}) (?=\d{3}(?!\d))")


def fold(text: str) -> str:
    """Return `text` as search compares it: no case, no accents, one kind of apostrophe.

    « L’Économie » and "l'economie" fold to the same string.
    """
    decomposed = unicodedata.normalize("NFD", text.casefold().translate(_LIGATURES))
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(plain.translate(_APOSTROPHES).split())


def typeset(text: str) -> str:
    """Set the no-break spaces of a text typed with plain ones."""
    return _BOUND_SPACES.sub(NBSP, text)


def plural(count: float, suffix: str = "s") -> str:
    """French plurals start at two: « 0 mesure », « 1,5 mesure », « 2 mesures »."""
    return suffix if abs(count) >= 2 else ""


def number(value: float | Decimal | None, decimals: int | None = None) -> str:
    """Write a number the French way: 1 234,5; « n. d. » for None, never 0.

    Without `decimals`, trailing zeros are dropped.
    """
    if value is None:
        return NOT_AVAILABLE
    quantity = Decimal(str(value))
    text = f"{quantity:,.{decimals}f}" if decimals is not None else f"{quantity:,f}"
    if decimals is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−").replace(",", NBSP).replace(".", ",")


def percent(value: float | Decimal | None) -> str:
    """Write a rate in whole points: « 34 % »; « n. d. » for None."""
    return NOT_AVAILABLE if value is None else f"{number(value, 0)}{NBSP}%"


def quantity(value: float | Decimal | None, unit: str) -> str:
    """Write a number with its unit: « 53,6 G$ », « 11 360 entreprises »."""
    return number(value) if value is None else f"{number(value)}{NBSP}{unit}"


def dollars(value: Decimal | int | None, decimals: int | None = None) -> str:
    """Write an amount: « 128 750,50 $ », « 128 750 $ » when round; « n. d. » for None.

    In a column, `decimals` are those of all: « 128 750,00 $ » above « 12,50 $ ».
    """
    if value is None:
        return NOT_AVAILABLE
    exact = Decimal(value).quantize(Decimal("0.01"), ROUND_HALF_UP)
    if decimals is None:
        decimals = 0 if exact == exact.to_integral_value() else 2
    return f"{number(exact, decimals)}{NBSP}$"


_BYTES = ["octets", "Ko", "Mo", "Go"]


def file_size(size: int) -> str:
    """« 812 octets », « 12 Ko », « 3,4 Mo »: by thousands, one digit after the comma below ten."""
    amount, unit = float(size), 0
    while round(amount) >= 1000 and unit < len(_BYTES) - 1:
        amount, unit = amount / 1000, unit + 1
    small = unit and round(amount, 1) < 10
    return f"{number(round(amount, 1) if small else round(amount))}{NBSP}{_BYTES[unit]}"


def ordinal_day(day: datetime.date) -> str:
    """The day of a date in text: « 1er » for the first, else the bare number."""
    return "1er" if day.day == 1 else str(day.day)


_MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]


def long_date(day: datetime.date | None) -> str:
    """« 1er avril 2026 »; « n. d. » for None."""
    if day is None:
        return NOT_AVAILABLE
    return f"{ordinal_day(day)}{NBSP}{_MONTHS[day.month - 1]} {day.year}"


def period(start: datetime.date, end: datetime.date) -> str:
    """« du 1er avril au 30 juin 2021 », « en 2021 » for a whole year, « le 3 mars 2021 »."""
    if start == end:
        return f"le{NBSP}{long_date(start)}"
    if start.year != end.year:
        return f"du {long_date(start)} au {long_date(end)}"
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        return f"en{NBSP}{end.year}"
    first = f"{ordinal_day(start)}{NBSP}{_MONTHS[start.month - 1]}"
    return f"du {first} au {long_date(end)}"


def clock_time(moment: datetime.time | datetime.datetime) -> str:
    """« 13 h 30 », « 9 h »."""
    minutes = f"{NBSP}{moment.minute:02d}" if moment.minute else ""
    return f"{moment.hour}{NBSP}h{minutes}"


_WORDS = ["zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"]


def in_words(count: int, *, feminine: bool = False) -> str:
    """Numbers up to ten in words, figures from there: « cinq », « une », « 12 »."""
    if not 0 <= count < len(_WORDS):
        return number(count)
    return "une" if feminine and count == 1 else _WORDS[count]


def compact_lines(text: str, most: int = 20) -> str:
    """Drop empty lines, and run together the lines past `most`: thousands would hang the PDF."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "\n".join([*lines[: most - 1], " ".join(lines[most - 1 :])]).strip()
