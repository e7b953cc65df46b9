"""The fictional organizations, and the accounts that open them."""

import datetime
from dataclasses import dataclass

from django.conf import settings

from chantier.lib import seeds
from members.models import Membership, Organization, Term, User
from members.roles import PortalRole, Role

PASSWORD = "demo-chantier-2021"  # noqa: S105 - printed on purpose, in development only
_ORGANIZATIONS = settings.BASE_DIR / "members" / "seed" / "organizations_demo.toml"


@dataclass(frozen=True)
class Account:
    """Someone who can log in to see the portal through the eyes of a role."""

    email: str
    full_name: str
    job_title: str
    organization: str = ""
    role: Role | None = None
    portal_role: str = ""

    @property
    def role_label(self) -> str:
        return str(self.role.label if self.role else PortalRole(self.portal_role).label)


_CITY, _MRC = "val-clement", "mrc-deux-collines"
ACCOUNTS = (
    Account("lecture@demo.example", "Camille Lecture", "Finances", _CITY, Role.READER),
    Account("membre@demo.example", "Alex Membre", "Approvisionnement", _CITY, Role.CONTRIBUTOR),
    Account(
        "responsable@demo.example",
        "Dominique Responsable",
        "Direction de l’approvisionnement",
        _CITY,
        Role.MANAGER,
    ),
    Account(
        "animation@demo.example",
        "Maxime Animation",
        "Chargée ou chargé de projet",
        portal_role=PortalRole.FACILITATOR,
    ),
    Account(
        "coordination@demo.example",
        "Lou Coordination",
        "Coordination du chantier",
        portal_role=PortalRole.COORDINATOR,
    ),
    Account("membre.mrc@demo.example", "Sacha Membre", "Approvisionnement", _MRC, Role.CONTRIBUTOR),
    Account(
        "responsable.mrc@demo.example",
        "Andrea Responsable",
        "Direction générale",
        _MRC,
        Role.MANAGER,
    ),
)


def ensure_organizations() -> list[Organization]:
    """The fictional members, in the order of their file."""
    terms = seeds.by_code(Term)
    known = {row.slug: row for row in Organization.objects.filter(is_fictional=True)}
    found = []
    for item in seeds.load(_ORGANIZATIONS):
        found.append(known.get(item["slug"]) or _create_organization(item, terms))
    return found


def _create_organization(item: seeds.Item, terms: dict[str, Term]) -> Organization:
    kind = terms[item["type"]]
    return Organization.objects.create(
        **item
        | {
            "type": kind,
            "region": terms[item["region"]],
            "regime": kind.data["regime"],
            "fiscal_year_start_month": kind.data.get("fiscal_year_start_month", 1),
            "is_fictional": True,
            "joined_on": datetime.date(2021, 1, 28),
        }
    )


def ensure_accounts(organizations: list[Organization]) -> None:
    """Create the missing accounts; a password that somebody changed stays changed."""
    by_slug = {organization.slug: organization for organization in organizations}
    known = set(User.objects.values_list("email", flat=True))
    for account in ACCOUNTS:
        if account.email not in known:
            user = User.objects.create_user(
                account.email,
                PASSWORD,
                full_name=account.full_name,
                job_title=account.job_title,
                portal_role=account.portal_role,
            )
            if account.role:
                Membership.objects.create(
                    user=user, organization=by_slug[account.organization], role=account.role
                )
    for organization in organizations:
        email = f"equipe.{organization.slug}@demo.example"
        if organization.slug not in (_CITY, _MRC) and email not in known:
            # Signs the records of an organization that nobody logs in to: no usable password.
            team = User.objects.create_user(
                email, full_name=f"Équipe {organization.short_name}", job_title="Approvisionnement"
            )
            Membership.objects.create(user=team, organization=organization, role=Role.MANAGER)


def teams(organizations: list[Organization]) -> dict[int, list[User]]:
    """For each organization, the people who write in its register, the manager last."""
    rows = (
        Membership.objects.filter(organization__in=organizations)
        .exclude(role=Role.READER)
        .select_related("user")
        .order_by("role", "pk")
    )
    found: dict[int, list[User]] = {}
    for row in rows:
        found.setdefault(row.organization_id, []).append(row.user)
    return found
