"""Where the fictional members used clauses, what came of it, and the clauses that they propose."""

import datetime
import random
import tomllib
import uuid
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from chantier.demo.dates import at_office, days, workday
from chantier.lib.french import typeset
from measures.actions.audit import subject_of
from measures.actions.catalogue import CatalogueDraft, Wording
from measures.actions.clause_proposals import accept_proposal, propose_clause
from measures.actions.clause_uses import add_use
from measures.models import (
    CatalogueEvent,
    Clause,
    ClauseProposal,
    ClauseUse,
    ClauseVersion,
    Stage,
)
from members.models import AuditEntry, Organization, Term, User

_CLAUSES = Path(__file__).parent / "clauses.toml"


@dataclass(frozen=True)
class _Scene:
    """Who writes, and when: at the office, some days before today."""

    organizations: dict[str, Organization]
    teams: dict[int, list[User]]
    today: datetime.date
    rng: random.Random

    def moment(self, day: datetime.date) -> datetime.datetime:
        return at_office(self.rng, workday(min(day, self.today - days(1))))


def ensure_clauses(
    organizations: list[Organization],
    teams: dict[int, list[User]],
    *,
    today: datetime.date,
    staff: User,
) -> None:
    """Once: what people note in the demonstration afterwards stays."""
    if ClauseUse.objects.filter(organization__in=organizations).exists():
        return
    by_slug = {organization.slug: organization for organization in organizations}
    rng = random.Random(202_104)  # noqa: S311 - a fixed draw, not a secret
    scene = _Scene(by_slug, teams, today, rng)
    told = tomllib.loads(_CLAUSES.read_text(encoding="utf-8"))
    for item in told["item"]:
        _note(scene, item)
    for item in told["proposal"]:
        _propose(scene, item, staff)


def _note(scene: _Scene, item: dict[str, Any]) -> None:
    organization = scene.organizations[item["organization"]]
    author = scene.teams[organization.pk][0]
    day = workday(scene.today - days(item["ago"]))
    version = ClauseVersion.objects.filter(clause__code=item["clause"]).latest("number")
    wording = version.text
    for old, new in item["swap"]:
        wording = wording.replace(old, typeset(new))
    use = ClauseUse(
        organization=organization,
        clause_version=version,
        implementation=organization.implementations.filter(
            measure__code=item.get("measure", "")
        ).first(),
        document_kind=Term.objects.get(code=f"document_kind:{item['document']}"),
        document_reference=item["reference"].format(year=day.year),
        used_on=day,
        wording=wording,
        bids=item.get("bids"),
        outcome=item["outcome"],
        amount=Decimal(item["amount"]) if "amount" in item else None,
        lawyers_changed=typeset(item.get("lawyers", "")),
        sharing=item["sharing"],
    )
    add_use(use=use, submission_key=uuid.uuid4(), by=author)
    moment = scene.moment(day + days(45))
    ClauseUse.objects.filter(pk=use.pk).update(created_at=moment, updated_at=moment)
    AuditEntry.objects.filter(subject=subject_of(use)).update(at=moment)


def _propose(scene: _Scene, item: dict[str, Any], staff: User) -> None:
    organization = scene.organizations[item["organization"]]
    proposal = ClauseProposal(
        organization=organization,
        title=item["title"],
        stage=Stage.objects.get(order=item["stage"]),
        text=typeset(item["text"]),
        why=typeset(item["why"]),
    )
    key, author = uuid.uuid4(), scene.teams[organization.pk][0]
    propose_clause(proposal=proposal, submission_key=key, by=author)
    moment = scene.moment(scene.today - days(item["ago"]))
    rows = ClauseProposal.objects.filter(pk=proposal.pk)
    rows.update(created_at=moment)
    if "code" in item:
        answered = scene.moment(moment.date() + days(12))
        clause = _accept(proposal, item, staff)
        rows.update(answered_at=answered)
        CatalogueEvent.objects.filter(subject="clause", code=clause.code).update(at=answered)
        ClauseVersion.objects.filter(clause=clause).update(created_at=answered)


def _accept(proposal: ClauseProposal, item: dict[str, Any], staff: User) -> Clause:
    """As staff take a clause into the library."""
    row = Clause(
        code=item["code"],
        slug=item["code"].lower(),
        stage=proposal.stage,
        title=proposal.title,
        basis="proposition d’un membre du chantier",
    )
    links = {"documents": [Term.objects.get(code="document_kind:appel_offres")]}
    return accept_proposal(
        proposal=proposal,
        draft=CatalogueDraft(row, links, wording=Wording(proposal.text, "")),
        answer=item["answer"],
        submission_key=uuid.uuid4(),
        by=staff,
    )
