"""What people type as the value of an indicator, read and checked: one rule for every way in."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError

from chantier.lib import french
from chantier.lib.numbers import NumberField
from measures.models import Indicator

# As the columns of the model: 14 digits before the comma, 4 after.
_STEP = Decimal("0.0001")
# What an indicator must hold for its values to be read and written.
READ_BY = ("code", "unit", "decimals", "minimum", "maximum", "computation")
_FIELD = NumberField(required=False, max_digits=18, decimal_places=4)


@dataclass(frozen=True)
class Figure:
    """A value, or the two terms of a ratio that it is worked out from; None is « n. d. ».

    Of the words around it, None leaves those that are stored.
    """

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    source: str | None = ""
    note: str | None = ""

    @property
    def has_terms(self) -> bool:
        return self.numerator is not None or self.denominator is not None


def read(text: str, indicator: Indicator) -> Decimal | None:
    """The value that somebody typed, in the unit of the indicator; None for « n. d. ».

    « 1 234,50 », « 1234.50 » and « 12 % » are read; raises ValidationError otherwise.
    """
    text = text.strip()
    if indicator.unit in ("%", "$"):
        text = text.removesuffix(indicator.unit).strip()
    value: Decimal | None = _FIELD.clean(text)
    check(value, indicator)
    return value


def check(value: Decimal | None, indicator: Indicator) -> None:
    """Raise ValidationError when the indicator cannot have this value."""
    if value is None:
        return
    if value != round(value, indicator.decimals):
        raise ValidationError(_too_fine(indicator), "decimals")
    _check_range(value, indicator)


def _check_range(value: Decimal, indicator: Indicator) -> None:
    if indicator.maximum is not None and value > indicator.maximum:
        raise ValidationError(f"Au plus {_bound(indicator.maximum, indicator)}.", "maximum")
    if indicator.minimum is not None and value < indicator.minimum:
        raise ValidationError(f"Au moins {_bound(indicator.minimum, indicator)}.", "minimum")


def ratio(
    numerator: Decimal | None, denominator: Decimal | None, indicator: Indicator
) -> Decimal | None:
    """The value of a ratio; None when a term is missing or the denominator is zero.

    In percent where the unit says so, to four digits after the comma. Raises ValidationError
    where the terms cannot be those of the indicator.
    """
    if numerator is None or not denominator:
        return None
    scale = 100 if indicator.unit == "%" else 1
    value = (numerator / denominator * scale).quantize(_STEP, ROUND_HALF_UP)
    _check_range(value, indicator)
    return value


def written(value: Decimal | None, indicator: Indicator) -> str:
    """« 1 234,50 $ », « 12,5 % », « 3 », as every page shows it; « n. d. » for None."""
    if value is None:
        return french.NOT_AVAILABLE
    text = french.number(_rounded(value, indicator), indicator.decimals)
    return f"{text}\u00a0{indicator.unit}" if indicator.unit in ("%", "$") else text


def typed(value: Decimal | None, indicator: Indicator) -> str:
    """The value as a cell offers it to be typed over: « 1 234,5 », nothing for None."""
    return "" if value is None else french.number(_rounded(value, indicator))


def _rounded(value: Decimal, indicator: Indicator) -> Decimal:
    """A half goes up, as people and spreadsheets round it."""
    return value.quantize(Decimal(1).scaleb(-indicator.decimals), ROUND_HALF_UP)


def _bound(value: Decimal, indicator: Indicator) -> str:
    """« 100 % », with no zero after the comma."""
    text = french.number(value)
    return f"{text}\u00a0{indicator.unit}" if indicator.unit in ("%", "$") else text


def _too_fine(indicator: Indicator) -> str:
    if not indicator.decimals:
        return "Un nombre entier, sans décimale."
    return f"Au plus {french.in_words(indicator.decimals, feminine=True)} décimale" + (
        "s." if indicator.decimals > 1 else "."
    )
