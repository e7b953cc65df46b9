"""Which EÉS of the directory a supplier may be: what is known, and what may be asked."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from benefits.matching import Candidate, Directory, propose, read_directory
from benefits.models import SocialEnterprise, SupplierMatch
from benefits.names import supplier_key
from benefits.purchasing import confirmed_matches
from chantier.lib.french import fold
from members.models import Organization


@dataclass(frozen=True)
class Offer:
    """An EÉS that a supplier may be, and why it is offered, in words."""

    enterprise: SocialEnterprise
    why: str


@dataclass(frozen=True)
class Answer:
    """What the portal knows of a supplier before it asks anybody."""

    is_settled: bool
    enterprise: SocialEnterprise | None = None
    offers: tuple[Offer, ...] = ()


def answer_for(organization: Organization, name: str, neq: str) -> Answer:
    """The EÉS of a supplier if nobody needs to be asked; else those to choose from.

    Asked of nobody: what a person confirmed before, the very number, and the very name, which
    whoever picks a suggestion types.
    """
    known = confirmed_matches(organization)
    if (key := supplier_key(name, neq)) in known:
        match = known[key]
        return Answer(True, SocialEnterprise.objects.get(pk=match) if match else None)
    if (exact := exactly(name, neq)) is not None:
        return Answer(True, exact)
    offers = offers_for(name, neq)
    return Answer(is_settled=not offers, offers=offers)


def exactly(name: str, neq: str) -> SocialEnterprise | None:
    """The EÉS of this very NEQ, else the only one of this very name."""
    listed = SocialEnterprise.objects.listed()
    if neq and (found := listed.filter(neq=neq).first()):
        return found
    # The folded name begins the text of the search.
    start = Q(search_text__startswith=fold(name))
    same = [row for row in listed.filter(start)[:20] if fold(row.name) == fold(name)]
    # Another number is another enterprise, whatever its name.
    same = [row for row in same if not (neq and row.neq)]
    return same[0] if len(same) == 1 else None


def offers_for(name: str, neq: str) -> tuple[Offer, ...]:
    """The EÉS of the directory whose name or number comes near, the nearest first."""
    (offers,) = offers_for_all([(name, neq)], read_directory())
    return offers


def offers_for_all(
    suppliers: Iterable[tuple[str, str]], directory: Directory
) -> list[tuple[Offer, ...]]:
    """The same for several suppliers, in one query."""
    found = [propose(name, neq, directory=directory) for name, neq in suppliers]
    listed = SocialEnterprise.objects.listed().select_related("region")
    rows = listed.in_bulk({candidate.enterprise_id for each in found for candidate in each})
    return [
        tuple(
            Offer(rows[candidate.enterprise_id], _why(candidate))
            for candidate in each
            if candidate.enterprise_id in rows
        )
        for each in found
    ]


def _why(candidate: Candidate) -> str:
    if candidate.is_certain:
        return "même NEQ"
    return f"nom semblable à {candidate.score}\u00a0%"


def matches_of(organization: Organization) -> QuerySet[SupplierMatch]:
    """What people said of the suppliers of an organization, by name."""
    matches = SupplierMatch.objects.filter(organization=organization)
    return matches.select_related("enterprise", "confirmed_by")
