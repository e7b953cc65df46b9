"""Writes of observed benefits: each is one transaction, with its line in the journal."""

import uuid
from collections.abc import Collection
from typing import Any

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from benefits.models import ObservedBenefit
from benefits.observed.publication import publish
from measures.actions.audit import write_audit
from members.models import User
from members.sharing import SharingLevel

ADDED, CHANGED = "observation_add", "observation_change"
REMOVED = "observation_remove"
CONSENTED = "observation_consent"
# A consent that ends by itself: to what was said before, or of what is kept in the organization.
LAPSED, WITHDRAWN = "observation_consent_lapse", "observation_consent_withdraw"
VERIFIED, UNVERIFIED = "observation_verify", "observation_unverify"
# What a person types, and what the journal therefore follows.
OBSERVATION_FIELDS = (
    "benefit",
    "value",
    "statement",
    "observed_on",
    "purchase",
    "implementation",
    "evidence",
    "sharing",
)
# What staff read before they verify: another one must be read again.
WHAT_IS_VERIFIED = ("benefit", "value", "statement", "evidence")
# What somebody consented to, word for word and number for number.
WHAT_IS_QUOTED = ("benefit", "value", "statement")

_VERIFICATION = ["verified_by", "verified_at"]
_CONSENT = ["consent", "consent_by", "consent_at", "lapsed_consent"]

State = dict[str, Any]


class StaleObservation(Exception):
    """Somebody saved the observation after this page was opened."""


def state_of(row: ObservedBenefit) -> State:
    """What an observation says, as the journal keeps it; another row by its key and in words."""
    return {name: _told(getattr(row, name)) for name in OBSERVATION_FIELDS}


def _told(value: Any) -> Any:
    return {"key": value.pk, "label": str(value)} if isinstance(value, models.Model) else value


@transaction.atomic
def add_observation(*, row: ObservedBenefit, submission_key: uuid.UUID, by: User) -> None:
    """Note what was observed; its form is recognized by its key when it arrives again."""
    row.submission_key, row.created_by = submission_key, by
    row.save()
    _write(row, ADDED, {}, state_of(row) | _made(row, submission_key), by=by)
    publish(row.benefit_id)


@transaction.atomic
def change_observation(
    *, row: ObservedBenefit, before: State, submission_key: uuid.UUID, by: User
) -> bool:
    """Save an observation over `before`; return whether anything changed.

    A change of what was verified takes the verification away, and one of what may be quoted ends
    the consent, until somebody confirms it. Raises StaleObservation when somebody saved it in
    between.
    """
    after = state_of(row)
    changed = [name for name in after if before[name] != after[name]]
    if not changed:
        return False
    _claim(row)
    old, new = ({name: state[name] for name in changed} for state in (before, after))
    # Neither is a part of the form: what was chosen meanwhile is read, not overwritten.
    stored = ObservedBenefit.objects.only("verified_at", "consent").get(pk=row.pk)
    loses = stored.verified_at is not None and bool(set(changed) & set(WHAT_IS_VERIFIED))
    if loses:
        row.verified_by = row.verified_at = None
    ends = _end_consent(row, stored.consent, changed)
    row.save(update_fields=[*changed, "updated_at", *_VERIFICATION * loses, *_CONSENT * bool(ends)])
    _write(row, CHANGED, old, new | _made(row, submission_key), by=by)
    if loses:
        _write(row, UNVERIFIED, {}, {"because": CHANGED}, by=by)
    if ends:
        _write(row, ends, {"consent": stored.consent}, {"consent": row.consent}, by=by)
    publish(row.benefit_id, before["benefit"]["key"])
    return True


def _end_consent(row: ObservedBenefit, consent: str, changed: Collection[str]) -> str:
    """End a consent that holds no more; return how it ended, empty where it stands."""
    none = ObservedBenefit.Consent.NONE
    is_kept = row.sharing == SharingLevel.PRIVATE
    if consent == none or not (is_kept or set(changed) & set(WHAT_IS_QUOTED)):
        return ""
    row.consent, row.consent_by, row.consent_at = none, None, None
    row.lapsed_consent = "" if is_kept else consent
    return WITHDRAWN if is_kept else LAPSED


@transaction.atomic
def remove_observation(*, row: ObservedBenefit, by: User) -> None:
    """Take an observation away; the journal keeps what it said.

    Raises StaleObservation when somebody saved it in between.
    """
    _claim(row)
    _write(row, REMOVED, state_of(row) | {"consent": row.consent}, _made(row, None), by=by)
    row.delete()
    publish(row.benefit_id)


@transaction.atomic
def choose_consent(*, row: ObservedBenefit, consent: str, version: int | None, by: User) -> bool:
    """Keep whether the story may be quoted; return whether that is a change.

    `version` is that of the text that was read; taking the consent back asks for none. Raises
    StaleObservation when the text is another one by now, or is gone.
    """
    stored = ObservedBenefit.objects.select_for_update().filter(pk=row.pk).first()
    if stored is None:
        raise StaleObservation
    gives = consent != ObservedBenefit.Consent.NONE
    if gives and stored.version != version:
        raise StaleObservation
    if stored.consent == consent and not stored.lapsed_consent:
        return False
    before = {"consent": stored.consent}
    stored.consent, stored.consent_by, stored.consent_at = consent, by, timezone.now()
    stored.lapsed_consent = ""
    stored.save(update_fields=_CONSENT)
    _write(stored, CONSENTED, before, {"consent": consent}, by=by)
    return True


@transaction.atomic
def verify_observation(*, row: ObservedBenefit, version: int, by: User) -> bool:
    """Say that an observation was verified as it stood at `version`; return whether it is news.

    Raises StaleObservation when it says something else by now, or is not shared any more.
    """
    stored = ObservedBenefit.objects.shared().select_for_update(of=("self",)).filter(pk=row.pk)
    found = stored.first()
    if found is None or found.version != version:
        raise StaleObservation
    if found.verified_at is not None:
        return False
    found.verified_by, found.verified_at = by, timezone.now()
    found.save(update_fields=_VERIFICATION)
    _write(found, VERIFIED, {}, {}, by=by)
    publish(found.benefit_id)
    return True


@transaction.atomic
def unverify_observation(*, row: ObservedBenefit, by: User) -> bool:
    """Take a verification back; return whether there was one."""
    found = ObservedBenefit.objects.select_for_update().filter(pk=row.pk).first()
    if found is None or found.verified_at is None:
        return False
    found.verified_by = found.verified_at = None
    found.save(update_fields=_VERIFICATION)
    _write(found, UNVERIFIED, {}, {}, by=by)
    publish(found.benefit_id)
    return True


def _claim(row: ObservedBenefit) -> None:
    """Take the next version of a stored row, which only one of two savers can."""
    stored = ObservedBenefit.objects.filter(pk=row.pk, version=row.version)
    if not stored.update(version=F("version") + 1):
        raise StaleObservation
    row.version += 1


def _made(row: ObservedBenefit, submission_key: uuid.UUID | None) -> State:
    """The version that a line made, and the form that brought it: what a merge starts from."""
    return {"version": row.version, "submission_key": submission_key}


def _write(row: ObservedBenefit, action: str, before: State, after: State, *, by: User) -> None:
    write_audit(
        row=row,
        organization=row.organization,
        action=action,
        before=before,
        after=after,
        by=by,
    )
