"""Why the fictional enterprises are believed to be EÉS, and those that somebody keeps at hand."""

import datetime
import uuid

from benefits.actions.directory import review_enterprise
from benefits.actions.favourites import keep_favourite
from benefits.models import Criterion, EligibilityReview, SocialEnterprise
from chantier.demo.dates import days
from members.models import User

_EVIDENCE = {
    SocialEnterprise.Eligibility.CONFIRMED: (
        "Règlements généraux et plus récent rapport annuel, lus avec l’entreprise.",
        Criterion.values,
    ),
    SocialEnterprise.Eligibility.GREY_ZONE: (
        "États financiers\u00a0: presque tous ses revenus sont des subventions.",
        [each for each in Criterion.values if each != Criterion.ACTIVITY],
    ),
}
_MEMBER = "membre@demo.example"
_FAVOURITES = ("EES-01", "EES-03")


def ensure_examinations(*, today: datetime.date, by: User) -> None:
    """One examination for each enterprise whose eligibility is not to verify."""
    rows = SocialEnterprise.objects.filter(is_fictional=True, reviews=None)
    for number, row in enumerate(rows.filter(eligibility__in=_EVIDENCE)):
        evidence, criteria = _EVIDENCE[SocialEnterprise.Eligibility(row.eligibility)]
        review = EligibilityReview(
            enterprise=row,
            state=row.eligibility,
            criteria=criteria,
            evidence=evidence,
            examined_on=today - days(40 + 25 * number),
        )
        key = uuid.uuid5(uuid.NAMESPACE_URL, f"demo:examen:{row.code}")
        review_enterprise(review=review, submission_key=key, by=by)


def ensure_favourites() -> None:
    """Two enterprises that a member keeps at hand, until they keep others."""
    by = User.objects.get(email=_MEMBER)
    if by.favourite_enterprises.exists():
        return
    for row in SocialEnterprise.objects.filter(code__in=_FAVOURITES):
        keep_favourite(enterprise=row, is_favourite=True, by=by)
