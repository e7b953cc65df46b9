"""What may be published of what members do: numbers of organizations, never an organization's."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from chantier.lib.small_groups import shown
from chantier.public.purchases import PurchaseYear, published_purchases
from measures import spread
from measures.indicators.chantier import YearTogether
from measures.indicators.published import published
from measures.models import Indicator, Measure, Stage


@dataclass(frozen=True)
class MeasureTaken:
    """A measure of the guide, and how many organizations implemented it."""

    measure: Measure
    organizations: int


@dataclass(frozen=True)
class Together:
    """What `measures.spread` and the indicators tell of all; what is told of few is absent."""

    # The day of the figures of progress; None when there is none yet.
    on: datetime.datetime | None
    # How many organizations are in each piece of the scale of rates.
    pieces: spread.Pieces
    # The most taken first.
    measures: list[MeasureTaken]
    indicators: list[tuple[Indicator, list[YearTogether]]]
    # Years of purchases, newest first.
    purchases: list[PurchaseYear]

    @classmethod
    def build(cls, stages: Sequence[Stage]) -> "Together":
        kept = spread.published(stages)
        numbers = {
            measure: groups.get(spread.EVERYONE, 0)
            for one in kept.values()
            for measure, groups in one.implemented.items()
        }
        known = Measure.objects.visible_to(AnonymousUser()).select_related("stage")
        taken = [
            MeasureTaken(row, number)
            for row in known.filter(pk__in=list(numbers))
            # As the pages of the guide do, whoever reads.
            if (number := shown(numbers[row.pk]))
        ]
        taken.sort(key=lambda one: (-one.organizations, one.measure.code))
        total = kept.get(None)
        return cls(
            on=total.at if total else None,
            pieces=total.everyone if total else (),
            measures=taken,
            indicators=published(),
            purchases=published_purchases(timezone.localdate()),
        )

    @property
    def is_empty(self) -> bool:
        return not (self.pieces or self.measures or self.indicators or self.purchases)
