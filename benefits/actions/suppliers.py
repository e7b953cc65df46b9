"""Which EÉS a supplier is: said once by a person, for all its purchases; taken back as well."""

from collections.abc import Iterator

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from benefits.actions.purchases import standing, told
from benefits.models import Purchase, PurchaseQuerySet, SocialEnterprise, SupplierMatch
from benefits.names import supplier_key
from benefits.purchasing import sole_sectors
from measures.actions.audit import subject_of, write_audit
from members.models import AuditEntry, Organization, Term, User

MATCHED, UNMATCHED = "purchase_match", "purchase_unmatch"
CONFIRMED, REOPENED = "supplier_confirm", "supplier_reopen"
# Rows whose keys stand in one query: SQLite takes no more than some thousands.
_BATCH = 500


@transaction.atomic
def confirm_supplier(
    *,
    organization: Organization,
    name: str,
    neq: str,
    enterprise: SocialEnterprise | None,
    by: User,
) -> int:
    """Say which EÉS a supplier is, or that it is none; return the number of purchases told so.

    Purchases that already have an EÉS keep theirs.
    """
    enterprise = standing(enterprise)
    remember_match(organization=organization, name=name, neq=neq, enterprise=enterprise, by=by)
    if enterprise is None:
        return 0
    rows = _of_supplier(
        organization, supplier_key(name, neq), Purchase.objects.filter(enterprise=None)
    )
    sector_key = sole_sectors([enterprise.pk]).get(enterprise.pk)
    sector = Term.objects.get(pk=sector_key) if sector_key else None
    for batch in rows:
        _give(batch, enterprise, sector, by=by)
    return sum(len(batch) for batch in rows)


@transaction.atomic
def reopen_supplier(*, match: SupplierMatch, by: User) -> int:
    """Take back what was said of a supplier; return the number of purchases without EÉS again."""
    organization, enterprise = match.organization, match.enterprise
    write_audit(
        row=match,
        organization=organization,
        action=REOPENED,
        before={"supplier_name": match.supplier_name, "enterprise": told(enterprise)},
        by=by,
    )
    key = match.supplier_key
    match.delete()
    if enterprise is None:
        return 0
    rows = _of_supplier(organization, key, Purchase.objects.filter(enterprise=enterprise))
    for batch in rows:
        _give(batch, None, None, by=by)
    return sum(len(batch) for batch in rows)


@transaction.atomic
def remember_match(
    *,
    organization: Organization,
    name: str,
    neq: str,
    enterprise: SocialEnterprise | None,
    by: User,
) -> None:
    """Keep the answer for the next purchases of this supplier."""
    match, is_new = SupplierMatch.objects.select_related("enterprise").get_or_create(
        organization=organization,
        supplier_key=supplier_key(name, neq),
        defaults={"supplier_name": name, "enterprise": enterprise, "confirmed_by": by},
    )
    before = None if is_new else match.enterprise
    if not is_new:
        if before == enterprise:
            return
        match.enterprise, match.confirmed_by = enterprise, by
        match.save()
    write_audit(
        row=match,
        organization=organization,
        action=CONFIRMED,
        before={"enterprise": told(before)},
        after={"supplier_name": name, "enterprise": told(enterprise)},
        by=by,
    )


def _of_supplier(
    organization: Organization, key: str, purchases: PurchaseQuerySet
) -> list[list[Purchase]]:
    """The purchases of a supplier, locked, some at a time."""
    found = (
        purchases.filter(organization=organization, supplier_key=key)
        .select_related("enterprise")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    return list(_batches(list(found)))


def _batches(rows: list[Purchase]) -> Iterator[list[Purchase]]:
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]


def _give(
    batch: list[Purchase], enterprise: SocialEnterprise | None, sector: Term | None, *, by: User
) -> None:
    """Set or take back the EÉS of purchases, each with its line in the journal."""
    rows = Purchase.objects.filter(pk__in=[row.pk for row in batch])
    if sector is not None:
        rows.filter(sector=None).update(sector=sector)
    rows.update(enterprise=enterprise, version=F("version") + 1, updated_at=timezone.now())
    lines = []
    for row in batch:
        before = {"enterprise": told(row.enterprise)}
        after = {"enterprise": told(enterprise), "version": row.version + 1}
        if sector is not None and row.sector_id is None:
            before["sector"], after["sector"] = None, told(sector)
        lines.append(
            AuditEntry(
                actor=by,
                organization_id=row.organization_id,
                action=MATCHED if enterprise else UNMATCHED,
                subject=subject_of(row),
                before=before,
                after=after,
            )
        )
    AuditEntry.objects.bulk_create(lines)
