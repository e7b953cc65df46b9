"""One record of a register: its page, its save, and what two people changed at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from chantier.lib import resume
from measures import actions
from measures.clauses.use_page import uses_tied_to
from measures.discussion import discussion_of
from measures.evidence_requests import requests_of
from measures.forms import ImplementationForm
from measures.forms_discussion import CommentForm
from measures.journal import Journal, journal_of
from measures.kept_files import keep_files
from measures.last_act import remember_save
from measures.linking import IdentityForm
from measures.merge import merge, resolved
from measures.models import BarrierEncounter, Evidence, Implementation
from measures.quality import checklist
from measures.resubmission import first_arrival, pieces_of, renewed, repeats
from measures.results import rows_of
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.ORGANIZATION_VIEW, post=Permission.IMPLEMENTATION_EDIT)
def implementation_detail(
    request: MemberRequest, organization: Organization, pk: int
) -> HttpResponse:
    implementation = record_of(request, pk)
    if request.method == "POST":
        return _save(request, implementation)
    return show_record(request, implementation, kept=resume.take(request))


def show_record(
    request: MemberRequest,
    implementation: Implementation,
    *,
    kept: QueryDict | None = None,
    request_forms: dict[str, Any] | None = None,
    comment_form: CommentForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page with its forms as they open.

    `kept` is the form that an expired session interrupted, whichever it was on this page;
    `request_forms` are those of a request for evidence, with something to correct, and
    `comment_form` is such a message of the discussion.
    """
    form = None
    if request.access.may_edit:
        # Of the forms of the page, only that of the record knows a version.
        data = kept if kept and "version" in kept else None
        form = ImplementationForm(data, instance=implementation)
    return _render_record(
        request,
        implementation,
        form=form,
        request_forms={"kept": kept} | (request_forms or {}),
        comment_form=comment_form,
        status=status,
    )


def record_of(request: MemberRequest, pk: int) -> Implementation:
    """A record that this person may see, or a 404."""
    records = Implementation.objects.open_to(request.access)
    return get_object_or_404(records.select_related("measure", "stage", "organization"), pk=pk)


def _save(
    request: MemberRequest, implementation: Implementation, *, is_retry: bool = False
) -> HttpResponse:
    """Save a posted record, or show what to correct, or what somebody else changed."""
    event = first_arrival(request.POST)
    before = actions.snapshot(implementation)
    data = resolved(renewed(request, event), implementation, asked_on=request.POST.get("version"))
    form = ImplementationForm(data, request.FILES, instance=implementation)
    if event and repeats(form, event, implementation.organization, pieces=pieces_of(request)):
        return redirect(implementation)
    version = form.posted_version()
    if version is not None and version < implementation.version:
        return show_merge(request, implementation, form, version=version)
    if not form.is_valid():
        form.data = keep_files(request, implementation.organization, data)
        return _render_record(request, implementation, form=form)
    try:
        changed = actions.save_implementation(
            implementation=form.save(commit=False),
            before=before,
            evidence=form.new_evidence(),
            removed=form.cleaned_data["removed"],
            submission_key=form.cleaned_data["submission_key"],
            by=request.user,
        )
    except actions.StaleRecord:
        if is_retry:
            raise
        implementation.refresh_from_db()
        return _save(request, implementation, is_retry=True)
    remember_save(request, changed)
    text = "Mesure enregistrée." if changed else "Rien n’avait changé\u00a0: tout est enregistré."
    messages.success(request, text)
    return redirect(implementation)


def show_merge(
    request: MemberRequest,
    implementation: Implementation,
    form: ImplementationForm,
    *,
    version: int,
) -> HttpResponse:
    """Show a form that unites both people's changes, and what they clash on; nothing is saved."""
    united = merge(form, implementation, version=version)
    data = keep_files(request, implementation.organization, united.data)
    fresh = ImplementationForm(data, instance=implementation)
    return _render_record(request, implementation, form=fresh, merged=united, status=409)


def _render_record(
    request: MemberRequest,
    implementation: Implementation,
    *,
    form: ImplementationForm | None,
    request_forms: dict[str, Any] | None = None,
    comment_form: CommentForm | None = None,
    merged: Any = None,
    status: int = 200,
) -> HttpResponse:
    stored = _as_stored(implementation, form)
    pieces = Evidence.objects.open_to(request.access).filter(implementations=stored)
    evidence = list(pieces.select_related("created_by", "organization"))
    context = {
        "organization": stored.organization,
        "implementation": stored,
        "form": form,
        "merge": merged,
        "evidence": evidence,
        "removed": _ticked(form),
        "results": rows_of(stored.results.all()),
        "encounters": list(
            BarrierEncounter.objects.open_to(request.access)
            .filter(implementation=stored)
            .select_related("barrier", "created_by")
            .prefetch_related("solutions")
        ),
        "clause_uses": uses_tied_to(stored, request.access),
        # What it brought; told by those who keep the inventory of benefits.
        "observations": list(
            stored.observed_benefits.open_to(request.access).select_related("benefit")
        ),
        "discussion": discussion_of(
            request.access,
            stored,
            kept=(request_forms or {}).get("kept"),
            refused=comment_form,
        ),
        # What the organization promised in a meeting; told by those who hold meetings.
        "promises": list(stored.commitments.select_related("meeting").order_by("pk")),
        "requests": requests_of(request.access, stored, **(request_forms or {})),
        "may_edit": request.access.may_edit,
        "checklist": checklist(stored),
        # It holds what the record said while it was kept to the organization.
        "journal": _journal(request, stored),
        # The title of a measure of the guide is ECPAR's.
        "identity_form": _identity_form(stored, request_forms, form),
        "current_stage": stored.stage,
    }
    return render(request, "measures/implementation_detail.html", context, status=status)


def _journal(request: MemberRequest, record: Implementation) -> Journal | None:
    """For members, whole when they ask for it."""
    if not request.access.is_member:
        return None
    return journal_of(record, whole=request.GET.get("journal") == "tout")


def _as_stored(implementation: Implementation, form: ImplementationForm | None) -> Implementation:
    """The record as the database has it: a bound form has put the typed values on its own."""
    if form is None or not form.is_bound:
        return implementation
    records = Implementation.objects.select_related("measure", "stage", "organization")
    return records.get(pk=implementation.pk)


def _identity_form(
    record: Implementation, forms: dict[str, Any] | None, form: ImplementationForm | None
) -> IdentityForm | None:
    """For those who edit a measure of their own; what an expired session interrupted is in it."""
    if form is None or record.measure is not None:
        return None
    kept = (forms or {}).get("kept")
    return IdentityForm(kept if kept and "own_title" in kept else None, record=record)


def _ticked(form: ImplementationForm | None) -> list[str]:
    """The evidence ticked for removal in a form that is shown again."""
    return form.data.getlist("removed") if form and isinstance(form.data, QueryDict) else []
