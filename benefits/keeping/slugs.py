"""The address of an enterprise: its name, told from others by a number."""

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
    stem = slugify(name)[:_LONGEST].strip("-") or "entreprise"
    rows = SocialEnterprise.objects.filter(slug__startswith=stem)
    taken = RESERVED.union(rows.values_list("slug", flat=True))
    if stem not in taken:
        return stem
    return next(slug for n in count(2) if (slug := f"{stem}-{n}") not in taken)
