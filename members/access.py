"""The one door to an organization's data.

`require_permission` turns the `org_slug` of an address into the organization, checks, and hands
it to the view; nothing else gives a view an organization. Outsiders get the 404 of an
organization that does not exist; people whose role is too low get a 403.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from chantier.lib.http import HtmxRequest
from members.models import Membership, Organization, User
from members.roles import PORTAL_ROLE_PERMISSIONS, ROLE_PERMISSIONS, Permission

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Access:
    """What one person may do in one organization."""

    organization: Organization
    is_member: bool
    permissions: frozenset[Permission]

    def allows(self, permission: Permission) -> bool:
        return permission in self.permissions

    @property
    def may_edit(self) -> bool:
        return self.allows(Permission.IMPLEMENTATION_EDIT)

    @property
    def may_write_report(self) -> bool:
        return self.allows(Permission.REPORT_EDIT)

    @property
    def may_submit(self) -> bool:
        return self.allows(Permission.REPORT_SUBMIT)


class PortalRequest(HtmxRequest):
    """A request of a person who is logged in."""

    user: User


class MemberRequest(PortalRequest):
    """A request that came through the door of an organization."""

    access: Access


def get_access(user: User, org_slug: str) -> Access:
    """Return what `user` may do in the organization, in one query for its members.

    Raises Http404 when the organization does not exist or is not open to this person.
    """
    membership = (
        Membership.objects.select_related("organization")
        .filter(user=user, organization__slug=org_slug, organization__is_active=True)
        .order_by("pk")
        .first()
    )
    portal = PORTAL_ROLE_PERMISSIONS[user.portal_role]
    if membership is not None:
        permissions = ROLE_PERMISSIONS[membership.role] | portal
        return Access(membership.organization, is_member=True, permissions=permissions)
    if Permission.ORGANIZATION_VIEW in portal:
        organization = Organization.objects.filter(slug=org_slug, is_active=True).first()
        if organization is not None:
            return Access(organization, is_member=False, permissions=portal)
    raise Http404


def own_access(request: HttpRequest) -> Access | None:
    """What a person may do in their own organization, the first by name; None for visitors.

    For pages that belong to no organization but show where one's own stands. Read once a request.
    """
    if not hasattr(request, "own_access"):
        request.own_access = _find_own(request.user)  # type: ignore[attr-defined]
    return request.own_access  # type: ignore[attr-defined]


def _find_own(user: Any) -> Access | None:
    if not user.is_authenticated:
        return None
    membership = _by_name().filter(user=user).first()
    if membership is None:
        return None
    permissions = ROLE_PERMISSIONS[membership.role] | user.portal_permissions
    return Access(membership.organization, is_member=True, permissions=permissions)


@cache
def _by_name() -> QuerySet[Membership]:
    """Put together once a process: every page asks, and that takes longer than the answer."""
    return (
        Membership.objects.select_related("organization")
        .filter(organization__is_active=True)
        .order_by("organization__sort_name", "pk")
    )


def require_permission(permission: Permission, *, post: Permission | None = None) -> Callable:
    """Open a view to those who hold `permission` in the organization of the address.

    `post` names the stronger permission that anything but reading needs.
    """

    def decorator(view: View) -> View:
        @wraps(view)
        def wrapper(request: MemberRequest, *, org_slug: str, **kwargs: Any) -> HttpResponse:
            request.access = get_access(request.user, org_slug)
            reading = request.method in ("GET", "HEAD")
            if not request.access.allows(permission if reading or post is None else post):
                raise PermissionDenied
            return view(request, request.access.organization, **kwargs)

        # Read by tests/test_architecture.py.
        wrapper.required_permission = permission  # type: ignore[attr-defined]
        return wrapper

    return decorator


def require_portal_permission(permission: Permission) -> Callable:
    """Open a view to ECPAR staff who hold `permission` across the portal."""

    def decorator(view: View) -> View:
        @wraps(view)
        def wrapper(request: PortalRequest, **kwargs: Any) -> HttpResponse:
            if not allows(request.user, permission):
                raise PermissionDenied
            return view(request, **kwargs)

        wrapper.required_permission = permission  # type: ignore[attr-defined]
        return wrapper

    return decorator


def allows(user: Any, permission: Permission) -> bool:
    """Whether a person holds `permission` across the portal; nobody anonymous does."""
    if not user.is_authenticated:
        return False
    return permission in PORTAL_ROLE_PERMISSIONS[user.portal_role]


def is_member(request: HttpRequest) -> bool:
    """Whether the visitor is logged in: members see what the chantier shares."""
    return request.user.is_authenticated
