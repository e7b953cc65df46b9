"""What the person who proposed a topic is told."""

from chantier.lib import french
from chantier.lib.addresses import address
from meetings.acts.topics import TOLD
from meetings.models import Meeting, Topic
from meetings.notices.subjects import found
from members.models import MailTopic, Notification
from members.notifications import Kind, Message, register


def _answered(notification: Notification) -> Message | None:
    row = found(Topic.objects.select_related("organization", "meeting"), notification)
    if row is None or row.state not in (Topic.State.TAKEN, Topic.State.DECLINED):
        return None
    title = f"«{french.NBSP}{row.title}{french.NBSP}»"
    path = address("meetings:topic_list", org_slug=row.organization.slug)
    link = "Voir vos sujets proposés"
    answer = (row.answer,) if row.answer else ()
    if row.state == Topic.State.DECLINED:
        told = f"Le sujet {title}, proposé par {row.organization.name}, n’est pas retenu."
        return Message("Votre sujet n’est pas retenu", (told, *answer), path, link)
    if row.meeting and row.meeting.state == Meeting.State.CANCELLED:
        return None
    told = f"Le sujet {title}, proposé par {row.organization.name}, est mis à l’ordre du jour "
    meeting = row.meeting
    if meeting is None or meeting.state == Meeting.State.DRAFT:
        # What is being prepared is not told before it is convened.
        told += "d’une prochaine rencontre."
    else:
        day = f", le {french.long_date(meeting.held_on)}" if meeting.number else ""
        told += f"{meeting.of_heading}{day}."
        path, link = meeting.get_absolute_url(), "Voir la rencontre"
    return Message("Votre sujet est à l’ordre du jour", (told, *answer), path, link)


register(
    Kind(
        code=TOLD,
        label="réponse à un sujet proposé",
        topic=MailTopic.MEETINGS,
        compose=_answered,
        is_open_to_staff=True,
    )
)
