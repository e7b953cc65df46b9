"""The last act of a person in a register: kept in a cookie, offered to be taken back.

The cookie, signed, names what to take back; whether it still can be is asked of the journal, and
only by the pages that show the offer. Not in the session: a save is then one transaction.
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone

from chantier.lib import french
from measures.actions import UNDO_WITHIN
from measures.models import Implementation, ImplementationEvent
from members.models import Organization, User

_KEY = "last_act"
_NBSP = french.NBSP


@dataclass(frozen=True)
class Offer:
    """What « Annuler » would take back."""

    org_slug: str
    # The hidden field of the form: « event » or « batch », and its value.
    name: str
    value: str
    text: str
    # The record of a single save; None when the act changed several.
    record_pk: int | None
    # The page that an act opens says it under its message; later, only where it belongs.
    is_fresh: bool


class UndoForm(forms.Form):
    """What a person takes back: one line of the journal, or all those of one act."""

    event = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    batch = forms.UUIDField(required=False)


class LastActMiddleware:
    """Writes the cookie when a view has remembered an act, or an offer was shown or forgotten."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        kept = getattr(request, _KEY, None)
        if kept:
            response.set_signed_cookie(
                _KEY,
                json.dumps(kept),
                salt=_KEY,
                max_age=UNDO_WITHIN,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        elif kept is not None:
            response.delete_cookie(_KEY, samesite="Lax")
        return response


def remember_save(request: HttpRequest, event: ImplementationEvent | None) -> None:
    """Keep a save of one record; nothing when nothing changed."""
    if event is not None:
        _keep(request, {"event": event.pk, "is_fresh": True})


def remember_batch(request: HttpRequest, batch: uuid.UUID, number: int) -> None:
    """Keep an act that changed `number` records."""
    if number:
        _keep(request, {"batch": str(batch), "number": number, "is_fresh": True})


def forget(request: HttpRequest) -> None:
    _keep(request, {})


def _keep(request: HttpRequest, kept: dict[str, Any]) -> None:
    setattr(request, _KEY, kept)


def _kept(request: HttpRequest) -> dict[str, Any] | None:
    cookie = request.get_signed_cookie(_KEY, default=None, salt=_KEY, max_age=UNDO_WITHIN)
    return json.loads(cookie) if cookie else None


def offer_of(request: HttpRequest) -> Offer | None:
    """What may be taken back; asks nothing of the database when no act is kept."""
    kept = _kept(request)
    if kept is None or not request.user.is_authenticated:
        return None
    event = _still_last(ImplementationEvent.objects.filter(actor=request.user), kept)
    if event is None:
        forget(request)
        return None
    record = event.implementation
    is_fresh = kept.pop("is_fresh", False)
    if is_fresh:
        _keep(request, kept)
    return Offer(
        org_slug=record.organization.slug,
        name="batch" if "batch" in kept else "event",
        value=kept.get("batch") or str(kept["event"]),
        text=_said(record, event, kept.get("number")),
        record_pk=None if "batch" in kept else record.pk,
        is_fresh=is_fresh,
    )


def own_lines(
    data: QueryDict, organization: Organization, user: User
) -> QuerySet[ImplementationEvent]:
    """The lines that a posted form names, of this person in this register."""
    lines = ImplementationEvent.objects.filter(
        implementation__organization=organization, actor=user
    )
    form = UndoForm(data)
    if not form.is_valid():
        return lines.none()
    if batch := form.cleaned_data["batch"]:
        return lines.filter(batch=batch)
    return lines.filter(pk=form.cleaned_data["event"] or 0)


def _still_last(
    lines: QuerySet[ImplementationEvent], kept: dict[str, Any]
) -> ImplementationEvent | None:
    """A line of the act whose record has not changed since, if it is fresh."""
    chosen = {"batch": kept["batch"]} if "batch" in kept else {"pk": kept["event"]}
    return (
        lines.filter(
            **chosen,
            version=F("implementation__version"),
            at__gte=timezone.now() - UNDO_WITHIN,
        )
        .select_related("implementation__measure", "implementation__organization")
        .order_by("pk")
        .first()
    )


def _said(record: Implementation, event: ImplementationEvent, number: int | None) -> str:
    hour = french.clock_time(timezone.localtime(event.at))
    what = record.title if number is None else f"{number} mesure{french.plural(number)}"
    return f"Votre dernier enregistrement, à {hour}{_NBSP}: {what}"
