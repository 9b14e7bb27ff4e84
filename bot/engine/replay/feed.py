"""Recorded measurements in the place of checks: each is kept and judged as if it had just been measured."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.measures.reading import Reading
from bot.domain.replay.staging import Series, together
from bot.domain.setup import Check, Setup
from bot.engine.alerts.findings import Asked
from bot.engine.alerts.observe import keep
from bot.engine.ledger import Ledger, Store
from checks.base import Cursor
from checks.result import Measurement, Result, State

Value = tuple[Series, float]
"""A series and what was measured of it; NaN for a check that could not measure."""


class Feed:
    """Answers for the checks of a stage from what was recorded until now."""

    def __init__(self, setup: Setup, store: Store) -> None:
        self._setup = setup
        self._store = store
        self._whole = {key: together(each) for key, each in setup.services.items()}
        self._failing: set[Series] = set()
        """Series that could not be measured once: each of them is a check of its own from then on."""

    def take(self, values: Iterable[Value], now: datetime) -> None:
        """Keep what was measured at one instant."""
        alone: list[tuple[Series, float]] = []
        measured: dict[str, list[Measurement]] = {}
        for series, value in values:
            if math.isnan(value):
                self._failing.add(series)
            if series in self._failing:
                alone.append((series, value))
            else:
                measured.setdefault(series.service, []).append(_measurement(series, value))
        with self._store.transaction() as ledger:
            for key, found in measured.items():
                self._keep(ledger, (key, self._whole[key]), found, now)
            for series, value in alone:
                check = self._setup.services[series.service].checks[series.check]
                one = [] if math.isnan(value) else [_measurement(series, value)]
                self._keep(ledger, (series.service, check), one, now)

    def _keep(
        self, ledger: Ledger, of: tuple[str, Check], found: Sequence[Measurement], now: datetime
    ) -> None:
        service, check = self._setup.services[of[0]], of[1]
        keep(ledger, self._setup, service, Asked(check, _result(check, found, now), None), now)

    def ask(self, check: Check, now: datetime, cursor: Cursor | None) -> tuple[Result, Cursor | None]:
        """Put the question of a round or a playbook: the newest value is the answer. Implements ports.Ask."""
        for key, service in self._setup.services.items():
            if service.checks.get(check.key) is check:
                with self._store.reading() as ledger:
                    newest = ledger.readings.newest(key)
                mine = (each for each in newest if _series(each).check == check.key)
                fresh = next((each for each in mine if now <= each.fresh_until), None)
                if fresh:
                    measured = _measurement(_series(fresh), fresh.value)
                    return _result(check, [measured], fresh.at), None
        return replace(_result(check, [], now), offline=True), None


def _series(reading: Reading) -> Series:
    return Series(reading.service, reading.metric, reading.labels)


def _measurement(series: Series, value: float) -> Measurement:
    return Measurement(metric=series.metric, value=value, labels=series.labels)


def _result(check: Check, found: Sequence[Measurement], at: datetime) -> Result:
    return Result(
        check=check.key,
        state=State.OK if found else State.UNKNOWN,
        summary="recorded" if found else "the recording has no value",
        measurements=tuple(found),
        started_at=at,
        duration_s=0.0,
    )
