"""Barriers and their solutions: the catalogue, and what an organization met."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from django.views.decorators.vary import vary_on_headers

from chantier.lib import listing
from chantier.lib.http import HtmxRequest
from measures.encounters.figures import told
from measures.encounters.filters import EncounterFilter
from measures.encounters.stories import stories_of
from measures.models import Barrier, BarrierEncounter
from measures.views import marks
from members.access import MemberRequest, allows, own_access, require_permission
from members.models import Organization
from members.roles import Permission
from members.sharing import SHARED_WITH_MEMBERS

# With fewer rows, filters are only something more to read.
_FEW = 6


@require_safe
def barrier_list(request: HtmxRequest) -> HttpResponse:
    context = {
        "barriers": told(Barrier.objects.with_met_by().with_answers()),
        "is_editor": allows(request.user, Permission.CATALOGUE_EDIT),
    }
    return render(request, "measures/barrier_list.html", context)


@require_safe
def barrier_detail(request: HtmxRequest, code: str) -> HttpResponse:
    # PostgreSQL compares no text that holds the NUL character.
    if "\x00" in code:
        raise Http404
    barrier = get_object_or_404(Barrier.objects.with_met_by().with_answers(), code=code)
    access = own_access(request)
    ours = BarrierEncounter.objects.none()
    if access:
        ours = BarrierEncounter.objects.open_to(access).filter(barrier=barrier).with_year()
    (line,) = told([barrier])
    context = {
        "line": line,
        "stories": stories_of(barrier, SHARED_WITH_MEMBERS),
        "organization": access.organization if access else None,
        "ours": [
            (row, marks.address_of(row))
            for row in ours.select_related("stage", "organization", "implementation__organization")
        ],
        "may_edit": bool(access and access.may_edit),
        "is_editor": allows(request.user, Permission.CATALOGUE_EDIT),
    }
    return render(request, "measures/barrier_detail.html", context)


@require_safe
@vary_on_headers("HX-Request")
@require_permission(Permission.ORGANIZATION_VIEW)
def encounter_list(request: MemberRequest, organization: Organization) -> HttpResponse:
    met = BarrierEncounter.objects.open_to(request.access).with_year().for_list()
    filterset = EncounterFilter(request.GET, queryset=met, request=request)
    found = listing.build(request, filterset)
    for row in found.page:
        marks.give_address(row, organization)
    context = {
        "organization": organization,
        "listing": found,
        "may_edit": request.access.may_edit,
        "is_member": request.access.is_member,
        "path": request.path,
    }
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "measures/_encounter_results.html", context)
    context |= {"form": filterset.form, "shows_filters": filterset.number_met >= _FEW}
    return render(request, "measures/encounter_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def barrier_mark(request: MemberRequest, organization: Organization) -> HttpResponse:
    """The barriers to choose from; with one of them in the address, what to say about it."""
    # PostgreSQL compares no text that holds the NUL character.
    code = request.GET.get("enjeu", "").replace("\x00", "")
    barrier = Barrier.objects.filter(code=code).first()
    if barrier is None:
        barriers = Barrier.objects.prefetch_related("solutions")
        context = {"organization": organization, "barriers": barriers}
        return render(request, "measures/barrier_mark_choice.html", context)
    return marks.edit(request, BarrierEncounter(organization=organization, barrier=barrier))


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def barrier_mark_edit(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    row = marks.find(request, pk)
    if row is None:
        return marks.edit_gone(request, organization, pk)
    if row.implementation is not None:
        return redirect(marks.address_of(row))
    return marks.edit(request, row)


@require_POST
@require_permission(Permission.IMPLEMENTATION_EDIT)
def barrier_mark_delete(
    request: MemberRequest, organization: Organization, pk: int
) -> HttpResponse:
    return marks.delete(request, organization, pk)
