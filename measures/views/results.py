"""Results in figures and barriers met: what hangs on a record."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def result_create(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def result_edit(
    request: MemberRequest, organization: Organization, pk: int, result_pk: int
) -> HttpResponse:
    raise Http404


@require_POST
@require_permission(Permission.IMPLEMENTATION_EDIT)
def result_delete(
    request: MemberRequest, organization: Organization, pk: int, result_pk: int
) -> HttpResponse:
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def encounter_create(request: MemberRequest, organization: Organization, pk: int) -> HttpResponse:
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@require_permission(Permission.IMPLEMENTATION_EDIT)
def encounter_edit(
    request: MemberRequest, organization: Organization, pk: int, encounter_pk: int
) -> HttpResponse:
    raise Http404


@require_POST
@require_permission(Permission.IMPLEMENTATION_EDIT)
def encounter_delete(
    request: MemberRequest, organization: Organization, pk: int, encounter_pk: int
) -> HttpResponse:
    raise Http404
