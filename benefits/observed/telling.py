"""Which words of a name tell whose it is, wherever they stand in a text."""

from pathlib import Path

from benefits.names import words_of

# Shorter than this, a word is found in any text.
_SHORTEST = 4


def telling_words(name: str) -> list[str]:
    """« Traiteur Les Marmites inc. » gives « marmite »; « Ville de Montmagny », « montmagny »."""
    return [word for word in map(_stem, words_of(name)) if is_telling(word)]


def is_telling(stem: str) -> bool:
    return len(stem) >= _SHORTEST and stem not in _STEMS


def stems_of(text: str) -> frozenset[str]:
    return frozenset(map(_stem, words_of(text)))


def _stem(word: str) -> str:
    """The same for one and for many."""
    return word[:-1] if len(word) > _SHORTEST and word[-1] in "sx" else word


# What many names share: the kind of an organization, its trade; and words that join.
_STEMS = stems_of(Path(__file__).with_name("common_words.txt").read_text(encoding="utf-8"))
