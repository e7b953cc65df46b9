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
    REPORT_EDIT = "report_edit"
    REPORT_SUBMIT = "report_submit"
    # What was bought is read inside only: staff see totals that name nobody.
    PURCHASE_VIEW = "purchase_view"
    PURCHASE_EDIT = "purchase_edit"
    OBSERVATION_EDIT = "observation_edit"
    ENTERPRISE_PROPOSE = "enterprise_propose"
    # Inside any organization, for ECPAR staff
    EVIDENCE_REQUEST = "evidence_request"
    # Across the portal
    CATALOGUE_EDIT = "catalogue_edit"
    DIRECTORY_EDIT = "directory_edit"
    OBSERVATION_VERIFY = "observation_verify"
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


_READER = {Permission.ORGANIZATION_VIEW, Permission.PURCHASE_VIEW}
_CONTRIBUTOR = _READER | {
    Permission.IMPLEMENTATION_EDIT,
    Permission.COMMENT_WRITE,
    Permission.REPORT_EDIT,
    Permission.PURCHASE_EDIT,
    Permission.OBSERVATION_EDIT,
    Permission.ENTERPRISE_PROPOSE,
}
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
    Permission.DIRECTORY_EDIT,
    Permission.OBSERVATION_VERIFY,
    Permission.MEETING_MANAGE,
}

PORTAL_ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    "": frozenset(),
    PortalRole.FACILITATOR: frozenset(_FACILITATOR),
    PortalRole.COORDINATOR: frozenset(
        _FACILITATOR | {Permission.REPORT_OVERSEE, Permission.PEOPLE_MANAGE}
    ),
}
