"""The directory measured: twenty thousand EÉS, their words, their regions, and one's favourites."""

import random
from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from benefits.models import FavouriteEnterprise, SocialEnterprise
from benefits.models.directory import reach_of
from members.models import Term, User, Vocabulary

ENTERPRISES = 20_000
FAVOURITES = 40
_BATCH = 500
_TRADES = (
    "entretien ménager",
    "réemploi informatique",
    "restauration",
    "aménagement paysager",
    "transport adapté",
    "imprimerie",
    "menuiserie",
    "buanderie",
)
_OFFER = (
    "Un service de {trade}, livré avec soin aux municipalités et aux établissements de la région, "
    "par une équipe en insertion accompagnée pas à pas. Devis gratuit, horaires souples, "
    "facturation mensuelle; références offertes sur demande. Numéro {number}."
)


def addresses() -> list[tuple[str, str]]:
    """What is measured of it: a name, and an address with its filters."""
    listed = reverse("benefits:enterprise_list")
    return [
        ("Répertoire, 20 000 EÉS", listed),
        ("Répertoire, région et secteur", f"{listed}?region=06&secteur=alimentation"),
        ("Répertoire, admissibilité", f"{listed}?admissibilite=confirmee&region=03"),
        ("Répertoire, favoris", f"{listed}?favoris=oui"),
        ("Répertoire, recherche rare", f"{listed}?q=19999"),
        ("Répertoire, « coop », toutes", f"{listed}?q=coop"),
        ("Répertoire, deux mots", f"{listed}?q=service+livré"),
        ("Répertoire, « entretien »", f"{listed}?q=entretien"),
        ("Répertoire, page 400", f"{listed}?page=400"),
    ]


def fill(person: User) -> None:
    """Add the enterprises; one in twenty serves all regions."""
    draw = random.Random(20_000)  # noqa: S311 - the same directory each time
    words = {
        vocabulary: list(Term.objects.filter(vocabulary=vocabulary))
        for vocabulary in (
            Vocabulary.REGION,
            Vocabulary.LEGAL_FORM,
            Vocabulary.SECTOR,
            Vocabulary.ENTERPRISE_TAG,
        )
    }
    rows = list(_rows(words, draw))
    served = [
        _served(words[Vocabulary.REGION], row, number, draw) for number, row in enumerate(rows)
    ]
    for row, regions in zip(rows, served, strict=True):
        row.reach = reach_of(term.code for term in (row.region, *regions))
    SocialEnterprise.objects.bulk_create(rows, batch_size=_BATCH)
    _attach(SocialEnterprise.served_regions.through, rows, served)
    for through, vocabulary, most in (
        (SocialEnterprise.sectors.through, Vocabulary.SECTOR, 2),
        (SocialEnterprise.tags.through, Vocabulary.ENTERPRISE_TAG, 2),
    ):
        drawn = [draw.sample(words[vocabulary], draw.randint(1, most)) for _ in rows]
        _attach(through, rows, drawn)
    FavouriteEnterprise.objects.bulk_create(
        FavouriteEnterprise(user=person, enterprise=row) for row in draw.sample(rows, FAVOURITES)
    )


def _rows(words: dict[Vocabulary, list[Term]], draw: random.Random) -> Iterator[SocialEnterprise]:
    for number in range(ENTERPRISES):
        trade = draw.choice(_TRADES)
        row = SocialEnterprise(
            name=f"Coop de {trade} {number}",
            slug=f"banc-{number}",
            code=f"BANC-{number}",
            legal_form=draw.choice(words[Vocabulary.LEGAL_FORM]),
            region=draw.choice(words[Vocabulary.REGION]),
            mission=f"Créer des emplois durables en {trade}.",
            offer=_OFFER.format(trade=trade, number=number),
            eligibility=draw.choice(SocialEnterprise.Eligibility.values),
        )
        row.set_derived()
        yield row


def _served(
    regions: list[Term], row: SocialEnterprise, number: int, draw: random.Random
) -> list[Term]:
    """None, some of its neighbours, or all regions."""
    if number % 20 == 0:
        return regions
    here = regions.index(row.region)
    near = [regions[(here + step) % len(regions)] for step in (-2, -1, 1, 2)]
    return draw.sample(near, draw.choice((0, 0, 0, 1, 2)))


def _attach(through: Any, rows: list[SocialEnterprise], terms: list[list[Term]]) -> None:
    through.objects.bulk_create(
        (
            through(socialenterprise=row, term=term)
            for row, some in zip(rows, terms, strict=True)
            for term in some
        ),
        batch_size=_BATCH,
    )
