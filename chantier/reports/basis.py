"""Which submitted versions each figure of the report of the chantier is told from.

Whoever holds two successive versions of that report subtracts one from the other. A part of it is
counted anew only when, beside each of its earlier tellings, every line of it changed for nobody
or for three organizations at least; else what was told last is told again, with its date.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from chantier.lib.small_groups import MINIMUM, is_of_one
from chantier.reports import schemas
from chantier.reports.models import ReportVersion
from chantier.reports.written import UNNAMED
from members.models import Cycle

Content = Mapping[str, Any]
Contents = dict[int, dict[str, Any]]
# What an organization says of each line of a part; a Decimal is an amount.
Facts = dict[Any, Any]
PROGRESS, PURCHASES, SECTORS = "progress", "purchases", "sectors"
REGIONS, BENEFITS, BARRIERS = "regions", "benefits", "barriers"
# Without a name: one more in the next version would be that of whoever joined meanwhile.
CASES = "cases"
# The keys of a content, of an organization or of the chantier, that this report reads.
_READ = (
    *("progress", "summary", "profile", "purchases", "benefits", "toolbox", "cases"),
    "bases",
)
_AT_ONCE = 50


@dataclass(frozen=True)
class Basis:
    """`contents` by organization; `told_on` is None for what is counted anew."""

    version: int
    told_on: datetime.date | None
    contents: Contents


@dataclass(frozen=True)
class BasisLine:
    """What a frozen report keeps of a basis: never whose contents they were."""

    version: int
    told_on: datetime.date | None
    reports: int


@dataclass(frozen=True)
class Version:
    """What this report reads of a version; `owner` is None for the chantier's own."""

    pk: int
    number: int
    submitted_at: datetime.datetime
    owner: int | None
    content: dict[str, Any]


@dataclass(frozen=True)
class Versions:
    """All those of a cycle, the oldest first."""

    of_organizations: tuple[Version, ...]
    of_chantier: tuple[Version, ...]

    @classmethod
    def of(cls, cycle: Cycle) -> Versions:
        """One query, read a few at a time: whole contents would fill the memory."""
        rows = ReportVersion.objects.filter(report__cycle=cycle).order_by("pk")
        columns = ("pk", "number", "submitted_at", "report__organization_id", "content")
        every = [
            Version(pk, number, at, owner, _read(content))
            for pk, number, at, owner, content in rows.values_list(*columns).iterator(_AT_ONCE)
        ]
        return cls(
            tuple(row for row in every if row.owner is not None),
            tuple(row for row in every if row.owner is None),
        )

    def in_force(self, before: Version | None = None) -> Contents:
        """The last content of each organization, or the last older than another version."""
        rows = self.of_organizations
        return {row.owner or 0: row.content for row in rows if before is None or row.pk < before.pk}


def _read(content: Content) -> dict[str, Any]:
    """What is told from here; the lists of a register, which weigh most, are not."""
    whole = schemas.read(content)
    return {key: whole[key] for key in _READ if key in whole}


def bases_of(versions: Versions) -> dict[str, Basis]:
    """The basis of each part of the next version."""
    now = versions.in_force()
    told = {row.number: versions.in_force(before=row) for row in versions.of_chantier}
    return {part: _basis(part, now, told, versions.of_chantier) for part in _FACTS}


def _basis(
    part: str, now: Contents, told: Mapping[int, Contents], rows: Sequence[Version]
) -> Basis:
    if all(_may_follow(part, told[_told_from(row, part)], now) for row in rows):
        return Basis(len(rows) + 1, None, now)
    number = _told_from(rows[-1], part)
    first = next(row for row in rows if row.number == number)
    return Basis(number, timezone.localdate(first.submitted_at), told[number])


def _told_from(row: Version, part: str) -> int:
    """Versions older than this rule were counted from what was in force."""
    line = row.content["bases"].get(part)
    return int(line["version"]) if line else row.number


def _may_follow(part: str, before: Contents, now: Contents) -> bool:
    facts = _FACTS[part]
    one = {key: facts(content) for key, content in before.items()}
    other = {key: facts(content) for key, content in now.items()}
    lines = {line for found in (*one.values(), *other.values()) for line in found}
    return all(_is_safe(line, one, other) for line in lines)


def _is_safe(line: Any, one: Mapping[int, Facts], other: Mapping[int, Facts]) -> bool:
    """Whether nobody changed the line, or enough did and no one of them nearly alone."""
    pairs = {
        key: (one.get(key, {}).get(line), other.get(key, {}).get(line)) for key in {*one, *other}
    }
    changed = [(a, b) for a, b in pairs.values() if a != b]
    if not changed:
        return True
    amounts = [
        (b or Decimal(0)) - (a or Decimal(0))
        for a, b in changed
        if isinstance(a, Decimal) or isinstance(b, Decimal)
    ]
    return len(changed) >= MINIMUM and not is_of_one(amounts)


def _of_progress(content: Content) -> Facts:
    profile = content["profile"]
    return {
        "progress": (content["progress"], content["summary"]["implemented_in_period"]),
        ("type", profile["type"]): True,
        ("region", profile["region"]): True,
    }


def bought(content: Content) -> Mapping[str, Any] | None:
    """The purchases that a content tells; None of what is kept or not known."""
    found = content["purchases"]
    return found if found and not found["is_withheld"] and found["amount"] is not None else None


def _of_purchases(content: Content) -> Facts:
    found = bought(content)
    if found is None:
        return {}
    facts: Facts = {"amount": Decimal(found["amount"]), "payments": found["payments"]}
    return facts if found["contracts"] is None else facts | {"contracts": found["contracts"]}


def parts_of(content: Content, part: str) -> dict[str, Decimal]:
    """Amounts by sector, or by region."""
    found = bought(content)
    return {row["label"]: Decimal(row["amount"]) for row in found[part]} if found else {}


def benefits_of(content: Content) -> Mapping[str, int]:
    """Observations by dimension."""
    sums: dict[str, int] = {}
    for row in (content["benefits"] or {}).get("benefits", ()):
        sums[row["dimension"]] = sums.get(row["dimension"], 0) + row["observations"]
    return sums


def barriers_of(content: Content) -> dict[str, frozenset[str]]:
    """The solutions that worked, by barrier."""
    found: dict[str, frozenset[str]] = {}
    for row in (content["toolbox"] or {}).get("barriers", ()):
        found[row["title"]] = found.get(row["title"], frozenset()) | set(row["solutions"])
    return found


def words_of(case: Mapping[str, Any]) -> tuple[str, str, str]:
    return case["kind"], case["title"], case["text"]


def _of_cases(content: Content) -> Facts:
    told = [words_of(case) for case in content["cases"] if case["consent"] == UNNAMED]
    return {CASES: told} if told else {}


_FACTS: dict[str, Callable[[Content], Facts]] = {
    PROGRESS: _of_progress,
    PURCHASES: _of_purchases,
    SECTORS: lambda content: dict(parts_of(content, SECTORS)),
    REGIONS: lambda content: dict(parts_of(content, REGIONS)),
    BENEFITS: lambda content: dict(benefits_of(content)),
    BARRIERS: lambda content: dict(barriers_of(content)),
    CASES: _of_cases,
}
