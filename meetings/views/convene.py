"""Staff invite people to a meeting, tell them what changes, call it off, and remind them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from chantier.lib import french, resume
from meetings.acts import answering, convening
from meetings.forms_convene import CancelForm, ConveneForm
from meetings.invitations import has_begun
from meetings.models import Meeting
from meetings.previews import ConvenePage, cancellation_preview
from members.access import PortalRequest, require_portal_permission
from members.roles import Permission

_NOT_CONVENED = "Cette rencontre n’est plus à venir\u00a0: rien n’est envoyé."
_CHANGED = (
    "La rencontre, ou la liste des personnes, a changé depuis que vous avez ouvert la page. "
    "Rien n’est envoyé\u00a0: relisez, puis envoyez."
)
_NOBODY = "Cochez au moins une personne."


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.MEETING_MANAGE)
def meeting_convene(request: PortalRequest, slug: str) -> HttpResponse:
    meeting = _with_words(slug)
    if request.method != "POST":
        kept = resume.take(request)
        return _show(request, meeting, ConveneForm(kept) if kept is not None else None)
    form = ConveneForm(request.POST)
    if request.POST.get("act") == "announce":
        return _announce(request, meeting, form)
    if not form.people and "nobody" not in request.POST:
        return _show(request, meeting, form, error=_NOBODY)
    return _invite(request, meeting, form)


def _with_words(slug: str) -> Meeting:
    rows = Meeting.objects.select_related("cycle").prefetch_related("objectives", "agenda")
    return get_object_or_404(rows, slug=slug)


def _show(
    request: PortalRequest,
    meeting: Meeting,
    form: ConveneForm | None = None,
    *,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    page = ConvenePage.build(meeting, request.user, ticked=form.people if form else None)
    is_late = page.is_draft and has_begun(meeting)
    context = {"page": page, "meeting": meeting, "error": error, "is_late": is_late}
    return render(request, "meetings/meeting_convene.html", context, status=status)


def _invite(request: PortalRequest, meeting: Meeting, form: ConveneForm) -> HttpResponse:
    is_first = request.POST.get("act") != "invite"
    act = convening.convene if is_first else convening.invite_more
    seen = form.data.get("seen", "")
    try:
        count = act(meeting=meeting, people=form.people, seen=seen, by=request.user)
    except convening.AlreadyDoneError:
        words = "La rencontre est déjà convoquée." if is_first else "Ces personnes sont invitées."
        messages.info(request, words)
        return redirect("meetings:meeting_convene", slug=meeting.slug)
    except convening.NotConvenedError:
        messages.error(request, _NOT_CONVENED)
        return redirect("meetings:meeting_convene", slug=meeting.slug)
    except convening.ChangedSinceReadError:
        return _show(request, _with_words(meeting.slug), form, error=_CHANGED, status=409)
    opening = "La rencontre est convoquée" if is_first else "C’est noté"
    messages.success(request, f"{opening}\u00a0: {_leaving(count, 'invitation')}.")
    return redirect("meetings:meeting_convene", slug=meeting.slug)


def _leaving(count: int, noun: str) -> str:
    """« 34 invitations partent »."""
    if not count:
        return "aucun courriel ne part"
    verb = "part" if count == 1 else "partent"
    return f"{french.number(count)} {noun}{french.plural(count)} {verb} d’ici quelques minutes"


def _announce(request: PortalRequest, meeting: Meeting, form: ConveneForm) -> HttpResponse:
    seen = form.data.get("seen", "")
    try:
        count = convening.announce(meeting=meeting, seen=seen, by=request.user)
    except convening.AlreadyDoneError:
        messages.info(request, "Les personnes invitées savent déjà tout ce qui a changé.")
    except convening.NotConvenedError:
        messages.error(request, _NOT_CONVENED)
    except convening.ChangedSinceReadError:
        return _show(request, _with_words(meeting.slug), error=_CHANGED, status=409)
    else:
        messages.success(request, f"C’est noté\u00a0: {_leaving(count, 'courriel')}.")
    return redirect("meetings:meeting_convene", slug=meeting.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.MEETING_MANAGE)
def meeting_cancel(request: PortalRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting.objects.select_related("cycle"), slug=slug)
    if meeting.is_past or meeting.state == Meeting.State.CANCELLED:
        return _not_cancelled(request, meeting)
    kept = request.POST if request.method == "POST" else resume.take(request)
    form = CancelForm(kept)
    is_sent = request.method == "POST" and request.POST.get("act") != "preview"
    if not is_sent or not form.is_valid():
        return _show_cancel(request, meeting, form)
    try:
        count = convening.cancel(
            meeting=meeting, reason=form.cleaned_data["reason"], by=request.user
        )
    except (convening.AlreadyDoneError, convening.NotConvenedError):
        meeting.refresh_from_db()
        return _not_cancelled(request, meeting)
    done = meeting.worded("{The} est annulé{e}")
    messages.success(request, f"{done}\u00a0: {_leaving(count, 'courriel')}.")
    return redirect("meetings:meeting_detail", slug=slug)


def _not_cancelled(request: PortalRequest, meeting: Meeting) -> HttpResponse:
    if meeting.state == Meeting.State.CANCELLED:
        messages.info(request, meeting.worded("{The} est déjà annulé{e}."))
    else:
        messages.error(request, meeting.worded("{The} a eu lieu\u00a0: rien ne s’annule plus."))
    return redirect("meetings:meeting_detail", slug=meeting.slug)


def _show_cancel(request: PortalRequest, meeting: Meeting, form: CancelForm) -> HttpResponse:
    preview, count = cancellation_preview(meeting, form.data.get("reason", ""), request.user)
    context = {
        "meeting": meeting,
        "form": form,
        "preview": preview,
        "count": count,
        "invited": meeting.answers.count(),
    }
    return render(request, "meetings/meeting_cancel.html", context)


@require_POST
@require_portal_permission(Permission.MEETING_MANAGE)
def meeting_remind(request: PortalRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting, slug=slug)
    try:
        count = answering.remind(meeting=meeting, by=request.user)
    except answering.AnswersClosedError:
        messages.error(request, _NOT_CONVENED)
    except answering.NobodyToRemindError:
        messages.info(
            request,
            "Aucun rappel ne part\u00a0: tout le monde a répondu, ou un rappel est parti il y a "
            "moins de cinq jours.",
        )
    else:
        messages.success(request, f"C’est noté\u00a0: {_leaving(count, 'rappel')}.")
    return redirect("meetings:meeting_convene", slug=slug)
