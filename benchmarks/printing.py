"""How benchmarks say what they measured: one line each, beside a floor or a limit."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


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


def timed(act: Callable[[], object], times: int = 5) -> Timing:
    """Run it so many times."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return Timing(tuple(taken))


def say(what: str, value: str, beside: str = "") -> None:
    """One line: what was measured, how it came out, and what to compare it with."""
    sys.stdout.write(f"{what:<58} {value:>14}  {beside}".rstrip() + "\n")
    sys.stdout.flush()


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"


def within(what: str, value: float, limit: float, unit: str) -> bool:
    """Say a number beside its limit; whether it is kept."""
    kept = value <= limit
    say(what, f"{value:,.2f} {unit}", f"limit {limit:,.4g} {unit}: {'kept' if kept else 'MISSED'}")
    return kept
