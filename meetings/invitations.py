"""The words of an invitation, of what changes, of a cancellation and of a reminder.

Previews and mails are made by the same functions. None of them depends on the person who reads,
but for the calendar file.
"""

import datetime
import re
from email.utils import parseaddr

from django.conf import settings
from django.utils import timezone

from chantier.lib import french
from chantier.lib.addresses import address
from chantier.lib.calendars import Attendee, Invitation, calendar_file
from meetings.agenda import length_words
from meetings.calendars import file_name, meeting_entry
from meetings.models import Meeting, MeetingAnswer
from meetings.told import FactChange, day_in_words
from members.models import User
from members.notifications import Attachment, Message
from members.notifications.addresses import absolute
from members.notifications.letters import SENDER

INVITATION = "meeting_invitation"
UPDATE = "meeting_update"
CANCELLATION = "meeting_cancellation"
REMINDER = "meeting_reminder"
SOON = "meeting_soon"
_NBSP = french.NBSP
_STANDING = {
    MeetingAnswer.Answer.PRESENT: "ACCEPTED",
    MeetingAnswer.Answer.ABSENT: "DECLINED",
}
_ASKED = "Dites si vous y serez; votre réponse peut changer jusqu’à la rencontre."
_BEGUN = "Les réponses sont closes; vous pouvez encore vous joindre à la rencontre."
_FILE = "Le fichier joint met {the} dans votre calendrier."
_NEW_FILE = "Le fichier joint corrige {the} dans votre calendrier."
_NO_FILE = "Le fichier joint {it} retire de votre calendrier."


def has_begun(meeting: Meeting) -> bool:
    """Whether its hour has struck; without an hour, whether its day is over."""
    begins = meeting.starts_at or datetime.time.max
    moment = datetime.datetime.combine(meeting.held_on, begins)
    return timezone.make_aware(moment) <= timezone.now()


def is_over(meeting: Meeting) -> bool:
    """Whether its end has struck; without an hour, whether its day is over."""
    ends = meeting.ends_at or datetime.time.max
    moment = datetime.datetime.combine(meeting.held_on, ends)
    return timezone.make_aware(moment) <= timezone.now()


def may_be_joined(meeting: Meeting) -> bool:
    """Whether an invitation is still worth sending: one may arrive while it is held."""
    open_states = (Meeting.State.CONVENED, Meeting.State.HELD)
    return meeting.state in open_states and not is_over(meeting)


def takes_answers(meeting: Meeting) -> bool:
    """Whether people may still be invited, and say if they come."""
    return meeting.state == Meeting.State.CONVENED and not has_begun(meeting)


def attendee(user: User, answer: str = "") -> Attendee:
    return Attendee(str(user), user.email, _STANDING.get(answer, "NEEDS-ACTION"))  # type: ignore[call-overload]


def invitation_message(meeting: Meeting, to: Attendee) -> Message:
    opening = f"Le Chantier économie sociale vous invite {meeting.to_heading}"
    # Answers are closed by then.
    is_late = meeting.state == Meeting.State.HELD or has_begun(meeting)
    return Message(
        subject=f"Invitation{_NBSP}: {_name_and_day(meeting)}",
        paragraphs=(
            f"{opening}{_NBSP}: «{_NBSP}{meeting.title}{_NBSP}».",
            _when_and_where(meeting),
            *_paragraphs(meeting.message),
            *_objectives(meeting),
            *_agenda(meeting),
            f"{_BEGUN if is_late else _ASKED} {meeting.worded(_FILE)}",
        ),
        path=meeting.get_absolute_url() if is_late else _answer_page(meeting),
        link="Voir la page de la rencontre" if is_late else "Répondre à l’invitation",
        attachments=(_file(meeting, "REQUEST", to),),
    )


def _answer_page(meeting: Meeting) -> str:
    return address("meetings:meeting_answer", slug=meeting.slug)


def update_message(meeting: Meeting, changes: tuple[FactChange, ...], to: Attendee) -> Message:
    """`meeting` as it stands now."""
    lines = (
        f"{change.label}{_NBSP}: {change.after} (avant{_NBSP}: {change.before})"
        for change in changes
    )
    return Message(
        subject=f"Changement{_NBSP}: {_name_and_day(meeting)}",
        paragraphs=(
            f"Voici ce qui change {meeting.to_heading}, «{_NBSP}{meeting.title}{_NBSP}».",
            "\n".join(lines),
            f"Votre réponse est gardée; changez-la au besoin. {meeting.worded(_NEW_FILE)}",
        ),
        path=address("meetings:meeting_answer", slug=meeting.slug),
        link="Voir ma réponse",
        attachments=(_file(meeting, "REQUEST", to),),
    )


def cancellation_message(meeting: Meeting, reason: str, to: Attendee) -> Message:
    """`meeting` as the person was told of it."""
    name = meeting.the_heading[0].upper() + meeting.the_heading[1:]
    # Without a number, the day is in the name.
    day = f"prévu{meeting.ending} le {day_in_words(meeting)}, " if meeting.number else ""
    first, *rest = _paragraphs(reason) or ("",)
    return Message(
        subject=f"Annulation{_NBSP}: {_name_and_day(meeting)}",
        paragraphs=(
            f"{name}, «{_NBSP}{meeting.title}{_NBSP}», {day}est annulé{meeting.ending}.",
            f"La raison{_NBSP}: {first}",
            *rest,
            f"Vous n’avez rien à faire. {meeting.worded(_NO_FILE)}",
        ),
        path=address("meetings:meeting_detail", slug=meeting.slug),
        link="Voir la page de la rencontre",
        attachments=(_file(meeting, "CANCEL", to),),
    )


def reminder_message(meeting: Meeting, to: Attendee) -> Message:
    asked = f"Nous n’avons pas encore votre réponse à l’invitation {meeting.to_heading}"
    return Message(
        subject=f"Serez-vous là? {_name_and_day(meeting)}",
        paragraphs=(
            f"{asked}, «{_NBSP}{meeting.title}{_NBSP}».",
            _when_and_where(meeting),
            f"Présence ou absence, votre réponse aide à préparer la salle. {meeting.worded(_FILE)}",
        ),
        path=address("meetings:meeting_answer", slug=meeting.slug),
        link="Répondre à l’invitation",
        attachments=(_file(meeting, "REQUEST", to),),
    )


def soon_message(meeting: Meeting, to: Attendee) -> Message:
    return Message(
        subject=f"Bientôt{_NBSP}: {_name_and_day(meeting)}",
        paragraphs=(
            f"Vous avez dit que vous serez là, {meeting.to_heading}.",
            _when_and_where(meeting),
            *_agenda(meeting),
            "Si vous ne pouvez plus venir, changez votre réponse.",
        ),
        path=address("meetings:meeting_answer", slug=meeting.slug),
        link="Voir ma réponse",
        attachments=(_file(meeting, "REQUEST", to),),
    )


def _name_and_day(meeting: Meeting) -> str:
    return f"{meeting}, {french.long_date(meeting.held_on)}"


def _when_and_where(meeting: Meeting) -> str:
    hours = f", {meeting.hours}" if meeting.hours else ""
    lines = [f"Quand{_NBSP}: {day_in_words(meeting)}{hours}"]
    if meeting.place:
        lines.append(f"Où{_NBSP}: {meeting.place}")
    if meeting.link:
        lines.append(f"Pour y assister à distance{_NBSP}: {meeting.link}")
    return "\n".join(lines)


def _paragraphs(text: str) -> tuple[str, ...]:
    """What was typed, one paragraph for what empty lines part."""
    parts = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return tuple(part.strip() for part in parts if part.strip())


def _objectives(meeting: Meeting) -> tuple[str, ...]:
    return _listed("Objectifs", [row.text for row in meeting.objectives.all()])


def _agenda(meeting: Meeting) -> tuple[str, ...]:
    rows = [
        row.title + (f" ({length_words(row.minutes)})" if row.minutes else "")
        for row in meeting.agenda.all()
    ]
    return _listed("Ordre du jour", rows)


def _listed(title: str, texts: list[str]) -> tuple[str, ...]:
    return ("\n".join([f"{title}{_NBSP}:", *(f"– {text}" for text in texts)]),) if texts else ()


def _file(meeting: Meeting, method: str, to: Attendee) -> Attachment:
    name, email = parseaddr(settings.DEFAULT_FROM_EMAIL)
    sender = Attendee(name or SENDER, email)
    invitation = Invitation(method, organizer=sender, attendee=to)
    return Attachment(
        name=file_name(meeting),
        content=calendar_file(
            [meeting_entry(meeting, absolute)], now=timezone.now(), invitation=invitation
        ),
        content_type=invitation.content_type,
    )
