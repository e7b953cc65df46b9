"""Figures that rows of the portal say by themselves, such as those of purchases.

An app above registers where it knows the figures of an indicator from. What an organization typed
stands, « n. d. » as well as a number; where it typed nothing, what its rows say stands. The grid,
the pages of an indicator, the spreadsheets, the reports and the chantier read them here.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, Exists, Value, When
from django.db.models.expressions import Combinable

from measures.indicators.values import Figure, written
from measures.models import Indicator
from members.fiscal import FiscalYear
from members.models import Organization

# What a figure says of where it comes from: in the reports, and once somebody has taken it over.
SOURCE = "Calculée des achats du portail"


@dataclass(frozen=True)
class FedValue:
    """What the rows of one organization say of an indicator in a fiscal year; None is « n. d. »."""

    value: Decimal | None
    # How many rows, and « d’après 12 achats »: for those who may read them.
    count: int
    words: str
    # The rows themselves, for the same people.
    link: str
    # What it is worked out from: pairs of a label and a text.
    terms: tuple[tuple[str, str], ...] = ()
    # Why there is no figure.
    why: str = ""
    # Of a ratio.
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    # What was counted, where organizations together may not count it twice.
    things: frozenset[int] = frozenset()

    @property
    def is_known(self) -> bool:
        """Whether it is a figure, which may be noted as it is."""
        return self.value is not None

    @property
    def terms_in_words(self) -> str:
        return "; ".join(f"{label}\u00a0: {text}" for label, text in self.terms)

    def figure(self, indicator: Indicator) -> Figure:
        """As it is stored when somebody takes it over; the remark that stands is left."""
        if self.numerator is not None:
            return Figure(None, self.numerator, self.denominator, SOURCE, None)
        value = None if self.value is None else round(self.value, indicator.decimals)
        return Figure(value, source=SOURCE, note=None)


# An organization, the code of an indicator, the first day of a fiscal year.
FedKey = tuple[int, str, datetime.date]
# `organizations` are rows or a query set of them. Each has values for those of the years that
# begin in the month when its own do.
Organizations = Any
Provider = Callable[[Organizations, Collection[FiscalYear]], Mapping[FedKey, FedValue]]

# Whether an organization has such rows, as a part of another query.
Presence = Callable[[Organization], Exists]

_providers: dict[str, Provider] = {}
_presences: dict[Provider, Presence] = {}


def register(codes: Iterable[str], provider: Provider, presence: Presence) -> None:
    """Say where the figures of these indicators come from; called as the apps get ready."""
    _providers.update(dict.fromkeys(codes, provider))
    _presences[provider] = presence


def presence_of(organization: Organization) -> Combinable:
    """Whether rows say something of this organization: it spares the query that reads them."""
    found = [presence(organization) for presence in _presences.values()]
    return Case(*[When(each, then=Value(True)) for each in found], default=Value(False))


def is_fed(indicator: Indicator) -> bool:
    return indicator.code in _providers and not indicator.is_computed


def fed_of(
    organizations: Organizations, indicators: Iterable[Indicator], years: Collection[FiscalYear]
) -> dict[FedKey, FedValue]:
    """What is known of several organizations: one query, none where no indicator is fed."""
    codes = {indicator.code for indicator in indicators if is_fed(indicator)}
    found: dict[FedKey, FedValue] = {}
    for provider in dict.fromkeys(_providers[code] for code in sorted(codes)):
        rows = provider(organizations, years)
        found |= {key: value for key, value in rows.items() if key[1] in codes}
    return found


def fed_values(
    organization: Organization,
    indicators: Iterable[Indicator],
    years: Collection[FiscalYear],
    known: Mapping[FedKey, FedValue] | None = None,
) -> dict[tuple[int, datetime.date], FedValue]:
    """Of one organization, by indicator and first day of the fiscal year.

    `known` spares the query, where somebody has read the values of these years.
    """
    rows = list(indicators)
    found = fed_of([organization], rows, years) if known is None else known
    pks = {row.code: row.pk for row in rows if is_fed(row)}
    return {(pks[code], start): value for (_, code, start), value in found.items() if code in pks}


def standing(stored: Mapping[Any, Decimal | None], fed: Mapping[Any, FedValue]) -> dict[Any, Any]:
    """The value that stands for each key: the typed one, else what the rows say."""
    return {key: value.value for key, value in fed.items()} | dict(stored)


def differs(value: Decimal | None, fed: FedValue, indicator: Indicator) -> bool:
    """Whether a typed value says something else, as both are read."""
    return fed.value is not None and written(value, indicator) != written(fed.value, indicator)
