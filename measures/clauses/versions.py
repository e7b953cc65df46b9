"""One version of a clause beside another: what its words say more, and less."""

from collections.abc import Sequence
from dataclasses import dataclass

from chantier.lib.diff import Piece, differs, word_diff
from measures.models import ClauseVersion


@dataclass(frozen=True)
class Comparison:
    """What leads from the older of two versions to the newer."""

    older: ClauseVersion
    newer: ClauseVersion
    pieces: list[Piece]
    is_same: bool

    @classmethod
    def of(cls, one: ClauseVersion, other: ClauseVersion) -> "Comparison":
        older, newer = sorted((one, other), key=lambda version: version.number)
        return cls(
            older=older,
            newer=newer,
            pieces=word_diff(older.text, newer.text),
            is_same=not differs(older.text, newer.text),
        )


def compared_with(
    versions: Sequence[ClauseVersion], number: int, wanted: str
) -> ClauseVersion | None:
    """The version asked for beside `number`, else the one before it, else the one in force.

    None where nothing stands beside it, or where what was asked for is not one of its versions.
    """
    others = {version.number: version for version in versions if version.number != number}
    if wanted:
        return others.get(int(wanted)) if _is_number(wanted) else None
    before = [each for each in others if each < number]
    if before:
        return others[max(before)]
    return others[max(others)] if others else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6
