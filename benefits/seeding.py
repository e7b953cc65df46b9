"""The inventory of benefits and the public figures of the seed files."""

from pathlib import Path

from benefits.models import Benefit, PublicFigure
from benefits.observed.publication import publish_all
from chantier.lib import seeds
from measures.models import Source
from members.models import Term

_FILES = Path(__file__).parent / "seed"


def seed() -> dict[str, int]:
    """Load or refresh what this app proposes; return the number of rows by name."""
    named: seeds.Targets = {"sources": seeds.by_code(Source), "terms": seeds.by_code(Term)}
    figures = seeds.upsert(PublicFigure, seeds.load(_FILES / "public_figures.toml"), targets=named)
    benefits = seeds.upsert(
        Benefit,
        seeds.load(_FILES / "benefits.toml"),
        targets={"figures": figures, **named},
    )
    publish_all()
    return {"bénéfice": len(benefits), "donnée publique": len(figures)}
