"""Evidence that ECPAR staff ask for, and the answers."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from measures.actions.requests import (
    AlreadyAsked,
    AlreadyClosed,
    answer_request,
    ask_evidence,
    withdraw_request,
)
from measures.forms_evidence import AnswerForm, RequestForm
from measures.kept_files import keep_files
from measures.models import Evidence, EvidenceRequest, Implementation
from measures.views.record import record_of, show_record
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission
from members.sharing import SharingLevel


@require_POST
@require_permission(Permission.EVIDENCE_REQUEST)
def evidence_request_create(
    request: MemberRequest, organization: Organization, pk: int
) -> HttpResponse:
    implementation = record_of(request, pk)
    form = RequestForm(request.POST)
    if not form.is_valid():
        return show_record(request, implementation, request_forms={"ask_form": form})
    try:
        ask_evidence(
            implementation=implementation,
            message=form.cleaned_data["message"],
            submission_key=form.cleaned_data["submission_key"],
            by=request.user,
        )
    except AlreadyAsked:
        text = (
            "Une autre demande attend déjà une réponse sur cette fiche. La vôtre n’est pas partie."
        )
        form.add_error("message", text)
        return show_record(request, implementation, request_forms={"ask_form": form}, status=409)
    messages.success(
        request, "Demande envoyée\u00a0: elle paraît dans ce que l’organisation a à faire."
    )
    return redirect(implementation)


@require_POST
@require_permission(Permission.IMPLEMENTATION_EDIT)
def evidence_request_answer(
    request: MemberRequest, organization: Organization, pk: int, request_pk: int
) -> HttpResponse:
    implementation = record_of(request, pk)
    asked = _asked(implementation, request_pk)
    form = AnswerForm(request.POST, request.FILES, implementation=implementation)
    if not form.is_valid():
        return _show_answer(request, implementation, form)
    try:
        pieces = answer_request(
            request=asked,
            answer=form.cleaned_data["answer"],
            pieces=form.pieces(),
            by=request.user,
        )
    except AlreadyClosed as error:
        return _told_closed(request, implementation, form, error.request)
    messages.success(request, "Réponse envoyée à l’équipe de l’ECPAR.")
    _tell_unseen(request, pieces)
    return redirect(implementation)


@require_POST
@require_permission(Permission.EVIDENCE_REQUEST)
def evidence_request_withdraw(
    request: MemberRequest, organization: Organization, pk: int, request_pk: int
) -> HttpResponse:
    implementation = record_of(request, pk)
    try:
        withdraw_request(request=_asked(implementation, request_pk), by=request.user)
    except AlreadyClosed as error:
        if error.request.outcome == EvidenceRequest.Outcome.ANSWERED:
            messages.info(request, f"{_who(error.request)} a répondu entre-temps.")
        return redirect(implementation)
    messages.success(request, "Demande retirée.")
    return redirect(implementation)


def _asked(implementation: Implementation, pk: int) -> EvidenceRequest:
    return get_object_or_404(implementation.evidence_requests, pk=pk)


def _show_answer(
    request: MemberRequest, implementation: Implementation, form: AnswerForm, **more: Any
) -> HttpResponse:
    """The page again, with what was typed; its files are in the library, ticked."""
    form.data = keep_files(
        request,
        implementation.organization,
        request.POST,
        uploads="answer-uploads",
        ticked="answer-chosen",
        sharing=implementation.sharing,
    )
    return show_record(request, implementation, request_forms={"answer_form": form}, **more)


def _told_closed(
    request: MemberRequest,
    implementation: Implementation,
    form: AnswerForm,
    closed: EvidenceRequest,
) -> HttpResponse:
    """A second click is done once; what meets somebody else’s answer is shown, and kept."""
    if closed.closed_by == request.user and _repeats(closed, implementation, form):
        return redirect(implementation)
    verb = "retiré" if closed.outcome == EvidenceRequest.Outcome.WITHDRAWN else "répondu à"
    text = f"{_who(closed)} a {verb} cette demande entre-temps. Votre texte est ci-dessous."
    form.add_error(None, text)
    return _show_answer(request, implementation, form, status=409)


def _repeats(closed: EvidenceRequest, implementation: Implementation, form: AnswerForm) -> bool:
    """Whether a form says again what was answered, and brings nothing that is not there."""
    there = set(implementation.evidence.values_list("sha256", "url"))
    pieces = [piece for piece in form.pieces() if piece.stored is None]
    brought = {(piece.checked.sha256 if piece.checked else "", piece.url) for piece in pieces}
    brought |= {(row.sha256, row.url) for row in form.cleaned_data["chosen"]}
    return closed.answer == form.cleaned_data["answer"] and brought <= there


def _who(closed: EvidenceRequest) -> str:
    return str(closed.closed_by)


def _tell_unseen(request: MemberRequest, pieces: list[Evidence]) -> None:
    """A piece kept to the organization answers nothing: staff do not see it."""
    kept = [piece.title for piece in pieces if piece.sharing == SharingLevel.PRIVATE]
    if kept:
        names = ", ".join(f"«\u00a0{title}\u00a0»" for title in kept)
        messages.warning(
            request,
            f"L’équipe de l’ECPAR ne voit pas {names}\u00a0: son partage est "
            f"«\u00a0{SharingLevel.PRIVATE.label}\u00a0». Changez-le dans la bibliothèque "
            "si vous voulez la montrer.",
        )
