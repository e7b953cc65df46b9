"""What somebody types in a cell of the grid: kept, found to be kept already, or refused."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import Q
from django.utils import timezone

from chantier.lib import french
from measures.actions.figures import StaleFigure, save_figure
from measures.indicators.computed import Key, computed_values
from measures.indicators.feeds import fed_values, standing
from measures.indicators.grid import Answer, Cell, Grid, has_terms, name_of, text_of
from measures.indicators.values import Figure, read
from measures.models import Indicator, IndicatorRevision, IndicatorValue
from members.fiscal import FiscalYear
from members.models import Organization, User

# Longer than any number: what is pasted by mistake.
_MOST_CHARS = 60


@dataclass(frozen=True)
class Entry:
    """A text for a cell, and the version of the cell that its author saw; 0 for none."""

    indicator: Indicator
    year: FiscalYear
    text: str
    version: int
    submission_key: uuid.UUID | None = None

    @property
    def name(self) -> str:
        return name_of(self.indicator, self.year)


class Clash(Exception):
    """Somebody else changed the cell in between, to something else; `current` is what stands."""

    def __init__(self, current: IndicatorValue) -> None:
        super().__init__()
        self.current = current

    @property
    def message(self) -> str:
        """« Camille Membre a noté « 12 » le 23 novembre 2026, 14 h 05. »."""
        row = self.current
        local = timezone.localtime(row.updated_at)
        moment = f"{french.long_date(local.date())}, {french.clock_time(local)}"
        said = f"{row.updated_by.full_name} a noté «\u00a0{text_of(row, row.indicator)}\u00a0»"
        return f"{said} le {moment}."


def enter(organization: Organization, entry: Entry, *, by: User) -> IndicatorValue | None:
    """Store what was typed; return what stands then, None where nothing was noted, nor is now.

    A cell that its author emptied says « n. d. »: the value that it had stays in its history.
    Raises ValidationError where the indicator cannot have this value, Clash where somebody else
    has changed the cell.
    """
    value = _read(entry)
    if not entry.version and not entry.text.strip():
        return _stored(organization, entry)
    try:
        return _save(organization, entry, value, by)
    except StaleFigure:
        # Read again: the first arrival of this very form may be what came in between.
        return _settle(organization, entry, value, by)
    except IntegrityError:
        raise ValidationError("Cet envoi a déjà servi. Rechargez la page.", "key") from None


def _read(entry: Entry) -> Decimal | None:
    if entry.indicator.is_computed:
        raise ValidationError("Cette valeur est calculée\u00a0: elle ne se saisit pas.", "computed")
    if len(entry.text) > _MOST_CHARS:
        raise ValidationError("Écrivez un nombre seul.", "long")
    return read(entry.text, entry.indicator)


def _stored(organization: Organization, entry: Entry) -> IndicatorValue | None:
    return (
        IndicatorValue.objects.filter(
            organization=organization,
            indicator=entry.indicator,
            period_start=entry.year.start,
        )
        .select_related("updated_by", "indicator")
        .first()
    )


def _save(
    organization: Organization, entry: Entry, value: Decimal | None, by: User
) -> IndicatorValue:
    return save_figure(
        organization=organization,
        indicator=entry.indicator,
        year=entry.year,
        figure=Figure(value, source=None, note=None),
        version=entry.version,
        submission_key=entry.submission_key,
        by=by,
    )


def _settle(
    organization: Organization, entry: Entry, value: Decimal | None, by: User
) -> IndicatorValue:
    """What stands, when the author of the entry has nothing against it."""
    current = _stored(organization, entry)
    if current is None:
        raise ValidationError("Cette cellule a changé. Rechargez la page.", "gone")
    agrees = current.value == value and not has_terms(current)
    if agrees or _is_done(current, entry) or _was_left(current, entry):
        return current
    raise Clash(current)


def _is_done(current: IndicatorValue, entry: Entry) -> bool:
    key = entry.submission_key
    return key is not None and current.revisions.filter(submission_key=key).exists()


def _was_left(current: IndicatorValue, entry: Entry) -> bool:
    """Whether the text is the one that its author was shown: they changed nothing."""
    seen = IndicatorRevision.objects.filter(indicator_value=current, number=entry.version).first()
    return seen is not None and text_of(seen, entry.indicator) == entry.text.strip()


# --- The whole grid, posted at once -----------------------------------------------------------


def typed_in(grid: Grid, data: Mapping[str, Any], key: uuid.UUID | None) -> list[Entry]:
    """What a posted form changes in the cells of the grid."""
    seen = _versions(data.get("seen", ""))
    found = []
    for cell in grid.cells:
        text = data.get(cell.name)
        if text is None or not cell.is_typed or text.strip() == cell.saved:
            continue
        found.append(_entry(cell, text, seen.get(cell.name, 0), key))
    return found


def _entry(cell: Cell, text: str, version: int, key: uuid.UUID | None) -> Entry:
    of_cell = uuid.uuid5(key, cell.name) if key else None
    return Entry(cell.indicator, cell.year, text, version, of_cell)


def kept_in(grid: Grid, data: Mapping[str, Any]) -> dict[str, Answer]:
    """The texts of a form that was not stored, for the cells that they would change."""
    return {entry.name: Answer(entry.text, entry.version) for entry in typed_in(grid, data, None)}


def _versions(text: str) -> dict[str, int]:
    """The versions that `Grid.seen` wrote; what cannot be read is left out."""
    pairs = (word.rpartition(":") for word in text.split())
    return {name: int(version) for name, _, version in pairs if re.fullmatch("[0-9]{1,9}", version)}


# --- What follows from a cell -----------------------------------------------------------------


def computed_from(
    organization: Organization, indicator: Indicator, year: FiscalYear, today: datetime.date
) -> list[Cell]:
    """The quotients of that year that the indicator is a term of, as they stand now."""
    quotients = list(
        Indicator.objects.filter(
            Q(dividend=indicator) | Q(divisor=indicator), level=Indicator.Level.ORGANIZATION
        ).select_related("dividend", "divisor")
    )
    if not quotients:
        return []
    terms = [term for row in quotients for term in (row.dividend, row.divisor) if term]
    rows = IndicatorValue.objects.filter(
        organization=organization, indicator__in=terms, period_start=year.start
    )
    typed: dict[Key, Decimal | None] = {
        (pk, year.start): value for pk, value in rows.values_list("indicator", "value")
    }
    values = standing(typed, fed_values(organization, terms, [year]))
    computed = computed_values(organization, [*quotients, *terms], [year], values, today=today)
    return [Cell(row, year, computed=computed[row.pk, year.start]) for row in quotients]
