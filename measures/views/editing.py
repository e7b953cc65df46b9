"""The catalogue, kept by ECPAR staff in the portal itself."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from members.access import PortalRequest, require_portal_permission
from members.roles import Permission


@require_safe
@require_portal_permission(Permission.CATALOGUE_EDIT)
def catalogue_index(request: PortalRequest) -> HttpResponse:
    raise Http404


@require_safe
@require_portal_permission(Permission.CATALOGUE_EDIT)
def catalogue_list(request: PortalRequest, kind: str) -> HttpResponse:
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.CATALOGUE_EDIT)
def catalogue_create(request: PortalRequest, kind: str) -> HttpResponse:
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.CATALOGUE_EDIT)
def catalogue_edit(request: PortalRequest, kind: str, code: str) -> HttpResponse:
    raise Http404
