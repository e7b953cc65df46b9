"""The last known value of each indicator of an organization, for a list of indicators."""

import datetime
from dataclasses import dataclass

from measures.indicators.grid import Grid
from members.access import Access


@dataclass(frozen=True)
class Latest:
    """A value, in words, and the fiscal year that it is of."""

    text: str
    year: str


def latest_values(access: Access, *, today: datetime.date) -> dict[str, Latest]:
    """By code of indicator, as the grid shows them; nothing for those without a known value."""
    found = {}
    for group in Grid.build(access, today=today).groups:
        for line in group.lines:
            for cell in line.cells:
                if cell.value is not None:
                    found[line.indicator.code] = Latest(cell.shown, cell.year.label)
    return found
