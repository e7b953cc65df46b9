"""Writes of the directory: an enterprise added, changed, examined.

The journal never holds how to reach a person: it says which of these fields changed, not what
they said. What was taken out on request is then nowhere.
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from benefits.keeping.slugs import free_slug
from benefits.models import EligibilityReview, SocialEnterprise
from measures.actions.audit import subject_of, write_audit
from members.models import AuditEntry, Term, User

ADDED, CHANGED, EXAMINED = "enterprise_add", "enterprise_change", "enterprise_examine"
TEXTS = (
    "name",
    "neq",
    "legal_form",
    "region",
    "mission",
    "offer",
    "certification",
    "website",
)
LINKS = ("sectors", "served_regions", "tags")
CONTACT = ("contact_name", "contact_role", "contact_email", "contact_phone")

State = dict[str, Any]
Links = Mapping[str, Iterable[Term]]


class StaleEnterprise(Exception):
    """Somebody saved the enterprise after this form was opened."""


def state_of(enterprise: SocialEnterprise) -> State:
    """What an enterprise says, its terms by their codes."""
    state: State = {name: getattr(enterprise, name) for name in (*TEXTS, *CONTACT)}
    for name in ("legal_form", "region"):
        state[name] = state[name].code
    for name in LINKS:
        state[name] = sorted(term.code for term in getattr(enterprise, name).all())
    return state


def add_enterprise(
    *, enterprise: SocialEnterprise, links: Links, submission_key: uuid.UUID, by: User
) -> tuple[SocialEnterprise, bool]:
    """List an enterprise; the same form again gives the one that it made, and False."""
    kept = SocialEnterprise.objects.filter(submission_key=submission_key)
    if first := kept.first():
        return first, False
    enterprise.submission_key = submission_key
    try:
        with transaction.atomic():
            write_new(enterprise=enterprise, links=links, by=by)
    except IntegrityError:
        if first := kept.first():
            return first, False
        raise
    return enterprise, True


@transaction.atomic
def write_new(*, enterprise: SocialEnterprise, links: Links, action: str = ADDED, by: User) -> None:
    """A new row of the directory, at its own address."""
    enterprise.slug = free_slug(enterprise.name)
    enterprise.updated_by = by
    enterprise.save()
    set_links(enterprise, links)
    write_change(enterprise, action, {}, state_of(enterprise), by=by)


@transaction.atomic
def save_enterprise(
    *,
    enterprise: SocialEnterprise,
    links: Links,
    before: State,
    submission_key: uuid.UUID | None = None,
    action: str = CHANGED,
    by: User,
) -> bool:
    """Save an enterprise over `before`; return whether anything changed.

    Raises StaleEnterprise when somebody saved it in between.
    """
    told = {name: sorted(term.code for term in rows) for name, rows in links.items()}
    names = (*TEXTS, *CONTACT)
    fields = {name: getattr(enterprise, name) for name in names}
    plain = {name: getattr(value, "code", value) for name, value in fields.items()}
    after = before | plain | told
    if after == before:
        return False
    claim(enterprise)
    enterprise.updated_by = by
    enterprise.save()
    set_links(enterprise, links)
    write_change(enterprise, action, before, after, submission_key, by=by)
    return True


@transaction.atomic
def review_enterprise(*, review: EligibilityReview, submission_key: uuid.UUID, by: User) -> bool:
    """Write why an enterprise answers article 3, or not; its state is that of the last examination.

    False when this very form has been written: its key is in the journal.
    """
    stored = SocialEnterprise.objects.select_for_update(of=("self",))
    review.enterprise = stored.get(pk=review.enterprise_id)
    if was_written(review.enterprise, submission_key):
        return False
    enterprise = review.enterprise
    review.by = by
    review.save()
    before = {"eligibility": enterprise.eligibility, "eligibility_on": enterprise.eligibility_on}
    newest = enterprise.reviews.order_by("-examined_on", "-pk").first() or review
    enterprise.eligibility, enterprise.eligibility_on = newest.state, newest.examined_on
    claim(enterprise)
    enterprise.save(update_fields=["eligibility", "eligibility_on", "updated_at"])
    after = {"eligibility": review.state, "eligibility_on": review.examined_on}
    made = {"version": enterprise.version, "submission_key": str(submission_key)}
    write_audit(
        row=enterprise,
        organization=None,
        action=EXAMINED,
        before=before,
        after=after | made,
        by=by,
    )
    return True


def entries_of(enterprise: SocialEnterprise) -> QuerySet[AuditEntry]:
    """The journal of an enterprise, newest first."""
    return AuditEntry.objects.filter(subject=subject_of(enterprise)).select_related("actor")


def was_written(enterprise: SocialEnterprise, submission_key: uuid.UUID) -> bool:
    """Whether the journal of an enterprise holds the line of this form."""
    return entries_of(enterprise).filter(after__submission_key=str(submission_key)).exists()


def empty_contact(enterprise: SocialEnterprise) -> list[str]:
    """Take out how to reach a person; the names of the fields that said something."""
    said = [name for name in CONTACT if getattr(enterprise, name)]
    for name in said:
        setattr(enterprise, name, "")
    return said


def set_links(enterprise: SocialEnterprise, links: Links) -> None:
    for name, terms in links.items():
        getattr(enterprise, name).set(terms)
    enterprise.note_reach()


def claim(enterprise: SocialEnterprise) -> None:
    """Take the next version of a stored enterprise, which only one of two savers can."""
    stored = SocialEnterprise.objects.filter(pk=enterprise.pk, version=enterprise.version)
    if not stored.update(version=F("version") + 1):
        raise StaleEnterprise
    enterprise.version += 1


def write_change(
    enterprise: SocialEnterprise,
    action: str,
    before: State,
    after: State,
    submission_key: uuid.UUID | None = None,
    *,
    by: User,
) -> None:
    change_entry(enterprise, action, before, after, submission_key, by=by).save()


def change_entry(
    enterprise: SocialEnterprise,
    action: str,
    before: State,
    after: State,
    submission_key: uuid.UUID | None = None,
    *,
    by: User,
) -> AuditEntry:
    """A line of the journal, which names the fields of a person without their values."""
    changed = [name for name in after if before.get(name) != after[name]]
    told = [name for name in changed if name not in CONTACT]
    contact = [name for name in changed if name in CONTACT and (before or after[name])]
    made: State = {"version": enterprise.version}
    if submission_key:
        made["submission_key"] = str(submission_key)
    if contact:
        made["contact"] = contact
    return AuditEntry(
        actor=by,
        action=action,
        subject=subject_of(enterprise),
        before={name: before[name] for name in told if name in before},
        after={name: after[name] for name in told} | made,
    )
