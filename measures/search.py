"""Searching the guide: all the words asked for, what holds them in its title first.

Words are compared folded (`chantier.lib.french.fold`) and by their beginning: « lots » finds
« lot », « sociaux » finds « sociale », and « lot » does not find « pilote ».
"""

import re
from typing import Any

from django.db.models import Case, F, IntegerField, QuerySet, Value, When
from django.db.models.functions import Length, Substr

from chantier.lib.french import fold

_ELIDED = re.compile(r"^(?:[cdjlmnst]|qu)'")
# Words that nobody looks for; a search made of them alone keeps them.
_SMALL = re.compile(r"a|aux?|dans|de|des|du|en|et|la|les?|ou|par|pour|sur|une?")
# Nobody types more; each word is a condition.
_MOST = 8


def words_of(text: str) -> list[str]:
    """The folded words to look for, without their article: « l’achat » is « achat »."""
    words = [word for word in (_ELIDED.sub("", word) for word in fold(text).split()) if word]
    return ([word for word in words if not _SMALL.fullmatch(word)] or words)[:_MOST]


def pattern_of(word: str) -> str:
    """What a word and its plural or feminine begin with, for both databases."""
    stem = word[:-1] if len(word) > 3 and word.endswith("s") else word
    if len(stem) > 5 and stem.endswith("e"):
        stem = stem[:-1]
    plural = re.fullmatch(r"(\w{2,})a(?:l|ux)", stem)
    body = f"{re.escape(plural[1])}a[lu]" if plural else re.escape(stem)
    return f"(^|[^a-z0-9]){body}"


def search(rows: QuerySet, text: str) -> QuerySet:
    """Keep the rows that hold every word, those whose code or title holds the most first.

    The title opens `search_text`, after the code: that is how it is told from the rest.
    """
    patterns = [pattern_of(word) for word in words_of(text)]
    for pattern in patterns:
        rows = rows.filter(search_text__regex=pattern)
    heading = Substr("search_text", 1, Length("code") + Length("title") + 1)
    rows = rows.annotate(heading=heading)
    in_heading: Any = Value(0, output_field=IntegerField())
    for pattern in patterns:
        in_heading = in_heading + Case(When(heading__regex=pattern, then=1), default=0)
    return rows.annotate(in_heading=in_heading).order_by(
        F("in_heading").desc(), *rows.model._meta.ordering, "pk"
    )
