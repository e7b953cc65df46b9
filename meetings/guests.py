"""The EÉS that meetings invite: what the directory shows of it, and what follows a fusion."""

import datetime

from benefits.models import SocialEnterprise
from benefits.showings import Showing
from chantier.lib.addresses import address
from meetings.models import Meeting


def announced_showings(enterprise: SocialEnterprise, today: datetime.date) -> list[Showing]:
    """The coming webinars and workshops that present it, as they are announced to everybody."""
    return [
        Showing(
            meeting.title,
            meeting.get_kind_display(),
            meeting.held_on,
            meeting.starts_at,
            f"{address('public:webinar_list')}#{meeting.slug}",
        )
        for meeting in Meeting.objects.announced(today).filter(guests=enterprise)
    ]


def move_guests(gone: SocialEnterprise, kept: SocialEnterprise) -> None:
    """Meetings that invited the one that goes invite the one that stays, once."""
    links = Meeting.guests.through.objects
    invited = links.filter(socialenterprise=kept).values("meeting")
    links.filter(socialenterprise=gone).exclude(meeting__in=invited).update(socialenterprise=kept)
    links.filter(socialenterprise=gone).delete()
