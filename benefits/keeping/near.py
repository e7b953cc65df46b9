"""Enterprises whose name, or NEQ, is near: those that a person may take for a new one."""

from dataclasses import dataclass

from rapidfuzz import fuzz, process

from benefits.models import SocialEnterprise
from benefits.names import name_key

# From here two names may well be one: « marmites solidaires », « marmite solidaire ».
NEAR = 82
_MOST = 5
_SAME_NEQ, _SAME_NAME = 102.0, 101.0


@dataclass(frozen=True)
class Near:
    """An enterprise of the directory, and what makes it near."""

    enterprise: SocialEnterprise
    why: str


def near_enterprises(
    name: str, neq: str = "", *, but: SocialEnterprise | None = None
) -> list[Near]:
    """Those of the directory that could be it, the nearest first; two queries whatever is there."""
    key = name_key(name)
    rows = SocialEnterprise.objects.listed().order_by()
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    keys: dict[int, str] = {}
    found: dict[int, float] = {}
    for pk, other_neq, other_key in rows.values_list("pk", "neq", "name_key").iterator():
        keys[pk] = other_key
        if neq and neq == other_neq:
            found[pk] = _SAME_NEQ
        elif key and key == other_key:
            found[pk] = _SAME_NAME
    matches = process.extract(
        key, keys, scorer=fuzz.token_sort_ratio, score_cutoff=NEAR, limit=_MOST
    )
    for _, score, pk in matches if key else ():
        found.setdefault(pk, score)
    best = sorted(found, key=lambda pk: (-found[pk], keys[pk]))[:_MOST]
    enterprises = SocialEnterprise.objects.with_terms().in_bulk(best)
    return [Near(enterprises[pk], _why(found[pk])) for pk in best if pk in enterprises]


def _why(score: float) -> str:
    if score == _SAME_NEQ:
        return "même NEQ"
    return "même nom" if score == _SAME_NAME else "nom proche"
