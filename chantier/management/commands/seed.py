"""Load the reference content, or refresh what nobody has edited; can be repeated at will."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

import benefits.seeding
import measures.seeding
import meetings.seeding
import members.seeding
from chantier.lib.french import plural

# From the bottom of the house up: each app names rows of those below.
_APPS = (members.seeding, measures.seeding, benefits.seeding, meetings.seeding)


class Command(BaseCommand):
    help = "Charge le contenu de référence, sans jamais reprendre ce qui a été modifié."

    def handle(self, *args: Any, **options: Any) -> None:
        counts = seed_all()
        words = ", ".join(f"{number} {_plural(name, number)}" for name, number in counts.items())
        self.stdout.write(f"Contenu de référence\u00a0: {words}.")


@transaction.atomic
def seed_all() -> dict[str, int]:
    """The whole content or nothing; return the number of rows by name."""
    counts: dict[str, int] = {}
    for app in _APPS:
        counts |= app.seed()
    return counts


def _plural(name: str, number: int) -> str:
    """« références légales », « enjeux », « objectifs du cycle »."""
    if not plural(number):
        return name
    head, _, tail = name.partition(" ")
    if tail.startswith("du "):
        return f"{_plural(head, number)} {tail}"
    return " ".join(word + ("x" if word.endswith("eu") else "s") for word in name.split(" "))
