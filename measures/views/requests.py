"""Evidence that ECPAR staff ask for, and the answers."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from members.access import MemberRequest, require_permission
from members.models import Organization
from members.roles import Permission


@require_POST
@require_permission(Permission.EVIDENCE_REQUEST)
def evidence_request_create(
    request: MemberRequest, organization: Organization, pk: int
) -> HttpResponse:
    raise Http404


@require_POST
@require_permission(Permission.IMPLEMENTATION_EDIT)
def evidence_request_answer(
    request: MemberRequest, organization: Organization, pk: int, request_pk: int
) -> HttpResponse:
    raise Http404


@require_POST
@require_permission(Permission.EVIDENCE_REQUEST)
def evidence_request_withdraw(
    request: MemberRequest, organization: Organization, pk: int, request_pk: int
) -> HttpResponse:
    raise Http404
