"""Purchases that tests of figures make."""

import datetime
from decimal import Decimal
from typing import Any

from benefits.models import Purchase, SocialEnterprise
from members.models import Organization, Term
from tests.factories import PurchaseFactory, SocialEnterpriseFactory, TermFactory


def sector(key: str) -> Term:
    return TermFactory(code=f"sector:{key}", vocabulary="sector", label=f"Secteur {key}")


def region(key: str) -> Term:
    return TermFactory(code=f"region:{key}", vocabulary="region", label=f"Région {key}")


def enterprise(name: str, in_region: str = "06") -> SocialEnterprise:
    return SocialEnterpriseFactory(name=name, region=region(in_region))


def buy(
    organization: Organization, from_: SocialEnterprise | None, amount: Any, on: str, **kwargs: Any
) -> Purchase:
    """`on` is a date, « 2020-05-01 »."""
    return PurchaseFactory(
        organization=organization,
        enterprise=from_,
        amount=Decimal(amount),
        purchased_on=datetime.date.fromisoformat(on),
        **kwargs,
    )
