"""The spine: the five stages, on every page; and what a person may take back, where it shows."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from measures.last_act import offer_of
from measures.models import Stage


def stages_of(request: HttpRequest) -> list[Stage]:
    """All stages, read once per request, for the spine and for the filters of the page."""
    if not hasattr(request, "guide_stages"):
        request.guide_stages = list(Stage.objects.all())  # type: ignore[attr-defined]
    return request.guide_stages  # type: ignore[attr-defined]


def guide(request: HttpRequest) -> dict[str, Any]:
    return {
        "stages": SimpleLazyObject(lambda: stages_of(request)),
        "undo_offer": SimpleLazyObject(lambda: offer_of(request)),
    }
