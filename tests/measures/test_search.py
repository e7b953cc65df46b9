"""What people type finds what they mean, in the guide as it is delivered."""

import pytest
from django.test import Client

from chantier.management.commands.seed import seed_all
from measures.models import Clause, Indicator, Measure
from measures.search import pattern_of, search, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("L’achat social", ["achat", "social"]),
        ("l'achat  SOCIAL", ["achat", "social"]),
        ("qu’une d’appel", ["appel"]),
        ("gré à gré", ["gre", "gre"]),
        ("de la", ["de", "la"]),
        ("", []),
        ("a b c d e f g h i j k", ["b", "c", "d", "e", "f", "g", "h", "i"]),
    ],
)
def test_articles_and_accents_are_no_words(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("lots", "lot"),
        ("sociale", "social"),
        ("sociaux", "soci" + "a[lu]"),
        ("eau", "eau"),
        ("prix", "prix"),
        ("des", "des"),
        ("m2-04", r"m2\-04"),
        ("(x", r"\(x"),
    ],
)
def test_plurals_and_feminines_are_one_word(word: str, stem: str) -> None:
    assert pattern_of(word).endswith(f"){stem}") or "a[lu]" in pattern_of(word)


QUERIES = [
    ("économie sociale politique", ["M1-02"]),
    ("l’achat social", ["M1-06"]),
    ("l'achat social", ["M1-06"]),
    ("lots", ["M2-04", "M2-05"]),
    ("gré à gré", ["M4-01"]),
    ("GRE A GRE", ["M4-01"]),
    ("sous-traitance", ["M4-07", "M3-08"]),
    ("appels d'offres sur invitation", ["M4-02"]),
    ("répertoires", ["M3-01", "M3-02"]),
    ("marges préférentielles", ["M4-05"]),
    ("critères sociaux", ["M4-03"]),
    ("former acheteurs", ["M1-08"]),
    ("seao", ["M5-03", "M3-07"]),
    ("garantie caution", ["M4-08"]),
    ("traiteur", ["M2-01", "M3-09"]),
    ("comptes rendus démarrage", ["M5-05"]),
    ("m4-02", ["M4-02"]),
    ("elus", ["M1-09"]),
    ("payer", ["M5-06"]),
]


@pytest.mark.django_db
def test_real_searches_find_the_right_measure_first(client: Client) -> None:
    seed_all()
    found = {
        text: list(search(Measure.objects.active(), text).values_list("code", flat=True))
        for text, _ in QUERIES
    }
    assert {
        text: codes[: len(expected)]
        for (text, expected), codes in zip(QUERIES, found.values(), strict=True)
    } == dict(QUERIES)
    # Beginnings of words only: « pilote » and « complot » hold no lot.
    assert "M2-08" not in found["lots"]
    assert search(Measure.objects.active(), "zzz").count() == 0
    # What the page says of a visitor's search is the same.
    lines = client.get("/mesures/", {"q": "lots"}).context["lines"]
    assert [line.measure.code for line in lines] == ["M2-04"]


@pytest.mark.django_db
def test_links_to_measures_are_loaded_with_the_content() -> None:
    seed_all()
    codes = Measure.objects.filter(clauses__code="C-17").order_by("code")
    assert list(codes.values_list("code", flat=True)) == ["M5-05", "M5-08"]
    assert list(Measure.objects.filter(indicators__code="I-06").values_list("code", flat=True)) == [
        "M4-02"
    ]
    # Only what the texts say: some have no measure.
    assert Clause.objects.filter(measures=None).exists()
    assert Indicator.objects.filter(measures=None).exists()
    # What staff unlink stays unlinked, what they link stays linked.
    Clause.objects.get(code="C-17").measures.set([Measure.objects.get(code="M1-01")])
    seed_all()
    assert [row.code for row in Clause.objects.get(code="C-17").measures.all()] == ["M1-01"]
