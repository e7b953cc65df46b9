"""Which EÉS of the directory a supplier may be: by its NEQ, else by the words of its name.

Only a NEQ, or what a person confirmed before, decides. A name never does: it proposes an EÉS with
a score, and a person answers.
"""

import bisect
import itertools
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from rapidfuzz import process
from rapidfuzz.distance import OSA

from benefits.models.directory import SocialEnterprise
from benefits.names import spelling_words, trade_words, valid_neq, words_of
from benefits.spelling import is_generic, same_word, spelled

CERTAIN = 100
# A name alone is never certain, be it the same letter for letter.
MOST_BY_NAME = 99
# From here on, an EÉS is proposed. What lies lower is wrong more often than right.
PROPOSES = 80
MAX_PROPOSED = 5
# The enterprises that share the rarest words with a name, which are compared with it word by word.
_COMPARED = 25
# A word that more of the directory bears says nothing of who bears it.
_TOO_COMMON = 2_000
# The letters that a slip changes at most, and those of a word that has one.
_FARTHEST = 2
_SHORTEST = 3
# What a word weighs that many enterprises bear, beside one that tells who they are.
_GENERIC_WEIGHT = 0.3


@dataclass(frozen=True)
class Candidate:
    """An enterprise that a supplier may be; 100 is certain."""

    enterprise_id: int
    name: str
    score: int

    @property
    def is_certain(self) -> bool:
        return self.score == CERTAIN


@dataclass(frozen=True)
class _Entry:
    pk: int
    name: str
    neq: str
    words: tuple[str, ...]
    # What its acronyms stand for: « cdc » is the first three of « CDC des Coteaux ».
    acronyms: dict[str, list[str]]


@dataclass
class Directory:
    """What the directory lists, ready to be searched by the words of names."""

    entries: list[_Entry]
    by_neq: dict[str, _Entry] = field(default_factory=dict)
    by_word: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    # The words of the directory that begin alike: where a word that it has not may be.
    _by_letter: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    _near: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_neq = {entry.neq: entry for entry in self.entries if entry.neq}
        for place, entry in enumerate(self.entries):
            told = {*entry.words, "".join(entry.words), *_pairs(entry.words), *entry.acronyms}
            for word in told:
                self.by_word[word].append(place)
        for word in sorted({word for entry in self.entries for word in entry.words}):
            self._by_letter[word[:1]].append(word)

    def near(self, word: str) -> list[str]:
        """The words of the directory that `word` may stand for: itself, else what it is near."""
        if word not in self._near:
            # A word that the directory has is no slip for another.
            self._near[word] = [word] if word in self.by_word else self._slips(word)
        return self._near[word]

    def _slips(self, word: str) -> list[str]:
        if len(word) < _SHORTEST:
            return []
        alike = self._by_letter[word[:1]]
        found = process.extract_iter(word, alike, scorer=OSA.distance, score_cutoff=_FARTHEST)
        slips = {one for one, _, _ in found if same_word(word, one)}
        # « solid » for « solidarite »: the words that begin so stand together.
        start = bisect.bisect_left(alike, word)
        cut = itertools.takewhile(lambda one: one.startswith(word), alike[start:])
        return sorted(slips | {one for one in cut if same_word(word, one)})

    def rarity(self, word: str) -> float:
        number = len(self.by_word.get(word, ()))
        return math.log(1 + len(self.entries) / (1 + number))


def read_directory() -> Directory:
    """The listed directory, in one query."""
    rows = SocialEnterprise.objects.listed().order_by("pk").values_list("pk", "name", "neq")
    return Directory([entry_of(*row) for row in rows])


def entry_of(pk: int, name: str, neq: str) -> _Entry:
    acronyms = _acronyms(spelling_words(name, with_joined=True)) | _acronyms(spelling_words(name))
    return _Entry(pk, name, neq, tuple(trade_words(name)), acronyms)


def propose(name: str, neq: str = "", *, directory: Directory) -> list[Candidate]:
    """The enterprises that a supplier may be, the likeliest first; none below the threshold."""
    number = valid_neq(neq)
    if number and (known := directory.by_neq.get(number)):
        return [Candidate(known.pk, known.name, CERTAIN)]
    words = spelled(trade_words(name), directory.by_word)
    found = []
    for entry in _to_compare(words, directory):
        # Two numbers are two enterprises, however alike their names.
        if number and entry.neq:
            continue
        score = _score(words, entry)
        if score >= PROPOSES:
            found.append(Candidate(entry.pk, entry.name, score))
    found.sort(key=lambda candidate: (-candidate.score, candidate.name))
    return found[:MAX_PROPOSED]


def _to_compare(words: list[str], directory: Directory) -> Iterable[_Entry]:
    """The enterprises that share the most telling words with a name."""
    weights: dict[int, float] = defaultdict(float)
    near = {known for word in words for known in directory.near(word)}
    together = {"".join(words), *_pairs(words), *_acronyms(words)}
    for known in near | {word for word in together if word in directory.by_word}:
        places = directory.by_word[known]
        if len(places) > _TOO_COMMON and len(words) > 1:
            continue
        weight = directory.rarity(known)
        for place in places:
            weights[place] += weight
    best = sorted(weights, key=lambda place: (-weights[place], place))[:_COMPARED]
    return [directory.entries[place] for place in best]


def _score(words: list[str], entry: _Entry) -> int:
    """How alike two names are, from 0 to 99."""
    mine = [part for word in words for part in entry.acronyms.get(word, [word])]
    theirs = list(entry.words)
    left, right, matched = _paired(mine, theirs)
    total = _weight(mine) + _weight(theirs)
    if all(any(not is_generic(word) for word in side) for side in (left, right)):
        # Each has a word of its own, which is who it is: Laval and Gatineau.
        return 0
    return min(MOST_BY_NAME, round(200 * matched / total)) if total else 0


def _paired(mine: list[str], theirs: list[str]) -> tuple[list[str], list[str], float]:
    """The words that only one of two names has, and the weight of those that both have."""
    left, right = list(mine), list(theirs)
    matched = _pair(left, right, least=1.0)
    matched += _joined(left, right) + _joined(right, left)
    matched += _pair(left, right, least=0.01)
    return left, right, matched


def _pair(left: list[str], right: list[str], *, least: float) -> float:
    """Take out the words that are on both sides; return their weight."""
    matched = 0.0
    for word in list(left):
        likest = max(right, key=lambda one: same_word(word, one), default="")
        alike = same_word(word, likest)
        if alike >= least:
            left.remove(word)
            right.remove(likest)
            matched += alike * _weight([word, likest]) / 2
    return matched


def _joined(few: list[str], many: list[str]) -> float:
    """Take out a word that is several of the other side run together; return their weight."""
    matched = 0.0
    for word in list(few):
        for start, end in _spans(len(many)):
            span = many[start:end]
            if word == "".join(span):
                few.remove(word)
                del many[start:end]
                matched += _weight([word, *span]) / 2
                break
    return matched


def _spans(length: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(length) for j in range(length, i + 1, -1)]


def _pairs(words: Iterable[str]) -> list[str]:
    """Neighbours run together: « recyclo », « centre » as « recyclocentre »."""
    return [first + second for first, second in itertools.pairwise(words)]


def _acronyms(words: list[str]) -> dict[str, list[str]]:
    """What the first words spell, three and more, and what stands for it: « cje », « sadc »."""
    letters = "".join(word[0] for word in words)
    return {
        letters[:end]: words_of(" ".join(words[:end])) for end in range(3, min(len(letters), 6) + 1)
    }


def _weight(words: Iterable[str]) -> float:
    return sum(_GENERIC_WEIGHT if is_generic(word) else 1.0 for word in words)
