"""Enterprises that members propose to the directory, and what staff answer."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.db.models import Case, QuerySet, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from benefits.actions.proposals import (
    AlreadyAnswered,
    decline_proposal,
    join_proposal,
    list_proposal,
    propose_enterprise,
)
from benefits.directory.united import listed_or_heir
from benefits.keeping.near import Near, near_enterprises
from benefits.keeping.proposal_forms import DeclineForm, ListForm, ProposalForm
from benefits.models import SocialEnterprise
from benefits.views.keeping import near_of, seen_keys, unseen
from chantier.lib import listing, resume
from members.access import (
    MemberRequest,
    PortalRequest,
    require_permission,
    require_portal_permission,
)
from members.models import Organization
from members.roles import Permission

DECLINE, KNOWN = "decline", "known"
_STATE = SocialEnterprise.State


def _proposed() -> QuerySet[SocialEnterprise]:
    """All that was proposed, what waits first, then the newest."""
    rows = SocialEnterprise.objects.exclude(proposed_for=None).select_related(
        "region", "proposed_for", "proposed_by", "answered_by", "merged_into"
    )
    waits = Case(When(state=_STATE.PROPOSED, then=Value(0)), default=Value(1))
    return rows.order_by(waits, "-created_at", "-pk")


# --- By a member -----------------------------------------------------------------------


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def own_proposal_list(request: MemberRequest, organization: Organization) -> HttpResponse:
    rows = _proposed().filter(proposed_for=organization)
    context = {
        "organization": organization,
        "page": Paginator(rows, listing.PER_PAGE).get_page(request.GET.get("page")),
        "may_propose": request.access.allows(Permission.ENTERPRISE_PROPOSE),
    }
    return render(request, "benefits/own_proposal_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.ENTERPRISE_PROPOSE)
def enterprise_propose(request: MemberRequest, organization: Organization) -> HttpResponse:
    data = request.POST if request.method == "POST" else resume.take(request)
    form = ProposalForm(data, organization=organization)
    if request.method == "POST" and form.first_arrival():
        return redirect("benefits:own_proposal_list", org_slug=organization.slug)
    if request.method != "POST" or not form.is_valid():
        return _render_propose(request, form, [])
    if near := unseen(request.POST, near_of(form)):
        return _render_propose(request, form, near)
    key = form.cleaned_data["submission_key"]
    _, is_new = propose_enterprise(
        enterprise=form.save(commit=False),
        links=form.links,
        submission_key=key,
        organization=organization,
        by=request.user,
    )
    if is_new:
        messages.success(request, "Entreprise proposée. La réponse de l’ECPAR paraîtra ici.")
    return redirect("benefits:own_proposal_list", org_slug=organization.slug)


def _render_propose(request: MemberRequest, form: ProposalForm, near: list[Near]) -> HttpResponse:
    context = {
        "organization": form.organization,
        "form": form,
        "near": near,
        "seen": seen_keys(near),
    }
    return render(request, "benefits/enterprise_propose.html", context)


# --- By staff --------------------------------------------------------------------------


@require_safe
@require_portal_permission(Permission.DIRECTORY_EDIT)
def proposal_list(request: PortalRequest) -> HttpResponse:
    rows = _proposed()
    context = {
        "page": Paginator(rows, listing.PER_PAGE).get_page(request.GET.get("page")),
        "waiting": rows.filter(state=_STATE.PROPOSED).count(),
    }
    return render(request, "benefits/proposal_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.DIRECTORY_EDIT)
def proposal_answer(request: PortalRequest, pk: int) -> HttpResponse:
    proposal = _find(pk)
    if request.method == "POST":
        acts = {DECLINE: _decline, KNOWN: _join}
        return acts.get(request.POST.get("act", ""), _list)(request, proposal)
    kept = resume.take(request)
    declined = kept is not None and kept.get("act") == DECLINE
    return _render(
        request,
        proposal,
        accept=ListForm(None if declined else kept, instance=proposal),
        decline=DeclineForm(kept if declined else None),
    )


def _find(pk: int) -> SocialEnterprise:
    rows = _proposed().select_related("legal_form")
    return get_object_or_404(rows.prefetch_related("sectors", "served_regions", "tags"), pk=pk)


def _list(request: PortalRequest, proposal: SocialEnterprise) -> HttpResponse:
    """Put it in the directory, or show what to correct or what somebody answered."""
    if proposal.state != _STATE.PROPOSED:
        return _meet(request, proposal)
    form = ListForm(request.POST, instance=proposal)
    if not form.is_valid():
        return _render(request, _find(proposal.pk), accept=form, decline=DeclineForm())
    try:
        list_proposal(
            proposal=form.save(commit=False),
            links=form.links,
            before=form.before or {},
            answer=form.cleaned_data["answer"],
            by=request.user,
        )
    except AlreadyAnswered:
        return _meet(request, _find(proposal.pk))
    except IntegrityError:
        # Its NEQ was taken in the same instant: the form says so.
        again = ListForm(request.POST, instance=_find(proposal.pk))
        return _render(request, _find(proposal.pk), accept=again, decline=DeclineForm())
    messages.success(request, f"{proposal.name} est au répertoire.")
    return redirect("benefits:proposal_list")


def _decline(request: PortalRequest, proposal: SocialEnterprise) -> HttpResponse:
    form = DeclineForm(request.POST)
    if proposal.state == _STATE.PROPOSED and not form.is_valid():
        return _render(request, proposal, accept=ListForm(instance=proposal), decline=form)
    try:
        if not form.is_valid():
            raise AlreadyAnswered(proposal)
        decline_proposal(proposal=proposal, answer=form.cleaned_data["answer"], by=request.user)
    except AlreadyAnswered:
        return _meet(request, _find(proposal.pk))
    messages.success(request, "Réponse envoyée.")
    return redirect("benefits:proposal_list")


def _join(request: PortalRequest, proposal: SocialEnterprise) -> HttpResponse:
    """The directory has it already: the proposal leads there."""
    if proposal.state != _STATE.PROPOSED:
        return _meet(request, proposal)
    # United with another since the page was opened, it is that other.
    known, _ = listed_or_heir(request.POST.get("enterprise", ""))
    try:
        join_proposal(proposal=proposal, known=known, answer="", by=request.user)
    except AlreadyAnswered:
        return _meet(request, _find(proposal.pk))
    except SocialEnterprise.DoesNotExist as gone:
        # United with another in the same instant.
        raise Http404 from gone
    messages.success(request, f"Réponse envoyée\u00a0: {known.name} est déjà au répertoire.")
    return redirect("benefits:proposal_list")


def _meet(request: PortalRequest, proposal: SocialEnterprise) -> HttpResponse:
    """Somebody has answered: their answer is shown, and what was typed here stays in sight.

    The second click of the same person has already done what it asks.
    """
    act = request.POST.get("act", "")
    state = {DECLINE: _STATE.DECLINED, KNOWN: _STATE.MERGED}.get(act, _STATE.LISTED)
    if (proposal.state, proposal.answered_by) == (state, request.user):
        return redirect("benefits:proposal_list")
    typed = [request.POST[name] for name in ("answer",) if request.POST.get(name)]
    return _render(request, proposal, typed=typed, status=409)


def _render(
    request: PortalRequest,
    proposal: SocialEnterprise,
    *,
    accept: ListForm | None = None,
    decline: DeclineForm | None = None,
    typed: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """`typed` holds what a second person wrote, after somebody else had answered."""
    is_open = proposal.state == _STATE.PROPOSED
    near = near_enterprises(proposal.name, proposal.neq, but=proposal) if is_open else []
    context: dict[str, Any] = {
        "proposal": proposal,
        "near": near,
        "accept": accept if is_open else None,
        "decline": decline if is_open else None,
        "typed": typed,
    }
    return render(request, "benefits/proposal_answer.html", context, status=status)
