"""The evidence library of an organization: its list, what is added to it, and one piece."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe
from django.views.decorators.vary import vary_on_headers

from chantier.lib import listing, resume
from chantier.lib.french import plural
from measures.actions.evidence import add_to_library
from measures.filters_evidence import EvidenceFilter
from measures.forms_evidence import LibraryAddForm
from measures.kept_files import keep_files
from measures.models import Evidence, EvidenceVersion
from measures.views import piece
from measures.views.evidence import answer_with
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_safe
@vary_on_headers("HX-Request")
@require_permission(Permission.ORGANIZATION_VIEW)
def evidence_list(request: MemberRequest, organization: Organization) -> HttpResponse:
    rows = (
        Evidence.objects.open_to(request.access)
        .with_record_count(request.access)
        .select_related("organization", "created_by")
        .order_by("-created_at", "-pk")
    )
    filterset = EvidenceFilter(request.GET, queryset=rows, request=request)
    context = {
        "organization": organization,
        "may_edit": request.access.may_edit,
        "filter_form": filterset.form,
        "listing": listing.build(request, filterset),
    }
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "measures/_evidence_table.html", context)
    return render(request, "measures/evidence_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def evidence_create(request: MemberRequest, organization: Organization) -> HttpResponse:
    if request.method == "POST":
        return _add(request, organization)
    form = LibraryAddForm(resume.take(request), organization=organization, user=request.user)
    return _render_add(request, organization, form)


def _add(request: MemberRequest, organization: Organization) -> HttpResponse:
    """Put what is posted in the library, or keep its files and show what to correct."""
    given: dict[str, Any] = {"organization": organization, "user": request.user}
    form = LibraryAddForm(request.POST, request.FILES, **given)
    if not form.is_valid():
        form.data = keep_files(request, organization, request.POST, ticked="kept")
        return _render_add(request, organization, form)
    rows = add_to_library(
        organization=organization,
        pieces=form.pieces(),
        kept=form.cleaned_data["kept"],
        sharing=form.cleaned_data["sharing"],
        expires_on=form.cleaned_data["expires_on"],
        submission_key=form.cleaned_data["submission_key"],
        by=request.user,
    )
    number = len(rows)
    messages.success(request, f"{number} preuve{plural(number)} dans la bibliothèque.")
    if number == 1:
        return redirect(rows[0])
    return redirect(reverse("measures:evidence_list", kwargs={"org_slug": organization.slug}))


def _render_add(
    request: MemberRequest, organization: Organization, form: LibraryAddForm
) -> HttpResponse:
    context = {"organization": organization, "form": form}
    return render(request, "measures/evidence_create.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.ORGANIZATION_VIEW, post=Permission.IMPLEMENTATION_EDIT)
def evidence_detail(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    rows = Evidence.objects.open_to(request.access).select_related("organization", "created_by")
    evidence = get_object_or_404(rows, pk=pk)
    if request.method != "POST":
        return piece.show(request, evidence)
    # One page, three forms: each says which it is.
    act = piece.ACTS.get(request.POST.get("act", ""), piece.change)
    return act(request, evidence)


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def evidence_version_download(
    request: MemberRequest, organization: Organization, pk: int, number: int
) -> HttpResponseBase:
    """What a piece held before, for those who may have it now."""
    version = get_object_or_404(
        EvidenceVersion,
        evidence__in=Evidence.objects.open_to(request.access),
        evidence=pk,
        number=number,
    )
    return answer_with(version)
