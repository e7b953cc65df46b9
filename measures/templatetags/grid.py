"""The cells of the entry grid: two hundred of them, and an include costs ten times as much."""

from functools import lru_cache

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from chantier.lib.addresses import address
from measures.indicators.grid import Cell, Line

register = template.Library()

# The same for all organizations, or nearly: drawn once a process, for escaping costs most.
_drawn_once = lru_cache(maxsize=4096)


@register.simple_tag
def grid_line(line: Line, org_slug: str, may_edit: bool) -> SafeString:
    """An indicator and its cells: fields of the form, or what they say where nobody types."""
    draw = _draw_for_editor if may_edit else _draw_for_reader
    row = line.indicator
    trend = address("measures:indicator_trend", org_slug=org_slug, code=row.code)
    return format_html(
        "<tr data-row>{}{}</tr>",
        _head(row.code, row.name, row.unit, trend, row.is_computed),
        format_html_join("", "{}", ((draw(cell, org_slug),) for cell in line.cells)),
    )


@_drawn_once
def _head(code: str, name: str, unit: str, trend: str, is_computed: bool) -> SafeString:
    return format_html(
        '<th scope="row" class="grid-head"><a id="r-{0}" href="{1}">{2}</a>'
        '<span class="d-block tiny muted fw-normal"><span class="code">{0}</span> · {3}{4}</span>'
        "</th>",
        code,
        trend,
        name,
        unit,
        " · calculé" if is_computed else "",
    )


def _draw_for_editor(cell: Cell, org_slug: str) -> SafeString:
    if not cell.is_typed:
        return _draw_for_reader(cell, org_slug)
    if cell.answer:
        return _answered(cell)
    before = _before(cell.indicator.code, cell.year.start.year, cell.name)
    return before + _after(cell.text, cell.version, _fed(cell, org_slug))


@_drawn_once
def _before(code: str, year: int, name: str) -> SafeString:
    return format_html(
        '<td class="grid-cell"><input id="c-{0}-{1}" aria-labelledby="r-{0} y-{1}" '
        'inputmode="decimal" autocomplete="off" name="{2}"',
        code,
        year,
        name,
    )


@_drawn_once
def _after(text: str, version: int, fed: str = "") -> SafeString:
    return format_html(' value="{}" data-version="{}">{}</td>', text, version, fed)


def _fed(cell: Cell, org_slug: str) -> str:
    """What the rows of the portal say under a field: what stands, or what somebody typed over."""
    if cell.fed is None or not (cell.is_fed or cell.differs):
        return ""
    said = cell.fed.words if cell.is_fed else "selon les achats"
    return _fed_line(
        cell.fed_text, said, _why(cell, org_slug), cell.indicator.name, cell.year.label
    )


@_drawn_once
def _fed_line(text: str, said: str, where: str, name: str, year: str) -> SafeString:
    return format_html(
        '<a class="grid-fed" href="{}"><b>{}</b> {}'
        '<span class="visually-hidden">\u00a0: {}, {}</span></a>',
        where,
        text,
        said,
        name,
        year,
    )


def _answered(cell: Cell) -> SafeString:
    """A field whose text is not what is stored, and why."""
    state = "conflict" if cell.is_clash else "error" if cell.error else "dirty"
    told = (
        format_html(' aria-invalid="true" aria-describedby="n-{}"', cell.key) if cell.error else ""
    )
    return format_html(
        '<td class="grid-cell" data-state="{}"><input id="c-{}" aria-labelledby="r-{} y-{}"{} '
        'data-saved="{}" inputmode="decimal" autocomplete="off" name="{}"{}',
        state,
        cell.key,
        cell.indicator.code,
        cell.year.start.year,
        told,
        cell.saved,
        cell.name,
        _after(cell.text, cell.version),
    )


def _draw_for_reader(cell: Cell, org_slug: str) -> SafeString:
    if cell.is_typed and cell.fed is None:
        return _shown(cell.shown)
    link = "d’après les achats" if cell.is_fed else "pourquoi ce chiffre"
    return _explained(
        cell.key, cell.shown, _why(cell, org_slug), link, cell.indicator.name, cell.year.label
    )


def _why(cell: Cell, org_slug: str) -> str:
    return address(
        "measures:indicator_value",
        org_slug=org_slug,
        code=cell.indicator.code,
        year=cell.year.start.year,
    )


@_drawn_once
def _shown(text: str) -> SafeString:
    if text:
        return format_html('<td class="grid-read">{}</td>', text)
    return format_html(
        '<td class="grid-read"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></td>',
        "–",
        "rien de noté",
    )


@_drawn_once
def _explained(key: str, text: str, where: str, link: str, name: str, year: str) -> SafeString:
    return format_html(
        '<td class="grid-read"><span id="c-{}">{}</span><a class="d-block tiny" href="{}">'
        '{}<span class="visually-hidden">\u00a0: {}, {}</span></a></td>',
        key,
        text,
        where,
        link,
        name,
        year,
    )
