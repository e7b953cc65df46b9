"""What members would like to talk about, and what becomes of it."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chantier.lib import listing, resume
from meetings.acts.topics import (
    MeetingBegunError,
    TopicAnsweredError,
    decline_topic,
    propose_topic,
    take_topic,
    withdraw_topic,
)
from meetings.forms_topics import DeclineForm, TakeForm, TopicFilter, TopicForm
from meetings.models import Topic
from members.access import (
    MemberRequest,
    PortalRequest,
    require_permission,
    require_portal_permission,
)
from members.models import Organization
from members.roles import Permission

TAKE, DECLINE = "retenir", "decliner"


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.ORGANIZATION_VIEW, post=Permission.IMPLEMENTATION_EDIT)
def topic_list(request: MemberRequest, organization: Organization) -> HttpResponse:
    if request.method != "POST":
        return _show_list(request, organization, TopicForm(resume.take(request)))
    form = TopicForm(request.POST)
    if not form.is_valid():
        return _show_list(request, organization, form)
    propose_topic(organization=organization, **form.cleaned_data, by=request.user)
    messages.success(request, "Sujet proposé\u00a0: l’animation y répondra ici et par courriel.")
    return redirect("meetings:topic_list", org_slug=organization.slug)


def _show_list(request: MemberRequest, organization: Organization, form: TopicForm) -> HttpResponse:
    rows = Topic.objects.filter(organization=organization).waiting_first()
    rows = rows.select_related("meeting", "created_by", "answered_by")
    context = {
        "organization": organization,
        "page": Paginator(rows, listing.PER_PAGE).get_page(request.GET.get("page")),
        "form": form if request.access.may_edit else None,
        "may_edit": request.access.may_edit,
    }
    return render(request, "meetings/topic_list.html", context)


@require_POST
@require_permission(Permission.IMPLEMENTATION_EDIT)
def topic_withdraw(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    topic = get_object_or_404(Topic, organization=organization, pk=pk)
    try:
        withdraw_topic(topic=topic, by=request.user)
    except TopicAnsweredError as already:
        if already.topic.state != Topic.State.WITHDRAWN:
            messages.warning(
                request, "L’animation a répondu entre-temps\u00a0: sa réponse est ci-dessous."
            )
    else:
        messages.success(request, "Sujet retiré\u00a0: l’animation n’a plus à y répondre.")
    return redirect("meetings:topic_list", org_slug=organization.slug)


@require_safe
@require_portal_permission(Permission.MEETING_MANAGE)
def topic_table(request: PortalRequest) -> HttpResponse:
    rows = Topic.objects.select_related("organization", "meeting", "created_by", "answered_by")
    chosen = TopicFilter(request.GET, queryset=rows.waiting_first(), request=request)
    context = {"listing": listing.build(request, chosen), "form": chosen.form}
    return render(request, "meetings/topic_table.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.MEETING_MANAGE)
def topic_answer(request: PortalRequest, pk: int) -> HttpResponse:
    topic = _topic(pk)
    if request.method == "POST":
        act = _decline if request.POST.get("act") == DECLINE else _take
        return act(request, topic)
    kept = resume.take(request)
    declined = kept is not None and kept.get("act") == DECLINE
    take, decline = TakeForm(None if declined else kept), DeclineForm(kept if declined else None)
    return _show(request, topic, take=take, decline=decline)


def _topic(pk: int) -> Topic:
    rows = Topic.objects.select_related("organization", "meeting", "created_by", "answered_by")
    return get_object_or_404(rows, pk=pk)


def _take(request: PortalRequest, topic: Topic) -> HttpResponse:
    if not topic.is_waiting:
        return _meet(request, topic)
    form = TakeForm(request.POST)
    if not form.is_valid():
        return _show(request, topic, take=form, decline=DeclineForm())
    try:
        item = take_topic(topic=topic, **form.cleaned_data, by=request.user)
    except TopicAnsweredError:
        return _meet(request, _topic(topic.pk))
    except MeetingBegunError:
        form.add_error("meeting", form.fields["meeting"].error_messages["invalid_choice"])
        return _show(request, topic, take=form, decline=DeclineForm(), status=409)
    where = item.meeting.of_heading
    messages.success(request, f"Sujet mis à l’ordre du jour {where}. L’organisation est avisée.")
    return redirect("meetings:topic_table")


def _decline(request: PortalRequest, topic: Topic) -> HttpResponse:
    if not topic.is_waiting:
        return _meet(request, topic)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _show(request, topic, take=TakeForm(), decline=form)
    try:
        decline_topic(topic=topic, answer=form.cleaned_data["answer"], by=request.user)
    except TopicAnsweredError:
        return _meet(request, _topic(topic.pk))
    messages.success(request, "Sujet non retenu. L’organisation est avisée.")
    return redirect("meetings:topic_table")


def _meet(request: PortalRequest, topic: Topic) -> HttpResponse:
    """Somebody has answered: their answer is shown, and what was typed here stays in sight.

    The second click of the same person has already done what it asks.
    """
    if topic.answered_by == request.user and _repeats(request, topic):
        return redirect("meetings:topic_table")
    act = DECLINE if request.POST.get("act") == DECLINE else TAKE
    typed = request.POST.get(f"{act}-answer", "").strip()
    return _show(request, topic, typed=typed, status=409)


def _repeats(request: PortalRequest, topic: Topic) -> bool:
    """Whether a form says again what was answered."""
    if request.POST.get("act") == DECLINE:
        form: Any = DeclineForm(request.POST)
        wanted = {"state": Topic.State.DECLINED}
    else:
        form = TakeForm(request.POST)
        wanted = {"state": Topic.State.TAKEN}
    if not form.is_valid():
        return False
    data = form.cleaned_data
    wanted |= {"answer": data["answer"], "meeting": data.get("meeting")}
    return all(getattr(topic, name) == value for name, value in wanted.items())


def _show(
    request: PortalRequest,
    topic: Topic,
    *,
    take: TakeForm | None = None,
    decline: DeclineForm | None = None,
    typed: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """`typed` holds what a second person wrote, after somebody else had answered."""
    context = {
        "topic": topic,
        "take": take if topic.is_waiting else None,
        "decline": decline if topic.is_waiting else None,
        "typed": typed,
    }
    return render(request, "meetings/topic_answer.html", context, status=status)
