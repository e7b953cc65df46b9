"""Pairs of the directory that may be one enterprise: same name, near names."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice, pairwise

from rapidfuzz import fuzz

from benefits.models import SocialEnterprise

# Stricter than for one name that somebody types: here, every pair asks for a look.
_NEAR = 90
# A word that more names than this have tells none from another.
_COMMON = 40
_LETTERS = 5
MOST_PAIRS = 100
# Half a second of work; twenty thousand names make half as many comparisons.
MOST_COMPARED = 500_000
_SAME = 100.0


@dataclass(frozen=True)
class Pair:
    """Two enterprises to compare, and what makes them near."""

    first: SocialEnterprise
    second: SocialEnterprise
    is_same_name: bool


def pairs() -> tuple[list[Pair], int]:
    """The nearest pairs, and how many there are in all; three queries whatever the directory."""
    keys = dict(
        SocialEnterprise.objects.listed().order_by("pk").values_list("pk", "name_key").iterator()
    )
    apart = _apart()
    scored: dict[tuple[int, int], float] = {}
    for pair in islice(_candidates(keys), MOST_COMPARED):
        if pair in scored or pair in apart:
            continue
        first, second = (keys[pk] for pk in pair)
        score = fuzz.token_sort_ratio(first, second, score_cutoff=_NEAR)
        if score:
            scored[pair] = score
    best = sorted(scored, key=lambda pair: (-scored[pair], keys[pair[0]], pair))
    shown = best[:MOST_PAIRS]
    rows = SocialEnterprise.objects.select_related("region", "legal_form").in_bulk(
        {pk for pair in shown for pk in pair}
    )
    found = [
        Pair(rows[first], rows[second], scored[first, second] == _SAME)
        for first, second in shown
        if first in rows and second in rows
    ]
    return found, len(best)


def _apart() -> set[tuple[int, int]]:
    """Pairs that somebody has told apart."""
    links = SocialEnterprise.distinct_from.through.objects.all()
    told = links.values_list("from_socialenterprise_id", "to_socialenterprise_id")
    return {(first, second) for first, second in told if first < second}


def _candidates(keys: dict[int, str]) -> Iterator[tuple[int, int]]:
    """Pairs that share the beginning of a telling word; comparing all with all would not end."""
    names: defaultdict[str, list[int]] = defaultdict(list)
    stems: defaultdict[str, list[int]] = defaultdict(list)
    for pk, key in keys.items():
        names[key].append(pk)
        for stem in {word[:_LETTERS] for word in key.split()}:
            stems[stem].append(pk)
    # Same names first: what is left out past the bound is what is less alike. Of many that have
    # one name, each stands beside the next, rather than none being told.
    for rows in names.values():
        yield from combinations(rows, 2) if len(rows) <= _COMMON else pairwise(rows)
    for rows in stems.values():
        if len(rows) <= _COMMON:
            yield from combinations(rows, 2)
