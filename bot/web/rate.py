"""How often one caller may ask: a bucket each, filled evenly."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

_MOST_BUCKETS = 10_000


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Rate:
    """So many requests a minute for each caller, all at once or one by one; 0 is as many as they like."""

    def __init__(self, per_minute: int, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._most = float(per_minute)
        self._elapsed = elapsed
        self._buckets: dict[str, _Bucket] = {}
        self._lock = Lock()

    def take(self, caller: str) -> float:
        """Count one request. 0 when it may go on, else the seconds to wait."""
        if not self._most:
            return 0.0
        with self._lock:
            now = self._elapsed()
            if len(self._buckets) >= _MOST_BUCKETS:
                self._forget_full(now)
            bucket = self._buckets.setdefault(caller, _Bucket(self._most, now))
            bucket.left, bucket.at = self._filled(bucket, now), now
            if bucket.left < 1:
                return (1 - bucket.left) * 60 / self._most
            bucket.left -= 1
            return 0.0

    def _filled(self, bucket: _Bucket, now: float) -> float:
        return min(self._most, bucket.left + (now - bucket.at) * self._most / 60)

    def _forget_full(self, now: float) -> None:
        """A full bucket is as good as none. Where all are in use they begin anew: memory is bounded."""
        used = {key: each for key, each in self._buckets.items() if self._filled(each, now) < self._most}
        self._buckets = used if len(used) < _MOST_BUCKETS else {}
