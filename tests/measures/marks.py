"""What the form of a barrier met without a record sends, and where."""

from typing import Any

from measures.models import BarrierEncounter
from members.models import Organization
from tests.measures.attached import sent_encounter
from tests.measures.sent import url

UNIQUE = "Cet enjeu est déjà noté pour cette étape et cette année."


def add_at(organization: Organization, code: str = "EN-01") -> str:
    return f"{url('barrier_mark', organization)}?enjeu={code}"


def mark_at(row: BarrierEncounter, name: str = "barrier_mark_edit") -> str:
    return url(name, row.organization, pk=row.pk)


def list_at(organization: Organization) -> str:
    return url("encounter_list", organization)


def sent(row: BarrierEncounter | None = None, **values: Any) -> dict[str, Any]:
    """What the form sends; the stage by address, the year by label."""
    place = {"stage": "etape-4", "cycle": "2020-2021"}
    if row is not None:
        assert row.cycle is not None
        place = {"stage": row.stage.slug, "cycle": row.cycle.label}
    return sent_encounter(row, **(place | values))
