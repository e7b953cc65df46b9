"""Beside each section of a draft: where it is changed, and what the coordination asks of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from chantier.reports.places import cases_page, texts_page
from chantier.reports.sections import ORGANIZATION_SECTIONS, Section
from chantier.reports.standing import Asked
from measures.statuses import Status
from members.models import Cycle, Organization

_REGISTER = "measures:implementation_list"
# By section, where its figures and its lists come from: words, name of the page, its query.
_SOURCES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "engagements": (("Ouvrir le registre", _REGISTER, ""),),
    "avancement": (("Ouvrir le registre", _REGISTER, ""),),
    "implantees": (("Ouvrir le registre", _REGISTER, f"?statut={Status.IMPLEMENTED}"),),
    "a-venir": (("Ouvrir le registre", _REGISTER, ""),),
    "achats": (
        ("Ouvrir les achats", "benefits:purchase_list", ""),
        ("Remplir les indicateurs", "measures:indicator_grid", ""),
    ),
    "benefices": (("Ouvrir les bénéfices observés", "benefits:observation_list", ""),),
    "clauses": (("Ouvrir les clauses utilisées", "measures:clause_use_list", ""),),
    "enjeux": (("Ouvrir les enjeux vécus", "measures:encounter_list", ""),),
    "preuves": (("Ouvrir les preuves", "measures:evidence_list", ""),),
    "sans-objet": (("Ouvrir le registre", _REGISTER, f"?statut={Status.NOT_APPLICABLE}"),),
}
# The texts of a section: the summary holds two, and its links say which.
_TEXTS = {
    "sommaire": (
        ("Modifier les faits saillants", "sommaire"),
        ("Modifier la priorité", "priorite"),
    ),
    "priorite": (),
}


@dataclass(frozen=True)
class Way:
    """A link; the title of its section ends its accessible name."""

    words: str
    address: str


@dataclass(frozen=True)
class Margin:
    title: str
    ways: tuple[Way, ...]
    asked: tuple[Asked, ...]
    # Where its comments are settled from: back there after.
    place: str
    may_settle: bool


def margins_of_draft(
    organization: Organization, cycle: Cycle, asked: Iterable[Asked], *, may_write: bool
) -> dict[str, Margin]:
    """By code of section; the links for those who may write, the comments for all members."""
    return {
        section.code: Margin(
            section.title,
            _ways(section, organization, cycle) if may_write else (),
            _open(asked, section),
            place="section",
            may_settle=may_write,
        )
        for section in ORGANIZATION_SECTIONS
    }


def margins_of_texts(asked: Iterable[Asked]) -> dict[str, Margin]:
    """Of the page where texts are written: the comments alone."""
    return {
        section.code: Margin(
            section.title, (), _open(asked, section), place="textes", may_settle=True
        )
        for section in ORGANIZATION_SECTIONS
    }


def _open(asked: Iterable[Asked], section: Section) -> tuple[Asked, ...]:
    return tuple(row for row in asked if row.comment.section == section.code and not row.is_settled)


def _ways(section: Section, organization: Organization, cycle: Cycle) -> tuple[Way, ...]:
    page = texts_page(organization, cycle.label)
    own = (("Modifier le texte", section.code),) if section.prompt else ()
    texts = _TEXTS.get(section.code, own)
    ways = [Way(words, f"{page}#texte-{code}") for words, code in texts]
    if section.code == "benefices":
        ways.append(Way("Choisir les cas", cases_page(organization, cycle.label)))
    for words, name, query in _SOURCES.get(section.code, ()):
        ways.append(Way(words, reverse(name, args=[organization.slug]) + query))
    if section.code == "rencontres":
        ways.append(Way("Voir la participation", reverse("meetings:participation")))
    return tuple(ways)
