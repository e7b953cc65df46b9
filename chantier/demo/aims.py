"""Where a few fictional members want their indicators to go, and who may see the values."""

import datetime
import random
from pathlib import Path
from typing import Any

from chantier.demo.dates import at_office, days, workday
from chantier.lib import seeds
from measures.actions.aims import ACTION, save_aim
from measures.actions.audit import subject_of
from measures.indicators.values import read
from measures.models import Indicator, IndicatorAim
from members.fiscal import FiscalYear
from members.models import AuditEntry, Organization, User

_AIMS = Path(__file__).parent / "aims.toml"
# The oldest of the values that are noted, and the fiscal year aimed at.
_BACK, _AHEAD = 4, 2


def ensure_aims(
    organizations: list[Organization], teams: dict[int, list[User]], *, today: datetime.date
) -> None:
    """Once: while nobody has said where they go."""
    if IndicatorAim.objects.filter(organization__in=organizations).exists():
        return
    by_slug = {organization.slug: organization for organization in organizations}
    indicators = seeds.by_code(Indicator)
    rng = random.Random(202_106)  # noqa: S311 - a fixed draw, not a secret
    for item in seeds.load(_AIMS):
        organization, indicator = by_slug[item["organization"]], indicators[item["indicator"]]
        aim = save_aim(
            organization=organization,
            indicator=indicator,
            stated=_stated(item, organization, indicator, today),
            version=0,
            by=teams[organization.pk][-1],
        )
        _date(aim, at_office(rng, workday(today - days(rng.randint(20, 60)))))


def _stated(
    item: dict[str, Any], organization: Organization, indicator: Indicator, today: datetime.date
) -> dict[str, Any]:
    year = FiscalYear.of(organization, today)
    baseline, target = read(item["baseline"], indicator), read(item["target"], indicator)
    return {
        "baseline": baseline,
        "baseline_from": None if baseline is None else year.back(_BACK).start,
        "target": target,
        "target_from": year.back(-_AHEAD).start,
        "sharing": item["sharing"],
    }


def _date(aim: IndicatorAim, moment: datetime.datetime) -> None:
    """It was written now; put it back on its day."""
    IndicatorAim.objects.filter(pk=aim.pk).update(updated_at=moment)
    AuditEntry.objects.filter(subject=subject_of(aim), action=ACTION).update(at=moment)
