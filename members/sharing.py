"""How far a record of an organization may be seen: one scale for records and evidence."""

from typing import Self

from django.db import models

from members.access import Access


class SharingLevel(models.TextChoices):
    PRIVATE = "private", "mon organisation seulement"
    COORDINATION = "coordination", "mon organisation et la coordination"
    CHANTIER = "chantier", "membres du chantier"
    PUBLIC = "public", "public"


# What people outside the organization may see, by who they are.
SHARED_WITH_STAFF = (SharingLevel.COORDINATION, SharingLevel.CHANTIER, SharingLevel.PUBLIC)
SHARED_WITH_MEMBERS = (SharingLevel.CHANTIER, SharingLevel.PUBLIC)


def is_wider(level: str, other: str) -> bool:
    """Whether more people see what is at `level`; the levels are declared from narrow to wide."""
    return SharingLevel.values.index(level) > SharingLevel.values.index(other)


class SharedQuerySet(models.QuerySet):
    """For models with an `organization` and a `sharing` level."""

    def open_to(self, access: Access) -> Self:
        """Rows of the organization of `access`: all for its members, shared ones for staff."""
        rows = self.filter(organization=access.organization)
        return rows if access.is_member else rows.filter(sharing__in=SHARED_WITH_STAFF)
