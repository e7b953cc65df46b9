"""What organizations observed, for the small world of `tests.addresses` and for its growth."""

from typing import Any

from members.models import Organization
from tests.factories import BenefitFactory, ObservedBenefitFactory, PurchaseFactory


def observed_addresses(a: Organization, b: Organization) -> dict[str, dict[str, Any]]:
    """The arguments of the addresses of what A observed; B observed as much."""
    mine, _ = (
        ObservedBenefitFactory(
            organization=organization, statement=f"Secret de {organization.name}"
        )
        for organization in (a, b)
    )
    org = {"org_slug": a.slug}
    row = org | {"pk": mine.pk}
    return {
        "benefits:observation_list": org,
        "benefits:observation_create": org,
        "benefits:observation_edit": row,
        "benefits:observation_remove": row,
        "benefits:observation_consent": row,
        "benefits:observation_verify": {"pk": mine.pk},
    }


def grow_observations(world: Any) -> None:
    """One more observation of A, of a benefit of its own, and one of the benefit of the page."""
    organization = world.a.organization
    PurchaseFactory(organization=organization)
    record = {"implementation": world.a.implementation, "purchase": None}
    ObservedBenefitFactory(organization=organization, benefit=BenefitFactory(), **record)
    slug = world.kwargs["benefits:benefit_detail"]["slug"]
    shown = BenefitFactory._meta.model.objects.get(slug=slug)
    for sharing in ("coordination", "chantier"):
        ObservedBenefitFactory(
            benefit=shown,
            sharing=sharing,
            statement="Un récit.",
            consent="named",
            consent_by=world.a.evidence.created_by,
            consent_at=world.a.evidence.created_at,
        )
