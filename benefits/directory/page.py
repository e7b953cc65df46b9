"""The page of one enterprise: who it is, and why we believe that it is an EÉS."""

from dataclasses import dataclass
from typing import Any

from benefits.models import (
    Benefit,
    Criterion,
    EligibilityReview,
    FavouriteEnterprise,
    SocialEnterprise,
)
from benefits.observed.of_enterprise import benefits_observed_of


@dataclass(frozen=True)
class CriterionLine:
    """One criterion of article 3, and whether the evidence shows it."""

    label: str
    is_shown: bool


@dataclass(frozen=True)
class EnterprisePage:
    enterprise: SocialEnterprise
    # The last examination, by its day.
    review: EligibilityReview | None
    criteria: tuple[CriterionLine, ...]
    is_favourite: bool
    # Never to visitors: what leads to a person.
    has_contact: bool
    may_see_contact: bool
    # What several organizations observed of their purchases.
    observed: list[Benefit]

    @classmethod
    def read(cls, enterprise: SocialEnterprise, user: Any) -> "EnterprisePage":
        """Call with the terms and the served regions; in three queries, two for visitors."""
        review = enterprise.reviews.order_by("-examined_on", "-pk").first()
        shown = set(review.criteria) if review else set()
        return cls(
            enterprise=enterprise,
            review=review,
            criteria=tuple(CriterionLine(each.label, each in shown) for each in Criterion),
            is_favourite=user.is_authenticated
            and FavouriteEnterprise.objects.filter(user=user, enterprise=enterprise).exists(),
            has_contact=any(
                (
                    enterprise.contact_name,
                    enterprise.contact_role,
                    enterprise.contact_email,
                    enterprise.contact_phone,
                )
            ),
            may_see_contact=user.is_authenticated,
            observed=benefits_observed_of(enterprise),
        )

    @property
    def number_shown(self) -> int:
        return sum(line.is_shown for line in self.criteria)
