"""The cells of the entry grid: written here, for two hundred includes would cost ten times more."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chantier.lib.addresses import address
from measures.indicators.grid import Cell

register = template.Library()


@register.simple_tag
def grid_cell(cell: Cell, org_slug: str, may_edit: bool) -> SafeString:
    """A field of the form, or what the cell says where nobody types."""
    if may_edit and cell.is_typed:
        return _field(cell)
    if cell.is_typed:
        return format_html('<td class="grid-read">{}</td>', cell.shown or _nothing())
    return format_html(
        '<td class="grid-read"><span id="c-{}">{}</span><a class="d-block tiny" href="{}">'
        'pourquoi ce chiffre<span class="visually-hidden">\u00a0: {}, {}</span></a></td>',
        cell.key,
        cell.shown,
        address(
            "measures:indicator_value",
            org_slug=org_slug,
            code=cell.indicator.code,
            year=cell.year.start.year,
        ),
        cell.indicator.name,
        cell.year.label,
    )


def _field(cell: Cell) -> SafeString:
    if not cell.answer:
        return format_html(
            '<td class="grid-cell"><input id="c-{0}" name="{1}" value="{2}" data-version="{3}" '
            'aria-labelledby="r-{4} y-{5}" inputmode="decimal" autocomplete="off"></td>',
            cell.key,
            cell.name,
            cell.text,
            cell.version,
            cell.indicator.code,
            cell.year.start.year,
        )
    return format_html(
        '<td class="grid-cell" data-state="{6}"><input id="c-{0}" name="{1}" value="{2}" '
        'data-version="{3}" data-saved="{7}" aria-labelledby="r-{4} y-{5}"{8} '
        'inputmode="decimal" autocomplete="off"></td>',
        cell.key,
        cell.name,
        cell.text,
        cell.version,
        cell.indicator.code,
        cell.year.start.year,
        _state(cell),
        cell.saved,
        _described(cell),
    )


def _state(cell: Cell) -> str:
    if cell.is_clash:
        return "conflict"
    return "error" if cell.error else "dirty"


def _described(cell: Cell) -> SafeString | str:
    if not cell.error:
        return ""
    return format_html(' aria-invalid="true" aria-describedby="n-{}"', cell.key)


def _nothing() -> SafeString:
    return format_html(
        '<span aria-hidden="true">{}</span><span class="visually-hidden">{}</span>',
        "–",
        "rien de noté",
    )
