"""Staff make a meeting, prepare it on one page, and bring it from one state to the next."""

import uuid

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from chantier.lib import resume
from meetings.acts import preparing, states
from meetings.forms_plan import PlanForm
from meetings.forms_prepare import AddForm
from meetings.forms_webinar import MOST_OF_SUBJECT, InvitingForm
from meetings.models import Meeting
from meetings.plan import stored_plan
from meetings.plan_merge import PlanMerge, merge_plans
from members.access import PortalRequest, require_portal_permission
from members.models import AuditEntry
from members.roles import Permission

_MOST_OF_THEME = 120
_NUMBER_TAKEN = "Une autre rencontre vient de recevoir ce numéro\u00a0: choisissez-en un autre."
_OFFER_GONE = (
    "Ce que vous avez coché n’est plus offert\u00a0: quelqu’un l’a pris ou y a répondu "
    "entre-temps. Relisez, puis enregistrez."
)
_NOT_PREPARABLE = {
    Meeting.State.CLOSED: "La rencontre est close\u00a0: rouvrez-la avant de la modifier.",
    Meeting.State.CANCELLED: "La rencontre est annulée\u00a0: elle ne se prépare plus.",
}


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.MEETING_MANAGE)
def meeting_add(request: PortalRequest) -> HttpResponse:
    if request.method != "POST":
        kept = resume.take(request)
        theme = request.GET.get("theme", "").strip()[:_MOST_OF_THEME]
        form = _resumed(kept) if kept is not None else _opened_on(request, theme)
        return render(request, "meetings/meeting_add.html", {"form": form})
    form = InvitingForm(request.POST)
    made = preparing.made_by(form.sent_key) if form.sent_key else None
    if made is not None:
        if _is_second_click(request, made):
            return _made_before(request, made)
        # Back in the browser, and another meeting typed in the same form.
        data = request.POST.copy()
        data["key"] = str(uuid.uuid4())
        form = InvitingForm(data)
    if not form.is_valid():
        return render(request, "meetings/meeting_add.html", {"form": form})
    try:
        meeting, is_new = preparing.add_meeting(
            values=form.values,
            key=form.cleaned_data["key"],
            guests=form.cleaned_data.get("guests", ()),
            themes=form.themes,
            by=request.user,
        )
    except preparing.NumberTakenError:
        form.add_error("number", _NUMBER_TAKEN)
        return render(request, "meetings/meeting_add.html", {"form": form})
    if not is_new:
        return _made_before(request, meeting)
    messages.success(request, "La rencontre est créée. Personne n’en est encore avisé.")
    return redirect("meetings:meeting_prepare", slug=meeting.slug)


def _opened_on(request: PortalRequest, theme: str) -> InvitingForm:
    code = request.GET.get("sujet", "")[:MOST_OF_SUBJECT]
    about = InvitingForm.about_term(code) if code else None
    return about or InvitingForm(initial=AddForm.opened(theme).initial)


def _resumed(kept: QueryDict) -> InvitingForm:
    """What an expired session interrupted."""
    return InvitingForm(initial=dict(kept.items()) | {"guests": kept.getlist("guests")})


def _is_second_click(request: PortalRequest, made: Meeting) -> bool:
    # The number is that of the meeting which the first click made.
    again = InvitingForm(request.POST, instance=made)
    return again.is_valid() and preparing.says_the_same(made, again.values)


def _made_before(request: PortalRequest, meeting: Meeting) -> HttpResponse:
    messages.info(request, "La rencontre était déjà créée\u00a0: la voici.")
    return redirect("meetings:meeting_prepare", slug=meeting.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.MEETING_MANAGE)
def meeting_prepare(request: PortalRequest, slug: str) -> HttpResponse:
    meeting = _meeting(slug)
    if meeting.state not in preparing.PREPARABLE:
        return _not_preparable(request, meeting)
    if request.method != "POST":
        return _show(request, _opened(request, meeting))
    act = request.POST.get("act", "save")
    if act != "save":
        return _show(request, PlanForm.reopened(meeting, request.POST, act))
    form = PlanForm.posted(meeting, request.POST)
    if not form.is_valid():
        return _show(request, form)
    return _save(request, form)


@require_POST
@require_portal_permission(Permission.MEETING_MANAGE)
def meeting_state(request: PortalRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting, slug=slug)
    transition = states.TRANSITIONS.get(request.POST.get("act", ""))
    if transition is None:
        messages.error(request, "Choisissez ce qu’il advient de la rencontre.")
        return redirect(meeting)
    try:
        is_changed = states.change_state(meeting=meeting, act=transition.act, by=request.user)
    except states.RefusedTransitionError as refusal:
        messages.error(request, str(refusal))
    else:
        if is_changed:
            messages.success(request, meeting.worded(transition.done))
        else:
            messages.info(request, meeting.worded(transition.already))
    return redirect(meeting)


def _meeting(slug: str) -> Meeting:
    return get_object_or_404(Meeting.objects.select_related("cycle"), slug=slug)


def _not_preparable(request: PortalRequest, meeting: Meeting) -> HttpResponse:
    """A warning, not a success: the browser keeps what was typed."""
    messages.warning(request, _NOT_PREPARABLE[Meeting.State(meeting.state)])
    return redirect(meeting)


def _opened(request: PortalRequest, meeting: Meeting) -> PlanForm:
    """The form of what is stored, or the one that an expired session interrupted."""
    interrupted = resume.take(request)
    if interrupted is not None:
        return PlanForm.reopened(meeting, interrupted)
    return PlanForm.opened(meeting, stored_plan(meeting), meeting.version)


def _show(
    request: PortalRequest, form: PlanForm, *, merged: PlanMerge | None = None
) -> HttpResponse:
    context = {
        "meeting": form.meeting,
        "form": form,
        "merged": merged,
        "last": _last_save(form.meeting) if merged else None,
        "transitions": states.offered(form.meeting),
    }
    status = 409 if merged else 200
    return render(request, "meetings/meeting_prepare.html", context, status=status)


def _last_save(meeting: Meeting) -> AuditEntry | None:
    subject = preparing.journal_subject(meeting)
    return AuditEntry.objects.filter(subject=subject).select_related("actor").first()


def _save(request: PortalRequest, form: PlanForm) -> HttpResponse:
    meeting = form.meeting
    control = form.control.cleaned_data
    try:
        preparing.save_plan(
            meeting=meeting,
            plan=form.plan,
            version=control["version"],
            key=control["key"],
            by=request.user,
        )
    except preparing.StalePlanError:
        return _show_merge(request, form)
    except preparing.NotPreparableError:
        return _not_preparable(request, _meeting(meeting.slug))
    except preparing.NumberTakenError:
        form.particulars.add_error("number", _NUMBER_TAKEN)
        return _show(request, form)
    except preparing.OfferGoneError:
        form.refuse(_OFFER_GONE)
        return _show(request, form)
    messages.success(request, "La préparation est enregistrée.")
    return redirect("meetings:meeting_prepare", slug=meeting.slug)


def _show_merge(request: PortalRequest, form: PlanForm) -> HttpResponse:
    """Somebody saved in between: both texts, and a form in which saving again knowingly wins."""
    meeting = _meeting(form.meeting.slug)
    merged = merge_plans(form.plan, stored_plan(meeting), form.words)
    united = PlanForm.opened(meeting, merged.plan, meeting.version)
    return _show(request, united, merged=merged)
