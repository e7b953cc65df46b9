"""Figures beside each other, in words: how far from the year before, and from the target."""

from decimal import Decimal

from chantier.lib import french
from measures.indicators.values import written
from measures.models import Indicator, IndicatorAim
from members.fiscal import FiscalYear
from members.models import Organization

_NBSP = french.NBSP
_POINTS = ("%", "points de %")
# Units that are said after a difference; « nombre » and « note sur 5 » are not.
_SAID = ("$", "heures", "unités", "jours")


def amount(value: Decimal, indicator: Indicator) -> str:
    """A difference with its unit: « 3,2 points », « 1 250,00 $ », « 4 »."""
    value = round(value, indicator.decimals)
    text = french.number(value, indicator.decimals)
    if indicator.unit.replace(_NBSP, " ") in _POINTS:
        return f"{text}{_NBSP}point{french.plural(float(value))}"
    return f"{text}{_NBSP}{indicator.unit}" if indicator.unit in _SAID else text


def difference(value: Decimal | None, other: Decimal | None, indicator: Indicator) -> str:
    """« 3,2 points de plus », « sans changement »; nothing when one is not known."""
    if value is None or other is None:
        return ""
    gap = round(value, indicator.decimals) - round(other, indicator.decimals)
    if not gap:
        return "sans changement"
    return f"{amount(abs(gap), indicator)} de {'plus' if gap > 0 else 'moins'}"


def toward(value: Decimal | None, other: Decimal | None, indicator: Indicator) -> str:
    """Whether the figure went where one wishes: « dans le sens souhaité »; else nothing."""
    if value is None or other is None or indicator.direction == Indicator.Direction.NEUTRAL:
        return ""
    gap = round(value, indicator.decimals) - round(other, indicator.decimals)
    if not gap:
        return ""
    goes_up = gap > 0
    if goes_up == (indicator.direction == Indicator.Direction.UP):
        return "dans le sens souhaité"
    return "à l’opposé du sens souhaité"


def is_reached(value: Decimal, target: Decimal, indicator: Indicator) -> bool:
    """Whether a value is at its target, as both are read."""
    value, target = round(value, indicator.decimals), round(target, indicator.decimals)
    if indicator.direction == Indicator.Direction.UP:
        return value >= target
    if indicator.direction == Indicator.Direction.DOWN:
        return value <= target
    return value == target


def to_target(value: Decimal | None, aim: IndicatorAim | None, organization: Organization) -> str:
    """« Il manque 3,2 points pour atteindre la cible de 25 % en 2022. », or nothing."""
    if aim is None or aim.target is None:
        return ""
    indicator = aim.indicator
    target = f"la cible de {written(aim.target, indicator)}{_when(aim, organization)}"
    if value is None:
        return f"Sans valeur, rien ne se compare à {target}."
    if is_reached(value, aim.target, indicator):
        return f"{target[:1].upper()}{target[1:]} est atteinte."
    gap = amount(abs(value - aim.target), indicator)
    if indicator.direction == Indicator.Direction.UP:
        return f"Il manque {gap} pour atteindre {target}."
    if indicator.direction == Indicator.Direction.DOWN:
        return f"C’est {gap} de trop pour {target}."
    return f"C’est à {gap} de {target}."


def _when(aim: IndicatorAim, organization: Organization) -> str:
    if aim.target_from is None:
        return ""
    return f" en {FiscalYear.of(organization, aim.target_from).label}"
