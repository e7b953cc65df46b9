"""Barriers and their solutions: the catalogue, and what an organization met."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from chantier.lib.http import HtmxRequest
from measures.models import Barrier
from members.access import MemberRequest, allows, require_permission
from members.models import Organization
from members.roles import Permission


@require_safe
def barrier_list(request: HtmxRequest) -> HttpResponse:
    context = {
        "barriers": Barrier.objects.with_answers(),
        "is_editor": allows(request.user, Permission.CATALOGUE_EDIT),
    }
    return render(request, "measures/barrier_list.html", context)


@require_safe
def barrier_detail(request: HtmxRequest, code: str) -> HttpResponse:
    raise Http404


@require_safe
@require_permission(Permission.ORGANIZATION_VIEW)
def encounter_list(request: MemberRequest, organization: Organization) -> HttpResponse:
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def barrier_mark(request: MemberRequest, organization: Organization) -> HttpResponse:
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def barrier_mark_edit(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    raise Http404


@require_POST
@require_permission(Permission.IMPLEMENTATION_EDIT)
def barrier_mark_delete(
    request: MemberRequest, organization: Organization, pk: int
) -> HttpResponse:
    raise Http404
