"""The page of the directory in two queries, whatever the number of enterprises.

The first reads the lists of terms, how many enterprises the filters leave by reach, from which come
the number found and that of each region, and the keys of the page. The second reads its rows.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Paginator
from django.db import connection

from benefits.directory.filters import EnterpriseFilter
from benefits.models import FavouriteEnterprise, SocialEnterprise
from chantier.lib.addresses import address
from chantier.lib.filtering import rows_but_for
from chantier.lib.listing import PER_PAGE
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
    is_fictional: bool
    is_inference: bool
    to_verify: bool
    is_favourite: bool


# What a row of the first query holds: the number of a reach, a term, or a key of the page.
_NUMBER, _TERM, _KEY = 0, 1, 2
# What reads many rows is done once, for the numbers and for the page; otherwise each part has an
# index of its own.
_FIRST_QUERY = """
WITH found(id, reach, sort_name) AS {once} ({found})
SELECT {number}, 0, COUNT(*), '', reach FROM found GROUP BY reach
UNION ALL
SELECT {term}, "order", id, code, label FROM {terms} WHERE vocabulary IN ({vocabularies})
UNION ALL
SELECT * FROM (
    SELECT {key}, 0, id, '', '' FROM found {here}
    ORDER BY sort_name, id LIMIT {most} OFFSET %s
) AS page
"""
_ROWS_QUERY = """
SELECT {columns}, e.reach, {sectors}, {tags}, EXISTS (
    SELECT 1 FROM {favourites} f WHERE f.enterprise_id = e.id AND f.user_id = %s
)
FROM {enterprises} e WHERE e.id IN ({keys}) ORDER BY e.sort_name, e.id
"""


@dataclass
class Shelf:
    """The words of the directory, its numbers under the filters, and the keys of a page."""

    terms: dict[Vocabulary, list[tuple[str, str]]] = field(
        default_factory=lambda: {vocabulary: [] for vocabulary in _VOCABULARIES}
    )
    labels: dict[int, str] = field(default_factory=dict)
    by_region: Counter[str] = field(default_factory=Counter)
    number_found: int = 0
    keys: list[int] = field(default_factory=list)

    @classmethod
    def read(cls, filterset: EnterpriseFilter) -> "Shelf":
        """Read it, and give the filter its choices."""
        page = filterset.data.get("page", "")
        shelf = cls._of_page(filterset, int(page) if page.isdecimal() and len(page) < 9 else 1)
        if shelf.number_found and not shelf.keys:
            # An address of a page that is no more: the last one, or the first.
            pages = Paginator(range(shelf.number_found), PER_PAGE)
            shelf = cls._of_page(filterset, pages.get_page(page).number)
        filterset.offer(shelf.terms)
        return shelf

    @classmethod
    def _of_page(cls, filterset: EnterpriseFilter, page: int) -> "Shelf":
        shelf, region, total = cls(), filterset.region_value, 0
        for part, _, number, code, text in sorted(_first_query(filterset, page)):
            if part == _NUMBER:
                total += number
                for key in text.split():
                    shelf.by_region[key] += number
            elif part == _TERM:
                vocabulary, _, name = code.partition(":")
                shelf.labels[number] = text
                shelf.terms[Vocabulary(vocabulary)].append((name, text))
            else:
                shelf.keys.append(number)
        shelf.number_found = shelf.by_region[region] if region else total
        return shelf

    def lines(self, user: Any) -> list[Line]:
        """The rows of the page; asks nothing when nothing is found."""
        return [self._line(row) for row in _rows(self.keys, user)] if self.keys else []

    def _line(self, row: tuple[Any, ...]) -> Line:
        *plain, reach, sectors, tags, is_favourite = row
        shown = dict(zip(_SHOWN, plain, strict=True))
        for name in ("is_fictional", "is_inference", "to_verify"):
            shown[name] = bool(shown[name])
        return Line(
            url=address("benefits:enterprise_detail", slug=shown["slug"]),
            region=self.labels[shown.pop("region_id")],
            legal_form=self.labels[shown.pop("legal_form_id")],
            number_served=len(reach.split()) - 1,
            sectors=self._labels(sectors),
            tags=self._labels(tags),
            is_favourite=bool(is_favourite),
            **shown,
        )

    def _labels(self, keys: str | None) -> list[str]:
        """The labels of keys that a comma parts, in the order of their list."""
        wanted = {int(key) for key in keys.split(",")} if keys else set()
        return [text for key, text in self.labels.items() if key in wanted]


def _first_query(filterset: EnterpriseFilter, page: int) -> list[tuple[int, int, int, str, str]]:
    rows = rows_but_for(filterset, "region").order_by().values("pk", "reach", "sort_name")
    found, params = rows.query.sql_with_params()
    region = filterset.region_value
    # Only our own words and numbers are written in: what comes of the address is a parameter.
    sql = _FIRST_QUERY.format(
        found=found,
        once="MATERIALIZED" if filterset.is_long else "NOT MATERIALIZED",
        here="WHERE reach LIKE %s" if region else "",
        terms=Term._meta.db_table,
        vocabularies=", ".join(["%s"] * len(_VOCABULARIES)),
        number=_NUMBER,
        term=_TERM,
        key=_KEY,
        most=PER_PAGE,
    )
    reach = [f"% {region} %"] if region else []
    offset = max(page - 1, 0) * PER_PAGE
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, *map(str, _VOCABULARIES), *reach, offset])
        return [tuple(row) for row in cursor.fetchall()]


def _rows(keys: Collection[int], user: Any) -> list[tuple[Any, ...]]:
    """The enterprises of these keys; sectors and tags as keys of terms, one's favourites told.

    Its words do not change from one page to the next: composing them by the query set would take
    longer than reading the rows.
    """
    sql = _ROWS_QUERY.format(
        columns=", ".join(f"e.{_column(name)}" for name in _SHOWN),
        sectors=_keys_of(SocialEnterprise.sectors.through),
        tags=_keys_of(SocialEnterprise.tags.through),
        favourites=FavouriteEnterprise._meta.db_table,
        enterprises=SocialEnterprise._meta.db_table,
        keys=", ".join(["%s"] * len(keys)),
    )
    # Nobody's, for a visitor: no person has this key.
    person = user.pk if user.is_authenticated else 0
    with connection.cursor() as cursor:
        cursor.execute(sql, [person, *keys])
        return [tuple(row) for row in cursor.fetchall()]


def _column(name: str) -> str:
    field = SocialEnterprise._meta.pk if name == "pk" else SocialEnterprise._meta.get_field(name)
    return str(field.column)  # type: ignore[union-attr]


def _keys_of(through: Any) -> str:
    """The keys of the terms of an enterprise in one text, on both databases."""
    is_postgresql = connection.vendor == "postgresql"
    joined = "STRING_AGG(term_id::text, ',')" if is_postgresql else "GROUP_CONCAT(term_id)"
    table = through._meta.db_table
    return f"(SELECT {joined} FROM {table} WHERE socialenterprise_id = e.id)"  # noqa: S608
