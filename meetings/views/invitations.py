"""The person who was invited says whether they come."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from chantier.lib import resume
from meetings.acts.answering import AnswersClosedError, answer_invitation
from meetings.forms_convene import AnswerForm
from meetings.invitations import takes_answers
from meetings.models import Meeting, MeetingAnswer
from members.access import PortalRequest

_CLOSED = "Les réponses sont closes\u00a0: la vôtre n’a pas changé."
_SAID = {
    MeetingAnswer.Answer.PRESENT: "C’est noté\u00a0: vous serez là.",
    MeetingAnswer.Answer.ABSENT: "C’est noté\u00a0: vous ne serez pas là.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def meeting_answer(request: PortalRequest, slug: str) -> HttpResponse:
    rows = Meeting.objects.visible_to(request.user).select_related("cycle")
    meeting = get_object_or_404(rows, slug=slug)
    invitation = MeetingAnswer.objects.filter(meeting=meeting, user=request.user).first()
    if invitation is None:
        raise PermissionDenied
    data = request.POST if request.method == "POST" else resume.take(request)
    form = AnswerForm(data, initial={"note": invitation.note})
    if request.method != "POST" or not form.is_valid():
        return _show(request, meeting, invitation, form)
    answer = form.cleaned_data["answer"]
    try:
        answer_invitation(
            invitation=invitation, answer=answer, note=form.note_or_none, by=request.user
        )
    except AnswersClosedError:
        messages.error(request, _CLOSED)
    else:
        messages.success(request, _SAID[answer])
    return redirect("meetings:meeting_detail", slug=slug)


def _show(
    request: PortalRequest, meeting: Meeting, invitation: MeetingAnswer, form: AnswerForm
) -> HttpResponse:
    context = {
        "meeting": meeting,
        "invitation": invitation,
        "form": form,
        "is_open": takes_answers(meeting),
    }
    return render(request, "meetings/meeting_answer.html", context)
