"""What ECPAR staff may do in the administration, from their role in the portal."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from members.roles import PORTAL_ROLE_PERMISSIONS, Permission

# Models of the catalogue and of meetings that staff keep; journals and frozen versions never.
EDITABLE = {
    "members": {"term", "organization", "membership", "cycle", "cycleobjective", "achievement"},
    "measures": {
        "source",
        "stage",
        "measure",
        "legalreference",
        "threshold",
        "clause",
        "indicator",
        "barrier",
        "solution",
    },
    "benefits": {"benefit", "publicfigure", "socialenterprise"},
    "meetings": {"meeting", "objective", "attendance"},
}


class PortalRoleBackend(ModelBackend):
    """Grants the administration of the catalogue to those who hold CATALOGUE_EDIT."""

    def authenticate(self, *args: Any, **kwargs: Any) -> None:
        return None

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if super().has_perm(user_obj, perm, obj):
            return True
        app, _, codename = perm.partition(".")
        verb, _, model = codename.partition("_")
        return (
            user_obj.is_active
            and verb in ("view", "add", "change")
            and model in EDITABLE.get(app, ())
            and Permission.CATALOGUE_EDIT in PORTAL_ROLE_PERMISSIONS[user_obj.portal_role]
        )

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return super().has_module_perms(user_obj, app_label) or (
            app_label in EDITABLE
            and user_obj.is_active
            and Permission.CATALOGUE_EDIT in PORTAL_ROLE_PERMISSIONS[user_obj.portal_role]
        )
