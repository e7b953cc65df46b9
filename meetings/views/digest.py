"""« Depuis la dernière rencontre »."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from meetings.digest import Digest
from meetings.models import Meeting
from members.access import PortalRequest


@require_safe
def meeting_digest(request: PortalRequest, slug: str) -> HttpResponse:
    rows = Meeting.objects.visible_to(request.user).select_related("cycle")
    meeting = get_object_or_404(rows, slug=slug)
    today = timezone.localdate()
    context = {
        "meeting": meeting,
        "digest": Digest.build(meeting, request.user, today=today),
        "invitation": _for_invitation(request, meeting),
    }
    return render(request, "meetings/meeting_digest.html", context)


def _for_invitation(request: PortalRequest, meeting: Meeting) -> list[str]:
    """The sentences that staff may put in an invitation, while there is one to send."""
    is_coming = meeting.state in (Meeting.State.DRAFT, Meeting.State.CONVENED)
    if not (request.user.may_manage_meetings and is_coming):
        return []
    digest = Digest.for_any_member(meeting, request.user, today=timezone.localdate())
    return digest.sentences
