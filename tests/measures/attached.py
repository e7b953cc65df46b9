"""What the forms of results and of barriers met send, and where."""

import uuid
from typing import Any

from measures.actions.results import record_under
from measures.models import BarrierEncounter, Implementation, Result
from tests.measures.sent import url


def sent_result(result: Result | None = None, **values: Any) -> dict[str, Any]:
    """What the form of a result sends."""
    data = {
        "submission_key": str(uuid.uuid4()),
        "version": str(result.version) if result else "",
        "name": "Contrats",
        "unit": "contrats",
        "period_start": "2020-04-01",
        "period_end": "2021-03-31",
        "baseline": "4",
        "value": "",
        "target": "15",
    }
    if result is not None:
        data |= {"name": result.name, "unit": result.unit}
        for name in ("baseline", "value", "target"):
            value = getattr(result, name)
            data[name] = "" if value is None else str(value)
    return data | values


def create_at(record: Implementation) -> str:
    return url("result_create", record.organization, pk=record.pk)


def result_at(result: Result, name: str = "result_edit") -> str:
    record = result.implementation
    return url(name, record.organization, pk=record.pk, result_pk=result.pk)


def sent_encounter(encounter: BarrierEncounter | None = None, **values: Any) -> dict[str, Any]:
    """What the form of a barrier met sends; solutions by code."""
    data: dict[str, Any] = {
        "submission_key": str(uuid.uuid4()),
        "version": str(encounter.version) if encounter else "",
        "solutions": [row.code for row in encounter.solutions.all()] if encounter else [],
        "what_worked": encounter.what_worked if encounter else "",
        "sharing": encounter.sharing if encounter else "coordination",
    }
    return data | values


def encounter_at(encounter: BarrierEncounter, name: str = "encounter_edit") -> str:
    record = record_under(encounter)
    return url(name, record.organization, pk=record.pk, encounter_pk=encounter.pk)
