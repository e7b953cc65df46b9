"""Components shared by all pages: icon, stage tab, status, block bar, effort."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from chantier.lib import widgets
from chantier.lib.bars import Block, blocks

register = template.Library()

# Drawn once a process: the same few stand dozens of times on a page.
drawn_once = lru_cache(maxsize=512)
_CURRENT_PAGE = format_html(' aria-current="{}"', "page")
_CURRENT_STAGE = format_html(' aria-current="{}"', "true")


@register.simple_tag
def fixed(template_name: str) -> SafeString:
    """A template that needs nothing of the page: drawn once a process, but while it is written."""
    return render_to_string(template_name) if settings.DEBUG else _drawn(template_name)


_drawn = drawn_once(render_to_string)


@register.simple_tag
@drawn_once
def icon(name: str, css: str = "") -> SafeString:
    """An icon of the sprite, always beside a word."""
    return format_html(
        '<svg class="i {}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        css,
        static("img/icons.svg"),
        name,
    )


# The pieces below are written here rather than in templates, for an included template costs ten
# times as much.


@register.simple_tag
@drawn_once
def tab(order: int, size: str = "") -> SafeString:
    """A number in the shape of the stages; `size` is empty, « lg » or « xl »."""
    css = f"tab e{order} tab-{size}" if size else f"tab e{order}"
    return format_html(
        '<span class="{}"><span class="visually-hidden">Étape </span>{}</span>', css, order
    )


@register.simple_tag
def stage_tab(stage: Any, size: str = "") -> SafeString:
    """The number of a stage in its shape."""
    return tab(stage.order, size)


@register.simple_tag
def stage_label(stage: Any) -> SafeString:
    """The number and the short name of a stage, always together."""
    return _stage_label(stage.order, stage.short_name)


@drawn_once
def _stage_label(order: int, name: str) -> SafeString:
    return format_html('<span class="stage-name">{}<span>{}</span></span>', tab(order), name)


@register.simple_tag
@drawn_once
def status(code: str, label: str) -> SafeString:
    """A glyph and a word, never a colour alone."""
    return format_html(
        '<span class="status status-{}"><svg class="i" aria-hidden="true">'
        '<use href="{}#st-{}"/></svg>{}</span>',
        code,
        static("img/icons.svg"),
        code,
        capfirst(label),
    )


@register.inclusion_tag("components/_block_bar.html")
def block_bar(order: int, counts: Mapping[str, int], label: str) -> dict[str, Any]:
    """One block per measure; `counts` by kind: done, doing, plan, todo, na."""
    drawn: list[Block] = blocks(counts, width=100)
    return {"order": order, "blocks": drawn, "label": label}


@register.simple_tag
@drawn_once
def effort(code: str, label: str) -> SafeString:
    """Three steps, as many filled as the effort asks."""
    filled = {"faible": 1, "moyen": 2, "eleve": 3}[code]
    steps = ["on" if index < filled else "off" for index in range(3)]
    return format_html(
        '<span class="effort"><svg viewBox="0 0 20 14" aria-hidden="true">'
        '<rect class="{}" x="0.5" y="9.5" width="5" height="4"/>'
        '<rect class="{}" x="7.5" y="5.5" width="5" height="8"/>'
        '<rect class="{}" x="14.5" y="1.5" width="5" height="12"/></svg>Effort {}</span>',
        *steps,
        label,
    )


register.filter(widgets.is_drawn)
register.simple_tag(widgets.draw, name="draw_field")


@register.simple_tag
def nav_links(links: Iterable[Any]) -> SafeString:
    """The links of the navigation, which stand twice on each page."""
    return _nav_links(tuple((link.url, link.is_current, link.label) for link in links))


@drawn_once
def _nav_links(links: tuple[tuple[str, bool, str], ...]) -> SafeString:
    return format_html_join(
        "",
        '<a href="{}"{}>{}</a>',
        ((url, _CURRENT_PAGE if is_current else "", label) for url, is_current, label in links),
    )


@register.simple_tag(takes_context=True)
def spine(context: Context, stages: Iterable[Any]) -> SafeString:
    """The stages on every page; `current_stage`, where the page has one, is marked."""
    current = context.get("current_stage")
    return _spine(
        tuple((each.order, each.get_absolute_url(), each.short_name) for each in stages),
        current.order if current else None,
    )


@drawn_once
def _spine(stages: tuple[tuple[int, str, str], ...], current: int | None) -> SafeString:
    return format_html_join(
        "",
        '<li><a class="e{}" href="{}"{}>{}<span class="spine-name">{}</span></a></li>',
        (
            (order, url, _CURRENT_STAGE if order == current else "", tab(order), name)
            for order, url, name in stages
        ),
    )
