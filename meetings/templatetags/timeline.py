"""The meetings of the poster, each drawn once a process for as long as it says the same."""

from collections.abc import Iterable
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from chantier.templatetags.components import icon
from chantier.templatetags.french import breakable
from meetings.timeline import CycleChoice, Highlight, ObjectiveLine, TimelineEntry

register = template.Library()


@register.simple_tag
@lru_cache(maxsize=256)
def meeting_item(entry: TimelineEntry, is_staff: bool) -> SafeString:
    """One meeting. All that it shows is in the arguments: what was drawn for others holds."""
    context = {"entry": entry, "meeting": entry.meeting, "is_staff": is_staff}
    return render_to_string("meetings/_meeting_item.html", context)


@register.simple_tag
def cycle_chips(cycles: Iterable[CycleChoice], shown: int) -> SafeString:
    """The cycles whose poster may be read, the one that is shown marked."""
    current = format_html(' aria-current="{}"', "true")
    return format_html_join(
        "",
        '<a class="chip" href="?cycle={}"{}>{}</a>',
        ((row.label, current if row.pk == shown else "", row.label) for row in cycles),
    )


@register.simple_tag
def objective_list(lines: Iterable[ObjectiveLine]) -> SafeString:
    """Objectives, each with a glyph and, once something is known of it, its outcome in words."""
    rows = (
        (line.outcome, icon(line.icon), breakable(line.text), _outcome(line.words))
        for line in lines
    )
    items = format_html_join("", '<li class="outcome-{}">{}<span>{}{}</span></li>', rows)
    return format_html('<ul class="objectives">{}</ul>', items)


@register.simple_tag
def highlight_list(points: Iterable[Highlight], more: str) -> SafeString:
    """Points of a synthesis under the word of their kind; `more` tells how many are left out."""
    rows = ((_kind(point.label), breakable(point.text)) for point in points)
    items = format_html_join("", "<li>{}{}</li>", rows)
    rest = format_html('<li class="tl-more">{}</li>', more) if more else ""
    return format_html('<ul class="highlights">{}{}</ul>', items, rest)


def _outcome(words: str) -> SafeString | str:
    return format_html('\u00a0<span class="tl-outcome">({})</span>', words) if words else ""


def _kind(label: str) -> SafeString | str:
    return format_html("<b>{}\u00a0:</b> ", label.capitalize()) if label else ""
