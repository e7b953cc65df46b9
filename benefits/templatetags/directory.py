"""Pieces of the directory, written here: an included template costs ten times as much."""

from collections.abc import Iterable

from django import template
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from benefits.directory.reading import Line
from benefits.directory.regions import Tile
from benefits.models import SocialEnterprise
from chantier.lib import french, widgets
from chantier.lib.addresses import address
from chantier.templatetags.components import drawn_once, icon

register = template.Library()
_EMPTY = format_html("{}", "")
_SELECTED = format_html(" {}", "selected")
_CURRENT = format_html(' aria-current="{}"', "true")
_BREAK = format_html("<{}>", "br")
_NOTHING = format_html('<span class="muted">{}</span>', french.NOT_AVAILABLE)
_MARKS = (
    ("is_fictional", "info-circle", "Fictif"),
    ("to_verify", "question-circle", "À vérifier"),
    ("is_inference", "lightbulb", "Proposition à valider"),
)


@register.simple_tag
@drawn_once
def eligibility(code: str) -> SafeString:
    """An eligibility: its icon beside its word."""
    label = SocialEnterprise.Eligibility(code).label
    return render_to_string("benefits/_eligibility.html", {"code": code, "label": label})


@register.simple_tag
def favourite(slug: str, name: str, is_favourite: bool) -> SafeString:
    """The button of a favourite; it belongs to `_favourite_form.html`, with or without a script."""
    return format_html(
        '<button type="submit" class="btn btn-outline btn-sm" id="favori-{slug}" form="favoris"'
        ' formaction="{url}" name="favori" value="{wanted}" aria-pressed="{pressed}"'
        ' hx-post="{url}" hx-target="this" hx-swap="outerHTML" hx-select="unset"'
        ' hx-select-oob="unset" hx-push-url="false">{star}Favori'
        '<span class="visually-hidden">\u00a0: {name}</span></button>',
        slug=slug,
        url=address("benefits:enterprise_favourite", slug=slug),
        wanted="non" if is_favourite else "oui",
        pressed="true" if is_favourite else "false",
        star=icon("star-fill" if is_favourite else "star"),
        name=name,
    )


@register.simple_tag
def filter_select(field: BoundField) -> SafeString:
    """A list of choices of the filters: the same few for everybody, drawn once each."""
    if field.errors:
        return widgets.draw(field)
    choices = tuple((str(value), str(label)) for value, label in field.field.choices)  # type: ignore[attr-defined]
    return _filter_select(field.name, str(field.label), choices, str(field.value() or ""))


@drawn_once
def _filter_select(
    name: str, label: str, choices: tuple[tuple[str, str], ...], current: str
) -> SafeString:
    """In the markup of crispy-forms, as `chantier.lib.widgets` draws it."""
    options = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((value, _SELECTED if value == current else "", text) for value, text in choices),
    )
    return format_html(
        '<div id="div_id_{0}" class="mb-3"><label for="id_{0}" class="form-label">{1}</label>'
        '<select name="{0}" class="form-select" id="id_{0}">{2}</select></div>',
        name,
        label,
        options,
    )


@register.simple_tag
def region_list(tiles: Iterable[Tile], path: str) -> SafeString:
    """The regions laid out as on a map: each a link that filters, with its number."""
    return format_html_join(
        "",
        '<li class="{}"><a class="region-tile{}" id="region-{}" href="{}"{}>{}'
        '<span class="region-number">{}{}</span>'
        '<span class="visually-hidden"> EÉS{}</span></a></li>',
        (
            (
                tile.place,
                "" if tile.number else " is-empty",
                tile.key,
                f"{path}?{tile.query}" if tile.query else path,
                _CURRENT if tile.is_current else "",
                _region_name(tile.short_name, tile.label),
                icon("check-lg") if tile.is_current else "",
                french.number(tile.number),
                ", région choisie; retirer ce filtre" if tile.is_current else "",
            )
            for tile in tiles
        ),
    )


@drawn_once
def _region_name(short_name: str, label: str) -> SafeString:
    whole = format_html('<span class="visually-hidden"> ({})</span>', label)
    return format_html(
        '<span class="region-name">{}</span>{}<span class="visually-hidden">\u00a0: </span>',
        short_name,
        "" if short_name == label else whole,
    )


@register.simple_tag
def region_rows(tiles: Iterable[Tile]) -> SafeString:
    """The same as rows of a table."""
    return format_html_join(
        "",
        '<tr><th scope="row" class="head fw-normal">{}{}</th><td class="num">{}</td></tr>',
        (
            (tile.label, _chosen() if tile.is_current else "", french.number(tile.number))
            for tile in tiles
        ),
    )


@drawn_once
def _chosen() -> SafeString:
    return format_html(' <span class="tag">{}Choisie</span>', icon("check-lg"))


@register.simple_tag
def directory_rows(lines: Iterable[Line], with_favourite: bool) -> SafeString:
    """The rows of the list: twenty-five of them a page."""
    return format_html_join("", "{}", ((_row(line, with_favourite),) for line in lines))


def _row(line: Line, with_favourite: bool) -> SafeString:
    button = favourite(line.slug, line.name, line.is_favourite) if with_favourite else ""
    return format_html(
        '<tr><th scope="row" class="head"><a href="{}">{}</a>'
        '<span class="d-block small fw-normal muted">{}</span>{}</th>'
        '<td data-label="Secteurs"><div>{}</div></td>'
        '<td data-label="Région"><div>{}{}</div></td>'
        '<td data-label="Forme juridique">{}</td>'
        '<td data-label="Admissibilité">{}</td>{}</tr>',
        line.url,
        line.name,
        line.mission,
        _marks(line),
        _sectors(tuple(line.sectors)),
        _word(line.region),
        _served(line.number_served),
        _word(line.legal_form),
        eligibility(line.eligibility),
        format_html('<td class="favourite-cell">{}</td>', button) if with_favourite else _EMPTY,
    )


# What stands on many rows is drawn once: the words of the choice lists.


@drawn_once
def _word(label: str) -> SafeString:
    return format_html("{}", label)


@drawn_once
def _sectors(labels: tuple[str, ...]) -> SafeString:
    return format_html_join(_BREAK, "{}", ((label,) for label in labels)) or _NOTHING


@drawn_once
def _served(number: int) -> SafeString:
    """How many other regions it serves."""
    if not number:
        return _EMPTY
    plural = french.plural(number)
    return format_html(
        '<span class="d-block tiny muted">et {} autre{} desservie{}</span>', number, plural, plural
    )


def _marks(line: Line) -> SafeString:
    """What is not to be taken for what it is not, then the tags."""
    return _drawn_marks(tuple(each for each in _MARKS if getattr(line, each[0])), tuple(line.tags))


@drawn_once
def _drawn_marks(marks: tuple[tuple[str, str, str], ...], tags: tuple[str, ...]) -> SafeString:
    if not marks and not tags:
        return _EMPTY
    drawn = [
        *(
            format_html('<span class="tag">{}{}</span>', icon(name), word)
            for _, name, word in marks
        ),
        *(format_html('<span class="tag tag-soft">{}</span>', label) for label in tags),
    ]
    return format_html(
        '<span class="row-wrap mt-1 fw-normal">{}</span>',
        format_html_join("", "{}", ((each,) for each in drawn)),
    )
