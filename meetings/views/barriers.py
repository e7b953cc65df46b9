"""What members met since the last meeting, and what the next one takes up."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from chantier.lib import resume
from measures.models import Barrier
from meetings import actions
from meetings.forms import TakeUpForm
from meetings.models import Meeting, Objective
from meetings.rising import Rising, proposed_text
from members.access import PortalRequest, require_portal_permission
from members.roles import Permission

_TAKES_OBJECTIVES = (Meeting.State.DRAFT, Meeting.State.CONVENED, Meeting.State.HELD)


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.MEETING_MANAGE)
def meeting_barriers(request: PortalRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting.objects.select_related("cycle"), slug=slug)
    if request.method == "POST":
        return _take_up(request, meeting)
    return _render(request, meeting, _opened_form(request))


def _opened_form(request: PortalRequest) -> TakeUpForm | None:
    """The form of the barrier that the address names, filled in; none without one."""
    # PostgreSQL compares no text that holds the NUL character.
    code = request.GET.get("enjeu", "").replace("\x00", "")
    barrier = Barrier.objects.filter(code=code).first() if code else None
    if barrier is None:
        return None
    initial = {"barrier": barrier.code, "text": proposed_text(barrier)}
    return TakeUpForm(resume.take(request), initial=initial)


def _take_up(request: PortalRequest, meeting: Meeting) -> HttpResponse:
    form = TakeUpForm(request.POST)
    if not form.is_valid():
        return _render(request, meeting, form)
    barrier, text = form.cleaned_data["barrier"], form.cleaned_data["text"]
    try:
        actions.take_up_barrier(meeting=meeting, barrier=barrier, text=text, by=request.user)
    except actions.ClosedMeetingError:
        # It shows what was typed, and no button.
        return _render(request, meeting, form, status=409)
    except actions.AlreadyTakenUpError as known:
        if known.objective.text != text:
            return _render(request, meeting, form, known=known.objective, status=409)
        messages.info(request, "Cet enjeu est déjà un objectif de la rencontre.")
    else:
        messages.success(request, "L’enjeu est maintenant un objectif de la rencontre.")
    return redirect(f"{meeting.get_absolute_url()}#h-objectifs")


def _render(
    request: PortalRequest,
    meeting: Meeting,
    form: TakeUpForm | None,
    *,
    known: Objective | None = None,
    status: int = 200,
) -> HttpResponse:
    meeting.refresh_from_db(fields=["state"])
    code = form["barrier"].value() if form else ""
    chosen = Barrier.objects.filter(code=str(code).replace("\x00", "")).first() if code else None
    context = {
        "meeting": meeting,
        "rising": Rising.build(meeting),
        "is_open": meeting.state != Meeting.State.CLOSED,
        # What is over sets out to do nothing more.
        "may_take_up": meeting.state in _TAKES_OBJECTIVES and not meeting.has_ended,
        "form": form,
        "chosen": chosen,
        "known": known,
    }
    return render(request, "meetings/meeting_barriers.html", context, status=status)
