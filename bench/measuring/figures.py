"""What is made of the times that were measured, and how it is shown."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Sample:
    """The times and the queries of one thing, each time that it was done."""

    seconds: list[float] = field(default_factory=list)
    queries: list[int] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        return {
            "median": statistics.median(self.seconds),
            "p95": percentile(self.seconds, 95),
            "queries": int(statistics.median(self.queries)) if self.queries else None,
            "times": len(self.seconds),
        }


def percentile(values: Sequence[float], share: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]


@dataclass(frozen=True)
class Target:
    """How many times as long something may take as something else; without a number it is only told."""

    what: str
    against: str
    most: float | None

    def compared(self, figures: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
        if self.what not in figures or self.against not in figures:
            return None
        ratio = figures[self.what]["median"] / figures[self.against]["median"]
        return {**vars(self), "ratio": ratio, "reached": self.most is None or ratio <= self.most}


def table(heading: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table as text: the first column to the left, the others to the right."""
    lines = [list(map(str, row)) for row in [heading, *rows]]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            text.ljust(width) if number == 0 else text.rjust(width)
            for number, (text, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f}"
