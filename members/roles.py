"""Who may do what: the page an auditor reads. Data only.

A role inside an organization and a role across the portal both grant permissions; code asks for
a permission, never for a role. Stored values are short strings, so that renaming a class breaks
nothing.
"""

from enum import StrEnum

from django.db import models


class Permission(StrEnum):
    # Inside one organization
    ORGANIZATION_VIEW = "organization_view"
    IMPLEMENTATION_EDIT = "implementation_edit"
    COMMENT_WRITE = "comment_write"
    REPORT_SUBMIT = "report_submit"
    # Inside any organization, for ECPAR staff
    EVIDENCE_REQUEST = "evidence_request"
    # Across the portal
    CATALOGUE_EDIT = "catalogue_edit"
    MEETING_MANAGE = "meeting_manage"
    REPORT_OVERSEE = "report_oversee"
    PEOPLE_MANAGE = "people_manage"


class Role(models.TextChoices):
    """What a person may do in one organization."""

    READER = "reader", "lecture"
    CONTRIBUTOR = "contributor", "contribution"
    MANAGER = "manager", "responsable"


class PortalRole(models.TextChoices):
    """What ECPAR staff may do across the portal."""

    FACILITATOR = "facilitator", "animation"
    COORDINATOR = "coordinator", "coordination"


_READER = {Permission.ORGANIZATION_VIEW}
_CONTRIBUTOR = _READER | {Permission.IMPLEMENTATION_EDIT, Permission.COMMENT_WRITE}
_MANAGER = _CONTRIBUTOR | {Permission.REPORT_SUBMIT}

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.READER: frozenset(_READER),
    Role.CONTRIBUTOR: frozenset(_CONTRIBUTOR),
    Role.MANAGER: frozenset(_MANAGER),
}

_FACILITATOR = {
    # Staff read what organizations share with the coordination; they ask and comment, but
    # never write in a register.
    Permission.ORGANIZATION_VIEW,
    Permission.COMMENT_WRITE,
    Permission.EVIDENCE_REQUEST,
    Permission.CATALOGUE_EDIT,
    Permission.MEETING_MANAGE,
}

PORTAL_ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    "": frozenset(),
    PortalRole.FACILITATOR: frozenset(_FACILITATOR),
    PortalRole.COORDINATOR: frozenset(
        _FACILITATOR | {Permission.REPORT_OVERSEE, Permission.PEOPLE_MANAGE}
    ),
}
