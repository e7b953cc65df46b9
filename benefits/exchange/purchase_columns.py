"""The columns of purchases in a spreadsheet: the export writes them, the import reads them."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from chantier.lib.french import fold
from chantier.lib.spreadsheets import Column, Value
from members.models import Vocabulary

SHEET = "Achats"


@dataclass(frozen=True)
class PurchaseColumn(Column):
    """A column, its field of `Purchase`, and other heads that people write for it."""

    name: str = ""
    aliases: tuple[str, ...] = ()
    # What the portal works out: written, never read.
    is_read: bool = True
    is_required: bool = False
    vocabulary: Vocabulary | None = None


def _column(
    name: str,
    label: str,
    width: int,
    *aliases: str,
    kind: Literal["text", "number", "amount", "date"] = "text",
    **more: Any,
) -> PurchaseColumn:
    return PurchaseColumn(label, kind, width, (), name, aliases, **more)


COLUMNS = (
    _column(
        "purchased_on",
        "Date",
        12,
        *("Date d’achat", "Date de l’achat", "Date de facture", "Date de la facture"),
        *("Date du bon de commande", "Date de commande", "Date du contrat", "Date de transaction"),
        *("Date comptable", "Date d’octroi", "Facturé le", "Payé le", "Jour"),
        kind="date",
        is_required=True,
    ),
    _column(
        "supplier_name",
        "Fournisseur",
        36,
        *("Nom du fournisseur", "Nom fournisseur", "Fournisseurs", "Raison sociale", "Entreprise"),
        *("Nom de l’entreprise", "Bénéficiaire", "Adjudicataire", "Vendeur", "Tiers", "Nom"),
        *("Prestataire", "Cocontractant"),
        is_required=True,
    ),
    _column(
        "supplier_neq",
        "NEQ du fournisseur",
        14,
        *("NEQ", "NEQ fournisseur", "Numéro d’entreprise", "No NEQ", "Numéro NEQ"),
        "Numéro d’entreprise du Québec",
    ),
    _column(
        "amount",
        "Montant avant taxes",
        16,
        *("Montant avant taxes ($)", "Montant", "Montant ($)", "Montant HT", "Montant hors taxes"),
        *("Montant avant taxe", "Montant net", "Sous-total", "Total avant taxes", "Dépense"),
        *("Montant de la dépense", "Montant du contrat", "Valeur", "Coût", "Prix"),
        kind="amount",
        is_required=True,
    ),
    _column(
        "description",
        "Objet",
        40,
        *("Description", "Désignation", "Objet de l’achat", "Objet du contrat", "Libellé"),
        *("Nature", "Bien ou service", "Article", "Détail"),
    ),
    _column(
        "reference",
        "Numéro du contrat ou du bon de commande",
        20,
        *("Numéro du contrat", "Numéro de contrat", "No contrat", "Contrat", "Référence"),
        *("Numéro du bon de commande", "Bon de commande", "No bon de commande", "BC", "No BC"),
        *("Numéro de facture", "No facture", "Facture", "No de pièce", "Pièce"),
    ),
    _column(
        "sector",
        "Secteur",
        34,
        *("Secteur d’activité", "Catégorie", "Famille d’achat", "Famille", "Catégorie d’achat"),
        vocabulary=Vocabulary.SECTOR,
    ),
    _column(
        "mode",
        "Mode de sollicitation",
        28,
        *("Mode", "Mode d’adjudication", "Mode d’octroi", "Mode d’attribution", "Sollicitation"),
        vocabulary=Vocabulary.PROCUREMENT_MODE,
    ),
    _column(
        "contract_kind",
        "Sorte de contrat",
        24,
        *("Type de contrat", "Nature du contrat", "Catégorie de contrat", "Genre de contrat"),
        vocabulary=Vocabulary.CONTRACT_KIND,
    ),
    _column("enterprise", "EÉS du répertoire", 30, is_read=False),
    _column("region", "Région de l’EÉS", 24, is_read=False),
    _column("clause_uses", "Clauses employées", 34, is_read=False),
)
READ = tuple(column for column in COLUMNS if column.is_read)
BY_NAME = {column.name: column for column in COLUMNS}


def heads() -> dict[str, PurchaseColumn]:
    """Each column that is read, by the heads that it is known under, folded."""
    return {
        folded_head(head): column for column in READ for head in (column.label, *column.aliases)
    }


def folded_head(text: str) -> str:
    """A head without case, accents or punctuation."""
    return " ".join(re.findall(r"\w+", fold(text)))


def row_of(cells: dict[str, Value]) -> list[Value]:
    """A row in the order of the columns, from cells by name."""
    return [cells.get(column.name) for column in COLUMNS]
