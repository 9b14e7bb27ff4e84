"""A million log lines judged by a DuckDB query: `python benchmarks/duckdb_lines.py`.

The question is put as a check puts it, in a child program. The floor is to count the same lines in Python.
"""

from __future__ import annotations

import json
import random
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from printing import against, timed

from checks.base import Situation
from checks.kinds.sql import Sql, SqlOptions
from checks.result import State
from checks.runner import run

LINES = 1_000_000
PROMISE_S = 2.0
BEGIN = 1_768_780_800
QUERY = """
SELECT 100 * avg((status >= 500)::INTEGER) AS error_rate, quantile_cont(duration_ms, 0.99) AS latency_p99,
  100 * avg(duplicate::INTEGER) FILTER (stored) AS order_duplication_rate, count(*) AS lines
FROM read_json('orders.jsonl', format = 'newline_delimited', columns = {
  time: 'DOUBLE', status: 'INTEGER', duration_ms: 'DOUBLE', stored: 'BOOLEAN', duplicate: 'BOOLEAN'})
WHERE time <= epoch(:now)
"""


def write(path: Path) -> None:
    chance = random.Random(1)  # noqa: S311 - not for secrets
    with path.open("w") as stream:
        for number in range(LINES):
            line = {
                "time": BEGIN + number / 100,
                "iso": "2026-01-19T00:00:00.000Z",
                "order": f"o-{number}",
                "key": f"k-{number}",
                "status": 500 if chance.random() < 0.001 else 201,
                "duration_ms": round(chance.lognormvariate(4, 0.5), 1),
                "stored": True,
                "duplicate": False,
                "push": "ok",
                "attempts": 1,
            }
            stream.write(json.dumps(line, separators=(",", ":")) + "\n")


def count(path: Path) -> int:
    with path.open("rb") as stream:
        return sum(1 for _ in stream)


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "orders.jsonl"
        write(path)
        kind = Sql(SqlOptions.model_validate({"url": "duckdb:", "query": QUERY}))
        situation = Situation(now=datetime(2026, 2, 1, tzinfo=UTC), timeout_s=60.0, folder=folder)

        def ask() -> None:
            result, _ = run("orders", kind, situation, None)
            assert result.state is State.OK, result  # noqa: S101
            assert result.measurements[-1].value == LINES, result  # noqa: S101

        took, floor = timed(ask, 3).best, timed(lambda: count(path), 3).best
        return not against(f"{LINES:,} lines judged", took, PROMISE_S, floor, "counting")


if __name__ == "__main__":
    raise SystemExit(main())
