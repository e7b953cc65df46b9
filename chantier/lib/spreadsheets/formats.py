"""What writing and reading share: columns, and texts that cross a spreadsheet unharmed.

A text that crosses is not always the same characters: XML forbids control characters, Excel keeps
one kind of line end, and « _x0041_ » is how it writes a character by its number. `canonical` is
what no crossing changes: two texts with the same canonical form are the same text.
"""

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Value = str | int | float | Decimal | datetime.date | None

# What no XML 1.0 document may hold, and no text means.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LINE_END = re.compile(r"\r\n?")
_BY_NUMBER = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_RETURN_BY_NUMBER = re.compile(r"_x000D_", re.IGNORECASE)
# « _ », by its number: written before what would else be read as a character by its number.
_UNDERSCORE = "x005F_"
# A spreadsheet may take for a formula what begins so, spaces aside; the wide signs are those of
# Asian keyboards. The apostrophe is here so that a text that has its own keeps it.
_LOOKS_LIKE_FORMULA = r"[\s\ufeff]*['=+\-@|%＝＋－＠]|[\t\r\n]"
# And for a number or a day what is only figures and their signs: « 0042 » is 42 to it, « 1/2 » is
# the 1st of February.
_LOOKS_LIKE_NUMBER = r"[\s\ufeff]*[\d.,($][\d\s.,:/%$()eE+-]*\Z"
_SPOILED = re.compile(f"{_LOOKS_LIKE_FORMULA}|{_LOOKS_LIKE_NUMBER}")


@dataclass(frozen=True)
class Column:
    """A column of a table; a spreadsheet offers its `choices` in a list."""

    label: str
    kind: Literal["text", "number", "amount", "date"] = "text"
    width: int = 20
    choices: tuple[str, ...] = ()


def printable(text: str) -> str:
    """The text with one kind of line end, and without what no file may hold."""
    return FORBIDDEN.sub("", _LINE_END.sub("\n", text))


def canonical(text: str) -> str:
    """What of a text every crossing keeps; for comparing, and for what a person typed there."""
    text = printable(text)
    while _UNDERSCORE in text:
        text = text.replace(_UNDERSCORE, "")
    return _RETURN_BY_NUMBER.sub("", text).strip()


def escape_numbered(text: str) -> str:
    """Write « _x0041_ » so that Excel reads these seven characters, and not « A »."""
    return _BY_NUMBER.sub(f"_{_UNDERSCORE}", text)


def neutralize(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet might run, or take for a number."""
    return f"'{text}" if _SPOILED.match(text) else text


def restore(text: str) -> str:
    """Undo `neutralize`, exactly; an apostrophe that was typed stays."""
    is_neutralized = text.startswith("'") and _SPOILED.match(text[1:])
    return text[1:] if is_neutralized else text
