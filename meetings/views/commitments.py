"""What organizations promise in the room, and what they answer in their register."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chantier.lib import listing, resume
from meetings.acts.promises import (
    AlreadyAnsweredError,
    RecordChangedError,
    accept_proposal,
    decline_proposal,
    make_promise,
    record_of,
    withdraw_promise,
)
from meetings.acts.transmitting import send_promises
from meetings.forms_promises import LINK, AcceptForm, DeclineForm, PromiseForm
from meetings.models import Commitment, Meeting, RoundTableEntry
from meetings.promises import (
    PromiseFilter,
    Proposals,
    ToSend,
    promises_for_table,
    proposals_of,
    sent_in_words,
)
from members.access import (
    MemberRequest,
    PortalRequest,
    require_permission,
    require_portal_permission,
)
from members.models import Organization
from members.roles import Permission

DECLINE = "decline"
_State = Commitment.State


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.MEETING_MANAGE)
def commitment_create(request: PortalRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting, slug=slug)
    kept = resume.take(request) if request.method != "POST" else None
    sent = request.POST or kept or request.GET
    if "text" not in sent:
        form = PromiseForm(initial=_from_card(meeting, sent), meeting=meeting)
        return _render_promise(request, meeting, form)
    form = PromiseForm(sent, meeting=meeting)
    if request.method != "POST" or not form.is_valid():
        return _render_promise(request, meeting, form)
    promise = make_promise(**form.cleaned_data, by=request.user)
    whose = promise.organization.short_name
    if promise.is_received:
        text = f"Promesse notée\u00a0: la proposition attend {whose} au registre."
    else:
        text = f"Promesse notée. {whose} la recevra au registre avec la synthèse."
    messages.success(request, text)
    room = reverse("meetings:meeting_run", kwargs={"slug": meeting.slug})
    return HttpResponseRedirect(f"{room}?{urlencode({'carte': promise.organization.slug})}")


def _from_card(meeting: Meeting, sent: QueryDict) -> dict[str, Any]:
    """What the form opens with: the next action of the card that is named."""
    pk = sent.get("entry", "")
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 10):
        return {}
    cards = RoundTableEntry.objects.filter(meeting=meeting).select_related("measure")
    card = cards.filter(pk=int(pk)).first()
    if card is None:
        return {}
    code = card.measure.code if card.measure else ""
    words = {"text": card.next_action[:2000], "measure": code, "due_on": card.due_on}
    return words | {"entry": card.pk}


def _render_promise(request: PortalRequest, meeting: Meeting, form: PromiseForm) -> HttpResponse:
    return render(request, "meetings/commitment_create.html", {"meeting": meeting, "form": form})


@require_POST
@require_portal_permission(Permission.MEETING_MANAGE)
def commitment_withdraw(request: PortalRequest, pk: int) -> HttpResponse:
    promise = get_object_or_404(Commitment, pk=pk)
    try:
        withdraw_promise(commitment=promise, by=request.user)
    except AlreadyAnsweredError as already:
        if already.commitment.state != _State.WITHDRAWN:
            text = (
                f"{already.commitment.answered_by} a répondu entre-temps\u00a0: la promesse reste."
            )
            messages.warning(request, text)
    else:
        known = "n’a plus à y répondre" if promise.is_received else "ne l’a pas reçue"
        messages.success(request, f"Promesse retirée\u00a0: l’organisation {known}.")
    # Back to the table as it was filtered.
    filters = QueryDict(request.POST.get("filters", "")[:500]).urlencode()
    table = reverse("meetings:commitment_table")
    return HttpResponseRedirect(f"{table}?{filters}" if filters else table)


@require_POST
@require_portal_permission(Permission.MEETING_MANAGE)
def commitment_send(request: PortalRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting, slug=slug)
    if not meeting.is_past:
        messages.warning(request, "Les propositions se transmettent une fois la rencontre tenue.")
    elif sent := send_promises(meeting=meeting, by=request.user):
        messages.success(request, sent_in_words(sent))
    else:
        messages.info(request, "Toutes les propositions de la rencontre sont déjà transmises.")
    if request.POST.get("from") == "synthese":
        return redirect("meetings:synthesis_detail", slug=slug)
    return redirect("meetings:commitment_table")


@require_safe
@require_portal_permission(Permission.MEETING_MANAGE)
def commitment_table(request: PortalRequest) -> HttpResponse:
    chosen = PromiseFilter(request.GET, queryset=promises_for_table(), request=request)
    context = {
        "listing": listing.build(request, chosen),
        "form": chosen.form,
        "totals": chosen.qs.totals(),
        "to_send": ToSend.of_each_meeting(),
        "filters": request.GET.urlencode(),
    }
    return render(request, "meetings/commitment_table.html", context)


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def proposal_list(request: MemberRequest, organization: Organization) -> HttpResponse:
    proposals = Proposals.of(organization)
    answered = Paginator(proposals.answered, listing.PER_PAGE)
    context = {
        "organization": organization,
        "waiting": proposals.waiting,
        "page": answered.get_page(request.GET.get("page")),
        "is_member": request.access.is_member,
        "may_edit": request.access.may_edit,
    }
    return render(request, "meetings/proposal_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def proposal_answer(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    proposal = get_object_or_404(proposals_of(request.access), pk=pk)
    if request.method == "POST":
        act = _decline if request.POST.get("act") == DECLINE else _accept
        return act(request, proposal)
    kept = resume.take(request)
    declined = kept is not None and kept.get("act") == DECLINE
    accept = None if declined else kept
    return _render(
        request,
        proposal,
        accept=_accept_form(proposal, accept),
        decline=DeclineForm(kept if declined else None),
    )


def _accept_form(proposal: Commitment, data: QueryDict | None = None) -> AcceptForm:
    return AcceptForm(data, commitment=proposal, record=record_of(proposal))


def _accept(request: MemberRequest, proposal: Commitment) -> HttpResponse:
    """Write into the register, or show what to correct or what somebody did meanwhile."""
    if not proposal.is_waiting:
        return _meet(request, proposal)
    form = _accept_form(proposal, request.POST)
    if form.is_stale:
        return _show_record(request, proposal)
    if not form.is_valid():
        return _render(request, proposal, accept=form, decline=DeclineForm())
    try:
        record = accept_proposal(commitment=proposal, terms=form.terms, by=request.user)
    except AlreadyAnsweredError as already:
        return _meet(request, _again(request, already))
    except RecordChangedError:
        return _show_record(request, proposal)
    messages.success(request, "Proposition acceptée\u00a0: voici sa fiche.")
    return redirect(record)


def _show_record(request: MemberRequest, proposal: Commitment) -> HttpResponse:
    """The record is not what it was when the form opened: it is shown, with what was typed."""
    form = _accept_form(proposal, request.POST)
    data = request.POST.copy()
    data["record_version"] = str(form.initial["record_version"])
    form = _accept_form(proposal, data)
    return _render(request, proposal, accept=form, decline=DeclineForm(), is_stale=True, status=409)


def _decline(request: MemberRequest, proposal: Commitment) -> HttpResponse:
    if not proposal.is_waiting:
        return _meet(request, proposal)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return _render(request, proposal, accept=_accept_form(proposal), decline=form)
    try:
        answer = form.cleaned_data["answer"]
        decline_proposal(commitment=proposal, answer=answer, by=request.user)
    except AlreadyAnsweredError as already:
        return _meet(request, _again(request, already))
    messages.success(request, "Réponse enregistrée\u00a0: la proposition est déclinée.")
    return redirect("meetings:proposal_list", org_slug=proposal.organization.slug)


def _again(request: MemberRequest, already: AlreadyAnsweredError) -> Commitment:
    return proposals_of(request.access).get(pk=already.commitment.pk)


def _meet(request: MemberRequest, proposal: Commitment) -> HttpResponse:
    """Somebody has answered: their answer is shown, and what was typed here stays in sight.

    The second click of the same person has already done what it asks.
    """
    sent = request.POST
    if proposal.answered_by == request.user and _repeats(proposal, sent):
        if proposal.implementation is not None:
            return redirect(proposal.implementation)
        return redirect("meetings:proposal_list", org_slug=proposal.organization.slug)
    names = ("answer",) if sent.get("act") == DECLINE else ("own_title", "planned_for", "lead")
    typed = [sent[name] for name in names if sent.get(name)]
    return _render(request, proposal, typed=typed, status=409)


def _repeats(proposal: Commitment, sent: QueryDict) -> bool:
    """Whether a form says again what was answered."""
    if sent.get("act") == DECLINE:
        same = proposal.answer == sent.get("answer", "").replace("\r\n", "\n").strip()
        return proposal.state == _State.DECLINED and same
    record = proposal.implementation
    if record is None:
        return False
    if sent.get("outcome") == LINK:
        return True
    day = record.planned_for.isoformat() if record.planned_for else ""
    stored = {"own_title": record.own_title, "planned_for": day, "lead": record.lead}
    return all(sent.get(name, value).strip() == value for name, value in stored.items())


def _render(
    request: MemberRequest,
    proposal: Commitment,
    *,
    accept: AcceptForm | None = None,
    decline: DeclineForm | None = None,
    typed: list[str] | None = None,
    is_stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    """`typed` holds what a second person wrote, after somebody else had answered."""
    is_open = proposal.is_waiting and accept is not None
    context = {
        "organization": proposal.organization,
        "proposal": proposal,
        "accept": accept if is_open else None,
        "record": accept.record if is_open and accept else None,
        "decline": decline if is_open else None,
        "typed": typed,
        "is_stale": is_stale,
    }
    return render(request, "meetings/proposal_answer.html", context, status=status)
