"""What a webinar or a workshop shows: who presents, its themes, and the EÉS that answer to them."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When

from benefits.models import SocialEnterprise
from chantier.lib.addresses import address
from meetings.models import Meeting
from members.models import Term, Vocabulary

MOST_MATCHES = 12
# In the order of the page. The directory says nothing of the missions that a theme may name.
_KINDS = {
    Vocabulary.SECTOR: "secteur",
    Vocabulary.REGION: "région",
    Vocabulary.SOCIAL_PURPOSE: "mission",
}
_FILTERS = {Vocabulary.SECTOR: "secteur", Vocabulary.REGION: "region"}


@dataclass(frozen=True)
class Theme:
    """One theme, and the directory filtered by it where it can be."""

    label: str
    kind: str
    url: str


@dataclass(frozen=True)
class Showcase:
    """The EÉS that present, what is to be shown, and others that could be of interest."""

    guests: tuple[SocialEnterprise, ...]
    themes: tuple[Theme, ...]
    # Those of the sectors and regions of the themes, the nearest first, guests left out.
    matches: tuple[SocialEnterprise, ...]
    number_of_people: int

    @classmethod
    def build(cls, meeting: Meeting) -> "Showcase":
        """Call with `guests` prefetched; in three queries, and two for the words of matches."""
        kinds = list(_KINDS)
        terms = sorted(
            meeting.themes.order_by("order", "code"),
            key=lambda term: kinds.index(Vocabulary(term.vocabulary)),
        )
        return cls(
            guests=tuple(meeting.guests.all()),
            themes=tuple(_theme(term) for term in terms),
            matches=tuple(matching(terms).exclude(meetings=meeting)[:MOST_MATCHES]),
            number_of_people=meeting.participants.filter(present=True).count(),
        )


def matching(terms: list[Term]) -> Any:
    """EÉS of the sectors or of the regions of these themes; those of both come first."""
    chosen = defaultdict(list)
    for term in terms:
        chosen[term.vocabulary].append(term.pk)
    links = SocialEnterprise.sectors.through.objects.filter(
        socialenterprise=OuterRef("pk"), term__in=chosen[Vocabulary.SECTOR]
    )
    in_region = Q(region__in=chosen[Vocabulary.REGION])
    rows = SocialEnterprise.objects.listed().alias(of_sector=Exists(links))
    both = Case(
        When(Q(of_sector=True) & in_region, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    near = rows.filter(Q(of_sector=True) | in_region)
    return near.with_terms().order_by(both, "search_text", "pk")


def _theme(term: Term) -> Theme:
    vocabulary = Vocabulary(term.vocabulary)
    name = _FILTERS.get(vocabulary)
    url = f"{address('benefits:enterprise_list')}?{urlencode({name: term.key})}" if name else ""
    return Theme(term.label, _KINDS[vocabulary], url)
