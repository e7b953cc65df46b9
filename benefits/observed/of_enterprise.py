"""What was observed of purchases from one EÉS, as far as all may read it."""

from collections import defaultdict

from benefits.models import Benefit, ObservedBenefit, SocialEnterprise
from benefits.observed.secrecy import may_count, read_hands


def benefits_observed_of(enterprise: SocialEnterprise) -> list[Benefit]:
    """The benefits that enough organizations observed of what they bought there, once verified.

    Neither a number, nor a quote: consent is to the inventory, and who buys from whom is told
    nowhere. One query where nothing was observed, else three.
    """
    rows = ObservedBenefit.objects.shared().filter(
        purchase__enterprise=enterprise, verified_at__isnull=False, benefit__to_verify=False
    )
    found: dict[int, set[int]] = defaultdict(set)
    for benefit, organization in rows.order_by().values_list("benefit", "organization"):
        found[benefit].add(organization)
    if not found:
        return []
    hands = read_hands()
    told = [benefit for benefit, held in found.items() if may_count(held, hands)]
    return list(Benefit.objects.filter(pk__in=told).order_by("code"))
