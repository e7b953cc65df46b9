"""The catalogue of the seed files: the guide, and the tools that go with it."""

from pathlib import Path
from typing import Any

from chantier.lib import seeds
from measures.models import (
    Barrier,
    Clause,
    ClauseVersion,
    Indicator,
    LegalReference,
    Measure,
    Solution,
    Source,
    Stage,
    Threshold,
)
from members.models import Term

_FILES = Path(__file__).parent / "seed"
# Written where readers of a clause see why its text changed.
_NEW_TEXT = "Mise à jour du contenu de référence."


def seed() -> dict[str, int]:
    """Load or refresh what this app proposes; return the number of rows by name."""
    sources = seeds.upsert(Source, seeds.load(_FILES / "sources.toml"))
    stages = seeds.upsert(Stage, seeds.load(_FILES / "stages.toml"))
    laws = seeds.upsert(
        LegalReference,
        seeds.load(_FILES / "legal_references.toml"),
        targets={"sources": sources},
    )
    thresholds = seeds.upsert(
        Threshold,
        seeds.load(_FILES / "thresholds.toml"),
        targets={"legal_reference": laws, "sources": sources},
    )
    terms = seeds.by_code(Term)
    measures = seeds.upsert(
        Measure,
        seeds.load(_FILES / "measures.toml"),
        targets={"stage": stages, "legal_references": laws, "sources": sources, "groups": terms},
    )
    clauses = _seed_clauses(stages, laws, sources, terms, measures)
    return {
        "source": len(sources),
        "étape": len(stages),
        "référence légale": len(laws),
        "seuil": len(thresholds),
        "mesure": len(measures),
        "clause": len(clauses),
        "indicateur": _seed_indicators(sources, measures),
        "enjeu": _seed_barriers(measures, clauses, sources),
    }


def _seed_clauses(
    stages: dict[str, Stage],
    laws: dict[str, LegalReference],
    sources: dict[str, Source],
    terms: dict[str, Term],
    measures: dict[str, Measure],
) -> dict[str, Clause]:
    items = seeds.load(_FILES / "clauses.toml")
    texts = {item["code"]: item.pop("text") for item in items}
    clauses = seeds.upsert(
        Clause,
        items,
        targets={
            "stage": stages,
            "legal_references": laws,
            "sources": sources,
            "documents": terms,
            "contract_kinds": terms,
            "measures": measures,
        },
    )
    newest: dict[int, ClauseVersion] = {}
    for version in ClauseVersion.objects.order_by("number"):
        newest[version.clause_id] = version
    for code, clause in clauses.items():
        coming = _next_version(clause, newest.get(clause.pk), texts[code])
        if coming:
            # Not in bulk: a saved version is also what its clause is found by.
            coming.save()
    return clauses


def _next_version(clause: Clause, newest: ClauseVersion | None, text: str) -> ClauseVersion | None:
    """The text of the file as a new version, unless it stands or somebody wrote over it."""
    if newest is None:
        return ClauseVersion(clause=clause, number=1, text=text)
    if newest.author_id is not None or newest.text == text:
        return None
    return ClauseVersion(clause=clause, number=newest.number + 1, text=text, reason=_NEW_TEXT)


def _seed_indicators(sources: dict[str, Source], measures: dict[str, Measure]) -> int:
    """Those that people type first: a quotient divides two of them."""
    items = seeds.load(_FILES / "indicators.toml")
    targets: dict[str, dict[str, Any]] = {"sources": sources, "measures": measures}
    typed = seeds.upsert(
        Indicator, [row for row in items if "dividend" not in row], targets=targets
    )
    quotients = seeds.upsert(
        Indicator,
        [row for row in items if "dividend" in row],
        targets=targets | {"dividend": typed, "divisor": typed},
    )
    return len(typed) + len(quotients)


def _seed_barriers(
    measures: dict[str, Measure], clauses: dict[str, Clause], sources: dict[str, Source]
) -> int:
    items = seeds.load(_FILES / "barriers.toml")
    solutions = {item["code"]: item.pop("solutions") for item in items}
    targets: seeds.Targets = {"measures": measures, "clauses": clauses, "sources": sources}
    barriers = seeds.upsert(Barrier, items, targets=targets)
    seeds.upsert(
        Solution,
        [
            {"code": f"{code}-S{order}", "barrier": code, "text": text, "order": order}
            for code, texts in solutions.items()
            for order, text in enumerate(texts, start=1)
        ],
        targets={"barrier": barriers},
    )
    return len(barriers)
