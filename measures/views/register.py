"""The register of an organization: its list, one record, and what is added to it."""

import uuid
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from chantier.lib import listing, resume
from chantier.lib.french import plural
from measures import actions
from measures.filters import ImplementationFilter
from measures.forms import AdoptForm, ImplementationCreateForm, ImplementationForm
from measures.journal import journal_of
from measures.merge import merge
from measures.models import Evidence, Implementation
from measures.quality import checklist
from measures.resubmission import first_arrival, renewed, repeats
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_safe
@vary_on_headers("HX-Request")
@require_permission(Permission.ORGANIZATION_VIEW)
def implementation_list(request: MemberRequest, organization: Organization) -> HttpResponse:
    rows = (
        Implementation.objects.open_to(request.access)
        .select_related("measure", "stage")
        .with_evidence_count()
        .defer("description", "result_story", "search_text")
    )
    filterset = ImplementationFilter(request.GET, queryset=rows, request=request)
    context = {
        "organization": organization,
        "may_edit": request.access.may_edit,
        "filter_form": filterset.form,
        "listing": listing.build(request, filterset),
        "today": timezone.localdate(),
    }
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "measures/_implementation_table.html", context)
    return render(request, "measures/implementation_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def implementation_create(request: MemberRequest, organization: Organization) -> HttpResponse:
    if request.method == "POST":
        return _create(request, organization)
    form = ImplementationCreateForm(
        resume.take(request),
        organization=organization,
        initial={"measure": request.GET.get("mesure"), "submission_key": uuid.uuid4()},
    )
    return _render_create(request, organization, form)


def _create(
    request: MemberRequest, organization: Organization, *, is_retry: bool = False
) -> HttpResponse:
    """Add a posted record, or show what to correct."""
    event = first_arrival(request.POST)
    data = renewed(request, event)
    form = ImplementationCreateForm(data, request.FILES, organization=organization)
    if event and repeats(form, event, organization, pieces=_pieces(request)):
        return redirect("measures:implementation_list", org_slug=organization.slug)
    if not form.is_valid():
        return _render_create(request, organization, form)
    try:
        implementation = actions.create_implementation(
            implementation=form.save(commit=False),
            evidence=form.new_evidence(),
            submission_key=form.cleaned_data["submission_key"],
            by=request.user,
        )
    except IntegrityError:
        if is_retry:
            raise
        # This very form, or the same measure, has just arrived: judge by what stands now.
        return _create(request, organization, is_retry=True)
    messages.success(request, "Mesure ajoutée au registre.")
    return redirect(implementation)


def _render_create(
    request: MemberRequest, organization: Organization, form: ImplementationCreateForm
) -> HttpResponse:
    context = {"organization": organization, "form": form}
    return render(request, "measures/implementation_create.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.ORGANIZATION_VIEW, post=Permission.IMPLEMENTATION_EDIT)
def implementation_detail(
    request: MemberRequest, organization: Organization, pk: int
) -> HttpResponse:
    implementation = get_object_or_404(
        Implementation.objects.open_to(request.access).select_related(
            "measure", "stage", "organization"
        ),
        pk=pk,
    )
    if not request.access.may_edit:
        return _render_record(request, implementation, form=None)
    if request.method == "POST":
        return _save(request, implementation)
    form = ImplementationForm(resume.take(request), instance=implementation)
    return _render_record(request, implementation, form=form)


def _save(
    request: MemberRequest, implementation: Implementation, *, is_retry: bool = False
) -> HttpResponse:
    """Save a posted record, or show what to correct, or what somebody else changed."""
    event = first_arrival(request.POST)
    before = actions.snapshot(implementation)
    data = renewed(request, event)
    form = ImplementationForm(data, request.FILES, instance=implementation)
    if event and repeats(form, event, implementation.organization, pieces=_pieces(request)):
        return redirect(implementation)
    version = form.posted_version()
    if version is not None and version < implementation.version:
        return _show_merge(request, implementation, form, version=version)
    if not form.is_valid():
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
    text = "Mesure enregistrée." if changed else "Rien n’avait changé\u00a0: tout est enregistré."
    messages.success(request, text)
    return redirect(implementation)


def _show_merge(
    request: MemberRequest,
    implementation: Implementation,
    form: ImplementationForm,
    *,
    version: int,
) -> HttpResponse:
    """Show a form that unites both people's changes, and what they clash on; nothing is saved."""
    united = merge(form, implementation, version=version)
    fresh = ImplementationForm(united.data, instance=implementation)
    return _render_record(request, implementation, form=fresh, merged=united, status=409)


def _render_record(
    request: MemberRequest,
    implementation: Implementation,
    *,
    form: ImplementationForm | None,
    merged: Any = None,
    status: int = 200,
) -> HttpResponse:
    # A bound form has already put the typed values on its instance: title and marks come from
    # what is stored.
    stored = Implementation.objects.select_related("measure", "stage", "organization").get(
        pk=implementation.pk
    )
    pieces = Evidence.objects.open_to(request.access).filter(implementations=stored)
    evidence = list(pieces.select_related("created_by", "organization"))
    context = {
        "organization": stored.organization,
        "implementation": stored,
        "form": form,
        "merge": merged,
        "evidence": evidence,
        "removed": _ticked(form),
        "checklist": checklist(stored, evidence_count=len(evidence)),
        # It holds what the record said while it was kept to the organization.
        "journal": journal_of(stored) if request.access.is_member else None,
        "current_stage": stored.stage,
    }
    return render(request, "measures/implementation_detail.html", context, status=status)


def _ticked(form: ImplementationForm | None) -> list[str]:
    """The evidence ticked for removal in a form that is shown again."""
    return form.data.getlist("removed") if form and isinstance(form.data, QueryDict) else []


def _pieces(request: MemberRequest) -> int:
    """How many files and links a form brings."""
    return len(request.FILES.getlist("uploads")) + bool(request.POST.get("link_url"))


@require_POST
@require_permission(Permission.IMPLEMENTATION_EDIT)
def implementation_adopt(request: MemberRequest, organization: Organization) -> HttpResponse:
    form = AdoptForm(request.POST)
    if form.is_valid():
        added = actions.adopt_measures(
            organization=organization,
            measures=form.cleaned_data["measures"],
            status=form.cleaned_data["status"],
            by=request.user,
        )
        number = len(added)
        messages.success(request, f"{number} mesure{plural(number)} au registre.")
        return redirect(form.cleaned_data["stage"])
    for errors in form.errors.values():
        messages.error(request, str(errors[0]))
    stage = form.cleaned_data.get("stage")
    return redirect(stage or reverse("measures:stage_list"))
