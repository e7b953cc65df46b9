"""The sets of open data: what each holds, in which fields, and when it last changed.

Each is what a visitor may read on the pages, whoever asks for it.
"""

import datetime
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from chantier.public import rows
from members.models import Term, Vocabulary

Cell = str | int | bool | Decimal | datetime.date | list[str] | None


@dataclass(frozen=True)
class Field:
    """A column: its name in the files, its type in a Table Schema, what it says."""

    name: str
    title: str
    kind: str = "string"
    about: str = ""

    def as_schema(self) -> dict[str, Any]:
        schema: dict[str, Any] = {"name": self.name, "title": self.title, "type": self.kind}
        if self.about:
            schema["description"] = self.about
        if self.kind == "list":
            schema |= {"itemType": "string", "delimiter": rows.BETWEEN}
        if self.kind == "number":
            schema |= {"decimalChar": "."}
        return schema


@dataclass(frozen=True)
class Dataset:
    """A table that anyone may take. The first field is its key."""

    name: str
    title: str
    about: str
    fields: tuple[Field, ...]
    rows: Callable[[], Iterable[Sequence[Cell]]]
    # What differs when its rows do, where reading them all would cost too much.
    mark: Callable[[], str] | None = None

    @property
    def keys(self) -> list[str]:
        return [field.name for field in self.fields]

    def digest(self) -> str:
        text = self.mark() if self.mark else repr([list(row) for row in self.rows()])
        return hashlib.sha256(f"{self.keys}{text}".encode()).hexdigest()[:32]

    def records(self) -> Iterator[dict[str, Cell]]:
        return (dict(zip(self.keys, row, strict=True)) for row in self.rows())


@dataclass(frozen=True)
class Edition:
    """A set as it stands: what tells it from another state, and since when."""

    dataset: Dataset
    digest: str
    changed_at: datetime.datetime


def editions(datasets: Iterable[Dataset]) -> list[Edition]:
    """The moment is when the portal first met this content: rows of a seed file bear no date."""
    wanted = {dataset: dataset.digest() for dataset in datasets}
    kept = cache.get_many([_key(dataset) for dataset in wanted])
    now = timezone.now().replace(microsecond=0)
    found, fresh = [], {}
    for dataset, digest in wanted.items():
        before, moment = kept.get(_key(dataset), ("", now))
        if before != digest:
            moment = now
            fresh[_key(dataset)] = (digest, now)
        found.append(Edition(dataset, digest, moment))
    if fresh:
        cache.set_many(fresh, timeout=None)
    return found


def _key(dataset: Dataset) -> str:
    return f"open-data-1-{dataset.name}"


def licence() -> Term | None:
    """The licence that staff chose, in the vocabulary; marked there while it is a proposal."""
    return Term.objects.filter(vocabulary=Vocabulary.DATA_LICENCE).first()


_ADDRESS = Field("adresse", "Adresse de la page")
_CODE = Field("code", "Code", about="Stable d’une édition à l’autre.")

DATASETS = {
    dataset.name: dataset
    for dataset in (
        Dataset(
            "etapes",
            "Étapes du guide",
            "Les étapes du guide d’achat, dans l’ordre.",
            (
                Field("numero", "Numéro", "integer"),
                Field("nom", "Nom"),
                Field("nom_court", "Nom court"),
                Field("question", "Question de l’étape"),
                Field("description", "Description"),
                _ADDRESS,
            ),
            rows.stages,
        ),
        Dataset(
            "mesures",
            "Mesures du guide",
            "Les exemples de mesures, par étape.",
            (
                _CODE,
                Field("titre", "Titre"),
                Field("etape", "Numéro de l’étape", "integer"),
                Field("description", "Description"),
                Field("effort", "Effort", about="faible, moyen ou élevé"),
                Field("preuve_attendue", "Preuve attendue"),
                Field(
                    "organisations",
                    "Organisations visées",
                    "list",
                    "Vide\u00a0: toutes les organisations.",
                ),
                _ADDRESS,
            ),
            rows.measures,
        ),
        Dataset(
            "benefices",
            "Inventaire des bénéfices",
            "Les bénéfices de l’achat auprès des EÉS, chiffrés ou non.",
            (
                _CODE,
                Field("titre", "Titre"),
                Field("sorte", "Sorte", about="chiffré ou non chiffré"),
                Field("dimension", "Dimension"),
                Field("unite", "Unité", about="D’un bénéfice chiffré."),
                Field("formule", "Formule", about="D’un bénéfice chiffré."),
                Field("enonce", "Énoncé", about="D’un bénéfice non chiffré."),
                Field(
                    "donnees_publiques",
                    "Données publiques",
                    "list",
                    "Codes du jeu donnees-publiques.",
                ),
                Field(
                    "organisations",
                    "Organisations qui l’ont observé",
                    "integer",
                    "Vide quand un nombre en dirait trop sur une seule organisation.",
                ),
                Field("observations", "Bénéfices observés", "integer"),
                Field("observations_verifiees", "Bénéfices observés vérifiés", "integer"),
                Field(
                    "valeur_observee",
                    "Valeur observée",
                    "number",
                    "Somme des valeurs vérifiées, dans l’unité de la ligne; leur moyenne quand "
                    "cette unité ne s’additionne pas.",
                ),
                Field("sources", "Sources", "list", "Adresse, ou titre sans adresse."),
                _ADDRESS,
            ),
            rows.benefits,
        ),
        Dataset(
            "donnees-publiques",
            "Données publiques sur l’économie sociale",
            "Des chiffres publiés par d’autres, avec leur année et leur source.",
            (
                _CODE,
                Field("libelle", "Libellé"),
                Field("precision", "Précision", about="Comme «\u00a0plus de\u00a0»."),
                Field("valeur", "Valeur", "number", "Dans l’unité de la ligne."),
                Field("unite", "Unité"),
                Field("annee", "Année", "integer"),
                Field("en_vigueur", "Édition en vigueur", "boolean"),
                Field("sources", "Sources", "list", "Adresse, ou titre sans adresse."),
            ),
            rows.figures,
        ),
        Dataset(
            "entreprises",
            "Répertoire des EÉS",
            "Les entreprises d’économie sociale (EÉS) du répertoire, sans contact.",
            (
                Field("cle", "Clé", about="La fin de l’adresse de la fiche."),
                Field("nom", "Nom"),
                Field("neq", "NEQ", about="Numéro d’entreprise du Québec, dix chiffres."),
                Field("forme_juridique", "Forme juridique"),
                Field("region", "Région du siège"),
                Field("regions_desservies", "Régions desservies", "list"),
                Field("secteurs", "Secteurs", "list"),
                Field("etiquettes", "Étiquettes", "list"),
                Field("mission", "Mission"),
                Field("offre", "Offre"),
                Field("certification", "Certification"),
                Field("site_web", "Site Web"),
                Field("admissibilite", "Admissibilité (article 3)"),
                Field("examinee_le", "Examinée le", "date"),
                Field("fictive", "Fictive", "boolean", "Vrai pour une démonstration."),
            ),
            rows.enterprises,
            rows.enterprises_mark,
        ),
        Dataset(
            "indicateurs",
            "Définitions des indicateurs",
            "Ce que les organisations mesurent, et comment; sans les valeurs.",
            (
                _CODE,
                Field("nom", "Nom"),
                Field("unite", "Unité"),
                Field("formule", "Formule"),
                Field("sorte", "Sorte"),
                Field("niveau", "Niveau", about="organisation ou chantier"),
                Field("sens", "Sens souhaité"),
                Field("frequence", "Fréquence"),
                Field("exclusions", "Ce qui ne compte pas"),
            ),
            rows.indicators,
        ),
        Dataset(
            "agregats",
            "Résultats des membres, mis ensemble",
            "Combien d’organisations ont implanté chaque mesure, comment elles se répartissent et "
            "ce que donnent ensemble les indicateurs et les achats ouverts au public; rien sur "
            "moins de trois organisations.",
            (
                Field("cle", "Clé"),
                Field("sujet", "Sujet", about="mesure, avancement, indicateur ou achats"),
                Field("libelle", "Libellé"),
                Field("periode", "Période", about="Année ou jour des chiffres."),
                Field("organisations", "Nombre d’organisations", "integer"),
                Field("valeur", "Valeur", "number"),
                Field("unite", "Unité"),
            ),
            rows.aggregates,
        ),
    )
}
