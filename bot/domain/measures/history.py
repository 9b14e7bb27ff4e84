"""What is kept of the past of a metric: stretches in numbers, and the sum of them.

Raw values are kept for some time. Of each series, every whole stretch of a grain becomes one row of
numbers that can be merged: five minutes of raw values, an hour of those, a day of hours (in UTC).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from itertools import groupby, pairwise
from math import inf
from operator import attrgetter, sub

from bot.domain.measures.sketch import Sketch

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_LARGEST = 1.7976931348623157e308

Labels = tuple[tuple[str, str], ...]


class Grain(IntEnum):
    """How long a stretch is, in seconds."""

    FINE = 300
    HOUR = 3600
    DAY = 86400

    @property
    def length(self) -> timedelta:
        return timedelta(seconds=self)

    def floor(self, instant: datetime) -> datetime:
        """The start of the stretch that an instant belongs to."""
        return instant - (instant - EPOCH) % self.length

    def ceiling(self, instant: datetime) -> datetime:
        """The first start of a stretch that is not before an instant."""
        return instant + (EPOCH - instant) % self.length


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long raw values, hours and days are kept; and `messages`, once nothing waits for them any more."""

    raw: timedelta = timedelta(days=14)
    hourly: timedelta = timedelta(days=92)
    daily: timedelta = timedelta(days=731)
    messages: timedelta = timedelta(days=92)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollup:
    """A stretch of one series in numbers.

    `first` and `last` are when the first and the last value in it were measured, `gap` is the longest time
    between two values next to each other, `filled` counts stretches of Grain.FINE that have a value.
    """

    at: datetime
    count: int
    total: float
    low: float
    high: float
    first: datetime
    last: datetime
    gap: timedelta
    filled: int
    sketch: Sketch


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One raw value."""

    at: datetime
    value: float
    labels: Labels = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a stretch of time has values.

    `largest_gap` is the longest time without any value, the time before the first one and after the last
    one included. `filled` of `stretches` stretches of five minutes have a value.
    """

    first: datetime | None
    last: datetime | None
    largest_gap: timedelta
    filled: int
    stretches: int

    @property
    def share(self) -> float:
        """The part of five-minute stretches that have a value: 0 to 1."""
        return self.filled / self.stretches if self.stretches else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All values of a metric between two instants in numbers; without any, mean, min and max are None."""

    count: int
    mean: float | None
    min: float | None
    max: float | None
    coverage: Coverage
    _sketch: Sketch = field(default_factory=Sketch, repr=False)

    def percentile(self, q: float) -> float | None:
        """The value that q per cent (0 to 100) of all values do not exceed, right to one per cent."""
        found = self._sketch.quantile(q / 100)
        if found is None or self.min is None or self.max is None:
            return None
        return min(max(found, self.min), self.max)


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One point of a chart: the values from `at` on, for as long as the chart's step."""

    at: datetime
    summary: Summary


def roll_up(at: datetime, samples: Sequence[tuple[int, float]]) -> Rollup:
    """A stretch of raw values in numbers: (microseconds since 1970, value) in order of time, at least one.

    It is a stretch of Grain.FINE, or a part of one.
    """
    moments = [moment for moment, _ in samples]
    values = [value for _, value in samples]
    return Rollup(
        at=at,
        count=len(values),
        total=_bounded(sum(values)),
        low=min(values),
        high=max(values),
        first=EPOCH + moments[0] * MICROSECOND,
        last=EPOCH + moments[-1] * MICROSECOND,
        gap=max(map(sub, moments[1:], moments), default=0) * MICROSECOND,
        filled=1,
        sketch=Sketch.of(values),
    )


def stretches(
    samples: Sequence[tuple[int, float]], length: timedelta = Grain.FINE.length
) -> Iterator[Rollup]:
    """Raw values of one series, in order of time, by stretch; `length` divides Grain.FINE."""
    every = length // MICROSECOND
    for number, inside in groupby(samples, lambda sample: sample[0] // every):
        yield roll_up(EPOCH + number * length, list(inside))


def merge(at: datetime, rollups: Sequence[Rollup]) -> Rollup:
    """Stretches of one series that follow each other as one; at least one."""
    between = (later.first - earlier.last for earlier, later in pairwise(rollups))
    return Rollup(
        at=at,
        count=sum(each.count for each in rollups),
        total=_bounded(sum(each.total for each in rollups)),
        low=min(each.low for each in rollups),
        high=max(each.high for each in rollups),
        first=rollups[0].first,
        last=rollups[-1].last,
        gap=max([*(each.gap for each in rollups), *between]),
        filled=sum(each.filled for each in rollups),
        sketch=Sketch.merged([each.sketch for each in rollups]),
    )


def summarise(rollups: Iterable[Rollup], since: datetime, until: datetime) -> Summary:
    """Stretches of any number of series in one summary of the time from `since` until `until`.

    Where several series speak, a gap is one in which none did.
    """
    ordered = sorted(rollups, key=attrgetter("first"))
    return Summary(
        count=(count := sum(each.count for each in ordered)),
        mean=_bounded(sum(each.total for each in ordered)) / count if count else None,
        min=min((each.low for each in ordered), default=None),
        max=max((each.high for each in ordered), default=None),
        coverage=_coverage(ordered, since, until),
        _sketch=Sketch.merged([each.sketch for each in ordered]),
    )


def _coverage(ordered: Sequence[Rollup], since: datetime, until: datetime) -> Coverage:
    fine = Grain.FINE
    every = max(0, (fine.ceiling(until) - fine.floor(since)) // fine.length)
    last = since
    gap = timedelta(0)
    filled: dict[datetime, int] = {}
    for at, inside in groupby(sorted(ordered, key=attrgetter("at")), attrgetter("at")):
        together = list(inside)
        first = min(each.first for each in together)
        gap = max(gap, first - last, _gap(together))
        last = max(last, *(each.last for each in together))
        filled[at] = max(each.filled for each in together)
    return Coverage(
        first=ordered[0].first if ordered else None,
        last=last if ordered else None,
        largest_gap=max(gap, until - last),
        filled=min(sum(filled.values()), every),
        stretches=every,
    )


def _gap(together: Sequence[Rollup]) -> timedelta:
    """At most so long no series spoke, for series over one stretch: exact for a single one."""
    first, last = min(each.first for each in together), max(each.last for each in together)
    most_regular = min(max(each.gap, each.first - first, last - each.last) for each in together)
    taking_turns, spoken = timedelta(0), first
    for each in sorted(together, key=attrgetter("first")):
        taking_turns = max(taking_turns, each.gap, each.first - spoken)
        spoken = max(spoken, each.last)
    return min(most_regular, taking_turns)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a stretch of time and what it is read from; `grain` None: from raw values."""

    grain: Grain | None
    since: datetime
    until: datetime


_STEPS = tuple(
    timedelta(seconds=seconds)
    for seconds in (1, 5, 10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
)


def chart_step(length: timedelta, most: int) -> timedelta:
    """The shortest round step that shows `length` in at most about `most` points."""
    short = next((step for step in _STEPS if length <= step * most), None)
    return short or -(-length // (Grain.DAY.length * most)) * Grain.DAY.length


def pieces(
    since: datetime,
    until: datetime,
    kept: tuple[datetime, datetime],
    longest: timedelta = Grain.DAY.length,
) -> tuple[Piece, ...]:
    """From what to read a stretch of time: whole days, hours and fine stretches, raw values at its ends.

    `kept`: since when raw values and since when hours are kept; what begins earlier begins at a whole hour
    or day, so that two stretches that follow each other share nothing. `longest`: of no coarser grain.
    """
    grains = tuple(grain for grain in (Grain.DAY, Grain.HOUR, Grain.FINE) if grain.length <= longest)
    return tuple(_pieces(_at_kept(since, kept), _at_kept(until, kept), grains))


def _pieces(since: datetime, until: datetime, grains: tuple[Grain, ...]) -> Iterator[Piece]:
    if since >= until:
        return
    if not grains:
        yield Piece(grain=None, since=since, until=until)
        return
    first, last = grains[0].ceiling(since), grains[0].floor(until)
    if first >= last:
        yield from _pieces(since, until, grains[1:])
        return
    yield from _pieces(since, first, grains[1:])
    yield Piece(grain=grains[0], since=first, until=last)
    yield from _pieces(last, until, grains[1:])


def _at_kept(instant: datetime, kept: tuple[datetime, datetime]) -> datetime:
    raw_since, hours_since = kept
    if instant < hours_since:
        return Grain.DAY.floor(instant)
    return Grain.HOUR.floor(instant) if instant < raw_since else instant


def _bounded(total: float) -> float:
    """A sum that fits a column: neither infinite nor, of infinities, no number at all."""
    if total != total:
        return 0.0
    return max(-_LARGEST, min(_LARGEST, total)) if total in (inf, -inf) else total
