"""Pieces of the directory, written here: an included template costs ten times as much."""

from collections.abc import Iterable

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from benefits.directory.reading import Line
from benefits.models import SocialEnterprise
from chantier.lib import french
from chantier.lib.addresses import address
from chantier.templatetags.components import drawn_once, icon

register = template.Library()
_EMPTY = format_html("{}", "")
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
def directory_rows(lines: Iterable[Line], with_favourite: bool) -> SafeString:
    """The rows of the list: twenty-five of them a page."""
    return format_html_join("", "{}", ((_row(line, with_favourite),) for line in lines))


def _row(line: Line, with_favourite: bool) -> SafeString:
    served = ""
    if line.number_served:
        plural = french.plural(line.number_served)
        served = format_html(
            '<span class="d-block tiny muted">et {} autre{} desservie{}</span>',
            line.number_served,
            plural,
            plural,
        )
    sectors = format_html_join(_BREAK, "{}", ((name,) for name in line.sectors))
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
        sectors or _NOTHING,
        line.region,
        served,
        line.legal_form,
        eligibility(line.eligibility),
        format_html('<td class="favourite-cell">{}</td>', button) if with_favourite else "",
    )


def _marks(line: Line) -> SafeString:
    """What is not to be taken for what it is not, then the tags."""
    marks = [_mark(*each) for each in _MARKS if getattr(line, each[0])]
    tags = [format_html('<span class="tag tag-soft">{}</span>', name) for name in line.tags]
    if not marks and not tags:
        return _EMPTY
    return format_html(
        '<span class="row-wrap mt-1 fw-normal">{}</span>',
        format_html_join("", "{}", ((each,) for each in [*marks, *tags])),
    )


@drawn_once
def _mark(field: str, icon_name: str, word: str) -> SafeString:
    return format_html('<span class="tag">{}{}</span>', icon(icon_name), word)
