"""What two spellings of the name of an enterprise have in common. Knows no model."""

import re

from chantier.lib.french import fold

# What says the legal form, and not which enterprise it is.
_FORMS = {
    *("inc", "incorporee", "ltee", "ltd", "limitee", "enr", "senc", "sencrl", "obnl", "osbl"),
    *("oblnl", "npo", "coop", "cooperative", "cooperatives", "corporation", "corp", "cie"),
    "compagnie",
}
_JOINED = {
    *("le", "la", "les", "l", "de", "du", "des", "d", "et", "a", "au", "aux", "en"),
    *("the", "of", "and"),
}
_WORD = re.compile(r"[a-z0-9]+")
# Ten digits, of which the first two say the kind of enterprise (Registraire des entreprises).
NEQ_PATTERN = r"\A(?:11|22|33|88)\d{8}\Z"
# « O.B.N.L. », « S.E.N.C. »: letters that dots part.
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}")

# The name of a company that has but a number.
_NUMBERED = re.compile(r"\b\d{4}[- ]?\d{4} (?:quebec|qc|canada)\b")


def words_of(name: str) -> list[str]:
    """The words of a name, folded, without what says its legal form nor what joins words."""
    words = _all_words(name)
    kept = [word for word in words if word not in _FORMS and word not in _JOINED]
    # « Coop de la Ltée »: with nothing else, all the words.
    return kept or words


def trade_words(name: str) -> list[str]:
    """The same for who is looked for: « 9123-4567 Québec inc. (Octet) » is known as Octet."""
    words = words_of(_NUMBERED.sub(" ", fold(name)))
    return words or words_of(name)


def spelling_words(name: str, *, with_joined: bool = False) -> list[str]:
    """The words of which an acronym takes the first letters: legal forms among them.

    Some take those of the words that join too: « MDJ », maison des jeunes.
    """
    return [word for word in _all_words(name) if with_joined or word not in _JOINED]


def _all_words(name: str) -> list[str]:
    text = _DOTTED.sub(lambda found: found[0].replace(".", ""), fold(name))
    return _WORD.findall(text.replace("&", " et "))


def name_key(name: str) -> str:
    """The same for « Coop. Brosse et Balai inc. » and « BROSSE & BALAI, COOPÉRATIVE »."""
    return " ".join(words_of(name))


def valid_neq(neq: str) -> str:
    """The ten digits of a NEQ, without their spaces; « » for what is none."""
    digits = "".join(neq.split())
    return digits if re.match(NEQ_PATTERN, digits) else ""


def supplier_key(name: str, neq: str = "") -> str:
    """What tells a supplier: its NEQ, else the words of its name; never empty for a name."""
    if number := valid_neq(neq):
        # No name reduced to its words holds a colon.
        return f"neq:{number}"
    # « 東京 » has no word of Latin letters: it is what it is.
    return (" ".join(words_of(name)) or f"nom:{fold(name)}" * bool(name.strip()))[:200]
