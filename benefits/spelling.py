"""How words of names are written: cut short, misspelt, in the plural. Knows no model."""

from collections.abc import Container, Iterable

from rapidfuzz.distance import OSA

# What many names share, and which says what an enterprise does more than who it is.
_GENERIC = {
    *("atelier", "ateliers", "centre", "centres", "entreprise", "entreprises", "service"),
    *("services", "groupe", "maison", "association", "societe", "solidarite", "travail"),
    *("travailleurs", "producteurs", "consommateurs", "membres", "insertion", "sociale", "social"),
    *("adaptee", "economie", "regional", "regionale", "communautaire", "quebec", "quebecoise"),
    *("organisme", "fondation", "federation", "reseau", "regroupement", "corporation", "action"),
    *("projet", "developpement", "formation", "main", "oeuvre", "club", "comite", "division"),
    *("succursale", "bureau", "siege", "canada", "international", "internationale", "produits"),
    *("gestion", "solutions", "net", "com", "ca", "ees", "ess"),
}
# How books that cut names short write words.
_SHORT = {
    "ass": "association",
    "assoc": "association",
    "assn": "association",
    "ate": "atelier",
    "atel": "atelier",
    "carr": "carrefour",
    "cdc": "cdc",
    "co": "cooperative",
    "comm": "communautaire",
    "communaut": "communautaire",
    "ctr": "centre",
    "ctre": "centre",
    "dev": "developpement",
    "ent": "entreprise",
    "entr": "entreprise",
    "fed": "federation",
    "fond": "fondation",
    "grp": "groupe",
    "gr": "groupe",
    "impr": "imprimerie",
    "intl": "international",
    "mt": "mont",
    "mtl": "montreal",
    "prod": "productions",
    "qc": "quebec",
    "que": "quebec",
    "reg": "regional",
    "rest": "restaurant",
    "riv": "riviere",
    "serv": "services",
    "soc": "societe",
    "sol": "solidarite",
    "srv": "services",
    "st": "saint",
    "ste": "sainte",
    "trav": "travail",
}
# Numbers in figures and in letters, up to ten: « 2e » and « seconde » are one word.
_CARDINALS = ["un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix"]
_ORDINALS = [
    *("premier", "deuxieme", "troisieme", "quatrieme", "cinquieme"),
    *("sixieme", "septieme", "huitieme", "neuvieme", "dixieme"),
]
_NUMBERS = (
    {str(number): word for number, word in enumerate(_CARDINALS, 1)}
    | {
        f"{number}{end}": word
        for number, word in enumerate(_ORDINALS, 1)
        for end in ("e", "er", "re", "ere", "eme", "ieme")
    }
    | {"une": "un", "premiere": "premier", "second": "deuxieme", "seconde": "deuxieme"}
)
_CUT_AFTER = 3


def is_generic(word: str) -> bool:
    """Whether a word says little of who an enterprise is."""
    return word in _GENERIC or len(word) == 1


def spelled(words: Iterable[str], known: Container[str]) -> list[str]:
    """The words in full, where books cut them short; « ent » stays where a name has it."""
    return [word if word in known else _in_full(word) for word in words]


def _in_full(word: str) -> str:
    return _SHORT.get(word) or _NUMBERS.get(word, word)


def same_word(one: str, other: str) -> float:
    """Up to 1: the same word; less for a plural, a slip, a word cut short; 0 for two words."""
    if one == other or _in_full(one) == _in_full(other):
        return 1.0
    if one.rstrip("sx") == other.rstrip("sx") and len(one) > 3:
        return 0.98
    # Figures tell two enterprises apart, and so does the first letter.
    if one[:1] != other[:1] or any(sign.isdigit() for sign in one + other):
        return 0.0
    short, long = sorted((one, other), key=len)
    if len(short) >= _CUT_AFTER and long.startswith(short) and len(long) >= len(short) + 3:
        return 0.9
    return _slip(short, long)


def _slip(short: str, long: str) -> float:
    """A letter too many, missing, or two that changed places: one in five, one in the rest."""
    allowed = 0 if len(short) < 4 else 1 if len(long) < 8 else 2
    distance = OSA.distance(short, long, score_cutoff=allowed)
    return 1 - distance / (2 * len(long)) if distance <= allowed else 0.0
