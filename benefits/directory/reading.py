"""The page of the directory in two queries, whatever the number of enterprises.

The first reads the lists of terms, and how many enterprises the filters leave by reach, from which
come the number found and that of each region. The second reads the rows of the page: by their keys
where few are found, else along the index of names, which gives the first ones at once.
"""

from collections import Counter
from collections.abc import Sequence
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


# What a row of the first query holds: the number of a reach with its keys, or a term.
_NUMBER, _TERM = 0, 1
# Found by the first query in so few rows, they are not searched for again.
_FEW = 4_000
# More than this are met sooner along the index of names than read one by one and sorted.
_SORTED_AT_ONCE = 200
_FIRST_QUERY = """
SELECT {number}, 0, COUNT(*), {keys}, reach
FROM ({found}) AS found GROUP BY reach
UNION ALL
SELECT {term}, "order", id, code, label FROM {terms} WHERE vocabulary IN ({vocabularies})
"""
_ROWS_QUERY = """
SELECT {columns}, e.reach, {sectors}, {tags}, EXISTS (
    SELECT 1 FROM {favourites} f WHERE f.enterprise_id = e.id AND f.user_id = %s
)
FROM {enterprises} e WHERE e.id IN (
    SELECT id FROM ({found}) AS found ORDER BY sort_name, id LIMIT {most} OFFSET %s
) ORDER BY e.sort_name, e.id
"""


@dataclass
class Shelf:
    """The words of the directory, and its numbers under the filters."""

    filterset: EnterpriseFilter
    terms: dict[Vocabulary, list[tuple[str, str]]] = field(
        default_factory=lambda: {vocabulary: [] for vocabulary in _VOCABULARIES}
    )
    labels: dict[int, str] = field(default_factory=dict)
    by_region: Counter[str] = field(default_factory=Counter)
    number_found: int = 0
    # Of all that is found, where it is little; None otherwise.
    keys: list[int] | None = None

    @classmethod
    def read(cls, filterset: EnterpriseFilter) -> "Shelf":
        """Read it, and give the filter its choices."""
        shelf, region = cls(filterset), filterset.region_value
        total, told = 0, []
        for part, _, number, text, label in sorted(_first_query(filterset)):
            if part == _TERM:
                vocabulary, _, name = text.partition(":")
                shelf.labels[number] = label
                shelf.terms[Vocabulary(vocabulary)].append((name, label))
                continue
            total += number
            reach = label.split()
            for key in reach:
                shelf.by_region[key] += number
            if not region or region in reach:
                told.append(text)
        shelf.number_found = shelf.by_region[region] if region else total
        if filterset.is_long and shelf.number_found <= _FEW:
            shelf.keys = [int(key) for keys in told for key in keys.split(",")]
        filterset.offer(shelf.terms)
        return shelf

    def lines(self, user: Any) -> list[Line]:
        """The rows of the page; asks nothing when nothing is found."""
        if not self.number_found:
            return []
        pages = Paginator(range(self.number_found), PER_PAGE)
        page = pages.get_page(self.filterset.data.get("page"))
        return [self._line(row) for row in self._rows(user, offset=page.start_index() - 1)]

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

    def _rows(self, user: Any, *, offset: int) -> list[tuple[Any, ...]]:
        """Sectors and tags as keys of terms; one's favourites told.

        Its words do not change from one page to the next: composing them by the query set would
        take longer than reading the rows.
        """
        found, params = self._found()
        sql = _ROWS_QUERY.format(
            columns=", ".join(f"e.{_column(name)}" for name in _SHOWN),
            sectors=_terms_of(SocialEnterprise.sectors.through),
            tags=_terms_of(SocialEnterprise.tags.through),
            favourites=FavouriteEnterprise._meta.db_table,
            enterprises=SocialEnterprise._meta.db_table,
            found=found,
            most=PER_PAGE,
        )
        # Nobody's, for a visitor: no person has this key.
        person = user.pk if user.is_authenticated else 0
        return _asked(sql, [person, *params, offset])

    def _found(self) -> tuple[str, Sequence[Any]]:
        """What gives the keys and the names of all that is found."""
        if self.keys is None:
            rows = self.filterset.qs.order_by().values("id", "sort_name")
            return rows.query.sql_with_params()
        table, keys = SocialEnterprise._meta.db_table, ", ".join(["%s"] * len(self.keys))
        if len(self.keys) <= _SORTED_AT_ONCE:
            return f"SELECT id, sort_name FROM {table} WHERE id IN ({keys})", self.keys  # noqa: S608
        # « + »: the keys are no way in, so that the names are read in their order, from an index
        # that has all that is asked.
        sql = f"SELECT id, sort_name FROM {table} WHERE state = %s AND +id IN ({keys})"  # noqa: S608
        return sql, [SocialEnterprise.State.LISTED, *self.keys]


def _first_query(filterset: EnterpriseFilter) -> list[tuple[Any, ...]]:
    rows = rows_but_for(filterset, "region").order_by().values("id", "reach")
    found, params = rows.query.sql_with_params()
    few = f"CASE WHEN COUNT(*) <= {_FEW} THEN {_joined('id')} ELSE '' END"
    # Only our own words and numbers are written in: what comes of the address is a parameter.
    sql = _FIRST_QUERY.format(
        found=found,
        keys=few if filterset.is_long else "''",
        terms=Term._meta.db_table,
        vocabularies=", ".join(["%s"] * len(_VOCABULARIES)),
        number=_NUMBER,
        term=_TERM,
    )
    return _asked(sql, [*params, *map(str, _VOCABULARIES)])


def _asked(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [tuple(row) for row in cursor.fetchall()]


def _column(name: str) -> str:
    field = SocialEnterprise._meta.pk if name == "pk" else SocialEnterprise._meta.get_field(name)
    return str(field.column)  # type: ignore[union-attr]


def _terms_of(through: Any) -> str:
    """The keys of the terms of an enterprise in one text."""
    table = through._meta.db_table
    return f"(SELECT {_joined('term_id')} FROM {table} WHERE socialenterprise_id = e.id)"  # noqa: S608


def _joined(column: str) -> str:
    """The values of a group, a comma between them, on both databases."""
    is_postgresql = connection.vendor == "postgresql"
    return f"STRING_AGG({column}::text, ',')" if is_postgresql else f"GROUP_CONCAT({column})"
