"""Who attended a meeting, as each person may read it."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from chantier.lib import french
from meetings.models import Meeting
from members.models import Membership, User


@dataclass(frozen=True)
class Presence:
    """Who attended: names for those who may read them, and how many others."""

    names: list[str]
    others: int

    @property
    def count(self) -> int:
        return len(self.names) + self.others

    @classmethod
    def build(cls, meeting: Meeting, user: User) -> "Presence":
        """Staff read every name; members, their own and those of organizations that agreed."""
        own = Membership.objects.filter(user=user, organization=OuterRef("organization"))
        attendances = list(
            meeting.attendances.filter(present=True)
            .select_related("organization")
            .annotate(is_own=Exists(own))
        )
        named = [
            row.organization.name
            for row in attendances
            if user.may_manage_meetings or row.organization.may_be_named or row.is_own
        ]
        # Databases put « É » after « Z ».
        return cls(sorted(named, key=french.fold), len(attendances) - len(named))
