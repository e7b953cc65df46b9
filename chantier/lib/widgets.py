"""Fields of forms drawn in one go. Knows no app.

Django and crispy-forms draw a field through a dozen small templates, one include per option: on a
page of filters that is half of the time. What most forms hold is written here at once, with the
same markup; the rest goes through their templates.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Widget = Mapping[str, Any]

_PLACE = "django/forms/widgets/"
_INPUTS = "text", "number", "email", "url", "password", "date", "hidden", "search", "checkbox"


class DirectRenderer(DjangoTemplates):
    """Draws inputs, selects and text areas without a template; everything else as Django does."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        draw = _DRAWN.get(template_name.removeprefix(_PLACE).removesuffix(".html"))
        if draw is not None:
            return draw(context["widget"])
        return super().render(template_name, context, request)


def _input(widget: Widget) -> SafeString:
    value = widget["value"]
    given = flatatt({"value": value}) if value is not None else ""
    return format_html(
        '<input type="{}" name="{}"{}{}>',
        widget["type"],
        widget["name"],
        given,
        flatatt(widget["attrs"]),
    )


def _textarea(widget: Widget) -> SafeString:
    return format_html(
        '<textarea name="{}"{}>\n{}</textarea>',
        widget["name"],
        flatatt(widget["attrs"]),
        widget["value"] or "",
    )


def _select(widget: Widget) -> SafeString:
    groups = format_html_join("", "{}", ((_group(*group),) for group in widget["optgroups"]))
    return format_html(
        '<select name="{}"{}>{}</select>', widget["name"], flatatt(widget["attrs"]), groups
    )


def _group(label: str | None, options: list[Widget], index: int) -> SafeString:
    drawn = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((option["value"], flatatt(option["attrs"]), option["label"]) for option in options),
    )
    return format_html('<optgroup label="{}">{}</optgroup>', label, drawn) if label else drawn


_DRAWN: dict[str, Callable[[Widget], str]] = {
    **dict.fromkeys(_INPUTS, _input),
    "textarea": _textarea,
    "select": _select,
}

_NOT_DRAWN = forms.FileInput, forms.RadioSelect, forms.CheckboxInput, forms.MultiWidget


def is_drawn(field: BoundField) -> bool:
    """Whether `draw` knows the field: a label, one control, its errors and its help."""
    widget = field.field.widget
    return not field.is_hidden and not isinstance(widget, _NOT_DRAWN) and not field.use_fieldset


def draw(field: BoundField) -> SafeString:
    """A field in the markup of crispy-forms for Bootstrap 5."""
    widget = field.field.widget
    errors = field.errors
    css = "form-select" if isinstance(widget, forms.Select) else "form-control"
    css = " ".join(filter(None, [widget.attrs.get("class"), css, "is-invalid" if errors else ""]))
    return format_html(
        '<div id="div_{}" class="mb-3">'
        '<label for="{}" class="form-label{}">{}{}</label>{}{}{}</div>',
        field.auto_id,
        field.id_for_label,
        " requiredField" if field.field.required else "",
        field.label,
        format_html('<span class="asteriskField">{}</span>', "*") if field.field.required else "",
        field.as_widget(attrs={"class": css}),
        _errors(field) if errors else "",
        _help(field) if field.help_text else "",
    )


def _errors(field: BoundField) -> SafeString:
    lines = format_html_join(
        "",
        '<p id="error_{}_{}"><strong>{}</strong></p>',
        ((number, field.auto_id, error) for number, error in enumerate(field.errors, 1)),
    )
    return format_html('<div id="{}_error" class="invalid-feedback">{}</div>', field.auto_id, lines)


def _help(field: BoundField) -> SafeString:
    return format_html(
        '<div id="{}_helptext" class="form-text">{}</div>', field.auto_id, field.help_text
    )
