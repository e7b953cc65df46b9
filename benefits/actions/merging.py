"""Two rows of the directory that are one enterprise: one stays, what hung on the other follows."""

from typing import Any

from django.db import transaction

from benefits import movers
from benefits.actions.directory import (
    CONTACT,
    LINKS,
    StaleEnterprise,
    claim,
    empty_contact,
    state_of,
    write_change,
)
from benefits.models import (
    FavouriteEnterprise,
    Purchase,
    PurchaseImportSupplier,
    RemovalRequest,
    SocialEnterprise,
    SupplierMatch,
)
from measures.actions.audit import write_audit
from members.models import User

MERGED, RECEIVED, KEPT_APART = "enterprise_merge", "enterprise_receive", "enterprise_keep_apart"
_BATCH = 500
# What the one that stays takes from the other where it says nothing.
_FILLED = ("neq", "offer", "certification", "website")


@transaction.atomic
def merge_enterprises(
    *, kept: SocialEnterprise, gone: SocialEnterprise, versions: tuple[int, int], by: User
) -> None:
    """Unite `gone` with `kept`; raises StaleEnterprise when either is not as it was read."""
    kept, gone = _locked(kept, gone)
    if (kept.version, gone.version) != versions:
        raise StaleEnterprise
    claim(kept)
    claim(gone)
    before = state_of(kept)
    _take(kept, gone)
    _close(gone, kept, by=by)
    kept.updated_by = by
    kept.save()
    _move(gone, kept)
    fresh = SocialEnterprise.objects.with_terms().get(pk=kept.pk)
    write_change(fresh, RECEIVED, before, state_of(fresh) | {"from": gone.name}, by=by)


@transaction.atomic
def keep_apart(*, first: SocialEnterprise, second: SocialEnterprise, by: User) -> None:
    """Say that two enterprises of near names are not one; said twice, it is said."""
    if first.distinct_from.filter(pk=second.pk).exists():
        return
    first.distinct_from.add(second)
    write_audit(
        row=first,
        organization=None,
        action=KEPT_APART,
        after={"from": {"key": second.pk, "label": second.name}},
        by=by,
    )


def _locked(*pair: SocialEnterprise) -> list[SocialEnterprise]:
    """Both rows as they stand, locked in the order of their keys."""
    rows = SocialEnterprise.objects.listed().select_for_update(of=("self",)).with_terms()
    found = {row.pk: row for row in rows.filter(pk__in=[row.pk for row in pair]).order_by("pk")}
    if len(found) != len(pair):
        raise StaleEnterprise
    return [found[row.pk] for row in pair]


def _take(kept: SocialEnterprise, gone: SocialEnterprise) -> None:
    """Fill in what the one that stays does not say; never how to reach somebody who asked out."""
    for name in _FILLED:
        if not getattr(kept, name):
            setattr(kept, name, getattr(gone, name))
    asked = RemovalRequest.objects.filter(enterprise__in=[kept, gone])
    if any(getattr(kept, name) for name in CONTACT) or asked.exists():
        return
    for name in CONTACT:
        setattr(kept, name, getattr(gone, name))


def _close(gone: SocialEnterprise, kept: SocialEnterprise, *, by: User) -> None:
    gone.state, gone.merged_into = SocialEnterprise.State.MERGED, kept
    gone.updated_by = by
    empty_contact(gone)
    gone.save()
    after = {
        "state": gone.state,
        "into": {"key": kept.pk, "label": kept.name},
        "version": gone.version,
    }
    write_audit(row=gone, organization=None, action=MERGED, after=after, by=by)


def _move(gone: SocialEnterprise, kept: SocialEnterprise) -> None:
    """All that names the one that goes now names the one that stays, once."""
    for name in LINKS:
        getattr(kept, name).add(*getattr(gone, name).all())
    kept.note_reach()
    for model in (Purchase, SupplierMatch, PurchaseImportSupplier):
        model._default_manager.filter(enterprise=gone).update(enterprise=kept)
    _propose_instead(gone, kept)
    favourites = FavouriteEnterprise.objects.filter(enterprise=gone)
    known = FavouriteEnterprise.objects.filter(enterprise=kept).values("user")
    favourites.exclude(user__in=known).update(enterprise=kept)
    favourites.delete()
    # The answered ones too: what was taken out on request is not taken up again.
    RemovalRequest.objects.filter(enterprise=gone).update(enterprise=kept)
    # An address that led to it leads on to where it went.
    gone.merged.update(merged_into=kept)
    kept.distinct_from.add(*gone.distinct_from.exclude(pk=kept.pk))
    gone.distinct_from.clear()
    movers.move(gone, kept)


def _propose_instead(gone: SocialEnterprise, kept: SocialEnterprise) -> None:
    """What spreadsheets under way propose for their suppliers: the one that stays, once."""
    asked = PurchaseImportSupplier.objects.exclude(candidates=[]).only("pk", "candidates")
    changed = []
    for supplier in asked.order_by("pk").iterator(chunk_size=_BATCH):
        if any(key == gone.pk for key, _, _ in supplier.candidates):
            supplier.candidates = _candidates(supplier.candidates, gone, kept)
            changed.append(supplier)
    PurchaseImportSupplier.objects.bulk_update(changed, ["candidates"], batch_size=_BATCH)


def _candidates(
    found: list[list[Any]], gone: SocialEnterprise, kept: SocialEnterprise
) -> list[list[Any]]:
    """The likeliest first: of two that are now one, the first is enough."""
    by_key: dict[int, list[Any]] = {}
    for key, name, score in found:
        place = kept.pk if key == gone.pk else key
        by_key.setdefault(place, [place, kept.name if key == gone.pk else name, score])
    return list(by_key.values())
