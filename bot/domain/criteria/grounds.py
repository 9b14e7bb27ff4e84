"""What a gate's criteria are judged on, and how complete it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.alerts.alert import Alert
from bot.domain.measures.baseline import Comparison
from bot.domain.measures.history import Point, Sample, Summary
from bot.domain.setup import Metric
from bot.domain.text import Instant, Label, Span, Text, say
from bot.domain.watches.listing import Answer, Listed
from bot.domain.watches.plan import EntryState

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A metric in the stretch: all values in numbers, and hour by hour (hours without any are absent)."""

    summary: Summary
    hours: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Everything that is stored about a stretch of a watch.

    `offences` are, by criterion (its place), the first values that were against its limit; `rounds` those
    that fell due; `compared` is by metric, empty without a baseline; `checks` and `metrics` by key.
    """

    since: datetime
    until: datetime
    metrics: Mapping[str, Metric]
    checks: Mapping[str, Label] = field(default_factory=dict)
    past: Mapping[str, Past] = field(default_factory=dict)
    offences: Mapping[int, tuple[Sample, ...]] = field(default_factory=dict)
    alerts: tuple[Alert, ...] = ()
    rounds: tuple[Listed, ...] = ()
    compared: Mapping[str, Comparison] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    rolled_back: bool = False

    def label(self, key: str) -> Label:
        """How people call a metric or check."""
        metric = self.metrics.get(key)
        return metric.label if metric else self.checks.get(key, Label(key))

    def held(self) -> tuple[Listed, ...]:
        return tuple(each for each in self.rounds if each.ran_at is not None)

    def missed(self) -> tuple[Listed, ...]:
        return tuple(each for each in self.rounds if each.entry.state is EntryState.MISSED)

    def covered(self, key: str) -> float | None:
        """The part of the stretch that has values of a metric.

        Hours with values of all hours; for a metric that is measured at rounds only, rounds held of all.
        None when there is nothing that it could be a part of.
        """
        past = self.past.get(key)
        if past is None or not past.summary.count:
            return 0.0
        if self._at_rounds_only(past):
            due = len(self.held()) + len(self.missed())
            return len(self.held()) / due if due else None
        hours = max(1, round((self.until - self.since) / HOUR))
        return min(1.0, len(past.hours) / hours)

    def holes(self, key: str, longest: timedelta) -> Iterator[tuple[datetime, datetime]]:
        """Stretches longer than so much in which a metric has no value. Rounds have their own time."""
        past = self.past.get(key)
        if past is None or not past.summary.count or self._at_rounds_only(past):
            return
        before = self.since
        for point in past.hours:
            inside = point.summary.coverage
            if inside.first and inside.first - before > longest:
                yield before, inside.first
            before = inside.last or before
        if self.until - before > longest:
            yield before, self.until

    def incomplete(self, keys: Sequence[str], coverage: float, gap: timedelta) -> tuple[Text, ...]:
        """What is missing of these metrics, a row each; nothing when all are complete."""
        return tuple(row for key in keys for row in self._missing(key, coverage, gap))

    def _missing(self, key: str, coverage: float, gap: timedelta) -> Iterator[Text]:
        label, past = self.label(key), self.past.get(key)
        if past is None or not past.summary.count:
            yield say("{metric}: no values", metric=label)
            return
        holes = list(self.holes(key, gap))
        for since, until in holes[:3]:
            yield say(
                "{metric}: no values from {since} to {until}, for {span}",
                metric=label,
                since=Instant(since),
                until=Instant(until),
                span=Span.of(until - since),
            )
        covered, longest = self.covered(key), past.summary.coverage.largest_gap
        if not holes and longest > gap and not self._at_rounds_only(past):
            yield say("{metric}: no values for {span} at a stretch", metric=label, span=Span.of(longest))
        elif not holes and (covered is None or covered < coverage):
            yield say(
                "{metric}: only {part} of the time has values",
                metric=label,
                part=percent(covered or 0.0),
            )

    def _at_rounds_only(self, past: Past) -> bool:
        return past.summary.count <= 2 * len(self.held())


def percent(part: float) -> str:
    """`98.2%`."""
    return f"{part * 100:.4g}%"
