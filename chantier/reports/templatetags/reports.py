"""What pages and PDF of reports share: dates of the frozen content, and the bar on paper."""

import datetime
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from urllib.parse import urlencode

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chantier.lib import bars, french
from chantier.reports.sections import CHANTIER_SECTIONS, ORGANIZATION_SECTIONS

register = template.Library()

# Ink of a stage and its soft ground, as in static/css/tokens.css (light): an SVG in a PDF takes
# no style of the page.
_COLOURS = {
    1: ("#4a52a8", "#ecedf8"),
    2: ("#0b6c77", "#e0f0f1"),
    3: ("#4c7016", "#ebf2dd"),
    4: ("#99570a", "#f9eddb"),
    5: ("#96336f", "#f8e7f1"),
}
_INK = ("#44566a", "#e7eae6")
BAR_WIDTH = 250


@register.filter
def day(value: str | None) -> str:
    """« 1er avril 2026 » from « 2026-04-01 » or from a moment; « n. d. » for None."""
    if not value:
        return french.NOT_AVAILABLE
    if "T" in value:
        moment = datetime.datetime.fromisoformat(value)
        return french.long_date(timezone.localtime(moment).date())
    return french.long_date(datetime.date.fromisoformat(value))


@register.filter
def listing(values: list[str]) -> str:
    """« a, b et c »."""
    if len(values) < 2:
        return "".join(values)
    return f"{', '.join(values[:-1])} et {values[-1]}"


@register.filter
def of_stage(lines: list[Mapping[str, Any]], order: int) -> list[Mapping[str, Any]]:
    """The measures of one stage of the guide, in their order."""
    return [line for line in lines if line["stage"] == order]


def _drawn(kind: str, blocks: list[bars.Block]) -> tuple[str, str]:
    """The frames of blocks of one kind, and what is inside: lines if « doing », dots if « plan ».

    As paths, for a pattern is drawn apart from its shape, at ten times the price.
    """
    frames = "".join(f"M{block.x} 1h{block.width}v16h-{block.width}z" for block in blocks)
    inside = []
    for block in blocks:
        left, right = block.x, block.x + block.width
        if kind == "doing":
            # Lines that rise from the left, each cut where it leaves its block.
            for foot in range(int(left) - 16, int(right), 6):
                start, end = max(foot, left), min(foot + 16, right)
                if start < end:
                    rise = (17 - start + foot, 17 - end + foot)
                    inside.append(f"M{start:.4g} {rise[0]:.4g}L{end:.4g} {rise[1]:.4g}")
        elif kind == "plan":
            inside += [f"M{left + 2.5:.4g} {y}H{right - 1.5:.4g}" for y in (5, 9, 13)]
    return frames, "".join(inside)


@register.inclusion_tag("reports/pdf/_bar.html")
def paper_bar(order: int, figures: Mapping[str, Any], name: str) -> dict[str, Any]:
    """One block per measure, drawn with attributes alone; its title says the figures.

    Blocks of one kind are one drawing: an engine draws twenty as fast as one.
    """
    ink, soft = _COLOURS.get(order, _INK)
    placed = bars.blocks(figures["blocks"], width=BAR_WIDTH)
    return {
        "order": order,
        "ink": ink,
        "soft": soft,
        "marks": [
            (kind, *_drawn(kind, [block for block in placed if block.kind == kind]))
            for kind in dict.fromkeys(block.kind for block in placed)
        ],
        "label": f"{name}\u00a0: {figures['words']}",
    }


@register.filter
def money(value: str | Decimal | None, decimals: int | None = None) -> str:
    """« 128 750,50 $ » from the text of a frozen amount; in a column, always so many decimals."""
    return french.dollars(None if value is None else Decimal(value), decimals)


@register.filter
def measured(value: str | Decimal | None, unit: str) -> str:
    """« 12,5 heures » from the text of a frozen figure."""
    return french.quantity(None if value is None else Decimal(value), unit)


@register.filter
def share_of(amount: str | Decimal, total: str | Decimal) -> str:
    """« 38 % »; « n. d. » of nothing, or where credit notes outweigh what was paid."""
    whole = Decimal(total)
    if whole <= 0:
        return french.NOT_AVAILABLE
    return french.percent((Decimal(amount) * 100 / whole).quantize(Decimal(1), ROUND_HALF_UP))


@register.filter
def total_payments(rows: list[Mapping[str, Any]]) -> int:
    return sum(row["payments"] for row in rows)


# Where an older content has nothing to say; it never says them in an empty section.
_NEEDS = {"achats": "toolbox", "benefices": "benefits", "clauses": "toolbox", "enjeux": "toolbox"}
_WITHIN_SUMMARY = ("sommaire", "priorite")


@register.simple_tag
def organization_sections(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Anchors and titles of templates/reports/sections/organization.html."""
    return [
        (row.code, row.title)
        for row in ORGANIZATION_SECTIONS
        if row.code not in _WITHIN_SUMMARY
        and (row.code not in _NEEDS or content.get(_NEEDS[row.code]))
    ]


@register.simple_tag
def chantier_sections() -> list[tuple[str, str]]:
    """Anchors and titles of templates/reports/sections/chantier.html."""
    return [(row.code, row.title) for row in CHANTIER_SECTIONS]


@register.simple_tag
def figure(
    text: object,
    place: str,
    code: str,
    words: str,
    *,
    of: str = "",
    stage: int = 0,
    kept: bool = False,
) -> str | SafeString:
    """A figure, and the way to its rows where `place` says where they are; `words` name it.

    `of` a part of it; of a `stage`; of what is `kept` alone.
    """
    if not place:
        return str(text)
    asked = {"chiffre": code, "de": of, "etape": stage, "partage": "gardees" if kept else ""}
    return format_html(
        '<a class="to-rows" href="{}?{}">{}<span class="visually-hidden">'
        "\u00a0: voir les lignes, {}</span></a>",
        place,
        urlencode({key: value for key, value in asked.items() if value}),
        text,
        words,
    )


@register.simple_tag
def rows_link(place: str, code: str, words: str) -> str | SafeString:
    """The way to the rows of a table that says no total; nothing where `place` is empty."""
    if not place:
        return ""
    return format_html(
        '<p class="small"><a class="to-rows" href="{}?chiffre={}">Voir les lignes'
        '<span class="visually-hidden">\u00a0: {}</span></a></p>',
        place,
        code,
        words,
    )
