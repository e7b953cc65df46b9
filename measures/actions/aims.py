"""Writing where an organization wants an indicator to go; each change has its line."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from measures.actions.audit import write_audit
from measures.models import Indicator, IndicatorAim
from members.models import Organization, User

AIM_FIELDS = ("baseline", "baseline_from", "target", "target_from", "sharing")
ACTION = "indicator_aim"


class StaleAim(Exception):
    """Somebody saved the aim in between."""


def aim_state(aim: IndicatorAim | None) -> dict[str, Any]:
    """An aim as the journal keeps it, with the version that it then had."""
    if aim is None:
        return {}
    state = {name: getattr(aim, name) for name in AIM_FIELDS}
    return {name: None if value is None else str(value) for name, value in state.items()} | {
        "version": aim.version
    }


@transaction.atomic
def save_aim(
    *,
    organization: Organization,
    indicator: Indicator,
    stated: Mapping[str, Any],
    version: int,
    by: User,
) -> IndicatorAim:
    """Store an aim over the version that its author saw; 0 for none.

    What changes nothing writes nothing. Raises StaleAim when another version is stored.
    """
    aims = IndicatorAim.objects.filter(organization=organization, indicator=indicator)
    aim = aims.first()
    if (aim.version if aim else 0) != version:
        raise StaleAim
    if aim is not None and all(getattr(aim, name) == value for name, value in stated.items()):
        return aim
    before = aim_state(aim)
    if aim is None:
        aim = IndicatorAim(organization=organization, indicator=indicator)
    elif not aims.filter(version=version).update(version=F("version") + 1):
        raise StaleAim
    aim.version = version + 1
    for name, value in stated.items():
        setattr(aim, name, value)
    aim.updated_by, aim.updated_at = by, timezone.now()
    try:
        with transaction.atomic():
            aim.save()
    except IntegrityError:
        # A colleague noted the first one in the same instant.
        raise StaleAim from None
    after = aim_state(aim)
    write_audit(
        row=aim, organization=organization, action=ACTION, before=before, after=after, by=by
    )
    return aim
