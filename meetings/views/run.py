"""The room: agenda with its clock, attendance, and the cards of the round table."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chantier.lib import french, resume
from meetings.acts import cards as cards_acts
from meetings.acts import room as room_acts
from meetings.forms_room import AttendanceForm, CardForm
from meetings.models import AgendaItem, Meeting, RoundTableEntry
from meetings.room import Card, Room
from meetings.room_state import answer, card_data, room_data
from members.access import (
    PortalRequest,
    require_portal_permission,
)
from members.models import Organization
from members.roles import Permission

_CLOSED = "La rencontre est close\u00a0: ses cartes ne changent plus."


@require_safe
@require_portal_permission(Permission.MEETING_MANAGE)
def meeting_run(request: PortalRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting.objects.select_related("cycle"), slug=slug)
    if meeting.state in cards_acts.WRITABLE and _lacks_cards(meeting):
        cards_acts.open_cards(meeting=meeting, by=request.user)
    room = Room.build(meeting, asked=request.GET.get("carte", ""))
    interrupted = resume.take(request)
    if interrupted is not None and room.is_writable:
        pk = interrupted.get("entry", "")
        card = room.card_of(int(pk)) if pk.isdecimal() else None
        if card is not None:
            card.typed = CardForm(interrupted).typed
            version = interrupted.get("version", "")
            card.version = int(version) if version.isdecimal() and len(version) < 10 else 0
            room.open_card = card
    return _render(request, room)


def _lacks_cards(meeting: Meeting) -> bool:
    return Organization.objects.filter(is_active=True).exclude(entries__meeting=meeting).exists()


def _render(request: PortalRequest, room: Room, *, status: int = 200) -> HttpResponse:
    context = {"room": room, "meeting": room.meeting, "live": room.live, "key": uuid.uuid4()}
    return render(request, "meetings/meeting_run.html", context, status=status)


@require_safe
@require_portal_permission(Permission.MEETING_MANAGE)
def meeting_screen(request: PortalRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting, slug=slug)
    room = Room.build(meeting)
    speaks = room.live is not None and room.live.organization is not None
    context = {"room": room, "meeting": meeting, "speaks": speaks}
    return render(request, "meetings/meeting_screen.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.MEETING_MANAGE)
def run_state(request: PortalRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting, slug=slug)
    if request.method == "POST":
        try:
            _move(request, meeting)
        except cards_acts.ClosedRoomError:
            return _closed(request, meeting)
        if not _wants_json(request):
            return _back(meeting, request.POST.get("carte", ""))
    takers = []
    if "ecran" not in request.GET:
        card = _organization_of(request.GET.get("carte", ""))
        takers = room_acts.note_presence(
            meeting=meeting, organization_id=card.pk if card else None, by=request.user
        )
    data = room_data(meeting, takers, request.GET.get("depuis", ""))
    return answer(request, data)


def _organization_of(slug: str) -> Organization | None:
    slug = slug.replace("\x00", "")
    return Organization.objects.filter(slug=slug).only("pk").first() if slug else None


def _move(request: PortalRequest, meeting: Meeting) -> None:
    """One act: the point under way, who speaks, or the turn of a card."""
    act, target = request.POST.get("act", ""), request.POST.get("target", "")
    pk = int(target) if target.isdecimal() and len(target) < 10 else 0
    if act == "point":
        item = get_object_or_404(AgendaItem, meeting=meeting, pk=pk)
        room_acts.move_room(meeting=meeting, item=item, by=request.user)
    elif act == "speaker":
        card = get_object_or_404(_cards_of(meeting), pk=pk)
        room_acts.move_room(meeting=meeting, organization=card.organization, by=request.user)
    elif act in ("sooner", "later"):
        card = get_object_or_404(_cards_of(meeting), pk=pk)
        step = -1 if act == "sooner" else 1
        cards_acts.move_card(entry=card, step=step, by=request.user)
    elif act == "present":
        cards_acts.put_present_first(meeting=meeting, by=request.user)


def _cards_of(meeting: Meeting) -> Any:
    return RoundTableEntry.objects.filter(meeting=meeting).select_related("organization")


@require_POST
@require_portal_permission(Permission.MEETING_MANAGE)
def entry_save(request: PortalRequest, slug: str, pk: int) -> HttpResponse:
    entry = get_object_or_404(
        RoundTableEntry.objects.select_related("meeting", "organization"), meeting__slug=slug, pk=pk
    )
    form = CardForm(request.POST)
    if not form.is_valid():
        return _refused(request, entry, form)
    try:
        entry = cards_acts.save_card(
            entry=entry,
            text=form.text,
            version=form.cleaned_data["version"] or 0,
            key=form.cleaned_data["submission_key"],
            by=request.user,
        )
    except cards_acts.CardClashError as clash:
        return _clashed(request, form, clash)
    except cards_acts.ClosedRoomError:
        return _closed(request, entry.meeting, entry.organization.slug)
    if _wants_json(request):
        return JsonResponse({"state": "saved", "card": card_data(entry)})
    messages.success(request, f"La carte de {entry.organization} est enregistrée.")
    return _back(entry.meeting, entry.organization.slug)


def _refused(request: PortalRequest, entry: RoundTableEntry, form: CardForm) -> HttpResponse:
    errors = {name: " ".join(map(str, texts)) for name, texts in form.errors.items()}
    if _wants_json(request):
        return JsonResponse({"state": "error", "errors": errors}, status=422)
    version = form.cleaned_data.get("version") or 0
    room, card = _room_at(entry)
    card.typed, card.errors, card.version = form.typed, errors, version
    return _render(request, room)


def _clashed(
    request: PortalRequest, form: CardForm, clash: cards_acts.CardClashError
) -> HttpResponse:
    """Both texts: nothing is stored, and nothing is lost."""
    fields = ["measure" if name == "measure_code" else name for name in clash.fields]
    if _wants_json(request):
        stored = card_data(clash.entry)
        return JsonResponse({"state": "conflict", "fields": fields, "card": stored}, status=409)
    room, card = _room_at(clash.entry)
    # What met nothing is as both wrote it; where texts met, the one that was sent.
    united = clash.united
    both = {"done": united.done, "next_action": united.next_action, "need": united.need}
    both |= {"measure": united.measure_code}
    both |= {"due_on": united.due_on.isoformat() if united.due_on else ""}
    card.typed = both | {name: form.typed[name] for name in fields}
    card.clashes = tuple(fields)
    return _render(request, room, status=409)


def _room_at(entry: RoundTableEntry) -> tuple[Room, Card]:
    """The page with one card open: without JavaScript, a card is a form like any other."""
    room = Room.build(entry.meeting, asked=entry.organization.slug)
    card = next(card for card in room.cards if card.entry.pk == entry.pk)
    return room, card


@require_POST
@require_portal_permission(Permission.MEETING_MANAGE)
def attendance_save(request: PortalRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting, slug=slug)
    if request.POST.get("act") == "expected":
        return _note_expected(request, meeting)
    form = AttendanceForm(request.POST)
    card = request.POST.get("organization", "").replace("\x00", "")
    entry = _cards_of(meeting).filter(organization__slug=card).first()
    if entry is None or not form.is_valid():
        told = [text for texts in form.errors.values() for text in texts]
        messages.error(request, " ".join(map(str, told)) or "Choisissez une organisation.")
        return _back(meeting, card)
    try:
        room_acts.note_attendance(
            meeting=meeting,
            organization=entry.organization,
            present=form.cleaned_data["present"],
            people=form.ticks("people"),
            guests=form.ticks("guests"),
            name=form.cleaned_data["name"],
            by=request.user,
        )
    except cards_acts.ClosedRoomError:
        return _closed(request, meeting, card)
    messages.success(request, "Les présences sont notées.")
    return _back(meeting, card)


def _note_expected(request: PortalRequest, meeting: Meeting) -> HttpResponse:
    try:
        count = room_acts.note_expected(meeting=meeting, by=request.user)
    except cards_acts.ClosedRoomError:
        return _closed(request, meeting)
    noted = (
        f"{count}\u00a0organisation{french.plural(count)} de plus" if count else "aucune de plus"
    )
    messages.success(request, f"Les présences sont notées\u00a0: {noted}.")
    return _back(meeting, request.POST.get("carte", ""))


def _wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _closed(request: PortalRequest, meeting: Meeting, card: str = "") -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"state": "error", "errors": {}, "message": _CLOSED}, status=422)
    messages.error(request, _CLOSED)
    return _back(meeting, card)


def _back(meeting: Meeting, card: str) -> HttpResponse:
    """The room, at a card."""
    address = reverse("meetings:meeting_run", kwargs={"slug": meeting.slug})
    return HttpResponseRedirect(f"{address}?{urlencode({'carte': card})}" if card else address)
