"""What stands beside a section of a draft, for those who may change it."""

from collections.abc import Mapping
from typing import Any

from django import template

from chantier.reports.margins import Margin

register = template.Library()


@register.inclusion_tag("reports/_margin.html")
def section_margin(margins: Mapping[str, Margin] | str, code: str) -> dict[str, Any]:
    """Nothing on paper and for readers outside, where `margins` is empty."""
    return {"margin": margins[code] if isinstance(margins, Mapping) else None}
