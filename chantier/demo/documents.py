"""A handful of small real files, made on the spot, as evidence of the fictional members."""

import csv
import io
from collections.abc import Callable
from functools import partial

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from chantier.lib.files import check_upload
from chantier.lib.french import typeset
from chantier.lib.rendering import render_pdf
from measures.actions import NewEvidence

Rows = list[tuple[str, ...]]


def _file(name: str, content: bytes) -> NewEvidence:
    upload = SimpleUploadedFile(name, content)
    return NewEvidence(name, upload=upload, checked=check_upload(upload))


def _pdf(name: str, title: str, paragraphs: tuple[str, ...], rows: Rows) -> NewEvidence:
    head, *body = [tuple(typeset(cell) for cell in row) for row in rows]
    context = {
        "title": typeset(title),
        "paragraphs": [typeset(text) for text in paragraphs],
        "head": head,
        "rows": body,
    }
    return _file(name, render_pdf("demo/document.html", context))


def _csv(name: str, rows: Rows) -> NewEvidence:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(rows)
    # With a byte order mark, without which spreadsheets read accents wrong.
    return _file(name, text.getvalue().encode("utf-8-sig"))


def text_file(name: str, text: str) -> NewEvidence:
    return _file(name, text.encode())


def purchases_file(version: int) -> NewEvidence:
    """A table that grows from one version to the next."""
    return _csv("Suivi-des-achats-EES.csv", _PURCHASES[: 3 * version + 1])


def handout() -> NewEvidence:
    """What members read before the next meeting."""
    return _pdf(
        "Grilles-ponderees.pdf",
        "Trois grilles pondérées à comparer",
        ("Document fictif, produit pour la démonstration du portail.",),
        _WEIGHTS,
    )


def _plan_of_lots(name: str) -> NewEvidence:
    """A drawing of three areas, one colour each: no text, so no font."""
    image = Image.new("RGB", (960, 640), "#f4f1ea")
    draw = ImageDraw.Draw(image)
    areas = {
        "#2f6f73": [(60, 60), (420, 60), (420, 360), (240, 440), (60, 360)],
        "#c9822b": [(440, 60), (900, 60), (900, 300), (440, 340)],
        "#7a5c8e": [(440, 360), (900, 320), (900, 580), (260, 580), (260, 450)],
    }
    for colour, outline in areas.items():
        draw.polygon(outline, fill=colour, outline="#22313a", width=4)
    content = io.BytesIO()
    image.save(content, "PNG", optimize=True)
    return _file(name, content.getvalue())


_WEIGHTS: Rows = [
    ("Critère", "Grille A", "Grille B", "Grille C"),
    ("Prix", "60", "50", "40"),
    ("Qualité du service", "25", "30", "30"),
    ("Contribution sociale", "10", "15", "20"),
    ("Proximité", "5", "5", "10"),
]
_LOTS: Rows = [
    ("Lot", "Secteur", "Superficie", "Passages par semaine"),
    ("1", "Hôtel de ville et bibliothèque", "4 200 m²", "5"),
    ("2", "Ateliers et caserne", "2 900 m²", "3"),
    ("3", "Centres communautaires", "3 600 m²", "4"),
]
_GRID: Rows = [
    ("Critère", "Preuve demandée", "Vérifié"),
    ("Forme juridique", "Acte constitutif", "Oui"),
    ("Activité marchande", "États financiers", "Oui"),
    ("Gouvernance démocratique", "Règlements généraux", "Oui"),
    ("Surplus et reliquat", "Règlements généraux", "Oui"),
]
_CATEGORIES: Rows = [
    ("Catégorie", "Dépense annuelle ($)", "EÉS repérées", "Priorité"),
    ("Entretien ménager", "412000", "3", "1"),
    ("Aménagement paysager", "265000", "4", "1"),
    ("Traiteur", "88000", "6", "1"),
    ("Impression", "61000", "2", "2"),
    ("Équipement informatique", "540000", "1", "2"),
    ("Mobilier", "97000", "2", "3"),
]
_PURCHASES: Rows = [
    ("Trimestre", "Catégorie", "Contrats", "Valeur avant taxes ($)"),
    ("T1", "Entretien ménager", "1", "38500"),
    ("T1", "Traiteur", "4", "6200"),
    ("T1", "Impression", "2", "3900"),
    ("T2", "Aménagement paysager", "1", "27400"),
    ("T2", "Traiteur", "6", "8800"),
    ("T2", "Mobilier remis à neuf", "1", "12100"),
]
_INVITED: Rows = [
    ("Dossier", "Catégorie", "EÉS invitée", "Résultat"),
    ("2021-014", "Impression", "Presse-Citron impression", "Retenue"),
    ("2021-019", "Entretien ménager", "Coop Brosse et Balai", "Deuxième"),
    ("2021-027", "Textile", "Fil et Aiguille", "Retenue"),
]

# By organization and measure; made only when the record says that it is implemented.
DOCUMENTS: dict[tuple[str, str], Callable[[], NewEvidence]] = {
    ("val-clement", "M1-02"): partial(
        _pdf,
        "Politique-approvisionnement-extrait.pdf",
        "Politique d’approvisionnement, extrait",
        (
            "Document fictif, produit pour la démonstration du portail.",
            (
                "Article 12. La Ville consulte l’offre des entreprises d’économie sociale avant "
                "tout achat récurrent. Leur statut est vérifié selon les critères de la loi."
            ),
        ),
        [("Adoption", "Entrée en vigueur"), ("15 mars 2021", "1er avril 2021")],
    ),
    ("val-clement", "M2-01"): partial(_csv, "Categories-de-depenses.csv", _CATEGORIES),
    ("val-clement", "M2-04"): partial(
        _pdf,
        "Bordereau-entretien-menager-lots.pdf",
        "Bordereau d’entretien ménager, par lots",
        ("Document fictif, produit pour la démonstration du portail.",),
        _LOTS,
    ),
    ("val-clement", "M3-03"): partial(
        _pdf,
        "Grille-de-verification-EES.pdf",
        "Grille de vérification du statut d’EÉS",
        ("Document fictif, produit pour la démonstration du portail.",),
        _GRID,
    ),
    ("mrc-deux-collines", "M2-04"): partial(_plan_of_lots, "Plan-des-lots.png"),
    ("mrc-deux-collines", "M4-02"): partial(_csv, "Listes-d-invitation.csv", _INVITED),
}
