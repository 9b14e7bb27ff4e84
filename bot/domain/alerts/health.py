"""What an observation means: a measurement against its metric, a result by its own state."""

from __future__ import annotations

from bot.domain.alerts.alert import Judgement, Severity
from bot.domain.setup import Metric
from bot.domain.text import Label, Quantity, Text, say
from checks.result import Measurement, Result, State
from checks.threshold import Condition


def judge_measurement(metric: Metric, measurement: Measurement) -> Judgement:
    """A value against critical, then warning (or a missed target), then the recovery condition."""
    value = Quantity(measurement.value, metric.unit or measurement.unit)
    if metric.critical and metric.critical.holds(value.value):
        return _bad(metric, value, Severity.CRITICAL, condition(metric.critical, value.unit))
    if metric.warning and metric.warning.holds(value.value):
        return _bad(metric, value, Severity.WARNING, condition(metric.warning, value.unit))
    if metric.warning is None and metric.target and not metric.target.holds(value.value):
        missed = say("off target {target}", target=condition(metric.target, value.unit))
        return _bad(metric, value, Severity.WARNING, missed)
    recovered = metric.recovery is None or metric.recovery.holds(value.value)
    return Judgement(
        severity=None,
        recovered=recovered,
        value=value,
        reason=say("{metric} {value}", metric=metric.label, value=value),
    )


def _bad(metric: Metric, value: Quantity, severity: Severity, limit: Text) -> Judgement:
    return Judgement(
        severity=severity,
        recovered=False,
        value=value,
        limit=limit,
        reason=say("{metric} {value} {limit}", metric=metric.label, value=value, limit=limit),
    )


def condition(limit: Condition, unit: str) -> Text:
    """A limit in words with its unit: `> 0.1%`, `outside 0 s to 4 s`."""
    low = Quantity(limit.limit, unit)
    if limit.upper is not None:
        return say("outside {low} to {high}", low=low, high=Quantity(limit.upper, unit))
    return say("{operator} {limit}", operator=limit.operator, limit=low)


_SEVERITY = {State.WARNING: Severity.WARNING, State.CRITICAL: Severity.CRITICAL}


def judge_result(label: Label, result: Result) -> Judgement:
    """A check that feeds no metric is judged by its own state; UNKNOWN says nothing about good or bad."""
    return Judgement(
        severity=_SEVERITY.get(result.state),
        recovered=result.state is State.OK,
        reason=say("{check}: {summary}", check=label, summary=result.summary),
    )


def judge_ability(label: Label, result: Result) -> Judgement:
    """Could the check measure at all? A failure to measure is a warning of its own kind."""
    if result.state is State.UNKNOWN:
        reason = say("{check} could not measure: {summary}", check=label, summary=result.summary)
        return Judgement(severity=Severity.WARNING, recovered=False, reason=reason)
    return Judgement(severity=None, recovered=True, reason=say("{check} measures again", check=label))
