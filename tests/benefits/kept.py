"""What the forms of the directory post."""

import uuid
from typing import Any

from django.core import signing
from django.utils import timezone

from benefits.actions.directory import CONTACT, LINKS, TEXTS, state_of
from benefits.models import DirectoryImport, DirectoryImportRow, SocialEnterprise
from measures.actions.audit import subject_of
from members.models import Organization
from tests.factories import (
    AuditEntryFactory,
    DirectoryImportFactory,
    EligibilityReviewFactory,
    RemovalRequestFactory,
    SocialEnterpriseFactory,
    TermFactory,
    UserFactory,
)

SALT = "benefits.enterprise"


def lists() -> None:
    """The terms that the forms offer."""
    for code, vocabulary, label in (
        ("legal_form:obnl", "legal_form", "Organisme à but non lucratif"),
        ("legal_form:coop_travail", "legal_form", "Coopérative de travail"),
        ("region:06", "region", "Montréal"),
        ("region:04", "region", "Mauricie"),
        ("sector:alimentation", "sector", "Traiteur et services alimentaires"),
        ("sector:entretien", "sector", "Entretien de bâtiments"),
        ("enterprise_tag:cpe", "enterprise_tag", "CPE"),
    ):
        term = TermFactory(code=code)
        term.vocabulary, term.label = vocabulary, label
        term.save()


def typed(**changes: Any) -> dict[str, Any]:
    """A form filled in for a new enterprise."""
    return {
        "name": "Les Marmites solidaires",
        "neq": "1143 920 115",
        "legal_form": "legal_form:obnl",
        "region": "region:06",
        "mission": "Former des jeunes en cuisine.",
        "sectors": ["sector:alimentation"],
        "submission_key": str(uuid.uuid4()),
        **changes,
    }


def opened(enterprise: SocialEnterprise, **changes: Any) -> dict[str, Any]:
    """The form opened on an enterprise, with `changes` typed in it."""
    enterprise = SocialEnterprise.objects.get(pk=enterprise.pk)
    state = state_of(enterprise)
    return {
        **{name: state[name] for name in (*TEXTS, *LINKS, *CONTACT)},
        "version": str(enterprise.version),
        "base": signing.dumps(state, salt=SALT, compress=True),
        "submission_key": str(uuid.uuid4()),
        **changes,
    }


def directory_kwargs(organization: Organization) -> dict[str, dict[str, Any]]:
    """Two enterprises, one of which somebody left, and one that the organization proposes."""
    first = SocialEnterpriseFactory(slug="entreprise-de-la-visite")
    second = SocialEnterpriseFactory()
    removal = RemovalRequestFactory(enterprise=second)
    proposal = SocialEnterpriseFactory(
        state="proposed", proposed_for=organization, proposed_by=UserFactory()
    )
    slug, org = {"slug": first.slug}, {"org_slug": organization.slug}
    sent = {"pk": DirectoryImportFactory(head={"names": ["Nom"], "number": 1}, row_count=0).pk}
    return {
        "benefits:enterprise_detail": slug,
        "benefits:enterprise_favourite": slug,
        "benefits:enterprise_export": {"kind": "csv"},
        "benefits:enterprise_edit": slug,
        "benefits:enterprise_review": slug,
        "benefits:removal_ask": slug,
        "benefits:enterprise_merge": {"first": first.pk, "second": second.pk},
        "benefits:directory_import_detail": sent,
        "benefits:directory_import_check": sent,
        "benefits:directory_import_model": {"kind": "csv"},
        "benefits:proposal_answer": {"pk": proposal.pk},
        "benefits:removal_answer": {"pk": removal.pk},
        "benefits:own_proposal_list": org,
        "benefits:enterprise_propose": org,
    }


def grow_directory(world: Any, index: int) -> None:
    """More to keep: proposals, duplicates, examinations, imports, requests."""
    shown = SocialEnterprise.objects.get(slug=world.kwargs["benefits:enterprise_edit"]["slug"])
    person = UserFactory()
    proposed = {"proposed_for": world.a.organization, "proposed_by": person}
    SocialEnterpriseFactory(state="proposed", **proposed)
    SocialEnterpriseFactory(state="merged", merged_into=shown, **proposed)
    # Near one another, and near the one that is compared and the one that is proposed.
    twin = SocialEnterpriseFactory(name=f"Menuiserie du Ruisseau {index}")
    SocialEnterpriseFactory(name=f"Menuiserie du Ruisseau {index} inc.")
    proposal = SocialEnterprise.objects.get(pk=world.kwargs["benefits:proposal_answer"]["pk"])
    SocialEnterpriseFactory(name=proposal.name)
    shown.sectors.add(TermFactory(code=f"sector:tenu-{index}"))
    shown.served_regions.add(TermFactory(code=f"region:tenu-{index}"))
    EligibilityReviewFactory(enterprise=shown)
    AuditEntryFactory(subject=subject_of(shown))
    now = timezone.now()
    sent = world.kwargs["benefits:directory_import_detail"]["pk"]
    first = DirectoryImportRow.objects.filter(table_id=sent).count() + 1
    for number, state in enumerate(("added", "wrong", "unchanged"), start=first):
        DirectoryImportRow.objects.create(
            table_id=sent,
            number=number,
            state=state,
            after={"name": f"Ajoutée {index}", "region": "region:06"},
            errors=[[index, 2, "A2", "Nom", "Donnez-le."]] if state == "wrong" else [],
        )
    DirectoryImport.objects.filter(pk=sent).update(row_count=3, checked_count=3)
    DirectoryImportFactory(applied_at=now, applied_by=person)
    RemovalRequestFactory(enterprise=twin)
    closed = {"message": "", "answered_by": person, "answered_at": now}
    RemovalRequestFactory(enterprise=twin, state="done", **closed)
