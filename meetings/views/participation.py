"""Who takes part in meetings: the page, and its table as a file."""

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from chantier.lib.spreadsheets import CONTENT_TYPES
from meetings.participation.exporting import chunks
from meetings.participation.page import Participation
from meetings.participation.rates import FORMULA
from members.access import PortalRequest
from members.models import Cycle


@require_safe
def participation(request: PortalRequest) -> HttpResponse:
    label = request.GET.get("cycle", "").replace("\x00", "")
    try:
        shown = Participation.build(request.user, label=label, page=request.GET.get("page"))
    except Cycle.DoesNotExist as error:
        raise Http404 from error
    context = {"participation": shown, "formula": FORMULA}
    return render(request, "meetings/participation.html", context)


@require_safe
def participation_export(request: PortalRequest, kind: str) -> HttpResponseBase:
    if kind not in CONTENT_TYPES:
        raise Http404
    name = f"participation-{timezone.localdate():%Y-%m-%d}.{kind}"
    return StreamingHttpResponse(
        chunks(kind, request.user),
        content_type=CONTENT_TYPES[kind],
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name)
        },
    )
