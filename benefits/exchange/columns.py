"""The columns of the directory in a spreadsheet: the export writes them, the import reads them.

Several terms in one cell are parted by « ; ». The region of the seat is not among those served.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from benefits.models import Criterion, SocialEnterprise
from chantier.lib.french import fold
from chantier.lib.spreadsheets import Column, Value
from members.models import Vocabulary

SHEET = "Répertoire"
SEPARATOR = "; "


@dataclass(frozen=True)
class DirectoryColumn(Column):
    """A column, its field of `SocialEnterprise`, and other heads that people write for it."""

    name: str = ""
    aliases: tuple[str, ...] = ()
    is_required: bool = False
    # The choice list of a column of one term, or of several.
    vocabulary: Vocabulary | None = None
    is_many: bool = False
    # How to reach a person: for those who are logged in.
    is_contact: bool = False


def _column(
    name: str,
    label: str,
    width: int,
    *aliases: str,
    kind: Literal["text", "number", "amount", "date"] = "text",
    choices: tuple[str, ...] = (),
    **more: Any,
) -> DirectoryColumn:
    return DirectoryColumn(label, kind, width, choices, name, aliases, **more)


ELIGIBILITIES = {
    code: label[:1].upper() + label[1:] for code, label in SocialEnterprise.Eligibility.choices
}
CRITERIA = {
    Criterion.ACTIVITY: "Activité",
    Criterion.PURPOSE: "But",
    Criterion.INDEPENDENCE: "Indépendance",
    Criterion.DEMOCRACY: "Démocratie",
    Criterion.VIABILITY: "Viabilité",
    Criterion.SURPLUS: "Surplus",
    Criterion.DISSOLUTION: "Dissolution",
}
COLUMNS = (
    # How the portal knows the enterprise again, whatever its new name or number.
    _column("code", "Code", 22, "Code de l’EÉS", "Identifiant"),
    _column(
        "name",
        "Nom",
        36,
        *("Nom de l’entreprise", "Entreprise", "EÉS", "Organisme", "Raison sociale"),
        is_required=True,
    ),
    _column("neq", "NEQ", 14, "Numéro d’entreprise du Québec", "Numéro d’entreprise"),
    _column(
        "legal_form",
        "Forme juridique",
        24,
        *("Forme", "Statut juridique"),
        vocabulary=Vocabulary.LEGAL_FORM,
        is_required=True,
    ),
    _column(
        "region",
        "Région",
        26,
        *("Région du siège", "Région administrative", "Siège"),
        vocabulary=Vocabulary.REGION,
        is_required=True,
    ),
    _column(
        "served_regions",
        "Régions desservies",
        34,
        *("Régions servies", "Territoire desservi", "Territoire"),
        vocabulary=Vocabulary.REGION,
        is_many=True,
    ),
    _column(
        "sectors",
        "Secteurs",
        34,
        *("Secteur", "Secteurs d’activité", "Secteur d’activité"),
        vocabulary=Vocabulary.SECTOR,
        is_many=True,
    ),
    _column(
        "tags",
        "Étiquettes",
        28,
        *("Étiquette", "Mots-clés"),
        vocabulary=Vocabulary.ENTERPRISE_TAG,
        is_many=True,
    ),
    _column("mission", "Mission", 44, "Mission sociale", is_required=True),
    _column("offer", "Offre", 60, "Produits et services", "Offre de produits et services"),
    _column("certification", "Certification", 28, "Certifications"),
    _column("website", "Site Web", 34, "Site", "Site internet", "Adresse Web"),
    _column(
        "contact_name",
        "Personne à joindre",
        26,
        *("Personne-ressource", "Contact", "Nom du contact"),
        is_contact=True,
    ),
    _column("contact_role", "Fonction", 26, "Titre", "Fonction du contact", is_contact=True),
    _column(
        "contact_email",
        "Courriel de travail",
        30,
        *("Courriel", "Adresse courriel", "Courriel du contact"),
        is_contact=True,
    ),
    _column(
        "contact_phone",
        "Téléphone de travail",
        20,
        *("Téléphone", "Téléphone du contact"),
        is_contact=True,
    ),
    _column(
        "eligibility",
        "Admissibilité (art. 3)",
        18,
        *("Admissibilité", "Statut d’EÉS"),
        choices=tuple(ELIGIBILITIES.values()),
    ),
    _column("examined_on", "Examinée le", 14, "Date de l’examen", kind="date"),
    _column("criteria", "Critères démontrés", 34, "Critères", "Critères de l’article 3"),
    _column("evidence", "Preuve de l’admissibilité", 44, "Preuve"),
    _column("source_url", "Adresse de la preuve", 34),
)
# The columns of an examination: together they say what the last one concluded, and from what.
REVIEW = ("eligibility", "examined_on", "criteria", "evidence", "source_url")
PUBLIC = tuple(column for column in COLUMNS if not column.is_contact)
BY_NAME = {column.name: column for column in COLUMNS}


def heads() -> dict[str, DirectoryColumn]:
    """Each column by the heads that it is known under, folded."""
    return {
        folded_head(head): column for column in COLUMNS for head in (column.label, *column.aliases)
    }


def folded_head(text: str) -> str:
    """A head without case, accents or punctuation."""
    return " ".join(re.findall(r"\w+", fold(text)))


def joined(labels: Iterable[str]) -> str:
    """Several terms in one cell."""
    return SEPARATOR.join(labels)


def parted(cell: str) -> list[str]:
    """The terms of a cell, as they are written there."""
    return [label.strip() for label in cell.replace("\n", ";").split(";") if label.strip()]


def row_of(cells: dict[str, Value], columns: Iterable[DirectoryColumn] = COLUMNS) -> list[Value]:
    """A row in the order of the columns, from cells by name."""
    return [cells.get(column.name) for column in columns]
