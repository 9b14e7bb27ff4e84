"""How long the whole calendar of a plan takes: `python benchmarks/plan_calendar.py [CONFIG]`.

Prints one line a zone. The floor is to make the same entries with their instants known already, so the
ratio is what finding the instants costs; the promise is a whole calendar in under 50 ms.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from timeit import repeat
from zoneinfo import ZoneInfo

from printing import within

from bot.config import load
from bot.domain.watches.plan import Entry, Plan, calendar

PROMISE_S = 0.05
ROUNDS = 30
STARTS = {
    "Asia/Shanghai": datetime(2026, 1, 19),  # noqa: DTZ001 - local times of the zones beside them
    "America/New_York": datetime(2026, 3, 7),  # noqa: DTZ001
    "Australia/Lord_Howe": datetime(2026, 4, 4),  # noqa: DTZ001
}
"""Deployments a day before clocks change, where they do."""


def measure(plan: Plan, deployed_at: datetime) -> tuple[float, float, int]:
    """The best of some rounds: seconds of the calendar, seconds of its floor, and the number of entries."""
    entries = calendar(plan, deployed_at, deployed_at)
    fields = [{name: getattr(entry, name) for name in Entry.__slots__} for entry in entries]
    whole = min(repeat(lambda: calendar(plan, deployed_at, deployed_at), number=1, repeat=ROUNDS))
    floor = min(repeat(lambda: tuple(Entry(**each) for each in fields), number=1, repeat=ROUNDS))
    return whole, floor, len(entries)


def main() -> int:
    config = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "config.yaml"
    (service, *_) = load(config, {}).services.values()
    kept = True
    for zone, start in STARTS.items():
        plan = replace(service.plan, zone=zone)
        whole, floor, count = measure(plan, start.replace(tzinfo=ZoneInfo(zone)))
        beside = f"floor {floor * 1000:.2f} ms, ratio {whole / floor:.1f}"
        kept &= within(f"{zone}: {count} entries", whole * 1000, PROMISE_S * 1000, "ms", beside)
    return 0 if kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
