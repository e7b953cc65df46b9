"""Where the value of an indicator comes from: typed, purchases, the register, a division."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode

from benefits import feeds
from chantier.lib.addresses import address
from chantier.reports.behind import measures, purchases
from chantier.reports.behind.shape import Asked, Behind, Group, Row
from measures.indicators.lines import OwnFigure, own_figures
from measures.indicators.values import written
from measures.models import Indicator
from members.fiscal import FiscalYear

_C = Indicator.Computation
_OF_PURCHASES: dict[str, Callable[[Asked, FiscalYear], tuple[Group, ...]]] = {
    feeds.VALUE: purchases.value_groups,
    feeds.CONTRACTS: purchases.contracts,
    feeds.ACTIVE: purchases.active_sellers,
    feeds.NEW: purchases.new_sellers,
    feeds.SECTORS: lambda asked, year: purchases.parts(asked, year, is_sector=True),
    feeds.REGIONS: lambda asked, year: purchases.parts(asked, year, is_sector=False),
}


def indicators(asked: Asked) -> Behind:
    """Those that the report tells, those that it counts only, and those without a value."""
    found = _own(asked)
    noted = [each for each in found if each.is_noted]
    told = [each for each in noted if not each.is_kept]
    kept = [each for each in noted if each.is_kept]
    empty = [each for each in found if not each.is_noted]
    return Behind(
        title="Indicateurs",
        value=str(len(told)),
        rule=f"Année financière {asked.year.label}, la dernière à se terminer pendant le cycle.",
        groups=(
            _list("comptees", "Décrits", told, asked),
            _list("gardees", "Comptés sans être décrits", kept, asked),
            _list("exclues", "Sans valeur cette année-là ni la précédente", empty, asked),
        ),
    )


def _list(code: str, title: str, found: list[OwnFigure], asked: Asked) -> Group:
    rows = tuple(
        Row(
            title=each.line.name,
            url=_address(each.indicator, asked),
            code=each.line.code,
            value=each.line.text,
            reason=each.line.source,
            is_kept=each.is_kept,
        )
        for each in found
    )
    return Group(
        code,
        title,
        rows,
        head="Indicateur",
        value_label="Valeur",
        reason_label="Source",
        empty="Aucun indicateur.",
    )


def _address(indicator: Indicator, asked: Asked) -> str:
    here = address("reports:figure_rows", org_slug=asked.organization.slug, cycle=asked.cycle.label)
    return f"{here}?{urlencode({'chiffre': 'indicateur', 'de': indicator.code})}"


def previous(asked: Asked) -> Behind | None:
    """The same, the year before."""
    return indicator(replace(asked, back=1))


def indicator(asked: Asked) -> Behind | None:
    """Of the code `asked.of`; None for a code that no indicator of organizations bears."""
    found = {each.line.code: each for each in _own(asked)}
    own = found.get(asked.of)
    if own is None:
        return None
    return Behind(
        title=f"{own.line.code}\u00a0: {own.line.name}",
        value=own.line.text,
        rule=_rule(own),
        groups=_groups(own, {each.indicator.pk: each for each in found.values()}, asked),
    )


def _rule(own: OwnFigure) -> str:
    parts = [
        f"Année financière {own.line.year}.",
        own.indicator.formula.rstrip("."),
        own.line.terms.rstrip("."),
        _instead(own),
        f"Ne compte pas\u00a0: {own.indicator.exclusions.rstrip('.')}"
        if own.indicator.exclusions
        else "",
    ]
    return " ".join(part if part.endswith(".") else f"{part}." for part in parts if part)


def _instead(own: OwnFigure) -> str:
    """What purchases say where somebody typed a value."""
    if own.stored is None or own.fed is None or not own.fed.is_known:
        return ""
    said = written(own.fed.value, own.indicator)
    return f"La valeur saisie tient lieu de celle que donnent les achats du portail\u00a0: {said}"


def _groups(own: OwnFigure, found: dict[int, OwnFigure], asked: Asked) -> tuple[Group, ...]:
    if own.indicator.is_computed:
        return _computed(own, found, asked)
    of_purchases = _OF_PURCHASES.get(own.line.code)
    if own.stored is not None:
        return (_typed(own, asked),)
    if of_purchases and own.fed:
        return of_purchases(asked, asked.year)
    return (_typed(own, asked),)


def _typed(own: OwnFigure, asked: Asked) -> Group:
    row = own.stored
    rows = (
        (
            Row(
                title=f"Année financière {own.line.year}",
                url=_value_address(own, asked),
                value=own.line.text,
                reason=row.note or own.line.source,
                is_kept=own.is_kept,
            ),
        )
        if row
        else ()
    )
    return Group(
        "comptees",
        "Valeur saisie",
        rows,
        head="Année",
        value_label="Valeur",
        reason_label="Remarque ou source",
        empty="Rien n’est saisi pour cette année financière.",
    )


def _value_address(own: OwnFigure, asked: Asked) -> str:
    return address(
        "measures:indicator_value",
        org_slug=asked.organization.slug,
        code=own.line.code,
        year=asked.year.start.year,
    )


def _computed(own: OwnFigure, found: dict[int, OwnFigure], asked: Asked) -> tuple[Group, ...]:
    year, today = asked.year, asked.period.as_of
    if own.indicator.computation == _C.PROGRESS_RATE:
        return measures.rate(asked, min(year.end, today)).groups
    if own.indicator.computation == _C.PROGRESS_POINTS:
        days = (min(year.end, today), min(year.back(1).end, today))
        return measures.difference_between(asked, *days).groups
    terms = (
        ("comptees", "Numérateur", own.indicator.dividend_id),
        ("autres", "Dénominateur", own.indicator.divisor_id),
    )
    return tuple(
        _list(code, title, [found[pk]] if pk in found else [], asked) for code, title, pk in terms
    )


def _own(asked: Asked) -> list[OwnFigure]:
    return own_figures(asked.organization, asked.year, today=asked.period.as_of)
