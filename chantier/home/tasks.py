"""A line of « À faire »."""

from dataclasses import dataclass

# What fits above the progress of the stages; the register holds the rest.
MOST_TASKS = 4


@dataclass(frozen=True)
class Task:
    """One thing to do: where it leads, and why now."""

    icon: str
    title: str
    why: str
    url: str
    action: str
    late: bool = False
