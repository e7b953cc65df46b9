"""Contents frozen under an older schema, read as those of today; what is stored never changes."""

from collections.abc import Mapping
from typing import Any

from chantier.reports.sections import written_sections


def _no_texts(*, of_chantier: bool) -> dict[str, str]:
    return {section.code: "" for section in written_sections(of_chantier=of_chantier)}


# What each schema added, with what stands for it in older contents.
_ADDED: dict[str, dict[str, Any]] = {
    "organization": {
        "toolbox": None,
        "purchases": None,
        "benefits": None,
        "texts": _no_texts(of_chantier=False),
        "cases": [],
    },
    "chantier": {
        "texts": _no_texts(of_chantier=True),
        "results": None,
        "cases": [],
        "cases_left": 0,
        "barriers": None,
        "bases": {},
    },
}


def read(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a version, with every key that the templates of today read."""
    return {**_ADDED[content["kind"]], **content}
