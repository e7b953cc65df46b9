"""A synthesis drawn from the cards, reviewed by those who attended, compared and printed."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.access import (
    PortalRequest,
    require_portal_permission,
)
from members.roles import Permission


@require_POST
@require_portal_permission(Permission.MEETING_MANAGE)
def synthesis_compile(request: PortalRequest, slug: str) -> HttpResponse:
    raise Http404


@require_POST
@require_portal_permission(Permission.MEETING_MANAGE)
def review_open(request: PortalRequest, slug: str) -> HttpResponse:
    raise Http404


@require_safe
def synthesis_review(request: PortalRequest, slug: str) -> HttpResponse:
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
def amendment_create(request: PortalRequest, slug: str) -> HttpResponse:
    raise Http404


@require_POST
@require_portal_permission(Permission.MEETING_MANAGE)
def amendment_answer(request: PortalRequest, slug: str, pk: int) -> HttpResponse:
    raise Http404


@require_safe
def synthesis_version(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    raise Http404


@require_safe
def synthesis_pdf(request: PortalRequest, slug: str, number: int) -> HttpResponse:
    raise Http404
