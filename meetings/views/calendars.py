"""A meeting, to take into one's own calendar."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from chantier.lib.calendars import calendar_file, calendar_response
from meetings.calendars import file_name, meeting_entry
from meetings.models import Meeting
from members.access import PortalRequest


@require_safe
def meeting_calendar(request: PortalRequest, slug: str) -> HttpResponse:
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), slug=slug)
    entry = meeting_entry(meeting, request.build_absolute_uri)
    content = calendar_file([entry], now=timezone.now())
    return calendar_response(content, file_name=file_name(meeting), as_attachment=True)
