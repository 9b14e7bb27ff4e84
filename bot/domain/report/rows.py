"""Rows that several reports have: metrics, alerts, problems, what people said, what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from math import isclose
from statistics import fmean

from bot.domain.alerts.alert import Alert, Severity
from bot.domain.alerts.health import condition, judge_measurement
from bot.domain.measures.history import Summary
from bot.domain.panel import Standing
from bot.domain.report.facts import SYSTEM, Facts
from bot.domain.report.report import Row, Section
from bot.domain.setup import Metric
from bot.domain.text import Instant, Name, Quantity, Span, Text, joined, say
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import EntryState
from checks.result import Measurement

MOST_PROBLEMS = 30
HOLE = timedelta(hours=1)
"""A row tells of a longer time without any value."""

_BY_SEVERITY = {Severity.CRITICAL: Standing.CRITICAL, Severity.WARNING: Standing.WARNING}


def section(name: Text, rows: Iterable[Row], empty: Text | None = None) -> Section:
    """Rows under a heading; without any, what `empty` says."""
    found = tuple(rows)
    return Section(title=name, rows=found or ((Row(value=empty),) if empty else (Row(value=say("no data")),)))


def metric_row(facts: Facts, metric: Metric, *, trend: bool) -> Row:
    """The mean of a metric in the report's time, with its extreme, its target and its trend."""
    lately = facts.lately.get(metric.key)
    if lately is None or lately.summary.mean is None:
        return Row(name=metric.label, standing=Standing.NO_DATA, note=joined(_target(metric)))
    summary = lately.summary
    return Row(
        name=metric.label,
        value=Quantity(summary.mean or 0.0, metric.unit),
        note=joined(
            _extreme(metric, summary),
            _target(metric),
            trend_of(lately.summary, lately.before, facts.tolerance) if trend and facts.has_before else None,
            _coverage(summary),
        ),
        standing=_standing(metric, summary),
    )


def total_row(facts: Facts, metric: Metric) -> Row | None:
    """How much came in all, of a metric that is a rate: its mean, for as long as there were values."""
    lately = facts.lately.get(metric.key)
    if metric.unit != "/s":
        return None
    name = say("{metric}, total", metric=metric.label)
    if lately is None or lately.summary.mean is None:
        return Row(name=name, standing=Standing.NO_DATA)
    gap = lately.summary.coverage.largest_gap
    seconds = (facts.until - facts.since - (gap if gap > HOLE else timedelta(0))).total_seconds()
    return Row(name=name, value=say("about {count}", count=Quantity(round(lately.summary.mean * seconds))))


def trend_of(now: Summary, before: Summary | None, tolerance: float) -> Text | None:
    """Against the same time a day earlier; None where nothing was asked for."""
    if before is None or now.mean is None:
        return None
    if before.mean is None:
        return say("no data in the time before")
    return moved(now.mean, before.mean, tolerance)


def moved(now: float, before: float, tolerance: float) -> Text:
    """Up or down from a value to another; steady within what is tolerated."""
    if not before:
        return say("steady") if not now else say("0 in the time before")
    change = (now - before) / abs(before)
    if abs(change) <= tolerance:
        return say("steady")
    amount = Quantity(abs(change) * 100, "%")
    return say("up {amount}", amount=amount) if change > 0 else say("down {amount}", amount=amount)


def alert_rows(facts: Facts) -> Iterator[Row]:
    """How many alerts of each sort."""
    yield _count(facts.critical(), say("Critical alerts"), Standing.CRITICAL)
    yield _count(facts.warnings(), say("Warning alerts"), Standing.WARNING)
    yield _count(facts.blind(), say("Alerts about missing data"), Standing.NO_DATA)


def response_rows(facts: Facts) -> Iterator[Row]:
    """How long people took to acknowledge alerts, and how long those lasted."""
    taken = [
        each.acknowledged_at - each.fired_at
        for each in facts.alerts
        if each.acknowledged_at and each.fired_at
    ]
    if taken:
        yield Row(name=say("Time to acknowledge, on average"), value=_mean(taken))
    over = [each.resolved_at - each.fired_at for each in facts.alerts if each.resolved_at and each.fired_at]
    if over:
        yield Row(name=say("Time to resolve, on average"), value=_mean(over))


def problem_rows(facts: Facts) -> Iterator[Row]:
    """Every alert with how it went, and rounds that were missed or not in order."""
    alerts = sorted((each for each in facts.alerts if each.fired_at), key=lambda each: each.worst is None)
    for alert in alerts[:MOST_PROBLEMS]:
        yield Row(value=_course(alert), standing=_BY_SEVERITY[_worst(alert)])
    if len(alerts) > MOST_PROBLEMS:
        yield Row(value=say("and {count} more", count=len(alerts) - MOST_PROBLEMS))
    for state, standing in ((EntryState.MISSED, Standing.NO_DATA), (EntryState.FAILED, Standing.WARNING)):
        for listed in facts.rounds_in(state)[:MOST_PROBLEMS]:
            yield Row(value=_round(facts, listed), standing=standing)


def people_rows(facts: Facts) -> Iterator[Row]:
    """What people were asked in rounds and at checkpoints, and what they said."""
    for listed in (*facts.rounds, *facts.checkpoints):
        for manual in listed.manuals:
            if manual.done_at is None:
                yield Row(name=manual.ask, value=say("not answered"), standing=Standing.NO_DATA)
                continue
            by = Name(manual.done_by or "")
            said = (
                say("{note} – {person}", note=manual.note, person=by)
                if manual.note
                else say("done – {person}", person=by)
            )
            yield Row(name=manual.ask, value=said, standing=Standing.OK)


def remark_rows(facts: Facts) -> Iterator[Row]:
    """What people remarked on rounds."""
    for listed in facts.rounds:
        for remark in listed.remarks:
            yield Row(value=say("{text} – {person}", text=remark.text, person=Name(remark.by)))


def first_tiers(facts: Facts) -> tuple[Metric, ...]:
    """Metrics of the first two tiers that do not belong to the machine."""
    return tuple(each for each in facts.metrics.values() if each.tier <= 2 and each.group != SYSTEM)


def _standing(metric: Metric, summary: Summary) -> Standing:
    """By the mean; in tier 1 one critical value is enough."""
    values = [summary.mean or 0.0]
    if metric.tier == 1 and metric.critical:
        values += [
            each for each in (summary.min, summary.max) if each is not None and metric.critical.holds(each)
        ]
    judged = [severity_of(metric, each) for each in values]
    if Severity.CRITICAL in judged:
        return Standing.CRITICAL
    return Standing.WARNING if Severity.WARNING in judged else Standing.OK


def severity_of(metric: Metric, value: float) -> Severity | None:
    """How bad a value of a metric is by itself."""
    return judge_measurement(metric, Measurement(metric=metric.key, value=value)).severity


def _extreme(metric: Metric, summary: Summary) -> Text | None:
    """The lowest of a metric that is good when high, the highest of any other."""
    low = metric.target is not None and ">" in metric.target.operator
    value = summary.min if low else summary.max
    if value is None or isclose(value, summary.mean or 0.0):
        return None
    said = Quantity(value, metric.unit)
    return say("lowest {value}", value=said) if low else say("highest {value}", value=said)


def _target(metric: Metric) -> Text | None:
    return say("target {target}", target=condition(metric.target, metric.unit)) if metric.target else None


def _coverage(summary: Summary) -> Text | None:
    gap = summary.coverage.largest_gap
    return say("no values for {span} at a stretch", span=Span.of(gap)) if gap > HOLE else None


def _count(alerts: Sequence[Alert], name: Text, standing: Standing) -> Row:
    return Row(name=name, value=Quantity(len(alerts)), standing=standing if alerts else Standing.OK)


def _mean(lengths: list[timedelta]) -> Span:
    return Span(fmean(each.total_seconds() for each in lengths))


def _worst(alert: Alert) -> Severity:
    return Severity.CRITICAL if alert.worst is not None else Severity.WARNING


def _course(alert: Alert) -> Text:
    since = alert.fired_at or alert.began_at
    what = say("{at}: {reason}", at=Instant(since), reason=alert.worst or alert.reason)
    if alert.acknowledged_by:
        what = say(
            "{before}; {item}", before=what, item=say("taken by {person}", person=Name(alert.acknowledged_by))
        )
    if alert.resolved_at is None:
        return say("{before}; {item}", before=what, item=say("still open"))
    over = say("over after {span}", span=Span.of(alert.resolved_at - since))
    return say("{before}; {item}", before=what, item=over)


def _round(facts: Facts, listed: Listed) -> Text:
    at = Instant(listed.entry.at)
    if listed.remark:
        return say("Round of {at}: {why}", at=at, why=listed.remark)
    return say("Round of {at}", at=at)
