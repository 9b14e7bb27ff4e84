"""How benchmarks tell what they found."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter


def best(deed: Callable[[], object], times: int = 3) -> float:
    """Seconds of the fastest of some tries: what the machine can do when nobody else wants it."""

    def once() -> float:
        started = perf_counter()
        deed()
        return perf_counter() - started

    return min(once() for _ in range(times))


def tell(what: str, found: float, promise: float, floor: float, of: str) -> bool:
    """Print a line; whether the promise is kept. All are seconds; `of` is what the floor does."""
    kept = found < promise
    print(  # noqa: T201 - what it is for
        f"{'kept' if kept else 'BROKEN'}: {what} in {found:.2f} s (promise {promise:g} s); "
        f"floor {floor:.2f} s ({of}), ratio {found / floor:.1f}"
    )
    return kept
