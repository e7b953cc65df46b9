"""What a report says of purchases from EÉS: totals of the fiscal year, never a purchase."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from benefits import spending
from benefits.spending import Spending
from chantier.lib.french import fold
from measures.indicators.lines import FiguresTold
from members.fiscal import FiscalYear
from members.models import Organization, Term

# Who keeps its amounts to itself in its indicators keeps them out of its report.
_AMOUNT = "I-01"
UNKNOWN = "non précisé"


@dataclass(frozen=True)
class PartLine:
    """A sector or a region; `amount` in Canadian dollars before tax."""

    label: str
    amount: Decimal
    payments: int


@dataclass(frozen=True)
class PurchaseSection:
    """`year` is the fiscal year that the report is on: the last that ended within the cycle.

    Each sum of `sectors`, and of `regions`, is `amount`. None of a fact that is not known.
    """

    year: str
    is_withheld: bool
    amount: Decimal | None
    # What the organization declares as the value of its purchases, where that is another amount.
    declared: str
    previous: Decimal | None
    payments: int | None
    contracts: int | None
    enterprises: int | None
    sectors: tuple[PartLine, ...]
    regions: tuple[PartLine, ...]

    @classmethod
    def build(
        cls,
        organization: Organization,
        year: FiscalYear,
        found: Spending,
        words: Mapping[int, Term],
        told: FiguresTold,
    ) -> PurchaseSection:
        """`found` are the purchases of the year and of the one before, at the least."""
        if _AMOUNT in told.kept:
            return cls(year.label, True, None, "", None, None, None, None, (), ())
        cells = found.of(organization.pk, year.start)
        earlier = found.of(organization.pk, year.back(1).start)
        amount = spending.total(cells) if cells else None
        return cls(
            year=year.label,
            is_withheld=False,
            amount=amount,
            declared=_declared(told, amount),
            previous=spending.total(earlier) if earlier else None,
            payments=sum(cell.payments for cell in cells) if cells else None,
            contracts=found.contracts.get((organization.pk, year.start)),
            enterprises=len(spending.paid(cells)) if cells else None,
            sectors=_parts(cells, lambda cell: cell.sector, words),
            regions=_parts(cells, lambda cell: cell.region, words),
        )


def _declared(told: FiguresTold, amount: Decimal | None) -> str:
    line = next((line for line in told.lines if line.code == _AMOUNT), None)
    if line is None or line.value is None or amount is None or line.value == amount:
        return ""
    return line.text


def words_in(found: Spending, years: Collection[FiscalYear]) -> set[int]:
    """The sectors and regions that a section on these years names."""
    starts = {year.start for year in years}
    cells = [cell for cell in found.cells if cell.start in starts]
    return {key for cell in cells for key in (cell.sector, cell.region) if key is not None}


def _parts(
    cells: Iterable[spending.Cell],
    key: Callable[[spending.Cell], Hashable],
    words: Mapping[int, Term],
) -> tuple[PartLine, ...]:
    """The largest first; what is not known, last."""
    lines = [
        PartLine(
            label=words[found].label if isinstance(found, int) else UNKNOWN,
            amount=spending.total(rows),
            payments=sum(row.payments for row in rows),
        )
        for found, rows in spending.by(cells, key).items()
    ]
    return tuple(
        sorted(lines, key=lambda line: (line.label == UNKNOWN, -line.amount, fold(line.label)))
    )
