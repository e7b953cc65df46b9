"""Components shared by all pages: icon, stage tab, status, block bar, effort."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chantier.lib.bars import Block, blocks

register = template.Library()


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """An icon of the sprite, always beside a word."""
    return format_html(
        '<svg class="i {}" aria-hidden="true"><use href="{}#i-{}"/></svg>',
        css,
        static("img/icons.svg"),
        name,
    )


@register.inclusion_tag("components/_tab.html")
def stage_tab(stage: Any, size: str = "") -> dict[str, Any]:
    """The number of a stage in its shape."""
    return {"order": stage.order, "size": size}


@register.inclusion_tag("components/_status.html")
def status(code: str, label: str) -> dict[str, Any]:
    """A glyph and a word."""
    return {"code": code, "label": label}


@register.inclusion_tag("components/_block_bar.html")
def block_bar(order: int, counts: Mapping[str, int], label: str) -> dict[str, Any]:
    """One block per measure; `counts` by kind: done, doing, plan, todo, na."""
    drawn: list[Block] = blocks(counts, width=100)
    return {"order": order, "blocks": drawn, "label": label}


@register.inclusion_tag("components/_effort.html")
def effort(code: str, label: str) -> dict[str, Any]:
    """Three steps, as many filled as the effort asks."""
    filled = {"faible": 1, "moyen": 2, "eleve": 3}[code]
    return {"label": label, "steps": [index < filled for index in range(3)]}
