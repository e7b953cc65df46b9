"""The timeline of the chantier: on screen, and as a poster to print."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from meetings.timeline import Timeline
from meetings.timeline.pdf import draw
from members.access import PortalRequest
from members.models import Cycle


@require_safe
def meeting_list(request: PortalRequest) -> HttpResponse:
    try:
        timeline = Timeline.build(request.user, **_asked(request))
    except Cycle.DoesNotExist as error:
        raise Http404 from error
    return render(request, "meetings/meeting_list.html", {"timeline": timeline})


@require_safe
def timeline_pdf(request: PortalRequest) -> HttpResponse:
    """The same for everybody: what staff prepare stays out of what goes from hand to hand."""
    try:
        timeline = Timeline.printed(**_asked(request))
    except Cycle.DoesNotExist as error:
        raise Http404 from error
    if timeline.cycle is None:
        raise Http404
    part = "" if timeline.window.is_whole else f"-partie-{timeline.window.number}"
    filename = f"rencontres-{timeline.cycle.label}{part}.pdf"
    pdf = draw(
        timeline, root=request.build_absolute_uri("/").rstrip("/"), today=timezone.localdate()
    )
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=filename)
        },
    )


def _asked(request: PortalRequest) -> dict[str, Any]:
    """Which cycle, and which part of a long one; what is no number asks for the nearest."""
    part = request.GET.get("partie", "")
    return {
        "label": request.GET.get("cycle", ""),
        "today": timezone.localdate(),
        "part": int(part) if part.isascii() and part.isdigit() and len(part) < 6 else None,
    }
