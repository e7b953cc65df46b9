"""The EÉS that meetings invite, when the directory finds that two of them are one."""

from benefits.models import SocialEnterprise
from meetings.models import Meeting


def move_guests(gone: SocialEnterprise, kept: SocialEnterprise) -> None:
    """Meetings that invited the one that goes invite the one that stays, once."""
    links = Meeting.guests.through.objects
    invited = links.filter(socialenterprise=kept).values("meeting")
    links.filter(socialenterprise=gone).exclude(meeting__in=invited).update(socialenterprise=kept)
    links.filter(socialenterprise=gone).delete()
