"""The page of the directory in two queries, whatever the number of enterprises.

The first reads the lists of terms, and how many enterprises the filters leave by reach: from that
come the number found and the number of each region. The second reads the rows of one page.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Cast

from benefits.directory.filters import EnterpriseFilter
from benefits.models import FavouriteEnterprise, SocialEnterprise
from chantier.lib.addresses import address
from chantier.lib.filtering import rows_but_for
from chantier.lib.joined import Joined
from members.models import Term, Vocabulary

_VOCABULARIES = (
    Vocabulary.SECTOR,
    Vocabulary.REGION,
    Vocabulary.LEGAL_FORM,
    Vocabulary.ENTERPRISE_TAG,
)
_SHOWN = (
    "pk",
    "slug",
    "name",
    "mission",
    "region_id",
    "legal_form_id",
    "eligibility",
    "is_fictional",
    "is_inference",
    "to_verify",
)


@dataclass(frozen=True)
class Line:
    """One enterprise of the list."""

    pk: int
    url: str
    slug: str
    name: str
    mission: str
    region: str
    # How many other regions it serves.
    number_served: int
    legal_form: str
    sectors: list[str]
    tags: list[str]
    eligibility: str
    eligibility_label: str
    is_fictional: bool
    is_inference: bool
    to_verify: bool
    is_favourite: bool


@dataclass
class Shelf:
    """The words of the directory, and its numbers under the filters of a request."""

    terms: dict[Vocabulary, list[tuple[str, str]]] = field(default_factory=dict)
    labels: dict[int, str] = field(default_factory=dict)
    by_region: Counter[str] = field(default_factory=Counter)
    number_found: int = 0

    @classmethod
    def read(cls, filterset: EnterpriseFilter) -> "Shelf":
        """Read it, and give the filter its choices."""
        shelf = cls({vocabulary: [] for vocabulary in _VOCABULARIES})
        region, found = filterset.region_value, 0
        for rank, key, code, text, number in sorted(_union(filterset)):
            if rank == 0:
                found += number
                shelf.by_region.update(dict.fromkeys(text.split(), number))
                continue
            shelf.labels[key] = text
            vocabulary, _, name = code.partition(":")
            shelf.terms[Vocabulary(vocabulary)].append((name, text))
        filterset.offer(shelf.terms)
        shelf.number_found = shelf.by_region[region] if region else found
        return shelf

    def lines(self, keys: QuerySet, user: Any) -> list[Line]:
        """The rows of one page, whose keys are given; asks nothing when nothing is found."""
        if not self.number_found:
            return []
        return [self._line(row) for row in _rows(keys, user)]

    def _line(self, row: tuple[Any, ...]) -> Line:
        *plain, reach, sectors, tags, is_favourite = row
        shown = dict(zip(_SHOWN, plain, strict=True))
        eligibility = SocialEnterprise.Eligibility(shown["eligibility"])
        return Line(
            url=address("benefits:enterprise_detail", slug=shown["slug"]),
            region=self.labels[shown.pop("region_id")],
            legal_form=self.labels[shown.pop("legal_form_id")],
            number_served=len(reach.split()) - 1,
            sectors=self._labels(sectors),
            tags=self._labels(tags),
            eligibility_label=str(eligibility.label),
            is_favourite=bool(is_favourite),
            **shown,
        )

    def _labels(self, keys: str | None) -> list[str]:
        """The labels of keys that a comma parts, in the order of their list."""
        wanted = {int(key) for key in keys.split(",")} if keys else set()
        return [text for key, text in self.labels.items() if key in wanted]


def _union(filterset: EnterpriseFilter) -> Iterator[tuple[int, int, str, str, int]]:
    """Terms with their rank from 1, then at rank 0 each reach with its number."""
    texts = {"output_field": TextField()}
    terms = Term.objects.filter(vocabulary__in=_VOCABULARIES).order_by()
    words = terms.annotate(
        a_rank=F("order") + 1,
        a_code=Cast("code", TextField()),
        a_text=Cast("label", TextField()),
        a_number=Value(0),
    ).values_list("a_rank", "pk", "a_code", "a_text", "a_number")
    counted = (
        rows_but_for(filterset, "region")
        .order_by()
        .values("reach")
        .annotate(
            a_rank=Value(0),
            a_key=Value(0),
            a_code=Value("", **texts),
            a_text=Cast("reach", TextField()),
            a_number=Count("pk"),
        )
        .values_list("a_rank", "a_key", "a_code", "a_text", "a_number")
    )
    return words.union(counted, all=True).iterator()


def _rows(keys: QuerySet, user: Any) -> QuerySet:
    """The enterprises of these keys; sectors and tags as keys of terms, one's favourites told."""
    mine = FavouriteEnterprise.objects.filter(
        enterprise=OuterRef("pk"), user=user.pk if user.is_authenticated else None
    )
    favourite = Exists(mine) if user.is_authenticated else Value(0, IntegerField())
    return (
        SocialEnterprise.objects.filter(pk__in=keys)
        .annotate(
            a_sectors=_keys_of(SocialEnterprise.sectors.through),
            a_tags=_keys_of(SocialEnterprise.tags.through),
            a_favourite=favourite,
        )
        .values_list(*_SHOWN, "reach", "a_sectors", "a_tags", "a_favourite")
    )


def _keys_of(through: Any) -> Subquery:
    rows = through.objects.filter(socialenterprise=OuterRef("pk")).order_by()
    joined = rows.values("socialenterprise").annotate(keys=Joined("term_id")).values("keys")
    return Subquery(joined, output_field=CharField())
