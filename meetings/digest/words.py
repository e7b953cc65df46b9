"""The digest in a few sentences, from what the page itself tells."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chantier.lib import french
from meetings.digest.measures import counted

if TYPE_CHECKING:
    from meetings.digest.page import Digest

_NBSP = french.NBSP
_LAST = {"meeting": "la rencontre", "workshop": "l’atelier"}


def since_words(digest: "Digest") -> str:
    """« Depuis la rencontre du 11 juin 2021 »; « Depuis le début du cycle » without one."""
    previous = digest.period.previous
    if previous is None:
        return "Depuis le début du cycle"
    return f"Depuis {_LAST[previous.kind]} du {french.long_date(previous.held_on)}"


def sentences(digest: "Digest") -> list[str]:
    """Three to five where there is something to say."""
    told = [*_moves(digest), *_promises(digest), *_barriers(digest), *_texts(digest)]
    return told or [f"{since_words(digest)}, rien de partagé n’a changé."]


def _moves(digest: "Digest") -> Iterator[str]:
    moves = digest.moves
    since = since_words(digest)
    if moves.implemented:
        done = counted(moves.implemented, "mesure implantée")
        yield f"{since}, {done} dans {counted(moves.implementing, 'organisation')}."
    others = [
        counted(number, f"mesure {word}")
        for number, word in ((moves.begun, "commencée"), (moves.abandoned, "abandonnée"))
        if number
    ]
    if not others:
        return
    told = " et ".join(others)
    if not moves.implemented:
        yield f"{since}, {told}."
    elif moves.begun + moves.abandoned == 1:
        yield f"S’y ajoute {told}."
    else:
        yield f"S’y ajoutent {told}."


def _promises(digest: "Digest") -> Iterator[str]:
    promises = digest.promises
    if promises is None:
        return
    if promises.totals is not None and promises.totals["promised"]:
        made = counted(promises.totals["promised"], "promesse")
        accepted = promises.totals["accepted"]
        done = _done(promises.totals["implemented"])
        became = f"{_NBSP}: {accepted}{_NBSP}acceptée{french.plural(accepted)}{done}"
        yield f"{made} à la dernière rencontre{became if accepted else ''}."
    elif promises.told is not None:
        number, done_since = promises.told
        made = counted(number, "promesse")
        yield f"{made} à la dernière rencontre{_done(done_since or 0)}."


def _done(number: int) -> str:
    if not number:
        return ""
    return f", dont {number}{_NBSP}implantée{french.plural(number)} depuis"


def _barriers(digest: "Digest") -> Iterator[str]:
    if digest.barriers:
        first = digest.barriers[0].barrier.title
        yield f"L’enjeu qui revient le plus{_NBSP}: «{_NBSP}{first}{_NBSP}»."


def _texts(digest: "Digest") -> Iterator[str]:
    parts = []
    if number := len(digest.clauses):
        parts.append(f"{counted(number, 'texte')} de la bibliothèque de clauses")
    if number := len(digest.stories) + len(digest.what_worked):
        parts.append(counted(number, "récit partagé"))
    if number := len(digest.syntheses):
        parts.append(counted(number, "synthèse publiée"))
    if parts:
        yield f"À lire{_NBSP}: {', '.join(parts)}."
