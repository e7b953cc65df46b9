"""The register of an organization: its list, and what is added to it."""

import uuid
from collections.abc import Sequence

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from chantier.lib import listing, resume
from chantier.lib.french import plural
from measures import actions
from measures.filters import ImplementationFilter
from measures.forms import TICKED, AdoptForm, ImplementationCreateForm
from measures.kept_files import keep_files
from measures.last_act import remember_batch
from measures.models import Implementation
from measures.resubmission import first_arrival, pieces_of, renewed, repeats
from measures.statuses import Status
from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_safe
@vary_on_headers("HX-Request")
@require_permission(Permission.ORGANIZATION_VIEW)
def implementation_list(request: MemberRequest, organization: Organization) -> HttpResponse:
    rows = Implementation.objects.for_list(request.access)
    filterset = ImplementationFilter(request.GET, queryset=rows, request=request)
    rows_shown = listing.build(request, filterset)
    context = {
        "organization": organization,
        "may_edit": request.access.may_edit,
        "filter_form": filterset.form,
        "listing": rows_shown,
        "ticked": request.GET.get("cocher") == "page",
        # What « toutes les mesures filtrées » means on the next page.
        "query": rows_shown.query.removesuffix("&"),
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
        initial={
            "measure": request.GET.get("mesure"),
            "status": request.GET.get("statut", Status.IN_PROGRESS),
            "submission_key": uuid.uuid4(),
        },
    )
    return _render_create(request, organization, form)


def _create(
    request: MemberRequest, organization: Organization, *, is_retry: bool = False
) -> HttpResponse:
    """Add a posted record, or show what to correct."""
    event = first_arrival(request.POST)
    data = renewed(request, event)
    form = ImplementationCreateForm(data, request.FILES, organization=organization)
    if event and repeats(form, event, organization, pieces=pieces_of(request)):
        return redirect("measures:implementation_list", org_slug=organization.slug)
    if not form.is_valid():
        form.data = keep_files(request, organization, data)
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


@require_POST
@require_permission(Permission.IMPLEMENTATION_EDIT)
def implementation_adopt(request: MemberRequest, organization: Organization) -> HttpResponse:
    form = AdoptForm(request.POST)
    if form.is_valid():
        batch = uuid.uuid4()
        added = actions.adopt_measures(
            organization=organization,
            measures=form.cleaned_data["measures"],
            status=form.cleaned_data["status"],
            planned_for=form.cleaned_data["planned_for"],
            batch=batch,
            by=request.user,
        )
        number = len(added)
        remember_batch(request, batch, number)
        messages.success(request, f"{number} mesure{plural(number)} au registre.")
        return redirect(_page_of_boxes(form, organization))
    for errors in form.errors.values():
        messages.error(request, str(errors[0]))
    return redirect(_page_of_boxes(form, organization, ticked=request.POST.getlist("measures")))


def _page_of_boxes(
    form: AdoptForm, organization: Organization, *, ticked: Sequence[str] = ()
) -> str:
    """The page that the boxes were ticked on; `ticked` are still so when it opens again."""
    stage = form.cleaned_data.get("stage")
    page = stage.get_absolute_url() if stage else reverse("measures:measure_list")
    if form.cleaned_data.get("from_ideas"):
        page = reverse("measures:benchmark", kwargs={"org_slug": organization.slug})
    query = QueryDict(form.cleaned_data.get("filters", ""), mutable=True)
    # An address holds so much: a page has no more boxes than this.
    query.setlist(TICKED, ticked[: listing.PER_PAGE])
    return f"{page}?{query.urlencode()}" if query.urlencode() else page
