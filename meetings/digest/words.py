"""The digest in a few sentences, from what the page itself tells."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from chantier.lib import french

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


def _count(number: int, noun: str) -> str:
    return f"{number}{_NBSP}{noun}{french.plural(number)}"


def _moves(digest: "Digest") -> Iterator[str]:
    moves = digest.moves
    since = since_words(digest)
    if moves.implemented:
        done = f"{_count(moves.implemented, 'mesure')} implantée{french.plural(moves.implemented)}"
        where = _count(moves.implementing, "organisation")
        yield f"{since}, {done} dans {where}."
    others = []
    if moves.begun:
        others.append(f"{_count(moves.begun, 'mesure')} commencée{french.plural(moves.begun)}")
    if moves.abandoned:
        what = moves.abandoned
        others.append(f"{_count(what, 'mesure')} abandonnée{french.plural(what)}")
    if others:
        start = "S’y ajoutent" if moves.implemented else f"{since}"
        yield f"{start}{'' if moves.implemented else ','} {' et '.join(others)}."


def _promises(digest: "Digest") -> Iterator[str]:
    promises = digest.promises
    if promises is None:
        return
    if promises.totals is not None and promises.totals["promised"]:
        number, done = promises.totals["promised"], promises.totals["implemented"]
        accepted = promises.totals["accepted"]
        yield (
            f"{_count(number, 'promesse')} de la dernière rencontre{_NBSP}: "
            f"{accepted}{_NBSP}acceptée{french.plural(accepted)}, dont {done}{_NBSP}"
            f"implantée{french.plural(done)} depuis."
        )
    elif promises.told is not None:
        number, known = promises.told
        end = f", dont {known}{_NBSP}implantée{french.plural(known)} depuis" if known else ""
        yield f"{_count(number, 'promesse')} à la dernière rencontre{end}."


def _barriers(digest: "Digest") -> Iterator[str]:
    if digest.barriers:
        first = digest.barriers[0].barrier.title
        yield f"L’enjeu qui revient le plus{_NBSP}: «{_NBSP}{first}{_NBSP}»."


def _texts(digest: "Digest") -> Iterator[str]:
    parts = []
    if number := len(digest.clauses):
        parts.append(_count(number, "texte") + " de la bibliothèque de clauses")
    if number := len(digest.stories) + len(digest.what_worked):
        parts.append(_count(number, "récit") + f" partagé{french.plural(number)}")
    if number := len(digest.syntheses):
        parts.append(_count(number, "synthèse") + f" publiée{french.plural(number)}")
    if parts:
        yield f"À lire{_NBSP}: {', '.join(parts)}."
