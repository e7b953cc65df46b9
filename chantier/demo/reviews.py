"""The synthesis of the last meeting, in review, and what two fictional members propose."""

import datetime
import uuid

from chantier.demo.dates import days
from chantier.lib.french import typeset
from meetings.acts.amending import propose_amendment
from meetings.acts.compiling import compile_synthesis
from meetings.acts.reviewing import open_review
from meetings.drafts import text_print
from meetings.models import Amendment, Attendance, Synthesis
from members.models import Membership, User
from members.roles import Role

# By slug: the point, what it should say, and why.
_PROPOSED = {
    "val-clement": (
        "Les petits achats restent la porte d’entrée la plus simple",
        "Les achats de gré à gré restent la porte d’entrée la plus simple",
        "Le mot « petits » se lit autrement d’une organisation à l’autre.",
    ),
    "mrc-deux-collines": (
        "Un modèle de formulaire d’effets sera essayé par trois membres",
        "Un modèle de formulaire d’effets sera essayé par quatre membres jusqu’à l’été",
        "",
    ),
}


def ensure_review(*, today: datetime.date, by: User) -> None:
    """Once: what staff have done with the review since stays."""
    synthesis = Synthesis.objects.filter(
        meeting__code="DEMO-TENUE", state=Synthesis.State.DRAFT, review_until=None, version=1
    ).first()
    if synthesis is None:
        return
    Attendance.objects.filter(meeting=synthesis.meeting, organization__slug__in=_PROPOSED).update(
        present=True
    )
    compile_synthesis(meeting=synthesis.meeting, version=1, by=by)
    synthesis.refresh_from_db()
    open_review(synthesis=synthesis, version=synthesis.version, until=today + days(10), by=by)
    for slug in _PROPOSED:
        _propose(synthesis, slug, today)


def _propose(synthesis: Synthesis, slug: str, today: datetime.date) -> None:
    base, text, reason = map(typeset, _PROPOSED[slug])
    point = synthesis.points.get(text=base)
    author = Membership.objects.filter(organization__slug=slug, role=Role.CONTRIBUTOR).first()
    if author is None:
        return
    propose_amendment(
        amendment=Amendment(
            synthesis=synthesis,
            point=point,
            kind=point.kind,
            text=text,
            reason=reason,
            organization=author.organization,
        ),
        seen=text_print(point.kind, point.text),
        key=uuid.uuid4(),
        today=today,
        by=author.user,
    )
