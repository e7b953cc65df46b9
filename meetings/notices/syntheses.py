"""A synthesis in review, the answers to what was proposed, and its versions, told by mail.

A mail holds a link and never the text: what is written in a mail cannot be corrected.
"""

import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from chantier.lib import french
from meetings.audience import all_members, attending, who_attended
from meetings.models import Amendment, Meeting, Synthesis, SynthesisVersion
from meetings.notices.subjects import found
from members.models import MailTopic, Notification, Organization, User
from members.notifications import Kind, Message, forget, notify, register

_NBSP = french.NBSP
# Time to correct what was done too fast: then one mail is sent, about what stands.
_DELAY = datetime.timedelta(minutes=10)
_REMINDED_AT = datetime.time(9)
_DAY = datetime.timedelta(days=1)


def tell_review(synthesis: Synthesis, *, by: User) -> None:
    """Tell those who attended until when they may amend, and again on the day before the end."""
    forget_review(synthesis, reason="la révision a un autre dernier jour")
    until = synthesis.review_until
    if until is None:
        return
    people = list(who_attended(synthesis.meeting))
    key = f"{synthesis.pk}:{synthesis.version}"
    notify(kind=OPENED.code, about=synthesis, recipients=people, key=key, by=by)
    if until - _DAY > timezone.localdate():
        notify(
            kind=ENDING.code,
            about=synthesis,
            recipients=people,
            key=key,
            due_at=timezone.make_aware(datetime.datetime.combine(until - _DAY, _REMINDED_AT)),
            by=by,
        )


def forget_review(synthesis: Synthesis, *, reason: str) -> None:
    for kind in (OPENED, ENDING):
        forget(kind=kind.code, about=synthesis, reason=reason)


def tell_answer(amendment: Amendment, *, by: User) -> None:
    notify(
        kind=ANSWERED.code,
        about=amendment,
        recipients=[amendment.author],
        organization=amendment.organization,
        key=str(amendment.pk),
        by=by,
    )


def tell_published(version: SynthesisVersion, *, by: User) -> None:
    """Tell members of a version, instead of the one before when nobody has heard of it yet."""
    synthesis = version.synthesis
    forget_review(synthesis, reason="la synthèse est publiée")
    forget(kind=PUBLISHED.code, about=synthesis, reason="une version plus récente la remplace")
    notify(
        kind=PUBLISHED.code,
        about=synthesis,
        recipients=all_members(),
        key=f"{synthesis.pk}:{version.number}",
        by=by,
    )


def _synthesis_of(notification: Notification) -> Synthesis | None:
    return found(Synthesis.objects.select_related("meeting"), notification)


def _in_review(notification: Notification) -> Synthesis | None:
    """The synthesis, as long as the person may amend it."""
    synthesis = _synthesis_of(notification)
    if synthesis is None or not synthesis.is_in_review(timezone.localdate()):
        return None
    return synthesis if attending(notification.recipient, synthesis.meeting) else None


def _opened(notification: Notification) -> Message | None:
    synthesis = _in_review(notification)
    if synthesis is None:
        return None
    meeting, day = synthesis.meeting, french.long_date(synthesis.review_until)
    return Message(
        subject=f"Synthèse {meeting.of_heading}{_NBSP}: à relire jusqu’au {day}",
        paragraphs=(
            (
                f"La synthèse {_named(meeting)} est en révision{_NBSP}: les organisations "
                "présentes peuvent la relire avant qu’elle soit publiée."
            ),
            (
                "Vous pouvez proposer des modifications, point par point, "
                f"jusqu’au {day} compris. L’animation répond à chacune."
            ),
        ),
        path=_address("synthesis_review", meeting),
        link="Relire la synthèse",
    )


def _ending(notification: Notification) -> Message | None:
    synthesis = _in_review(notification)
    if synthesis is None:
        return None
    meeting, day = synthesis.meeting, french.long_date(synthesis.review_until)
    return Message(
        subject=f"Synthèse {meeting.of_heading}{_NBSP}: la révision finit le {day}",
        paragraphs=(
            (
                f"La révision de la synthèse {_named(meeting)} finit le {day}. Jusqu’à la fin de "
                "ce jour, vous pouvez encore proposer des modifications."
            ),
        ),
        path=_address("synthesis_review", meeting),
        link="Relire la synthèse",
    )


def _answered(notification: Notification) -> Message | None:
    rows = Amendment.objects.select_related("synthesis__meeting")
    amendment = found(rows, notification)
    if amendment is None or amendment.state == Amendment.State.WAITING:
        return None
    meeting = amendment.synthesis.meeting
    word = amendment.get_state_display()
    text = Truncator(amendment.text or amendment.base_text).chars(200)
    what = "Votre modification" if amendment.text else "Le retrait que vous proposiez"
    end = word if amendment.text else word.removesuffix("e")
    reason = f"{_reason_word(amendment)}{_NBSP}: {amendment.answer}" if amendment.answer else ""
    paragraphs = (f"{what}, «{_NBSP}{text}{_NBSP}», est {end}.", reason)
    return Message(
        subject=f"Synthèse {meeting.of_heading}{_NBSP}: modification {word}",
        paragraphs=tuple(line for line in paragraphs if line),
        path=f"{_address('synthesis_review', meeting)}#modification-{amendment.pk}",
        link="Voir la réponse",
    )


def _reason_word(amendment: Amendment) -> str:
    return "Raison" if amendment.state == Amendment.State.REFUSED else "Réponse"


def _published(notification: Notification) -> Message | None:
    """The version that stands now."""
    synthesis = _synthesis_of(notification)
    version = synthesis.versions.order_by("-number").first() if synthesis else None
    person = notification.recipient
    if synthesis is None or version is None or not Organization.objects.of(person).exists():
        return None
    meeting = synthesis.meeting
    if version.number == 1 or _heard_of_none(notification):
        subject = f"Synthèse {meeting.of_heading} publiée"
        paragraphs = [f"La synthèse {_named(meeting)} est publiée."]
    else:
        subject = f"Synthèse {meeting.of_heading}{_NBSP}: version{_NBSP}{version.number}"
        paragraphs = [
            f"La synthèse {_named(meeting)} a une nouvelle version, la {version.number}.",
            f"Ce qui change{_NBSP}: {version.reason}",
        ]
    return Message(
        subject=subject,
        paragraphs=(*paragraphs, "Elle se lit, se compare et se télécharge dans le portail."),
        path=_address("synthesis_detail", meeting),
        link="Lire la synthèse",
    )


def _heard_of_none(notification: Notification) -> bool:
    """Whether versions came before this one, and the person was told of none of them."""
    earlier = Notification.objects.filter(
        kind=notification.kind, about=notification.about, recipient=notification.recipient
    ).exclude(pk=notification.pk)
    return set(earlier.order_by().values_list("state", flat=True)) == {Notification.State.DROPPED}


def _named(meeting: Meeting) -> str:
    """« de la rencontre 4, « Clauses », tenue le 10 février 2021 »."""
    day = french.long_date(meeting.held_on)
    return f"{meeting.of_heading}, «{_NBSP}{meeting.title}{_NBSP}», du {day}"


def _address(name: str, meeting: Meeting) -> str:
    return reverse(f"meetings:{name}", kwargs={"slug": meeting.slug})


OPENED = Kind(
    code="review_opened",
    label="Synthèse à relire",
    topic=MailTopic.MEETINGS,
    compose=_opened,
    delay=_DELAY,
    is_open_to_staff=True,
)
ENDING = Kind(
    code="review_ending",
    label="Révision qui finit",
    topic=MailTopic.MEETINGS,
    compose=_ending,
    is_reminder=True,
    is_open_to_staff=True,
)
ANSWERED = Kind(
    code="amendment_answered",
    label="Réponse à une modification proposée",
    topic=MailTopic.MEETINGS,
    compose=_answered,
    delay=_DELAY,
    is_open_to_staff=True,
)
PUBLISHED = Kind(
    code="synthesis_published",
    label="Synthèse publiée, ou nouvelle version",
    topic=MailTopic.MEETINGS,
    compose=_published,
    delay=_DELAY,
    is_open_to_staff=True,
)
register(OPENED, ENDING, ANSWERED, PUBLISHED)
