"""The address of an enterprise: its name, told from others by a number."""

from collections import Counter
from itertools import count

from django.utils.text import slugify

from benefits.models import SocialEnterprise

_LONGEST = 70
# Pages of the directory that stand where the address of an enterprise would.
RESERVED = frozenset(
    {"ajouter", "doublons", "exporter", "favoris", "grille", "importer", "propositions", "retraits"}
)


def free_slug(name: str) -> str:
    """An address that no enterprise has, nor had."""
    stem = _stem(name)
    rows = SocialEnterprise.objects.filter(slug__startswith=stem)
    taken = RESERVED.union(rows.values_list("slug", flat=True))
    if stem not in taken:
        return stem
    return next(slug for n in count(2) if (slug := f"{stem}-{n}") not in taken)


class Slugs:
    """Addresses for many enterprises at once: all that are taken are read once."""

    def __init__(self) -> None:
        self.taken = set(RESERVED.union(SocialEnterprise.objects.values_list("slug", flat=True)))
        self._last: Counter[str] = Counter()

    def take(self, name: str) -> str:
        slug = stem = _stem(name)
        while slug in self.taken:
            # From where the last search of this stem stopped: a thousand alike are no million.
            self._last[stem] += 1
            slug = f"{stem}-{self._last[stem] + 1}"
        self.taken.add(slug)
        return slug


def _stem(name: str) -> str:
    return slugify(name)[:_LONGEST].strip("-") or "entreprise"
