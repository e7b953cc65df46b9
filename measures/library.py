"""What the evidence library offers to a form: pieces to tick, the newest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from measures.models import Evidence, Implementation

# What a list of boxes can hold; a page of the library joins the rest.
MOST_OFFERED = 30


@dataclass(frozen=True)
class Choice:
    """One box: a piece, and whether it is ticked."""

    piece: Evidence
    is_ticked: bool


@dataclass(frozen=True)
class Library:
    """The boxes of a form; `is_cut` when the library holds more of them."""

    choices: tuple[Choice, ...]
    is_cut: bool = False

    @classmethod
    def of(cls, implementation: Implementation, *, ticked: Sequence[str]) -> "Library":
        """The other evidence of the organization of a record, in one query."""
        pieces = Evidence.objects.filter(organization=implementation.organization_id)
        if implementation.pk:
            links = Implementation.evidence.through.objects.filter(implementation=implementation.pk)
            pieces = pieces.exclude(pk__in=links.values("evidence"))
        keys = {int(key) for key in ticked if key.isascii() and key.isdigit() and len(key) < 19}
        # What is ticked stays in sight, however old.
        first = pieces.order_by("-created_at", "-pk").values("pk")[: MOST_OFFERED + 1]
        rows = list(
            pieces.filter(Q(pk__in=first) | Q(pk__in=keys))
            .select_related("organization")
            .order_by("-created_at", "-pk")
        )
        is_cut = len(rows) > MOST_OFFERED
        return cls(tuple(Choice(row, row.pk in keys) for row in rows), is_cut)

    def __iter__(self) -> Iterator[Choice]:
        return iter(self.choices)

    def __len__(self) -> int:
        return len(self.choices)

    @property
    def number_ticked(self) -> int:
        return sum(choice.is_ticked for choice in self.choices)


def posted_list(data: Any, name: str) -> list[str]:
    """The values of a field that may be sent several times, whatever the form was given."""
    return data.getlist(name) if hasattr(data, "getlist") else list(data.get(name, []))
