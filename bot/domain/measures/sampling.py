"""The values of a metric in a window: all of them in two numbers, and an even selection of them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from statistics import fmean
from zoneinfo import ZoneInfo

from bot.domain.localtime import DAY

MOST_VALUES = 1_000
"""So many values of a sample are kept for the test of ranks; mean and count are of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """The values of one metric in a window: their count and mean, and an even selection of them in time.

    `moments` are when the selected `values` were measured, in seconds since 1970 (empty: nobody knows).
    `averaged`: `values` are averages of even steps in time, because single ones are kept no more.
    `not_numbers` counts values that were not finite; they are in neither.
    """

    count: int = 0
    mean: float | None = None
    values: tuple[float, ...] = ()
    moments: tuple[int, ...] = ()
    not_numbers: int = 0
    averaged: bool = False


@dataclass(slots=True)
class Gathering:
    """Takes values one by one, in order of time, in memory that does not grow with their number."""

    _count: int = 0
    _mean: float = 0.0
    _stride: int = 1
    _kept: list[float] = field(default_factory=list)
    _moments: list[int] = field(default_factory=list)
    _not_numbers: int = 0

    def add(self, value: float, at: datetime | None = None) -> None:
        if not math.isfinite(value):
            self._not_numbers += 1
            return
        if self._count % self._stride == 0:
            self._kept.append(value)
            if at is not None:
                self._moments.append(int(at.timestamp()))
            if len(self._kept) > MOST_VALUES:
                del self._kept[1::2], self._moments[1::2]
                self._stride *= 2
        self._count += 1
        self._mean += (value - self._mean) / self._count

    def sample(self) -> Sampled:
        return Sampled(
            count=self._count,
            mean=self._mean if self._count else None,
            values=tuple(self._kept),
            moments=tuple(self._moments),
            not_numbers=self._not_numbers,
        )


def sample_of(values: Iterable[float]) -> Sampled:
    """All of these values, in order of time."""
    gathering = Gathering()
    for value in values:
        gathering.add(value)
    return gathering.sample()


LEAST_ALIKE = 30
"""With fewer values of the same hours of day, those of all hours are compared instead."""


def same_hours(sampled: Sampled, zone: ZoneInfo, since: datetime, until: datetime) -> Sampled:
    """The values of the hours of day that lie between two instants less than a day apart, if they suffice."""
    if until - since >= DAY or len(sampled.moments) != len(sampled.values):
        return sampled
    first, last = (each.astimezone(zone).time() for each in (since, until))
    alike = [
        (value, moment)
        for value, moment in zip(sampled.values, sampled.moments, strict=True)
        if _between(datetime.fromtimestamp(moment, zone).time(), first, last)
    ]
    if len(alike) < LEAST_ALIKE:
        return sampled
    values, moments = zip(*alike, strict=True)
    return replace(sampled, count=len(values), mean=fmean(values), values=values, moments=moments)


def _between(at: time, first: time, last: time) -> bool:
    return first <= at < last if first <= last else at >= first or at < last
