"""One piece of evidence: its page, and the three forms that the page holds."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from chantier.lib import resume
from chantier.lib.french import plural
from measures.actions.evidence import (
    Replacement,
    StaleEvidence,
    change_evidence,
    replace_content,
    set_records,
)
from measures.evidence_page import history_of, records_of
from measures.forms_evidence import EvidenceForm, RecordsForm, ReplaceForm
from measures.library import posted_list
from measures.merge import Merge
from measures.merge_evidence import merge_evidence
from measures.models import Evidence
from members.access import MemberRequest

_REPLACED = {
    Replacement.DONE: (
        messages.SUCCESS,
        "Nouvelle version enregistrée. L’ancienne reste dans la liste.",
    ),
    Replacement.DATE_ONLY: (
        messages.SUCCESS,
        "Date enregistrée. Le contenu est celui de la version en vigueur\u00a0: il reste tel quel.",
    ),
    Replacement.NOTHING: (
        messages.INFO,
        "Ce contenu est identique à la version en vigueur\u00a0: rien n’a été remplacé.",
    ),
}


def show(request: MemberRequest, evidence: Evidence) -> HttpResponse:
    """The page; a form that an expired session interrupted opens again as it was."""
    kept = resume.take(request)
    given: dict[str, Any] = {}
    if kept is not None and request.access.may_edit:
        act = kept.get("act", "")
        if act == "replace":
            given["replace_form"] = ReplaceForm(kept, evidence=evidence)
        elif act == "join":
            given["records_form"] = RecordsForm(kept, organization=evidence.organization)
        else:
            given["form"] = EvidenceForm(kept, evidence=evidence)
    return _render(request, evidence, **given)


def change(request: MemberRequest, evidence: Evidence) -> HttpResponse:
    """Store what is told of the piece, or show what to correct, or what somebody else changed."""
    form = EvidenceForm(request.POST, evidence=evidence)
    if not form.is_valid():
        return _render(request, evidence, form=form)
    try:
        changed = change_evidence(
            evidence=evidence,
            seen=form.cleaned_data["seen"],
            values=form.values(),
            by=request.user,
        )
    except StaleEvidence:
        return _show_merge(request, evidence, form)
    text = "Preuve enregistrée." if changed else "Rien n’avait changé\u00a0: tout est enregistré."
    messages.success(request, text)
    return redirect(evidence)


def _show_merge(request: MemberRequest, evidence: Evidence, form: EvidenceForm) -> HttpResponse:
    evidence.refresh_from_db()
    merged = merge_evidence(form, evidence)
    fresh = EvidenceForm(merged.data, evidence=evidence)
    return _render(request, evidence, form=fresh, merged=merged, status=409)


def replace(request: MemberRequest, evidence: Evidence) -> HttpResponse:
    """Give the piece a new content; the old one stays, as a version."""
    form = ReplaceForm(request.POST, request.FILES, evidence=evidence)
    if not form.is_valid():
        return _render(request, evidence, replace_form=form)
    try:
        done = replace_content(
            evidence=evidence,
            piece=form.piece(),
            seen_on=form.cleaned_data["seen_on"],
            expires_on=form.cleaned_data["expires_on"],
            by=request.user,
        )
    except StaleEvidence:
        evidence.refresh_from_db()
        form.meet(evidence.expires_on)
        return _render(request, evidence, replace_form=form, status=409)
    messages.add_message(request, *_REPLACED[done])
    return redirect(evidence)


def join(request: MemberRequest, evidence: Evidence) -> HttpResponse:
    """Join the piece to records of the organization, and take it off others."""
    form = RecordsForm(request.POST, organization=evidence.organization)
    if not form.is_valid():
        return _render(request, evidence, records_form=form)
    joined, detached = set_records(
        evidence=evidence,
        join=form.cleaned_data["join"],
        detach=form.cleaned_data["detach"],
        by=request.user,
    )
    parts = []
    if joined:
        parts.append(f"jointe à {joined} mesure{plural(joined)}")
    if detached:
        parts.append(f"détachée de {detached} mesure{plural(detached)}")
    text = f"Preuve {' et '.join(parts)}." if parts else "Rien n’avait changé."
    messages.success(request, text)
    return redirect(evidence)


ACTS = {"change": change, "replace": replace, "join": join}


def _render(
    request: MemberRequest,
    evidence: Evidence,
    *,
    form: EvidenceForm | None = None,
    replace_form: ReplaceForm | None = None,
    records_form: RecordsForm | None = None,
    merged: Merge | None = None,
    status: int = 200,
) -> HttpResponse:
    may_edit = request.access.may_edit
    records_form = records_form or RecordsForm(organization=evidence.organization)
    context: dict[str, Any] = {
        "organization": evidence.organization,
        "evidence": evidence,
        "may_edit": may_edit,
        "form": form or (EvidenceForm(evidence=evidence) if may_edit else None),
        "replace_form": replace_form or ReplaceForm(evidence=evidence),
        "records_form": records_form,
        "to_join": posted_list(records_form.data, "join"),
        "to_detach": posted_list(records_form.data, "detach"),
        "records": records_of(evidence, request.access),
        "history": history_of(evidence),
        "merge": merged,
    }
    return render(request, "measures/evidence_detail.html", context, status=status)
