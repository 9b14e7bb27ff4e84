"""Measurements: the newest of each series in memory, the others written many at a time."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from heapq import heappop, heappush

from sqlalchemy import Connection, select

from bot.domain.measures.history import EPOCH, MICROSECOND, Labels, Point, Retention, Sample, Summary
from bot.domain.measures.reading import Reading
from bot.store.rows.history import HistoryRows
from bot.store.rows.readings import ReadingRows
from bot.store.scratch.undo import Remembered, Undo
from bot.store.tables import series

Series = tuple[str, str, Labels]

MOST = 20_000
"""So many values wait in memory at most."""

_KEEP = "INSERT OR REPLACE INTO measurements (series, at, value) VALUES (?, ?, ?)"


class Past:
    """What was measured: the newest reading of each series, and values that are not written yet."""

    def __init__(self, undo: Undo) -> None:
        self.newest = Remembered[Series, Reading](undo)
        self.waiting: list[Reading] = []
        self._undo = undo
        self._listening: list[tuple[datetime, Series]] = []
        """A heap of when series may become silent; of one that has spoken since, nothing holds any more."""
        self._ids: dict[Series, int] = {}

    def add(self, readings: Collection[Reading]) -> None:
        """Keep them for now, and the newest of each series."""
        before, known = len(self.waiting), self.newest.values
        replaced: list[tuple[Series, Reading | None]] = []
        for reading in readings:
            key = reading.service, reading.metric, reading.labels
            newest = known.get(key)
            if newest is None or reading.at >= newest.at:
                replaced.append((key, newest))
                known[key] = reading
                self.listen(key)
        self.waiting += readings
        self._undo.add(lambda: self._take_back(before, replaced))

    def _take_back(self, before: int, replaced: Sequence[tuple[Series, Reading | None]]) -> None:
        del self.waiting[before:]
        for key, newest in reversed(replaced):
            if newest is None:
                self.newest.values.pop(key, None)
            else:
                self.newest.values[key] = newest
                self.listen(key)

    def listen(self, key: Series) -> None:
        """It is known until when this series may be silent."""
        at = self.newest.values[key].silent_at
        if at is not None:
            heappush(self._listening, (at, key))

    @property
    def silent_at(self) -> datetime | None:
        """When the next series becomes silent."""
        while self._listening:
            at, key = self._listening[0]
            newest = self.newest.values.get(key)
            if newest is not None and newest.silent_at == at:
                return at
            heappop(self._listening)
        return None

    def silent(self, now: datetime) -> list[Reading]:
        """Series that are silent by now, the longest silent first."""
        listening = [(each.silent_at, each) for each in self.newest.values.values() if each.silent_at]
        silent = sorted((each for each in listening if each[0] <= now), key=lambda each: each[0])
        return [reading for _, reading in silent]

    def write(self, connection: Connection) -> None:
        """Put down what waits."""
        if not self.waiting:
            return
        first: dict[Series, Reading] = {}
        for each in self.waiting:
            key = each.service, each.metric, each.labels
            first[key] = min(first.get(key, each), each, key=lambda reading: reading.at)
        # What is older than what was rolled up is rolled up again.
        ReadingRows(connection).add(list(first.values()))
        if any(key not in self._ids for key in first):
            self._learn(connection)
            self._undo.add(self._ids.clear)
        rows = [
            (
                self._ids[each.service, each.metric, each.labels],
                (each.at - EPOCH) // MICROSECOND,
                each.value,
            )
            for each in self.waiting
        ]
        connection.exec_driver_sql(_KEEP, rows)
        ReadingRows(connection).add([self.newest.values[key] for key in first])
        written = list(self.waiting)
        self.waiting.clear()
        self._undo.add(lambda: self.waiting.extend(written))

    def _learn(self, connection: Connection) -> None:
        for row in connection.execute(select(series)):
            labels = tuple((name, value) for name, value in json.loads(row.labels))
            self._ids[row.service, row.metric, labels] = row.id


class KnownReadings(ReadingRows):
    """Implements engine.ledger.Readings."""

    def __init__(self, connection: Connection, past: Past) -> None:
        super().__init__(connection)
        self._past = past

    def add(self, taken: Collection[Reading]) -> None:
        self._past.add(taken)
        if len(self._past.waiting) >= MOST:
            self._past.write(self._connection)

    def newest(self, service: str) -> tuple[Reading, ...]:
        mine = (each for each in self._past.newest.values.values() if each.service == service)
        return tuple(sorted(mine, key=lambda each: (each.metric, json.dumps(each.labels))))

    def silent(self, now: datetime) -> tuple[Reading, ...]:
        return tuple(self._past.silent(now))

    def listen_until(self, reading: Reading, at: datetime | None) -> None:
        key = (reading.service, reading.metric, reading.labels)
        if key in self._past.newest.values:
            self._past.newest.put(key, replace(self._past.newest.values[key], silent_at=at))
            self._past.listen(key)


class KnownHistory(HistoryRows):
    """Implements engine.ledger.History: whoever asks finds everything written."""

    def __init__(self, connection: Connection, past: Past) -> None:
        super().__init__(connection)
        self._past = past

    def tend(self, now: datetime, retention: Retention) -> bool:
        self._past.write(self._connection)
        return super().tend(now, retention)

    def values(
        self, service: str, metric: str, since: datetime, until: datetime, *, most: int | None = None
    ) -> Iterator[Sample]:
        self._past.write(self._connection)
        return super().values(service, metric, since, until, most=most)

    def summary(
        self, service: str, metric: str, since: datetime, until: datetime, labels: Labels | None = None
    ) -> Summary:
        self._past.write(self._connection)
        return super().summary(service, metric, since, until, labels)

    def points(
        self, service: str, metric: str, since: datetime, until: datetime, most: int = 120
    ) -> tuple[Point, ...]:
        self._past.write(self._connection)
        return super().points(service, metric, since, until, most)
