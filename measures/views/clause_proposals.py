"""Clauses that members propose to the library, and what staff answer."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import (
    require_http_methods,
    require_safe,
)

from chantier.lib import listing, resume
from measures.actions.catalogue import CatalogueDraft, Wording
from measures.actions.clause_proposals import (
    AlreadyAnswered,
    accept_proposal,
    decline_proposal,
    propose_clause,
)
from measures.clauses.proposal_forms import AcceptForm, DeclineForm, ProposalForm
from measures.editing import KINDS
from measures.models import ClauseProposal
from members.access import (
    MemberRequest,
    PortalRequest,
    require_permission,
    require_portal_permission,
)
from members.models import Organization
from members.roles import Permission

DECLINE = "decline"


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def clause_propose(request: MemberRequest, organization: Organization) -> HttpResponse:
    data = request.POST if request.method == "POST" else resume.take(request)
    form = ProposalForm(data, instance=ClauseProposal(organization=organization))
    if request.method != "POST" or not form.is_valid():
        context = {"organization": organization, "form": form}
        return render(request, "measures/clause_propose.html", context)
    key = form.cleaned_data["submission_key"]
    propose_clause(proposal=form.save(commit=False), submission_key=key, by=request.user)
    messages.success(request, "Clause proposée. La réponse de l’ECPAR paraîtra sur cette page.")
    address = reverse("measures:clause_use_list", kwargs={"org_slug": organization.slug})
    return redirect(f"{address}#h-propositions")


@require_safe
@require_portal_permission(Permission.CATALOGUE_EDIT)
def clause_proposal_list(request: PortalRequest) -> HttpResponse:
    rows = ClauseProposal.objects.waiting_first().select_related(
        "organization", "stage", "clause", "created_by", "answered_by"
    )
    context = {
        "page": Paginator(rows, listing.PER_PAGE).get_page(request.GET.get("page")),
        "waiting": ClauseProposal.objects.waiting().count(),
        "nav": KINDS.values(),
    }
    return render(request, "measures/clause_proposal_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.CATALOGUE_EDIT)
def clause_proposal_answer(request: PortalRequest, pk: int) -> HttpResponse:
    rows = ClauseProposal.objects.select_related(
        "organization", "stage", "clause", "created_by", "answered_by"
    )
    proposal = get_object_or_404(rows, pk=pk)
    if request.method == "POST":
        act = _decline if request.POST.get("act") == DECLINE else _accept
        return act(request, proposal)
    kept = resume.take(request)
    declined = kept is not None and kept.get("act") == DECLINE
    return _render(
        request,
        proposal,
        accept=AcceptForm(None if declined else kept, proposal=proposal),
        decline=DeclineForm(kept if declined else None),
    )


def _accept(
    request: PortalRequest, proposal: ClauseProposal, *, is_retry: bool = False
) -> HttpResponse:
    """Add the clause to the library, or show what to correct or what somebody answered."""
    if proposal.state != ClauseProposal.State.WAITING:
        return _meet(request, proposal)
    form = AcceptForm(request.POST, proposal=proposal)
    if not form.is_valid():
        return _render(request, proposal, accept=form, decline=DeclineForm())
    try:
        clause = accept_proposal(
            proposal=proposal,
            draft=_draft(form),
            answer=form.cleaned_data["answer"],
            submission_key=form.cleaned_data["submission_key"],
            by=request.user,
        )
    except (AlreadyAnswered, IntegrityError):
        proposal.refresh_from_db()
        if is_retry:
            raise
        # Somebody has just answered, or taken the code: judge by what stands now.
        return _accept(request, proposal, is_retry=True)
    messages.success(request, f"Clause {clause.code} ajoutée à la bibliothèque.")
    return redirect("measures:clause_proposal_list")


def _draft(form: AcceptForm) -> CatalogueDraft:
    data = form.cleaned_data
    links = {"documents": data["documents"]}
    return CatalogueDraft(form.save(commit=False), links, wording=Wording(data["text"], ""))


def _decline(request: PortalRequest, proposal: ClauseProposal) -> HttpResponse:
    """Say why the clause is not taken, unless somebody has answered."""
    form = DeclineForm(request.POST)
    if proposal.state == ClauseProposal.State.WAITING and not form.is_valid():
        return _render(request, proposal, accept=AcceptForm(proposal=proposal), decline=form)
    try:
        if not form.is_valid():
            raise AlreadyAnswered(proposal)
        decline_proposal(proposal=proposal, answer=form.cleaned_data["answer"], by=request.user)
    except AlreadyAnswered as already:
        return _meet(request, already.proposal)
    messages.success(request, "Réponse envoyée.")
    return redirect("measures:clause_proposal_list")


def _meet(request: PortalRequest, proposal: ClauseProposal) -> HttpResponse:
    """Somebody has answered: their answer is shown, and what was typed here stays in sight.

    The second click of the same person has already done what it asks.
    """
    sent = request.POST
    is_decline = sent.get("act") == DECLINE
    same_answer = proposal.answer == sent.get("answer", "").replace("\r\n", "\n").strip()
    state = ClauseProposal.State.DECLINED if is_decline else ClauseProposal.State.ACCEPTED
    if (proposal.state, proposal.answered_by) == (state, request.user) and same_answer:
        return redirect("measures:clause_proposal_list")
    names = ("answer",) if is_decline else ("code", "title", "text", "answer")
    typed = [sent[name] for name in names if sent.get(name)]
    return _render(request, proposal, typed=typed, status=409)


def _render(
    request: PortalRequest,
    proposal: ClauseProposal,
    *,
    accept: AcceptForm | None = None,
    decline: DeclineForm | None = None,
    typed: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """`typed` holds what a second person wrote, after somebody else had answered."""
    is_open = proposal.state == ClauseProposal.State.WAITING
    context: dict[str, Any] = {
        "proposal": proposal,
        "accept": accept if is_open else None,
        "decline": decline if is_open else None,
        "typed": typed,
        "nav": KINDS.values(),
    }
    return render(request, "measures/clause_proposal_answer.html", context, status=status)
