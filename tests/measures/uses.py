"""What the forms of uses and proposals of clauses send, and where."""

import uuid
from typing import Any

from measures.actions.clause_uses import add_use
from measures.models import ClauseProposal, ClauseUse, ClauseVersion
from members.models import Organization, Term, User
from members.sharing import SharingLevel
from tests.factories import ClauseUseFactory, TermFactory
from tests.measures.sent import url


def tender() -> Term:
    return TermFactory(code="document_kind:appel_offres")


def create_at(organization: Organization, version: ClauseVersion) -> str:
    return f"{url('clause_use_create', organization)}?clause={version.clause.slug}"


def use_at(use: ClauseUse, name: str = "clause_use_detail") -> str:
    return url(name, use.organization, pk=use.pk)


def noted(organization: Organization, version: ClauseVersion, by: User, **values: Any) -> ClauseUse:
    """A use as its form leaves it: with the line of journal that says so."""
    row: ClauseUse = ClauseUseFactory.build(
        organization=organization, clause_version=version, document_kind=tender(), **values
    )
    add_use(use=row, submission_key=uuid.uuid4(), by=by)
    return row


def sent_new(version: ClauseVersion, **values: Any) -> dict[str, Any]:
    """What the form of a new use sends."""
    data = {
        "submission_key": str(uuid.uuid4()),
        "clause_version": str(version.number),
        "seen_version": str(version.number),
        "document_kind": str(tender().pk),
        "document_reference": "AO-2021-12",
        "used_on": "2021-03-15",
        "wording": "Le fournisseur Untel s’engage.",
        "implementation": "",
        "bids": "",
        "outcome": "",
        "amount": "",
        "lawyers_changed": "",
        "sharing": SharingLevel.COORDINATION,
    }
    return data | values


def sent_use(use: ClauseUse, **values: Any) -> dict[str, Any]:
    """What the form of a stored use sends."""
    data = {
        "submission_key": str(uuid.uuid4()),
        "version": str(use.version),
        "document_kind": str(use.document_kind_id),
        "document_reference": use.document_reference,
        "used_on": use.used_on.isoformat(),
        "wording": use.wording,
        "implementation": str(use.implementation_id or ""),
        "bids": "" if use.bids is None else str(use.bids),
        "outcome": use.outcome,
        "amount": "" if use.amount is None else str(use.amount),
        "lawyers_changed": use.lawyers_changed,
        "sharing": use.sharing,
    }
    return data | values


def sent_proposal(**values: Any) -> dict[str, Any]:
    """What the form of a proposal sends; `stage` by its key."""
    data = {
        "submission_key": str(uuid.uuid4()),
        "title": "Visite des lieux",
        "text": "Une visite est offerte dans les [5] jours.",
        "why": "La visite obligatoire écartait les petites entreprises.",
    }
    return data | values


def sent_acceptance(proposal: ClauseProposal, **values: Any) -> dict[str, Any]:
    """What the form that takes a proposal into the library sends."""
    data = {
        "submission_key": str(uuid.uuid4()),
        "version": "0",
        "code": "C-21",
        "stage": proposal.stage.code,
        "title": proposal.title,
        "text": proposal.text,
        "documents": [tender().code],
        "basis": "",
        "answer": "",
    }
    return data | values
