"""What is measured, and the bar that each row must pass."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

Call = Callable[[], object]


@dataclass(frozen=True)
class Bar:
    """The most that a row may cost; `ratio` is that of its median to its floor's."""

    queries: int
    p95: float
    ratio: float


@dataclass
class Row:
    name: str
    call: Call
    bar: Bar | None = None
    queries: int = 0
    times: list[float] = field(default_factory=list)

    def sample(self) -> None:
        started = time.perf_counter()
        self.call()
        self.times.append((time.perf_counter() - started) * 1000)

    @property
    def p50(self) -> float:
        return median(self.times)

    @property
    def p95(self) -> float:
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]

    def faults(self, floor: "Row") -> list[str]:
        """Which bars the row does not pass."""
        if self.bar is None:
            return []
        found = {
            "requêtes": self.queries > self.bar.queries,
            "p95": self.p95 > self.bar.p95,
            "rapport": self.p50 / floor.p50 > self.bar.ratio,
        }
        return [name for name, failed in found.items() if failed]


def measure(rows: list[Row], *, warm_up: int, samples: int) -> None:
    """Take the samples in turns: what slows the machine slows all rows alike."""
    for _ in range(warm_up):
        for row in rows:
            row.call()
    for _ in range(samples):
        for row in rows:
            row.sample()


def table(rows: list[Row], floor: Row, letter: str) -> tuple[str, bool]:
    """The rows as text, and whether all pass."""
    head = f"{'':38}{'req.':>6}{'p50 ms':>9}{'p95 ms':>9}{f'/ {letter}':>7}   bornes"
    lines, passed = [head], True
    for row in rows:
        line = f"{row.name:38}{row.queries:>6}{row.p50:>9.1f}{row.p95:>9.1f}"
        line += f"{row.p50 / floor.p50:>7.1f}"
        if row.bar is not None:
            faults = row.faults(floor)
            passed = passed and not faults
            verdict = f"ÉCHEC : {', '.join(faults)}" if faults else "réussi"
            line += f"   {row.bar.queries} · {row.bar.p95:g} · {row.bar.ratio:g}   {verdict}"
        lines.append(line)
    return "\n".join(lines), passed
