"""Suppliers as books write them, against the directory: who is proposed, and who must not be."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benefits.matching import (
    MOST_BY_NAME,
    PROPOSES,
    Candidate,
    Directory,
    propose,
    read_directory,
)
from benefits.models import SocialEnterprise
from benefits.names import supplier_key
from tests.benefits import awkward_names
from tests.factories import SocialEnterpriseFactory

# A directory made up for this test. Many of its names differ from each other by one word.
DIRECTORY = """
Les Marmites solidaires
Coop Brosse et Balai
Octet reconditionné
Atelier des Cèdres
Coop forestière du Nordet
Carrefour jeunesse-emploi de Val-Clair
Carrefour jeunesse-emploi de Montfleury
Ressourcerie de Port-Salut
Ressourcerie de Sainte-Apolline
Coopérative funéraire des Trois-Baies
Coopérative funéraire de l’Île-aux-Ormes
Buanderie L’Éclat
Imprimerie Le Caractère
Traiteur La Tablée des voisines
Coopérative de travail La Charrette
Service d’entretien Reluit
Les Productions du Merle noir
Recyclo-Centre des Battures
Les Serres urbaines du Faubourg
Café l’Alvéole
Menuiserie Tenon et Mortaise
Centre de la petite enfance Les Lucioles
Centre de la petite enfance Les Libellules
Coopérative d’habitation Le Perron
Coopérative de solidarité en aide à domicile du Haut-Lac
Coopérative de solidarité en aide à domicile du Bas-Lac
Corporation de développement communautaire des Coteaux
Groupe Ficelle
Fondation Entre-Deux
Boulangerie Le Levain commun
Messagerie Le Relais à vélo
Vélo Patente
Société d’entraide Pignon sur rue
Entreprise d’insertion Le Boulot vert
Insertion Déclic
Graphisme et Cie Coop
Les Jardins de la Rive
Les Jardins du Rivage
Textiles Rebelles
Radio communautaire de la Côte-aux-Vents
Association sportive Le Ruisseau
Éco-Logis 360
Maison des arts de Beauvallon
Maison de la famille de Beauvallon
Coopérative des ambulanciers du Ponant
Traduction Passe-Mots
Informatique Libre-Cours
Mobilier Franc Bois
Papiers du Saule
Déménagement Épaule à l’épaule
"""

# What stands in the books of a buyer, and which EÉS it is.
SAME = [
    # Case, accents, apostrophes, punctuation.
    ("LES MARMITES SOLIDAIRES", "Les Marmites solidaires"),
    ("Marmites Solidaires (Les)", "Les Marmites solidaires"),
    ("BUANDERIE L'ECLAT", "Buanderie L’Éclat"),
    ("cafe l alveole", "Café l’Alvéole"),
    ("OCTET RECONDITIONNE", "Octet reconditionné"),
    ("Atelier des Cedres", "Atelier des Cèdres"),
    ("Imprimerie « Le Caractère »", "Imprimerie Le Caractère"),
    ("TEXTILES-REBELLES", "Textiles Rebelles"),
    ("Demenagement epaule a l'epaule", "Déménagement Épaule à l’épaule"),
    ("MAISON DES ARTS DE BEAUVALLON", "Maison des arts de Beauvallon"),
    # Legal forms, before, after, in full and cut short.
    ("Les Marmites solidaires inc.", "Les Marmites solidaires"),
    ("Brosse et Balai, coopérative", "Coop Brosse et Balai"),
    ("BROSSE & BALAI COOP", "Coop Brosse et Balai"),
    ("Coopérative de travail Brosse et Balai", "Coop Brosse et Balai"),
    ("Coopérative forestière du Nordet", "Coop forestière du Nordet"),
    ("La Charrette, coop de travail", "Coopérative de travail La Charrette"),
    ("COOP LA CHARRETTE", "Coopérative de travail La Charrette"),
    ("Groupe Ficelle (O.B.N.L.)", "Groupe Ficelle"),
    ("Octet reconditionné OSBL", "Octet reconditionné"),
    ("Vélo Patente enr.", "Vélo Patente"),
    ("Mobilier Franc Bois ltée", "Mobilier Franc Bois"),
    ("Graphisme & Compagnie", "Graphisme et Cie Coop"),
    ("Papiers du Saule S.E.N.C.", "Papiers du Saule"),
    # Cut short, abbreviated, acronyms.
    ("CARREFOUR JEUN.-EMPLOI VAL-CLAIR", "Carrefour jeunesse-emploi de Val-Clair"),
    ("CJE Montfleury", "Carrefour jeunesse-emploi de Montfleury"),
    ("C.J.E. de Val-Clair", "Carrefour jeunesse-emploi de Val-Clair"),
    ("CPE Les Lucioles", "Centre de la petite enfance Les Lucioles"),
    ("C.P.E. LES LIBELLULES", "Centre de la petite enfance Les Libellules"),
    ("CDC des Coteaux", "Corporation de développement communautaire des Coteaux"),
    ("COOP FUN. TROIS-BAIES", "Coopérative funéraire des Trois-Baies"),
    ("Coop hab. Le Perron", "Coopérative d’habitation Le Perron"),
    ("IMPR. LE CARACTERE", "Imprimerie Le Caractère"),
    ("Serv. entretien Reluit", "Service d’entretien Reluit"),
    ("ENT. INSERTION LE BOULOT VERT", "Entreprise d’insertion Le Boulot vert"),
    ("Ressourcerie Ste-Apolline", "Ressourcerie de Sainte-Apolline"),
    (
        "COOP DE SOLIDARITE EN AIDE A DOMICILE DU HAUT-L",
        "Coopérative de solidarité en aide à domicile du Haut-Lac",
    ),
    (
        "Coop sol. aide à domicile Bas-Lac",
        "Coopérative de solidarité en aide à domicile du Bas-Lac",
    ),
    ("ASS. SPORTIVE LE RUISSEAU", "Association sportive Le Ruisseau"),
    ("Radio comm. Côte-aux-Vents", "Radio communautaire de la Côte-aux-Vents"),
    ("MENUISERIE TENON & MORT.", "Menuiserie Tenon et Mortaise"),
    # Word order, plurals, words run together or apart.
    ("Balai et Brosse coop", "Coop Brosse et Balai"),
    ("CHARRETTE (LA)", "Coopérative de travail La Charrette"),
    ("Merle noir, Productions du", "Les Productions du Merle noir"),
    ("Les Ateliers des Cèdres", "Atelier des Cèdres"),
    ("Production du Merle noir", "Les Productions du Merle noir"),
    ("Recyclocentre des Battures", "Recyclo-Centre des Battures"),
    ("Ecologis 360", "Éco-Logis 360"),
    ("Passemots traduction", "Traduction Passe-Mots"),
    ("INFORMATIQUE LIBRECOURS", "Informatique Libre-Cours"),
    ("Serre urbaine du Faubourg", "Les Serres urbaines du Faubourg"),
    # Slips of the keyboard.
    ("Les Marmittes solidaires", "Les Marmites solidaires"),
    ("Les Marmites soldiaires", "Les Marmites solidaires"),
    ("Octet recondtionné", "Octet reconditionné"),
    ("Boulangerie Le Levain comun", "Boulangerie Le Levain commun"),
    ("Trateur La Tablée des voisines", "Traiteur La Tablée des voisines"),
    ("Imprimrie Le Caractère", "Imprimerie Le Caractère"),
    ("Messagerie Le Relai à velo", "Messagerie Le Relais à vélo"),
    ("Ressourcerie de Port Sallut", "Ressourcerie de Port-Salut"),
    # What books add or leave out.
    ("Les Marmites solidaires - Division traiteur", "Les Marmites solidaires"),
    ("Entreprise d'insertion Déclic", "Insertion Déclic"),
    ("Atelier des Cèdres (Siège social)", "Atelier des Cèdres"),
    ("L’Alvéole", "Café l’Alvéole"),
    ("Le Boulot vert", "Entreprise d’insertion Le Boulot vert"),
]

# Near, and somebody else: proposing one of these wastes the time of a person, or misleads them.
OTHERS = [
    "Carrefour jeunesse-emploi de Saint-Elme",
    "CJE de Rivebelle",
    "Ressourcerie de Rivebelle",
    "Ressourcerie de Sainte-Adèle-des-Pins",
    "Coopérative funéraire de la Grande-Anse",
    "Centre de la petite enfance Les Coccinelles",
    "CPE Les Lutins",
    "Coopérative d’habitation Le Balcon",
    "Coopérative de solidarité en aide à domicile du Mi-Lac",
    "Corporation de développement économique des Coteaux",
    "Maison des jeunes de Beauvallon",
    "Bibliothèque de Beauvallon",
    "Les Jardins de la Rivière",
    "Les Jardins du Manoir",
    "Atelier des Érables",
    "Atelier de mécanique Dubord",
    "Buanderie Le Reflet",
    "Buanderie industrielle Lebel inc.",
    "Imprimerie Le Progrès",
    "Traiteur La Tablette",
    "Service d’entretien Brio",
    "Les Productions du Merle blanc",
    "Café La Brûlerie",
    "Boulangerie Le Pain doré",
    "Groupe Corde",
    "Fondation Entraide",
    "Éco-Logis 720",
    "Vélo Plus",
    "Textiles Dupré ltée",
    "Radio communautaire de Val-Clair",
    "Ville de Montfleury",
    "Transport Nordet",
    "Coop fédérée du Ponant",
    "Mobilier de bureau Bois-Franc International",
    "Papeterie du Saule pleureur",
    "Informatique Cours-Bec",
    "Marmite et Cie",
]


def alone(name: str) -> SocialEnterprise:
    return SocialEnterpriseFactory(name=name)


@pytest.fixture
def directory(db: None) -> Directory:
    for name in DIRECTORY.strip().splitlines():
        alone(name)
    return read_directory()


def first(name: str, directory: Directory) -> Candidate | None:
    return next(iter(propose(name, directory=directory)), None)


def measure(
    same: tuple[tuple[str, str], ...], others: tuple[str, ...], directory: Directory
) -> tuple[float, float, list[str], list[str]]:
    """Precision and recall of the first that is proposed, at the threshold that proposes."""
    wanted: dict[str, str | None] = {**dict(same), **dict.fromkeys(others)}
    assert len(wanted) == len(same) + len(others)
    found = {name: first(name, directory) for name in wanted}
    right = [name for name, one in found.items() if one and one.name == wanted[name]]
    proposed = [name for name, one in found.items() if one]
    wrong = [f"{name} → {found[name]}" for name in proposed if name not in right]
    missed = [name for name, _ in same if name not in right]
    return len(right) / len(proposed), len(right) / len(same), wrong, missed


def test_a_hundred_awkward_names(directory: Directory) -> None:
    assert len(SAME) + len(OTHERS) == 100
    precision, recall, wrong, missed = measure(tuple(SAME), tuple(OTHERS), directory)
    assert precision >= 0.98, wrong
    assert recall >= 0.9, missed


@pytest.mark.django_db
def test_names_that_were_written_before_anything_was_measured_with_them() -> None:
    for name in awkward_names.DIRECTORY:
        alone(name)
    assert len(awkward_names.SAME) >= 50
    assert len(awkward_names.OTHERS) >= 30
    precision, recall, wrong, missed = measure(
        awkward_names.SAME, awkward_names.OTHERS, read_directory()
    )
    assert precision >= 0.98, wrong
    assert recall >= 0.9, missed


def test_a_name_alone_is_never_certain(directory: Directory) -> None:
    same = first("Les Marmites solidaires", directory)
    assert same is not None
    assert same.score == MOST_BY_NAME
    assert not same.is_certain


@pytest.mark.django_db
def test_a_neq_decides_whatever_the_name() -> None:
    wanted = SocialEnterpriseFactory(name="Les Marmites solidaires", neq="1165432109")
    found = first_by("Cuisine 12 Nord", "1165 432 109")
    assert [(one.enterprise_id, one.is_certain) for one in found] == [(wanted.pk, True)]


@pytest.mark.django_db
def test_two_numbers_are_two_enterprises() -> None:
    SocialEnterpriseFactory(name="Les Marmites solidaires", neq="1165432109")
    assert first_by("Les Marmites solidaires", "1165432110") == []
    # What is no NEQ says nothing.
    assert first_by("Les Marmites solidaires", "123") != []


def first_by(name: str, neq: str) -> list[Candidate]:
    return propose(name, neq, directory=read_directory())


def test_the_likeliest_comes_first_and_none_below_the_threshold(directory: Directory) -> None:
    found = propose("Ressourcerie de Port Salut", directory=directory)
    assert found[0].name == "Ressourcerie de Port-Salut"
    assert all(one.score >= PROPOSES for one in found)
    assert propose("", directory=directory) == []
    assert propose("Inc.", directory=directory) == []


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["PROPOSED", "DECLINED"])
def test_only_what_the_directory_lists_is_proposed(state: str) -> None:
    SocialEnterpriseFactory(name="Les Marmites solidaires", state=SocialEnterprise.State[state])
    assert first_by("Les Marmites solidaires", "") == []


def test_the_directory_is_read_in_one_query(directory: Directory) -> None:
    with CaptureQueriesContext(connection) as captured:
        read = read_directory()
        propose("Les Marmites solidaires", directory=read)
    assert len(captured) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Coop. Brosse et Balai inc.", "BROSSE & BALAI, COOPÉRATIVE"),
        ("L’Éclat", "l'eclat"),
    ],
)
def test_spellings_of_one_supplier_have_one_key(one: str, other: str) -> None:
    assert supplier_key(one) == supplier_key(other)


def test_a_name_without_a_latin_letter_has_its_own_key() -> None:
    keys = [supplier_key(name) for name in ("東京", "大阪", "«»…", "nom 東京")]
    assert all(keys)
    assert len(set(keys)) == 4
    assert supplier_key("東京 ") == keys[0]
    assert supplier_key("") == ""


def test_the_number_is_the_key_where_there_is_one() -> None:
    assert supplier_key("Un nom", "1165 432 109") == supplier_key("Un autre", "1165432109")
    assert supplier_key("Un nom", "pas un NEQ") == supplier_key("Un nom")
    assert supplier_key("Un nom", "1165432109") != supplier_key("neq 1165432109")
