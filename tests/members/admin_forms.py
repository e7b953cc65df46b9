"""Addresses and forms of the administration."""

from typing import Any

from django.urls import reverse


def page(name: str, verb: str, *args: Any) -> str:
    return reverse(f"admin:{name}_{verb}", args=args)


def inline(prefix: str, *rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """The fields of an inline formset, as the page posts them."""
    data: dict[str, Any] = {
        f"{prefix}-TOTAL_FORMS": len(rows),
        f"{prefix}-INITIAL_FORMS": initial,
    }
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data
