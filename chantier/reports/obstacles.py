"""Why something of the period may not be told as a case, and where that is mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from benefits.models import ObservedBenefit
from chantier.reports.frame import Period
from measures.models import Implementation
from members.models import Organization
from members.sharing import SharingLevel

_KEPT = Q(sharing=SharingLevel.PRIVATE)
_REFUSED = Q(consent=ObservedBenefit.Consent.NONE)


@dataclass(frozen=True)
class Obstacle:
    """One reason, how many rows it keeps out, and the page that lists them or one of them."""

    number: int
    one: str
    many: str
    address: str

    @property
    def words(self) -> str:
        return f"{self.number}\u00a0{self.many if self.number > 1 else self.one}"


def obstacles_of(organization: Organization, period: Period) -> tuple[Obstacle, ...]:
    """Two queries."""
    records = Implementation.objects.filter(organization=organization).implemented_between(
        period.starts_on, period.as_of
    )
    stories = ObservedBenefit.objects.filter(
        organization=organization, observed_on__range=(period.starts_on, period.as_of)
    ).exclude(statement="")
    found = (*_of_records(organization, records), *_of_stories(organization, stories))
    return tuple(obstacle for obstacle in found if obstacle.number)


def _of_records(organization: Organization, records: QuerySet) -> tuple[Obstacle, ...]:
    number: dict[str, Any] = records.aggregate(
        unsaid=Count("pk", filter=Q(result_story="") & ~_KEPT), kept=Count("pk", filter=_KEPT)
    )
    register = reverse("measures:implementation_list", args=[organization.slug])
    return (
        Obstacle(
            number["unsaid"],
            "mesure implantée ne dit pas encore ce que cela a changé",
            "mesures implantées ne disent pas encore ce que cela a changé",
            f"{register}?suivi=sans-effet",
        ),
        Obstacle(
            number["kept"],
            "mesure implantée reste dans votre organisation\u00a0: changez qui peut voir sa fiche",
            "mesures implantées restent dans votre organisation\u00a0: changez qui peut voir leur "
            "fiche",
            f"{register}?statut=implantee",
        ),
    )


def _of_stories(organization: Organization, stories: QuerySet) -> tuple[Obstacle, ...]:
    number: dict[str, Any] = stories.aggregate(
        refused=Count("pk", filter=_REFUSED & ~_KEPT), kept=Count("pk", filter=_KEPT)
    )
    observed = reverse("benefits:observation_list", args=[organization.slug])
    return (
        Obstacle(
            number["refused"],
            "bénéfice observé n’a pas de consentement à être cité",
            "bénéfices observés n’ont pas de consentement à être cités",
            f"{observed}?citation=none",
        ),
        Obstacle(
            number["kept"],
            "bénéfice observé reste dans votre organisation\u00a0: changez qui peut le voir",
            "bénéfices observés restent dans votre organisation\u00a0: changez qui peut les voir",
            observed,
        ),
    )
