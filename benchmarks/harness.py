"""What every row of `make bench` shares: ours and its limit, taken in turns, and the ratio of the two.

Shared machines are noisy, so a row's ratio is the median of the ratios of its pairs: both halves of a pair are taken
one right after the other and saw the same machine. What must hold on any machine (counts, query plans) is a gate:
`broken` says which didn't, and fails the run. A goal that is missed only shows.
"""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

PAIRS = 5
Take = Callable[[], float]
"""Does the work once and gives what it cost, in seconds (or bytes, or whatever both halves of a pair share)."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much a run measures. `quick` is for a look at whether everything runs: its ratios mean nothing."""

    quick: bool = False

    def of(self, whole: int, quick: int) -> int:
        """The number for this run."""
        return quick if self.quick else whole

    @property
    def pairs(self) -> int:
        return self.of(PAIRS, 1)


@dataclass(frozen=True, slots=True)
class Row:
    """One goal, on one database where that matters: `ratio` is ours divided by the limit, None where it is missing.

    `spread` is the least and the greatest ratio of a pair. `ours` and `limit` are medians in milliseconds, unless
    `unit` says otherwise. `broken` are gates that didn't hold, `note` is what else there is to know.
    """

    name: str
    goal: float
    ratio: float | None
    spread: tuple[float, float] = (0.0, 0.0)
    ours: float = 0.0
    limit: float = 0.0
    pairs: int = 1
    unit: str = "ms"
    database: str | None = None
    broken: Sequence[str] = ()
    note: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        return self.ratio is not None and round(self.ratio, 2) <= self.goal and not self.broken

    @property
    def title(self) -> str:
        return f"{self.name}, {self.database}" if self.database else self.name

    def but(self, **changed: Any) -> "Row":
        """The row with other fields."""
        return replace(self, **changed)

    def as_json(self) -> dict[str, Any]:
        """The row for machines; ratios with two decimals, as the table shows them."""
        return {
            "name": self.title,
            "ratio": None if self.ratio is None else round(self.ratio, 2),
            "goal": self.goal,
            "met": self.met,
            "spread": [round(each, 2) for each in self.spread],
            "ours": round(self.ours, 3),
            "limit": round(self.limit, 3),
            "unit": self.unit,
            "pairs": self.pairs,
            "database": self.database,
            "broken": list(self.broken),
            "note": self.note,
            **self.more,
        }


def compare(
    name: str,
    *,
    goal: float,
    ours: Take,
    limit: Take,
    pairs: int = PAIRS,
    database: str | None = None,
    warm: bool = True,
    **more: Any,
) -> Row:
    """Take ours and the limit in turns, `pairs` times; each once before that, uncounted, where they are to be `warm`.

    `more` are further fields of `Row`.
    """
    if warm:
        ours()
        limit()
    taken = [(ours(), limit()) for _ in range(pairs)]
    return row_of(name, taken, goal=goal, database=database, **more)


def row_of(name: str, taken: Sequence[tuple[float, float]], *, goal: float, **more: Any) -> Row:
    """The row of pairs (ours, limit) that were taken already, in seconds; `scale` turns them into the row's unit."""
    scale = more.pop("scale", 1000.0)
    ratios = [one / other for one, other in taken]
    ours, limit = (statistics.median(each) * scale for each in zip(*taken, strict=True))
    spread = min(ratios), max(ratios)
    return Row(name, goal, statistics.median(ratios), spread, ours, limit, pairs=len(taken), **more)


def timed(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter, *, times: int = 1) -> Take:
    """A `Take` that does `work` so many times, and gives the mean seconds by `clock`; collects garbage before."""

    def take() -> float:
        gc.collect()
        began = clock()
        for _ in range(times):
            work()
        return (clock() - began) / times

    return take


def p50(work: Callable[[], object], times: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """The median seconds of so many calls by `clock`, one after another."""
    taken = []
    for _ in range(times):
        began = clock()
        work()
        taken.append(clock() - began)
    return statistics.median(taken)
