"""The text of a clause: words, and `[variables]` that the buyer fills in. Knows no model."""

import re
from dataclasses import dataclass

_VARIABLE = re.compile(r"(\[[^\[\]]+\])")


@dataclass(frozen=True)
class Part:
    text: str
    is_variable: bool


def parts(text: str) -> list[Part]:
    """Split `text` so that a template can mark the variables without trusting any markup."""
    pieces = _VARIABLE.split(text)
    # Every second piece is what the pattern caught.
    return [Part(piece, bool(index % 2)) for index, piece in enumerate(pieces) if piece]
