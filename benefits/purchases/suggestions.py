"""Names to pick from while somebody types: those of the directory, and those of the books."""

from dataclasses import dataclass

from benefits.models import Purchase, SocialEnterprise
from chantier.lib.french import fold
from members.models import Organization

_MOST = 8
_FEWEST_LETTERS = 2
# Of any one thing to search: no name needs more.
_MOST_LETTERS = 100


@dataclass(frozen=True)
class Suggestion:
    """A name, and where it comes from."""

    name: str
    detail: str


def suggest(organization: Organization, typed: str, *, of_books: bool) -> list[Suggestion]:
    """A few names that hold all the words typed; `of_books` adds the known suppliers."""
    words = fold(typed[:_MOST_LETTERS].replace("\x00", "")).split()
    if len("".join(words)) < _FEWEST_LETTERS:
        return []
    enterprises = SocialEnterprise.objects.listed().select_related("region")
    suppliers = Purchase.objects.filter(organization=organization)
    for word in words:
        enterprises = enterprises.filter(search_text__contains=word)
        suppliers = suppliers.filter(search_text__contains=word)
    found = [
        Suggestion(row.name, f"EÉS, {row.region.label}")
        for row in enterprises.only("name", "region__label")[:_MOST]
    ]
    if of_books:
        known = {one.name for one in found}
        names = suppliers.order_by("supplier_name").values_list("supplier_name", flat=True)
        found += [
            Suggestion(name, "dans vos achats")
            for name in names.distinct()[:_MOST]
            if name not in known
        ]
    return found
