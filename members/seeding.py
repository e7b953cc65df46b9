"""The vocabulary and the cycles of the seed files."""

from pathlib import Path

from chantier.lib import seeds
from members.models import Achievement, Cycle, CycleObjective, Term

_FILES = Path(__file__).parent / "seed"


def seed() -> dict[str, int]:
    """Load or refresh what this app proposes; return the number of rows by name."""
    terms = seeds.upsert(Term, seeds.load(_FILES / "terms.toml"))
    cycles = {"cycle": _seed_cycles()}
    objectives = seeds.upsert(
        CycleObjective, seeds.load(_FILES / "objectives.toml"), targets=cycles
    )
    achievements = seeds.upsert(
        Achievement, seeds.load(_FILES / "achievements.toml"), targets=cycles
    )
    return {
        "terme": len(terms),
        "objectif du cycle": len(objectives),
        "réalisation": len(achievements),
    }


def _seed_cycles() -> dict[str, Cycle]:
    """Cycles by label; those that exist are the staff's, with the dates that they set."""
    known = {cycle.label: cycle for cycle in Cycle.objects.all()}
    for item in seeds.load(_FILES / "cycles.toml"):
        if item["label"] not in known:
            known[item["label"]] = Cycle.objects.create(**item)
    return known
