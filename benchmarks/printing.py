"""How benchmarks say what they measured: one line each, beside a floor or a limit.

Each line is written as a JSON object, too, into the file that the environment names in BENCHMARK_FIGURES.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of several runs."""

    seconds: tuple[float, ...]

    @property
    def best(self) -> float:
        return min(self.seconds)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


@dataclass(frozen=True, slots=True)
class Spread:
    """How long half of them took at most, and 99 of 100."""

    p50: float
    p99: float

    @classmethod
    def of(cls, taken: Sequence[float]) -> Spread:
        ordered = sorted(taken)
        return cls(ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)])


def timed(
    act: Callable[[], object], times: int = 5, clock: Callable[[], float] = time.perf_counter
) -> Timing:
    """Run it so many times. With `time.process_time` counts what this process itself has worked."""
    taken = []
    for _ in range(times):
        started = clock()
        act()
        taken.append(clock() - started)
    return Timing(tuple(taken))


def say(what: str, value: str, beside: str = "") -> None:
    """One line: what was measured, how it came out, and what to compare it with."""
    _tell(what, value, "", beside)


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"


def within(what: str, value: float, limit: float, unit: str, beside: str = "") -> bool:
    """Say a number beside its limit; whether it is kept."""
    kept = value <= limit
    most = f"{limit:,.4g} {unit}".strip()
    _tell(what, f"{value:,.2f} {unit}".strip(), f"limit {most}: {'kept' if kept else 'MISSED'}", beside)
    return kept


def against(what: str, found_s: float, limit_s: float, floor_s: float, of: str) -> bool:
    """Say seconds beside their limit and the floor, which does what `of` says; whether the limit is kept."""
    beside = f"floor {floor_s:.2f} s ({of}), {found_s / floor_s:.1f} times"
    return within(what, found_s, limit_s, "s", beside)


def _tell(what: str, found: str, verdict: str, beside: str) -> None:
    remarks = "; ".join(filter(None, (verdict, beside)))
    sys.stdout.write(f"{what:<62} {found:>12}  {remarks}".rstrip() + "\n")
    sys.stdout.flush()
    if file := os.environ.get("BENCHMARK_FIGURES"):
        with Path(file).open("a") as lines:
            figure = {"what": what, "found": found, "verdict": verdict, "beside": beside}
            lines.write(json.dumps(figure, ensure_ascii=False) + "\n")
