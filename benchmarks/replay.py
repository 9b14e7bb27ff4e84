"""A million recorded samples replayed: `python benchmarks/replay.py`.

`vigil replay` runs as its user starts it, on five tier-1 metrics every ten seconds, with an incident every
half day. It is one thread, so that seconds of the processor are what it takes where nobody else wants it.
Memory is flat where ten times as many samples take no more of it. The floor is to read the file.
"""

from __future__ import annotations

import os
import random
import resource
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

from printing import against, say, within

from bot.domain.measures.recording import read_recording

SAMPLES = 1_000_000
PROMISE_S = 60.0
PROMISE_MB = 30.0
"""So much more memory at most may ten times as many samples take."""

BEGIN = datetime(2026, 1, 19, tzinfo=UTC)
EVERY = timedelta(seconds=10)
WELL = {
    "availability": 100.0,
    "error_rate": 0.02,
    "order_duplication_rate": 0.0,
    "push_failure_rate": 0.1,
    "latency_p99": 0.3,
}
ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds by the clock and of the processor, and the most memory in MB."""

    wall_s: float
    cpu_s: float
    most_mb: float


def lines(count: int) -> Iterator[str]:
    chance = random.Random(1)  # noqa: S311 - not for secrets
    yield "time,metric,value\n"
    for number in range(count // len(WELL)):
        at = (BEGIN + number * EVERY).isoformat()
        slow = number % 4320 > 4260
        for metric, value in WELL.items():
            found = 12.1 if slow and metric == "latency_p99" else value * chance.uniform(0.9995, 1.0)
            yield f"{at},{metric},{found:.4f}\n"


def replayed(samples: Path) -> Cost:
    """Run `vigil replay` and look at what it took."""
    arguments = [sys.executable, "-m", "bot", "replay", str(samples), "--config", str(ROOT / "config.yaml")]
    started = perf_counter()
    with samples.with_suffix(".jsonl").open("wb") as out:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.chdir(ROOT)
            os.execv(sys.executable, arguments)  # noqa: S606 - no shell
        _, status, usage = os.wait4(child, 0)
    assert status == 0, status  # noqa: S101
    return Cost(perf_counter() - started, usage.ru_utime + usage.ru_stime, _megabytes(usage))


def _megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / 1024


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        many, few = Path(name) / "many.csv", Path(name) / "few.csv"
        with many.open("w") as stream:
            stream.writelines(lines(SAMPLES))
        with few.open("w") as stream:
            stream.writelines(lines(SAMPLES // 10))

        started = process_time()
        with many.open() as stream:
            assert sum(1 for _ in read_recording(stream)) == SAMPLES  # noqa: S101
        floor_s = process_time() - started
        less, cost = replayed(few), replayed(many)
        pages = many.with_suffix(".jsonl").read_text().count('"event": "page"')
        kept = against(f"{SAMPLES:,} samples", cost.cpu_s, PROMISE_S, floor_s, "reading them")
        more = cost.most_mb - less.most_mb
        say("most memory", f"{cost.most_mb:.0f} MB", f"{cost.wall_s:.0f} s by the clock, {pages} pages")
        return not (within("more memory than for a tenth of them", more, PROMISE_MB, "MB") and kept)


if __name__ == "__main__":
    raise SystemExit(main())
