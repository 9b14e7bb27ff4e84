"""What happened: counters since the start and the seconds of the last minute."""

from __future__ import annotations

import math
import time
from collections import Counter, deque
from dataclasses import dataclass, field

WINDOW = 60
BOUNDS = (0.05, 0.1, 0.2, 0.5, 1.0, 5.0, 10.0, 30.0)


@dataclass(slots=True)
class Second:
    """The counts of one second of the monotonic clock."""

    number: int
    counts: Counter[str] = field(default_factory=Counter)
    durations: list[float] = field(default_factory=list)


def percentile(ordered: list[float], share: float) -> float:
    """Return the nearest-rank percentile of an ordered, non-empty list; `share` is 0..1."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


class Figures:
    """Counts requests as the service and as the client see them."""

    def __init__(self) -> None:
        self._totals: Counter[str] = Counter()
        self._statuses: Counter[int] = Counter()
        self._below: Counter[float] = Counter()
        self._duration_sum = 0.0
        self._seconds: deque[Second] = deque(maxlen=WINDOW)

    def _now(self) -> Second:
        number = int(time.monotonic())
        if not self._seconds or self._seconds[-1].number != number:
            self._seconds.append(Second(number))
        return self._seconds[-1]

    def served(self, status: int, duration_ms: float, counts: list[str]) -> None:
        """Count one request of the service; `counts` names what else it was: stored, duplicates …"""
        second = self._now()
        names = ["requests", *counts]
        if status >= 500:
            names.append("errors")
        second.counts.update(names)
        second.durations.append(duration_ms)
        self._totals.update(names)
        self._statuses[status] += 1
        self._duration_sum += duration_ms / 1000
        for bound in BOUNDS:
            if duration_ms / 1000 <= bound:
                self._below[bound] += 1
                break

    def asked(self, answered: bool) -> None:
        """Count one request of the client."""
        self._now().counts.update(["asked", "answered"] if answered else ["asked"])

    def over(self, seconds: int) -> dict[str, object]:
        """Return counts and latencies (ms) of the last whole `seconds`; no latency without requests."""
        last = int(time.monotonic())
        chosen = [each for each in self._seconds if last - seconds <= each.number < last]
        counts: Counter[str] = Counter()
        durations: list[float] = []
        for each in chosen:
            counts.update(each.counts)
            durations += each.durations
        durations.sort()
        names = ("requests", "stored", "duplicates", "errors", "pushes", "failed", "retried", "rescued")
        result: dict[str, object] = {name: counts[name] for name in (*names, "asked", "answered")}
        result["seconds"] = len(chosen)
        if durations:
            result["mean"] = round(sum(durations) / len(durations), 1)
            for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("p999", 0.999)):
                result[name] = percentile(durations, share)
        return result

    def prometheus(self) -> str:
        """Return the counters since the start in Prometheus' text format."""
        lines = ["# HELP orders_requests_total Requests to /orders.", "# TYPE orders_requests_total counter"]
        lines += [
            f'orders_requests_total{{status="{status}"}} {self._statuses[status]}'
            for status in sorted(self._statuses)
        ]
        for name, key, text in (
            ("orders_stored_total", "stored", "Orders stored."),
            ("orders_duplicated_total", "duplicates", "Orders stored although their key was stored before."),
            ("orders_pushes_total", "pushes", "Orders pushed to the external API."),
            ("orders_pushes_failed_total", "failed", "Pushes that failed after their retries."),
            ("orders_pushes_retried_total", "retried", "Pushes that needed a retry."),
        ):
            lines += [f"# HELP {name} {text}", f"# TYPE {name} counter", f"{name} {self._totals[key]}"]
        name = "orders_request_duration_seconds"
        lines += [f"# HELP {name} Time until the answer.", f"# TYPE {name} histogram"]
        total = 0
        for bound in BOUNDS:
            total += self._below[bound]
            lines.append(f'{name}_bucket{{le="{bound}"}} {total}')
        requests = self._totals["requests"]
        lines += [f'{name}_bucket{{le="+Inf"}} {requests}', f"{name}_sum {self._duration_sum:.3f}"]
        return "\n".join([*lines, f"{name}_count {requests}"])
