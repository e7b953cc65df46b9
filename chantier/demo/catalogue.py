"""What ECPAR staff have changed in the catalogue since it was delivered: three small things."""

import datetime
import random

from chantier.demo.dates import at_office, days, workday
from measures import actions
from measures.models import Barrier, CatalogueEvent, Clause, ClauseVersion, Measure, Solution
from members.models import User

_SEED = 20210128


def ensure_catalogue(*, today: datetime.date, by: User) -> None:
    """Once: what people change in the demonstration afterwards stays."""
    if CatalogueEvent.objects.exists():
        return
    rng = random.Random(_SEED)  # noqa: S311 (invented dates)
    # The texts that the portal was delivered with are older than those that staff wrote.
    delivered = at_office(random.Random(_SEED), workday(today - days(400)))  # noqa: S311
    ClauseVersion.objects.filter(author=None).update(created_at=delivered)
    measure = Measure.objects.get(code="M2-02")
    measure.expected_evidence = "Calendrier à jour et unité responsable de chaque contrat"
    barrier = Barrier.objects.get(code="EN-05")
    idea = Solution(
        barrier=barrier, text="Personne-ressource pour les questions", order=4, is_inference=True
    )
    clause = Clause.objects.get(code="C-20")
    wording = actions.Wording(
        text=clause.versions.latest("number").text.replace("[20] jours", "[20] jours ouvrables"),
        reason="Le délai se comptait de deux façons.",
    )
    drafts = {
        40: actions.CatalogueDraft(row=measure),
        25: actions.CatalogueDraft(row=clause, wording=wording),
        12: actions.CatalogueDraft(row=barrier, children=[idea]),
    }
    for ago, draft in drafts.items():
        actions.save_catalogue_row(draft=draft, version=0, by=by)
        at = at_office(rng, workday(today - days(ago)))
        CatalogueEvent.objects.filter(code=draft.row.code).update(at=at)
        ClauseVersion.objects.filter(clause__code=draft.row.code, author=by).update(created_at=at)
