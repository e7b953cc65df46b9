"""The regions of Québec as tiles, laid out roughly as on a map."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.http import urlencode

# What a tile of a phone has room for; « tile-06 » in the style sheet says where it stands.
_SHORT_NAMES = {
    "01": "Bas-St-L.",
    "02": "Saguenay",
    "03": "Cap.-Nat.",
    "04": "Mauricie",
    "05": "Estrie",
    "06": "Montréal",
    "07": "Outaouais",
    "08": "Abitibi",
    "09": "Côte-Nord",
    "10": "Nord-Q.",
    "11": "Gaspésie",
    "12": "Ch.-App.",
    "13": "Laval",
    "14": "Lanaud.",
    "15": "Laurent.",
    "16": "Montér.",
    "17": "C.-du-Q.",
}


@dataclass(frozen=True)
class Tile:
    """One region, how many EÉS the other filters leave there, and the link that filters."""

    key: str
    label: str
    number: int
    # Of the list with this region; with none when it is the one that filters.
    query: str
    is_current: bool

    @property
    def short_name(self) -> str:
        return _SHORT_NAMES.get(self.key, self.label)

    @property
    def place(self) -> str:
        """The class of its place; a region added since stands after the others."""
        return f"tile-{self.key}" if self.key in _SHORT_NAMES else ""


def tiles(
    regions: Iterable[tuple[str, str]], numbers: dict[str, int], data: QueryDict, current: str
) -> list[Tile]:
    """A tile for each region: its link has the other filters, and leads to the first page."""
    others = data.copy()
    for name in ("region", "page"):
        others.pop(name, None)
    kept = others.urlencode()
    before = f"{kept}&" if kept else ""
    return [
        Tile(
            key=key,
            label=label,
            number=numbers.get(key, 0),
            query=kept if key == current else f"{before}{urlencode({'region': key})}",
            is_current=key == current,
        )
        for key, label in regions
    ]
