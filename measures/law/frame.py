"""The page of the legal frame: each reference, and how its amounts stand on a day."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from measures.actions.law import seal
from measures.models import LegalReference, Threshold
from measures.models.legal import Standing

# What one goes by comes first, then what is coming, then what was.
_ORDER = [Standing.IN_FORCE, Standing.TO_COME, Standing.REPLACED]


@dataclass(frozen=True)
class Amount:
    """A threshold, how it stands, and what its readers confirm."""

    threshold: Threshold
    standing: Standing
    seal: str

    @property
    def is_in_force(self) -> bool:
        return self.standing == Standing.IN_FORCE


@dataclass(frozen=True)
class Law:
    """A reference with its amounts, those in force first."""

    reference: LegalReference
    amounts: tuple[Amount, ...]
    seal: str


def frame(references: Iterable[LegalReference], day: datetime.date) -> list[Law]:
    """For references that come `with_everything()`."""
    return [
        Law(reference, tuple(_amounts(reference, day)), seal(reference)) for reference in references
    ]


def _amounts(reference: LegalReference, day: datetime.date) -> list[Amount]:
    found = [
        Amount(threshold, threshold.standing_on(day), seal(threshold))
        for threshold in reference.thresholds.all()
    ]
    # Stable: within each, the order of the thresholds themselves.
    return sorted(found, key=lambda amount: _ORDER.index(amount.standing))
