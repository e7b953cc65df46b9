"""Filters of the pages of clauses."""

from decimal import Decimal

from django import template

from measures.results import figure

register = template.Library()


@register.filter
def money(value: Decimal | None) -> str:
    """« 48 000 $ », « 12,50 $ »; « n. d. » for None."""
    return figure(value, "$")
