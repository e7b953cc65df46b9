"""Numbers as they are typed in Québec."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from chantier.lib.numbers import NumberField


def field(**options):
    return NumberField(max_digits=16, decimal_places=4, **options)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("12", "12"),
        ("1 234,50", "1234.50"),
        ("1234.50", "1234.50"),
        ("1234,5", "1234.5"),
        ("1\u00a0234,50", "1234.50"),
        ("1\u202f234\u202f567", "1234567"),
        ("1\u2009234", "1234"),
        ("  7 ", "7"),
        ("−3,5", "-3.5"),
        ("-3", "-3"),
        ("+3", "3"),
        ("0", "0"),
    ],
)
def test_all_ways_of_writing_a_number_are_understood(typed, value):
    assert field().clean(typed) == Decimal(value)


@pytest.mark.parametrize("typed", ["", "   ", "\u00a0", "n. d.", "n.\u00a0d.", "N.D.", "nd"])
def test_nothing_is_no_figure_and_never_zero(typed):
    assert field(required=False).clean(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        "douze",
        "12 contrats",
        "12 %",
        "12$",
        "1e5",
        "NaN",
        "Infinity",
        "12 34",
        "1 2345",
        "1.234,50",
        "1,234,567",
        "12,",
        "٣",
        "--3",
    ],
)
def test_what_is_not_one_number_is_refused(typed):
    with pytest.raises(ValidationError, match="Écrivez un nombre seul"):
        field().clean(typed)


@pytest.mark.parametrize("typed", ["1,23456", "1234567890123", "9" * 5000])
def test_what_the_column_cannot_hold_is_refused(typed):
    with pytest.raises(ValidationError):
        field().clean(typed)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(Decimal("1234.5000"), "1\u00a0234,5"), (Decimal(-3), "−3"), (Decimal("0.0000"), "0")],
)
def test_what_is_shown_in_a_field_is_understood_when_it_comes_back(value, shown):
    assert field().prepare_value(value) == shown
    assert field().clean(shown) == value


def test_what_was_typed_is_shown_as_it_was_typed():
    assert field().prepare_value("12 34") == "12 34"
    assert field().prepare_value(None) is None
