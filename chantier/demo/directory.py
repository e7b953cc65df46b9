"""What members propose for the directory, and somebody who asks to be taken out of it."""

import datetime
import uuid

from benefits.actions.proposals import decline_proposal, propose_enterprise
from benefits.actions.removals import ask_removal
from benefits.models import RemovalRequest, SocialEnterprise
from members.models import Organization, Term, User

Writers = dict[int, list[User]]
# Name, form, region, sector, mission, and the answer when there is one.
_PROPOSALS = (
    (
        "Vélos du faubourg",
        *("legal_form:coop_solidarite", "region:03", "sector:transport"),
        *("Réparation et remise à neuf de vélos de service", ""),
    ),
    (
        "Rabot et Cie",
        *("legal_form:obnl", "region:12", "sector:construction"),
        "Menuiserie et rénovation de locaux",
        "Ses actionnaires se partagent les surplus\u00a0: elle ne répond pas à l’article 3.",
    ),
)


def ensure_directory(
    organizations: list[Organization], writers: Writers, *, today: datetime.date, by: User
) -> None:
    """One proposal that waits, one that was declined, and one request; once each."""
    if SocialEnterprise.objects.filter(proposed_by__isnull=False, is_fictional=True).exists():
        return
    for organization, proposed in zip(organizations, _PROPOSALS, strict=False):
        _propose(organization, writers[organization.pk][0], *proposed, by=by)
    shown = SocialEnterprise.objects.listed().filter(is_fictional=True).exclude(contact_email="")
    for enterprise in shown[:1]:
        removal = RemovalRequest(
            enterprise=enterprise,
            reply_to="ancienne.equipe@retrait.example",
            message="Je n’occupe plus cette fonction.",
        )
        ask_removal(removal=removal, submission_key=_key(f"retrait:{enterprise.code}"))


def _propose(
    organization: Organization,
    author: User,
    name: str,
    form: str,
    region: str,
    sector: str,
    mission: str,
    answer: str,
    *,
    by: User,
) -> None:
    terms = Term.objects.in_bulk([form, region, sector], field_name="code")
    enterprise = SocialEnterprise(
        name=name,
        legal_form=terms[form],
        region=terms[region],
        mission=mission,
        is_fictional=True,
    )
    proposal, is_new = propose_enterprise(
        enterprise=enterprise,
        links={"sectors": [terms[sector]]},
        submission_key=_key(f"proposition:{name}"),
        organization=organization,
        by=author,
    )
    if answer and is_new:
        decline_proposal(proposal=proposal, answer=answer, by=by)


def _key(text: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"demo:{text}")
