"""The sections of both reports, in their order, and what people write in them. Data only.

`code` is the anchor of the section, the name of its text and of the comments on it: stored, so it
never changes.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Prompt:
    """The text that a section asks for; `limit` in characters.

    A section that `is_expected` and has no text is on the list of what is missing.
    """

    label: str
    help: str
    limit: int = 4000
    is_expected: bool = False


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    prompt: Prompt | None = None


ORGANIZATION_SECTIONS = (
    Section(
        "sommaire",
        "Sommaire",
        Prompt(
            "Faits saillants",
            "Trois au plus, un par ligne. Ils ouvrent le rapport.",
            limit=600,
            is_expected=True,
        ),
    ),
    Section(
        "priorite",
        "Priorité de l’an prochain",
        Prompt(
            "Priorité de l’an prochain",
            "Une ou deux phrases, à la fin du sommaire.",
            limit=400,
            is_expected=True,
        ),
    ),
    Section(
        "profil",
        "Profil et portée",
        Prompt(
            "Unités comprises et limites des données",
            "Services, filiales ou établissements compris; ce que les chiffres ne disent pas.",
            is_expected=True,
        ),
    ),
    Section(
        "engagements",
        "Engagements",
        Prompt(
            "Engagements",
            "Politique, déclaration, cible, plan d’action, gouvernance.",
        ),
    ),
    Section(
        "avancement",
        "Avancement par étape",
        Prompt("Ce qui explique l’avancement", "Ce qui a aidé, ce qui a retardé."),
    ),
    Section("implantees", "Mesures implantées pendant la période"),
    Section("a-venir", "Mesures à venir"),
    Section(
        "achats",
        "Achats et indicateurs",
        Prompt("Ce que disent ces chiffres", "Faits marquants, données partielles, méthode."),
    ),
    Section(
        "benefices",
        "Bénéfices",
        Prompt("Ce que ces achats ont apporté", "Au-delà des chiffres et des témoignages choisis."),
    ),
    Section(
        "clauses",
        "Clauses utilisées",
        Prompt("Ce que les clauses ont donné", "Ce qui serait écrit autrement la prochaine fois."),
    ),
    Section(
        "enjeux",
        "Enjeux et solutions",
        Prompt(
            "Aide demandée", "Ce que les autres membres ou la coordination pourraient apporter."
        ),
    ),
    Section("rencontres", "Participation aux rencontres"),
    Section("preuves", "Annexe\u00a0: liste des preuves"),
    Section("sans-objet", "Annexe\u00a0: mesures sans objet"),
    Section("methode", "Annexe\u00a0: méthode et définitions"),
)

CHANTIER_SECTIONS = (
    Section(
        "objectifs",
        "Mot de la coordination et objectifs",
        Prompt("Mot de la coordination", "Il ouvre le rapport du chantier.", is_expected=True),
    ),
    Section("organisations", "Organisations participantes"),
    Section("rencontres", "Rencontres"),
    Section(
        "avancement",
        "Avancement par étape",
        Prompt("Ce qui explique l’avancement", "Ce qui a aidé, ce qui a retardé."),
    ),
    Section(
        "resultats",
        "Résultats",
        Prompt("Ce que disent ces résultats", "Faits marquants, données partielles, méthode."),
    ),
    Section("cas", "Cas inspirants"),
    Section(
        "enjeux",
        "Enjeux, solutions et travaux à venir",
        Prompt("Travaux à venir", "Ce que le chantier fera l’an prochain.", is_expected=True),
    ),
    Section("methode", "Méthode et limites"),
)


def sections_of(*, of_chantier: bool) -> tuple[Section, ...]:
    return CHANTIER_SECTIONS if of_chantier else ORGANIZATION_SECTIONS


def section_named(code: str, *, of_chantier: bool) -> Section | None:
    """None for a code that no section bears."""
    rows = sections_of(of_chantier=of_chantier)
    return next((row for row in rows if row.code == code), None)


def written_sections(*, of_chantier: bool) -> tuple[Section, ...]:
    """The sections that ask for a text."""
    return tuple(row for row in sections_of(of_chantier=of_chantier) if row.prompt)
