"""What a report advises: what there is to do, from what was found."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.domain.report.facts import Facts
from bot.domain.report.report import Row
from bot.domain.report.rows import HOLE, MOST_PROBLEMS, severity_of
from bot.domain.text import Label, Span, Text, say
from bot.domain.watches.plan import EntryState

MOST_NAMED = 3
"""More metrics than these are counted."""


def work_rows(facts: Facts) -> tuple[Row, ...]:
    """What there is to do, from what was found."""
    open_ = (alert for alert in facts.alerts if alert.fired_at and alert.resolved_at is None)
    problems = list(dict.fromkeys(alert.worst or alert.reason for alert in open_))
    rows = [Row(value=say("Look into {problem}", problem=each)) for each in problems[:MOST_PROBLEMS]]
    rows += [Row(value=each) for each in _off_target(facts)]
    rows += [Row(value=each) for each in _missing(facts)]
    if missed := facts.rounds_in(EntryState.MISSED):
        one, several = (
            say("Find out why a round was missed"),
            say("Find out why {count} rounds were missed", count=len(missed)),
        )
        rows.append(Row(value=one if len(missed) == 1 else several))
    return tuple(rows)


def _off_target(facts: Facts) -> Iterator[Text]:
    """Metrics whose mean was off its target, those apart that an alert has told of."""
    alerting = {alert.subject.key for alert in facts.alerts}
    for metric in facts.metrics.values():
        lately = facts.lately.get(metric.key)
        mean = lately.summary.mean if lately else None
        if mean is not None and metric.key not in alerting and severity_of(metric, mean):
            yield say("Look into {metric}: on average it was off its target", metric=metric.label)


def _missing(facts: Facts) -> Iterator[Text]:
    """Metrics without any value, and those of the first tier with a long hole; many are counted."""
    silent: list[Label] = []
    holes: dict[Label, timedelta] = {}
    for metric in facts.metrics.values():
        lately = facts.lately.get(metric.key)
        if lately is None or lately.summary.mean is None:
            silent.append(metric.label)
        elif metric.tier == 1 and lately.summary.coverage.largest_gap > HOLE:
            holes[metric.label] = lately.summary.coverage.largest_gap
    if len(silent) > MOST_NAMED:
        yield say("Find out why {count} metrics have no data", count=len(silent))
    else:
        yield from (say("Find out why {metric} has no data", metric=label) for label in silent)
    if len(holes) > MOST_NAMED:
        longest = Span.of(max(holes.values()))
        yield say(
            "Find out why {count} metrics had no values for up to {span}", count=len(holes), span=longest
        )
    else:
        for label, gap in holes.items():
            yield say("Find out why {metric} had no values for {span}", metric=label, span=Span.of(gap))


def advice_rows(facts: Facts) -> tuple[Row, ...]:
    """What to do next; to go on as planned when nothing was found."""
    if rows := work_rows(facts):
        return rows
    if facts.critical() or facts.warnings():
        return (Row(value=say("All alerts are over: go on as planned")),)
    return (Row(value=say("Go on as planned: everything is in order")),)
