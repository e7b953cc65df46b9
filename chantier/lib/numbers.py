"""Numbers as people of Québec type them: « 1 234,50 » as well as « 1234.50 ». Knows no app."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from chantier.lib import french

# Spaces stand between groups of three digits only: « 12 34 » is a slip, not 1234.
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:[.,][0-9]+)?")
# What the portal itself writes where there is no figure.
_NONE = ("n. d.", "n.d.", "nd", "nd.")


class NumberField(forms.DecimalField):
    """A number with a comma or a point, with any kind of space between its thousands.

    Nothing typed, or « n. d. », is no figure: never zero.
    """

    widget = forms.TextInput
    default_error_messages = {
        "invalid": "Écrivez un nombre seul, sans lettre ni unité, par exemple 1\u00a0234,50."
    }

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if not isinstance(value, str):
            return super().to_python(value)
        # `split` knows the narrow and the no-break space.
        text = " ".join(value.split()).replace("−", "-")
        if not text or french.fold(text) in _NONE:
            return None
        if not _NUMBER.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return super().to_python(text.replace(" ", "").replace(",", "."))

    def prepare_value(self, value: Any) -> Any:
        return french.number(value) if isinstance(value, Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        # A number field of the browser would refuse the comma in some languages.
        return {"inputmode": "decimal", "autocomplete": "off"}


class AmountField(NumberField):
    """Canadian dollars, with or without their sign: « 1 234,50 $ », « $1234.50 »."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_digits": 14, "decimal_places": 2, **kwargs})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, str):
            value = value.strip().removeprefix("$").removesuffix("$")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        # As amounts are read: « 1 250,50 », and « 1 250 » when it is round.
        if not isinstance(value, Decimal):
            return value
        return french.number(value, 0 if value == value.to_integral_value() else 2)
