"""The inventory of benefits and the public figures of the seed files."""

from pathlib import Path

from benefits.models import Benefit, PublicFigure
from chantier.lib import seeds
from measures.models import Source

_FILES = Path(__file__).parent / "seed"


def seed() -> dict[str, int]:
    """Load or refresh what this app proposes; return the number of rows by name."""
    sources = seeds.by_code(Source)
    figures = seeds.upsert(
        PublicFigure, seeds.load(_FILES / "public_figures.toml"), targets={"sources": sources}
    )
    benefits = seeds.upsert(
        Benefit,
        seeds.load(_FILES / "benefits.toml"),
        targets={"figures": figures, "sources": sources},
    )
    return {"bénéfice": len(benefits), "donnée publique": len(figures)}
