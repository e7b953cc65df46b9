"""The legal frame: references, their thresholds by year, and who confirmed them."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chantier.lib.http import HtmxRequest
from measures.models import LegalReference
from members.access import PortalRequest, allows, require_portal_permission
from members.roles import Permission


@require_safe
def legal_reference_list(request: HtmxRequest) -> HttpResponse:
    context = {
        "references": LegalReference.objects.with_everything(),
        "is_editor": allows(request.user, Permission.CATALOGUE_EDIT),
    }
    return render(request, "measures/legal_reference_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_portal_permission(Permission.CATALOGUE_EDIT)
def threshold_create(request: PortalRequest, code: str) -> HttpResponse:
    raise Http404


@require_POST
@require_portal_permission(Permission.CATALOGUE_EDIT)
def legal_confirm(request: PortalRequest) -> HttpResponse:
    raise Http404
