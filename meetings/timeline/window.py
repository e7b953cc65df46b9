"""The part of a long cycle that one poster shows."""

from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True)
class Window:
    """Meetings `first` to `last` of `total`, counted from one, in the order of their days.

    A long cycle is cut in parts of about one size, so that none is left with a single meeting.
    """

    number: int
    parts: int
    first: int
    last: int
    total: int

    @classmethod
    def build(cls, total: int, *, most: int, number: int | None, around: int) -> "Window":
        """The part of that number; without a number, the one of the meeting of rank `around`."""
        parts = max(1, ceil(total / most))
        size = max(1, ceil(total / parts))
        parts = max(1, ceil(total / size))
        asked = max(around, 0) // size + 1 if number is None else number
        number = min(max(asked, 1), parts)
        first = (number - 1) * size + 1
        return cls(number, parts, first, min(first + size - 1, total), total)

    @property
    def is_whole(self) -> bool:
        return self.parts == 1

    @property
    def earlier(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def later(self) -> int | None:
        return self.number + 1 if self.number < self.parts else None
