"""The columns of the directory in a spreadsheet: the same out and in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from benefits.models import SocialEnterprise
from chantier.lib.spreadsheets import Column, Value

SHEET = "Répertoire des EÉS"
# Between the words of a cell that holds several: no label of a list holds it.
BETWEEN = "; "


@dataclass(frozen=True)
class DirectoryColumn(Column):
    """A column, the field that it is, and other heads that people write for it."""

    name: str = ""
    aliases: tuple[str, ...] = ()


def _column(
    name: str,
    label: str,
    width: int,
    *aliases: str,
    kind: Literal["text", "number", "amount", "date"] = "text",
    choices: tuple[str, ...] = (),
) -> DirectoryColumn:
    return DirectoryColumn(label, kind, width, choices, name, aliases)


_ELIGIBILITY = tuple(label.capitalize() for label in SocialEnterprise.Eligibility.labels)

COLUMNS = (
    _column("name", "Nom", 40, "Entreprise", "Nom de l’entreprise", "EÉS"),
    _column("neq", "NEQ", 14, "Numéro d’entreprise du Québec"),
    _column("legal_form", "Forme juridique", 34, "Forme"),
    _column("region", "Région", 26, "Région du siège", "Région administrative"),
    _column("served_regions", "Régions desservies", 34),
    _column("sectors", "Secteurs", 34, "Secteur", "Secteurs d’activité", "Secteur d’activité"),
    _column("tags", "Étiquettes", 28, "Étiquette"),
    _column("mission", "Mission", 50),
    _column("offer", "Offre", 60, "Produits et services"),
    _column("certification", "Certification", 30, "Certifications"),
    _column("website", "Site Web", 34, "Site", "Site Internet"),
    _column("contact_name", "Personne à joindre", 28, "Contact"),
    _column("contact_role", "Fonction", 24, "Titre"),
    _column("contact_email", "Courriel", 30, "Courriel de travail", "Adresse courriel"),
    _column("contact_phone", "Téléphone", 20, "Téléphone de travail"),
    _column("eligibility", "Admissibilité", 18, "Admissibilité (art. 3)", choices=_ELIGIBILITY),
    _column("eligibility_on", "Examinée le", 14, "Date de l’examen", kind="date"),
)
BY_NAME = {column.name: column for column in COLUMNS}
SEVERAL = ("served_regions", "sectors", "tags")
# How to reach a person: for those who are logged in.
CONTACT = ("contact_name", "contact_role", "contact_email", "contact_phone")


def columns(*, with_contact: bool) -> tuple[DirectoryColumn, ...]:
    return tuple(column for column in COLUMNS if with_contact or column.name not in CONTACT)


def row_of(enterprise: SocialEnterprise, *, with_contact: bool) -> list[Value]:
    """A row of the spreadsheet; of an enterprise `with_terms`, no query."""
    return [_cell(enterprise, column.name) for column in columns(with_contact=with_contact)]


def _cell(enterprise: SocialEnterprise, name: str) -> Value:
    if name in SEVERAL:
        return joined(term.label for term in getattr(enterprise, name).all())
    if name in ("legal_form", "region"):
        return str(getattr(enterprise, name).label)
    if name == "eligibility":
        return enterprise.get_eligibility_display().capitalize()
    value: Value = getattr(enterprise, name)
    return value


def joined(labels: Iterable[str]) -> str:
    return BETWEEN.join(labels)
