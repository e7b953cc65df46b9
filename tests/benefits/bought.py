"""What the forms of purchases send, and where."""

import uuid
from typing import Any

from django.urls import reverse

from benefits.actions.purchases import add_purchase
from benefits.models import Purchase
from benefits.names import supplier_key
from members.models import Organization, User
from tests.factories import PurchaseFactory


def url(name: str, organization: Organization, **kwargs: Any) -> str:
    return reverse(f"benefits:{name}", kwargs={"org_slug": organization.slug, **kwargs})


def page_of(purchase: Purchase, name: str = "purchase_edit") -> str:
    return url(name, purchase.organization, pk=purchase.pk)


def noted(organization: Organization, by: User, **values: Any) -> Purchase:
    """A purchase as its form leaves it: with the line of journal that says so."""
    # Of nobody: `build` would leave an enterprise that is not stored.
    values = {"enterprise": None, **values}
    row: Purchase = PurchaseFactory.build(organization=organization, created_by=by, **values)
    add_purchase(purchase=row, clauses=(), submission_key=uuid.uuid4(), by=by)
    return row


def sent_new(**values: Any) -> dict[str, Any]:
    """What the form of a new purchase sends."""
    data = {
        "submission_key": str(uuid.uuid4()),
        "asked_for": "",
        "supplier_name": "Boulangerie Gagnon",
        "supplier_neq": "",
        "other_enterprise": "",
        "purchased_on": "2021-03-15",
        "amount": "1 234,50 $",
        "description": "Pains",
        "reference": "BC-12",
        "sector": "",
        "mode": "",
        "contract_kind": "",
    }
    return data | values


def sent(purchase: Purchase, **values: Any) -> dict[str, Any]:
    """What the form of a stored purchase sends."""
    data = {
        "submission_key": str(uuid.uuid4()),
        "version": str(purchase.version),
        "asked_for": supplier_key(purchase.supplier_name, purchase.supplier_neq),
        "supplier_name": purchase.supplier_name,
        "supplier_neq": purchase.supplier_neq,
        "enterprise": str(purchase.enterprise_id or "aucune"),
        "other_enterprise": "",
        "purchased_on": purchase.purchased_on.isoformat(),
        "amount": str(purchase.amount),
        "description": purchase.description,
        "reference": purchase.reference,
        "sector": str(purchase.sector_id or ""),
        "mode": str(purchase.mode_id or ""),
        "contract_kind": str(purchase.contract_kind_id or ""),
        "clause_uses": [str(use.pk) for use in purchase.clause_uses.all()],
    }
    return data | values
