"""How the page of cases names what it offers: « mesure-12 », « temoignage-4 »."""

from __future__ import annotations

import re
from collections.abc import Iterable

from chantier.reports.models import ReportCase

RECORD, STORY = "mesure", "temoignage"
# More than anybody ticks: what comes beyond was not typed in the page.
_MOST = 500
_NAME = re.compile(rf"(?:{RECORD}|{STORY})-[0-9]{{1,9}}", re.ASCII)

Picks = frozenset[str]


def read_picks(names: Iterable[str]) -> Picks:
    """Of what a form sent; what is no name is left out."""
    return frozenset(name for name in list(names)[:_MOST] if _NAME.fullmatch(name))


def keys_of(picks: Iterable[str], kind: str) -> list[int]:
    """The keys of the records, or of the stories."""
    parts = (pick.split("-") for pick in picks)
    return [int(key) for name, key in parts if name == kind]


def pick_of(row: ReportCase) -> str:
    """Of a case that is chosen."""
    if row.implementation_id is not None:
        return f"{RECORD}-{row.implementation_id}"
    return f"{STORY}-{row.observation_id}"
