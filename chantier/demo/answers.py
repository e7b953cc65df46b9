"""Who was invited to the next meeting, and what some of them answered; no mail leaves."""

from django.utils import timezone

from chantier.lib.french import typeset
from meetings.invited import people_to_invite
from meetings.models import Meeting, MeetingAnswer
from meetings.told import facts

_PRESENT, _ABSENT = MeetingAnswer.Answer.PRESENT, MeetingAnswer.Answer.ABSENT
# By address; of the others, two out of three come, and the rest has not said.
_ANSWERS = {
    "membre@demo.example": ("", ""),
    "responsable@demo.example": (_PRESENT, ""),
    "lecture@demo.example": (_ABSENT, "En congé ce jour-là."),
    "membre.mrc@demo.example": (_PRESENT, "J’apporte notre grille pondérée."),
    "responsable.mrc@demo.example": (_ABSENT, "Sacha nous représente."),
}


def ensure_answers() -> None:
    """Once: what people have answered since stays."""
    meeting = Meeting.objects.filter(code="DEMO-PROCHAINE", answers=None).first()
    if meeting is None or meeting.state != Meeting.State.CONVENED:
        return
    now, told = timezone.now(), facts(meeting)
    Meeting.objects.filter(pk=meeting.pk, convened_at=None).update(convened_at=now)
    people = people_to_invite(meeting)
    for index, (pk, person) in enumerate(people.items()):
        known = (_PRESENT if index % 3 else "", "")
        answer, note = _ANSWERS.get(person.user.email, known)
        MeetingAnswer.objects.create(
            meeting=meeting,
            user_id=pk,
            organization=person.organization,
            answer=answer,
            note=typeset(note),
            answered_at=now if answer else None,
            told=told,
            told_sequence=meeting.calendar_sequence,
        )
