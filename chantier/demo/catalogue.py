"""What ECPAR staff have changed in the catalogue since it was delivered: two small things."""

import datetime
import random

from chantier.demo.dates import at_office, days, workday
from measures import actions
from measures.models import Barrier, CatalogueEvent, Measure, Solution
from members.models import User

_SEED = 20210128


def ensure_catalogue(*, today: datetime.date, by: User) -> None:
    """Once: what people change in the demonstration afterwards stays."""
    if CatalogueEvent.objects.exists():
        return
    rng = random.Random(_SEED)  # noqa: S311 (invented dates)
    measure = Measure.objects.get(code="M2-02")
    measure.expected_evidence = "Calendrier à jour et unité responsable de chaque contrat"
    barrier = Barrier.objects.get(code="EN-05")
    idea = Solution(
        barrier=barrier, text="Personne-ressource pour les questions", order=4, is_inference=True
    )
    drafts = {
        40: actions.CatalogueDraft(row=measure),
        12: actions.CatalogueDraft(row=barrier, children=[idea]),
    }
    for ago, draft in drafts.items():
        actions.save_catalogue_row(draft=draft, version=0, by=by)
        at = at_office(rng, workday(today - days(ago)))
        CatalogueEvent.objects.filter(code=draft.row.code).update(at=at)
