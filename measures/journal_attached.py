"""The journal of what hangs on a record, in words: results in figures, and barriers met.

Each line of the journal holds the whole row before and after (`measures.actions.results`).
"""

import datetime
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from chantier.lib import french
from measures.models import BarrierEncounter, Result
from measures.results import figure
from members.sharing import SharingLevel

State = dict[str, Any]
_NAME = "Nom"
_SHARING = "Qui peut le voir"
_FIGURES = ("baseline", "value", "target")


@dataclass(frozen=True)
class Told:
    """One line of the journal: its title, and (label, before, after) for what changed."""

    title: str
    lines: tuple[tuple[str, str, str], ...]


def told_of_attached(changes: dict[str, Any]) -> Told | None:
    """What a line says of a result or of a barrier; None when it is about something else."""
    if "result" in changes:
        before, after = changes["result"]
        name = (after or before)["name"]
        return Told(_title("Résultat", name, before, after), _lines(_of_result, before, after))
    if "encounter" in changes:
        before, after = changes["encounter"]
        name = (after or before)["barrier"]
        return Told(_title("Enjeu", name, before, after), _lines(_of_encounter, before, after))
    return None


def _title(what: str, name: str, before: State | None, after: State | None) -> str:
    act = "ajouté" if before is None else "supprimé" if after is None else "modifié"
    return f"{what} «\u00a0{name}\u00a0» {act}"


def _lines(
    words: Any, before: State | None, after: State | None
) -> tuple[tuple[str, str, str], ...]:
    """What differs, label by label; of a row that came or went, only what was said in it."""
    left = words(before) if before else {}
    right = words(after) if after else {}
    pairs = [(label, left.get(label, ""), right.get(label, "")) for label in right or left]
    if before is None or after is None:
        # The title says the name, and no figure is nothing said; who sees it matters when it moves.
        known = (_NAME, _SHARING)
        pairs = [
            pair for pair in pairs if pair[0] not in known and french.NOT_AVAILABLE not in pair
        ]
    return tuple(pair for pair in pairs if pair[1] != pair[2])


def _of_result(state: State) -> dict[str, str]:
    start, end = (datetime.date.fromisoformat(state[f"period_{side}"]) for side in ("start", "end"))
    words = {_NAME: state["name"], "Période": french.period(start, end)}
    for name in _FIGURES:
        value = None if state[name] is None else Decimal(state[name])
        words[_label(Result, name)] = figure(value, state["unit"])
    return words


def _of_encounter(state: State) -> dict[str, str]:
    return {
        _label(BarrierEncounter, "solutions"): ", ".join(state["solutions"].values()),
        _label(BarrierEncounter, "what_worked"): state["what_worked"],
        # Lines older than this choice do not say it.
        _SHARING: str(dict(SharingLevel.choices).get(state.get("sharing", ""), "")),
    }


def _label(model: Any, name: str) -> str:
    label = str(model._meta.get_field(name).verbose_name)
    return label[:1].upper() + label[1:]
