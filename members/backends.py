"""What ECPAR staff may do in the administration, from their role in the portal."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.backends import ModelBackend

from members.roles import PORTAL_ROLE_PERMISSIONS, Permission

_READ = frozenset({"view"})
_ADD = frozenset({"view", "add"})
_KEEP = frozenset({"view", "add", "change"})


@dataclass(frozen=True)
class Grant:
    """Those who hold `permission` may do `verbs` on `models`; nobody deletes content."""

    permission: Permission
    verbs: frozenset[str]
    app: str
    models: frozenset[str]


GRANTS = (
    Grant(Permission.CATALOGUE_EDIT, _KEEP, "members", frozenset({"term"})),
    Grant(
        Permission.CATALOGUE_EDIT,
        _KEEP,
        "measures",
        frozenset(
            {
                "source",
                "stage",
                "measure",
                "legalreference",
                "threshold",
                "clause",
                "indicator",
                "barrier",
                "solution",
            }
        ),
    ),
    # A text that stands is never changed: a new one is added.
    Grant(Permission.CATALOGUE_EDIT, _ADD, "measures", frozenset({"clauseversion"})),
    Grant(
        Permission.CATALOGUE_EDIT,
        _KEEP,
        "benefits",
        frozenset({"benefit", "publicfigure", "socialenterprise"}),
    ),
    Grant(
        Permission.MEETING_MANAGE,
        _KEEP,
        "meetings",
        frozenset({"meeting", "objective", "attendance"}),
    ),
    # Who runs a meeting finds its people, but gives nobody a role in an organization.
    Grant(
        Permission.MEETING_MANAGE,
        _READ,
        "members",
        frozenset({"organization", "membership", "cycle", "cycleobjective", "achievement", "user"}),
    ),
    Grant(
        Permission.PEOPLE_MANAGE,
        _KEEP,
        "members",
        frozenset({"organization", "membership", "cycle", "cycleobjective", "achievement", "user"}),
    ),
    # Somebody who leaves an organization loses its register at once.
    Grant(Permission.PEOPLE_MANAGE, frozenset({"delete"}), "members", frozenset({"membership"})),
    # The journal of the registers is not here: it holds what organizations keep to themselves.
    Grant(Permission.PEOPLE_MANAGE, _READ, "members", frozenset({"auditentry"})),
)


class PortalRoleBackend(ModelBackend):
    """Grants the administration by role; a superuser has the rest."""

    def authenticate(self, *args: Any, **kwargs: Any) -> None:
        return None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if super().has_perm(user_obj, perm, obj):
            return True
        app, _, codename = perm.partition(".")
        verb, _, model = codename.partition("_")
        return any(
            grant.app == app and verb in grant.verbs and model in grant.models
            for grant in _grants_of(user_obj)
        )

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return super().has_module_perms(user_obj, app_label) or any(
            grant.app == app_label for grant in _grants_of(user_obj)
        )


def _grants_of(user: Any) -> list[Grant]:
    if not user.is_active or not user.is_authenticated:
        return []
    held = PORTAL_ROLE_PERMISSIONS[user.portal_role]
    return [grant for grant in GRANTS if grant.permission in held]
