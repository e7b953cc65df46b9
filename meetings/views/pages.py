"""A meeting, and its synthesis: read, write, publish."""

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from benefits.models import SocialEnterprise
from chantier.lib import resume
from meetings import actions
from meetings.acts import states
from meetings.acts.uniting import SynthesisClashError, save_united
from meetings.agenda import Agenda
from meetings.around import Around
from meetings.audience import all_members, number_told
from meetings.drafts import Merge, stored_draft
from meetings.forms import PublishForm, SynthesisForm
from meetings.invited import Invitations
from meetings.models import Meeting, Objective, Synthesis, SynthesisVersion
from meetings.promises import ToSend, actions_without_promise
from meetings.publication import WorkingCopy
from meetings.review import Desk, review_for
from meetings.timeline import Presence, objective_lines
from members.access import PortalRequest, require_portal_permission
from members.models import MailTopic
from members.roles import Permission

_WITH_GUESTS = Prefetch("guests", SocialEnterprise.objects.with_terms())
_WITH_OBJECTIVES = Prefetch("objectives", Objective.objects.select_related("carried_to", "barrier"))


@require_safe
def meeting_detail(request: PortalRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(
        Meeting.objects.visible_to(request.user)
        .select_related("cycle")
        .prefetch_related(_WITH_OBJECTIVES, _WITH_GUESTS),
        slug=slug,
    )
    is_past = meeting.is_past or meeting.held_on < timezone.localdate()
    context = {
        "meeting": meeting,
        "is_past": is_past,
        "objectives": objective_lines(meeting, request.user, is_past=is_past, with_barriers=True),
        "presence": Presence.build(meeting, request.user),
        "guests": list(meeting.guests.all()),
        "agenda": Agenda.build(meeting),
        "transitions": states.offered(meeting) if request.user.may_manage_meetings else [],
        "around": Around.build(meeting, request, is_past=is_past),
        "version": SynthesisVersion.objects.of(meeting).first(),
        "review": review_for(request.user, meeting, timezone.localdate()),
        "invitations": Invitations.build(meeting, request.user),
    }
    return render(request, "meetings/meeting_detail.html", context)


@require_safe
def synthesis_detail(request: PortalRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), slug=slug)
    versions = list(SynthesisVersion.objects.of(meeting).select_related("published_by"))
    asked = request.GET.get("version")
    shown = [v for v in versions if asked in (None, str(v.number))]
    if asked is not None and not shown:
        raise Http404
    synthesis = _synthesis_of(meeting)
    context = {
        "meeting": meeting,
        "versions": versions,
        "version": shown[0] if shown else None,
        "working": _copy_of(meeting, synthesis) if request.user.may_manage_meetings else None,
        "desk": Desk.build(request.user, meeting, synthesis, today=timezone.localdate()),
        "to_send": _to_send(request, meeting),
    }
    return render(request, "meetings/synthesis_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.MEETING_MANAGE)
def synthesis_edit(request: PortalRequest, slug: str) -> HttpResponse:
    meeting = _meeting_to_write(slug)
    if request.method != "POST":
        return _show_form(request, meeting, _opened_form(request, meeting))
    act = request.POST.get("act", "save")
    if act not in ("save", "publish"):
        return _show_form(request, meeting, SynthesisForm.reopened(meeting, request.POST, act))
    form = SynthesisForm.posted(meeting, request.POST)
    if not form.is_valid():
        return _show_form(request, meeting, form)
    try:
        other = save_united(meeting=meeting, typed=form.typed, by=request.user)
    except SynthesisClashError as clash:
        return _show_merge(request, form, clash)
    united = f" Ce que {other} a écrit entre-temps y est réuni au vôtre." if other else ""
    messages.success(request, f"La copie de travail est enregistrée.{united}")
    return redirect(f"meetings:synthesis_{'publish' if act == 'publish' else 'detail'}", slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.MEETING_MANAGE)
def synthesis_publish(request: PortalRequest, slug: str) -> HttpResponse:
    meeting = _meeting_to_write(slug)
    working = _working_copy(meeting)
    if working is None:
        messages.warning(request, "La synthèse est vide\u00a0: écrivez au moins un point.")
        return redirect("meetings:synthesis_edit", slug=slug)
    if request.method != "POST":
        kept = resume.take(request)
        return _show_confirmation(request, working, _fresh_confirmation(working, kept))
    if _is_published(working.synthesis, request.POST):
        messages.info(request, "Cette version est déjà publiée.")
        return redirect("meetings:synthesis_detail", slug=slug)
    form = PublishForm(request.POST, number=working.number, waiting=working.waiting)
    if not form.is_valid():
        return _show_confirmation(request, working, form)
    return _publish(request, working, form)


def _to_send(request: PortalRequest, meeting: Meeting) -> ToSend | None:
    """For staff, once the meeting has taken place."""
    is_asked = request.user.may_manage_meetings and meeting.is_past
    return ToSend.of(meeting) if is_asked else None


def _meeting_to_write(slug: str) -> Meeting:
    return get_object_or_404(Meeting.objects.prefetch_related(_WITH_OBJECTIVES), slug=slug)


def _synthesis_of(meeting: Meeting) -> Synthesis | None:
    return Synthesis.objects.filter(meeting=meeting).select_related("updated_by").first()


def _working_copy(meeting: Meeting) -> WorkingCopy | None:
    return _copy_of(meeting, _synthesis_of(meeting))


def _copy_of(meeting: Meeting, synthesis: Synthesis | None) -> WorkingCopy | None:
    if synthesis is None:
        return None
    synthesis.meeting = meeting
    return WorkingCopy.build(synthesis)


def _opened_form(request: PortalRequest, meeting: Meeting) -> SynthesisForm:
    """The form of the working copy, or the one that an expired session interrupted."""
    interrupted = resume.take(request)
    if interrupted is not None:
        return SynthesisForm.reopened(meeting, interrupted)
    synthesis = _synthesis_of(meeting)
    version = synthesis.version if synthesis else 0
    return SynthesisForm.opened(meeting, stored_draft(meeting, synthesis), version)


def _show_form(
    request: PortalRequest,
    meeting: Meeting,
    form: SynthesisForm,
    *,
    merged: Merge | None = None,
    synthesis: Synthesis | None = None,
) -> HttpResponse:
    context = {"meeting": meeting, "form": form, "merged": merged, "synthesis": synthesis}
    return render(request, "meetings/synthesis_edit.html", context, status=409 if merged else 200)


def _show_merge(
    request: PortalRequest, form: SynthesisForm, clash: SynthesisClashError
) -> HttpResponse:
    """Somebody saved in between: both texts, and a form in which saving again knowingly wins."""
    merged, synthesis = clash.merged, clash.synthesis
    meeting = _meeting_to_write(form.meeting.slug)
    united = SynthesisForm.opened(meeting, merged.draft, synthesis.version)
    return _show_form(request, meeting, united, merged=merged, synthesis=synthesis)


def _publish(request: PortalRequest, working: WorkingCopy, form: PublishForm) -> HttpResponse:
    slug = working.synthesis.meeting.slug
    try:
        version = actions.publish_synthesis(
            synthesis=working.synthesis,
            reason=form.cleaned_data.get("reason", ""),
            expected_number=form.cleaned_data["number"],
            expected_sha256=form.cleaned_data["sha256"],
            rest=form.rest,
            by=request.user,
        )
    except (actions.AlreadyPublishedError, actions.ChangedSinceReadError):
        messages.warning(
            request,
            "Rien n’est publié\u00a0: la synthèse a changé depuis que vous l’avez ouverte. "
            "Voici son état actuel\u00a0: relisez-le, puis confirmez.",
        )
    except actions.NotPublishableError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"La version\u00a0{version.number} est publiée.")
        return redirect("meetings:synthesis_detail", slug=slug)
    current = _working_copy(_meeting_to_write(slug)) or working
    fresh = _fresh_confirmation(current, request.POST)
    return _show_confirmation(request, current, fresh, status=409)


def _is_published(synthesis: Synthesis, data: QueryDict) -> bool:
    """Whether this very confirmation has been acted on: a second click is done once."""
    number = data.get("number", "")
    return number.isdecimal() and any(
        str(version.number) == number and version.sha256 == data.get("sha256")
        for version in synthesis.versions.all()
    )


def _fresh_confirmation(working: WorkingCopy, typed: QueryDict | None) -> PublishForm:
    """What the page now shows, with the words that were typed before."""
    initial: dict[str, Any] = {"number": working.number, "sha256": working.sha256}
    initial |= {name: typed.get(name, "") if typed else "" for name in ("reason", "rest_answer")}
    return PublishForm(initial=initial, number=working.number, waiting=working.waiting)


def _show_confirmation(
    request: PortalRequest, working: WorkingCopy, form: PublishForm, *, status: int = 200
) -> HttpResponse:
    meeting = working.synthesis.meeting
    context = {
        "meeting": meeting,
        "working": working,
        "form": form,
        "told": number_told(all_members(), MailTopic.MEETINGS),
        # A later version finds them in the registers.
        "to_send": ToSend.of(meeting) if working.last is None else None,
        "unpromised": actions_without_promise(meeting) if working.last is None else 0,
    }
    return render(request, "meetings/synthesis_publish.html", context, status=status)
