"""100 MB of new log followed by a `log` check: `python benchmarks/log_lines.py`.

One line in a hundred is an error. The floor is to count the same lines. What the program's memory grows by
while it reads is said, too: it must not grow with the log.
"""

from __future__ import annotations

import random
import resource
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from printing import against, timed, within

from checks.base import Cursor, Situation
from checks.kinds.log import Log
from checks.kinds.log.options import LogOptions
from checks.runner import run

BYTES = 100_000_000
PROMISE_S = 10.0
PROMISE_MB = 32
HOUR = "2026-01-19T02:14"


def write(path: Path) -> tuple[int, int]:
    """Lines, and errors among them."""
    chance = random.Random(1)  # noqa: S311 - not for secrets
    lines = errors = written = 0
    with path.open("w") as stream:
        while written < BYTES:
            second = f"{chance.random() * 60:06.3f}Z"
            if chance.random() < 0.01:
                errors += 1
                text = f"ERROR push of order o-{chance.randrange(10**9)} given up: it answered 503"
            else:
                text = f"INFO order o-{chance.randrange(10**9)} stored in {lines % 977} ms for c-{lines}"
            written += stream.write(f"{HOUR}:{second} {text}\n")
            lines += 1
    return lines, errors


def count(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(1 for _ in stream)


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "app.log"
        expected = write(path)
        kind = Log(LogOptions.model_validate({"path": "app.log", "start": "beginning"}))
        situation = Situation(now=datetime(2026, 2, 1, tzinfo=UTC), timeout_s=60.0, folder=folder)

        def ask() -> None:
            cursor: Cursor | None = None
            result, cursor = run("log", kind, situation, cursor)
            found = tuple(each.value for each in result.measurements[:2])
            assert found == expected, result  # noqa: S101
            assert len(result.sightings) == 1, result.sightings  # noqa: S101

        floor = timed(lambda: count(path), 3).best
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        took = timed(ask, 3).best
        kept = against(f"{BYTES // 10**6} MB, {expected[0]:,} lines", took, PROMISE_S, floor, "counting")
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        return not (within("more memory while it is read", grown, PROMISE_MB, "MiB") and kept)


if __name__ == "__main__":
    raise SystemExit(main())
