"""What holds for every purchase, typed or imported: its fingerprint, its EÉS, its sector."""

import datetime
import hashlib
from collections.abc import Iterable
from decimal import Decimal

from benefits.models import SocialEnterprise, SupplierMatch
from chantier.lib.french import fold
from measures.models import ClauseUse
from members.models import Organization

# Older than any purchase that is worth noting: most likely a slip in the year.
FIRST_DAY = datetime.date(2000, 1, 1)
_CENT = Decimal("0.01")


def fingerprint(
    *, supplier_key: str, purchased_on: datetime.date, amount: Decimal, reference: str
) -> str:
    """The same for two rows of one supplier, day, amount and reference.

    `supplier_key` is that of `benefits.matching`. Two such rows may both be true: whoever
    imports is asked, never refused.
    """
    parts = (
        supplier_key,
        purchased_on.isoformat(),
        # 1234.5 and 1234.50 are one amount.
        str(amount.quantize(_CENT)),
        " ".join(fold(reference).split()),
    )
    # A separator that no part holds.
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def use_label(use: ClauseUse) -> str:
    """How a list of purchases names a clause that was used: « C-01 (AO-2021-12) »."""
    return f"{use.clause_version.clause.code} ({use.document_reference})"


def sole_sectors(enterprise_keys: Iterable[int]) -> dict[int, int]:
    """The sector of each enterprise that has exactly one, by key: that of a purchase without."""
    through = SocialEnterprise.sectors.through.objects
    found: dict[int, set[int]] = {}
    rows = through.filter(socialenterprise_id__in=set(enterprise_keys))
    for enterprise, sector in rows.values_list("socialenterprise_id", "term_id"):
        found.setdefault(enterprise, set()).add(sector)
    return {key: sectors.pop() for key, sectors in found.items() if len(sectors) == 1}


def confirmed_matches(organization: Organization) -> dict[str, int | None]:
    """By supplier key, the EÉS that a person confirmed; None for what is none of them.

    An EÉS that left the directory since is no answer: the question is asked again.
    """
    matches = SupplierMatch.objects.filter(organization=organization).exclude(
        enterprise__isnull=False, enterprise__state__in=_LEFT
    )
    return dict(matches.values_list("supplier_key", "enterprise_id"))


_LEFT = (SocialEnterprise.State.DECLINED, SocialEnterprise.State.MERGED)
