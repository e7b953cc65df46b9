"""What changed between two texts, word by word. Knows no app.

Rendered by components/_diff.html, in words and in signs as well as in colour.
"""

import re
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Operation = Literal["equal", "delete", "insert"]

# A word, one sign, or a whole « [variable] », with the space that follows: « l’offre, » is a word
# and a comma.
_TOKEN = re.compile(r"(?:\[[\w ’'-]{1,60}\]|[\w’'-]+|[^\w\s])\s*")
# Past this, comparing costs seconds: both texts are then shown whole.
_MAX_TOKENS = 3_000


class Piece(NamedTuple):
    """A run of words that both texts have, or only one of them."""

    operation: Operation
    text: str

    @property
    def words(self) -> str:
        return self.text.rstrip()

    @property
    def space(self) -> str:
        """What follows the words, kept out of the marks."""
        return self.text[len(self.words) :]


def word_diff(before: str, after: str) -> list[Piece]:
    """Return the pieces that lead from one text to the other, in reading order.

    What is deleted comes before what replaces it. Spaces and line ends alone are no difference;
    what both texts have is given as `after` writes it.
    """
    old, new = _tokens(before), _tokens(after)
    if max(len(old), len(new)) > _MAX_TOKENS and before != after:
        return [Piece("delete", before), Piece("insert", after)]
    matcher = SequenceMatcher(
        a=[token.rstrip() for token in old],
        b=[token.rstrip() for token in new],
        autojunk=False,
    )
    pieces = []
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("equal", "".join(new[new_from:new_to])))
            continue
        if old_to > old_from:
            pieces.append(Piece("delete", "".join(old[old_from:old_to])))
        if new_to > new_from:
            pieces.append(Piece("insert", "".join(new[new_from:new_to])))
    return pieces


def differs(before: str, after: str) -> bool:
    """Whether the words differ, spaces aside."""
    return before.split() != after.split()


def _tokens(text: str) -> list[str]:
    # The last word gets a space like the others, so that whatever follows it stands apart.
    return _TOKEN.findall(f"{text.strip()} ") if text.strip() else []
