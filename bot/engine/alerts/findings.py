"""What an answer says: readings, and judgements of whatever they are about. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.alerts.alert import AlertKind, Judgement, Subject
from bot.domain.alerts.health import judge_ability, judge_measurement, judge_result
from bot.domain.measures.reading import Reading
from bot.domain.oncall.escalation import Policy
from bot.domain.setup import Check, Metric, Service, Setup
from bot.domain.text import say
from checks.base import Cursor
from checks.kinds.heartbeat import HeartbeatOptions
from checks.result import Measurement, Result, State

BLIND_FOR = timedelta(minutes=1)
"""How long a sampled check may fail to measure before somebody is told."""

FRESH_AT_ROUNDS = timedelta(hours=3)
"""How long a value measured at rounds only counts as news: the plan's widest gap and an hour."""

_BEATS = 3
"""A sampled value is stale once this many samples have not come."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question and its answer."""

    check: Check
    result: Result
    cursor: Cursor | None


Finding = tuple[Subject, Judgement]


def fed_by(service: Service, asked: Asked) -> list[tuple[Metric, Measurement]]:
    """What the answer measured that feeds a metric."""
    fed = [(metric_of(service, asked.check, each), each) for each in asked.result.measurements]
    return [(metric, each) for metric, each in fed if metric is not None]


def of_metrics(
    setup: Setup, service: Service, judged: Sequence[tuple[Metric, Measurement]]
) -> tuple[list[Finding], list[Finding]]:
    """What the values say of their metrics, and whose silence they end."""
    found = [
        (subject_of_series(setup, service, metric, each.labels), judge_measurement(metric, each))
        for metric, each in judged
    ]
    heard = [
        (
            replace(subject, kind=AlertKind.NO_DATA, for_=timedelta(0), recover_for=timedelta(0)),
            _heard(metric),
        )
        for (subject, _), (metric, _each) in zip(found, judged, strict=True)
        if metric.no_data
    ]
    return found, heard


def of_itself(setup: Setup, service: Service, asked: Asked, *, feeds: bool) -> Iterator[Finding]:
    """What the answer says of the check itself; `feeds`: it brought a value of a metric."""
    check, result = asked.check, asked.result
    if not result.offline:  # this machine's own network is gone: no service is to blame
        yield _ability_subject(setup, service, check), judge_ability(check.label, result)
    if result.state is not State.UNKNOWN:
        # A check that feeds a metric leaves waking people to the metric, also when it brings no value.
        # A heartbeat that is missed is its own affair: the metric is but how long the job took.
        feeds = feeds or any(key in service.metrics for key in check.metrics.values())
        feeds = feeds and not isinstance(check.options, HeartbeatOptions)
        subject = own_subject(setup, service, check, tier=2 if feeds else None)
        yield subject, judge_result(check.label, result)


def metric_of(service: Service, check: Check, measurement: Measurement) -> Metric | None:
    """The metric a measurement feeds: the one of its name, unless the check renames it."""
    metric = service.metrics.get(check.metrics.get(measurement.metric, measurement.metric))
    return metric if metric and metric.made_of is None else None


def readings_of(
    service: Service, asked: Asked, judged: Sequence[tuple[Metric, Measurement]]
) -> list[Reading]:
    """What is kept of the values of an answer."""
    check, at = asked.check, asked.result.started_at
    fresh_for = check.every * _BEATS + check.timeout if check.every else FRESH_AT_ROUNDS
    return [
        Reading(
            service=service.key,
            metric=metric.key,
            labels=each.labels,
            value=each.value,
            unit=metric.unit or each.unit,
            at=at,
            fresh_until=at + fresh_for,
            silent_at=at + metric.no_data if metric.no_data else None,
        )
        for metric, each in judged
    ]


def as_measured(reading: Reading) -> Measurement:
    """A derived value, as if a check had brought it."""
    return Measurement(metric=reading.metric, value=reading.value, unit=reading.unit, labels=reading.labels)


def policy_of(setup: Setup, key: str) -> Policy:
    """The policy of that name; a file without escalations pages nobody."""
    return setup.policies.get(key) or Policy(key=key, levels=())


def subject_of_series(
    setup: Setup, service: Service, metric: Metric, labels: tuple[tuple[str, str], ...]
) -> Subject:
    """What an alert of one series of a metric is about."""
    return Subject(
        service=service.key,
        channel=service.channel,
        key=metric.key,
        label=metric.label,
        labels=labels,
        tier=metric.tier,
        for_=metric.for_,
        recover_for=metric.recover_for,
        damped=metric.flapping,
        policy=policy_of(setup, metric.escalation),
    )


def own_subject(setup: Setup, service: Service, check: Check, tier: int | None = None) -> Subject:
    """What an alert of a check's own state is about."""
    # A check may bear the name of a metric: its own state is another problem than the metric's value.
    named_alike = check.key in service.metrics
    return Subject(
        service=service.key,
        channel=service.channel,
        key=check.key,
        label=check.label,
        labels=(("check", check.key),) if named_alike else (),
        tier=tier,
        max_attempts=check.max_attempts,
        damped=check.flapping,
        policy=policy_of(setup, check.escalation),
    )


def news_subject(setup: Setup, service: Service, check: Check) -> Subject:
    """What the alert of new types of errors is about: it pages nobody."""
    subject = own_subject(setup, service, check, tier=2)
    labels = (*subject.labels, ("errors", "new"))
    return replace(subject, labels=labels, max_attempts=1, damped=False)


def _ability_subject(setup: Setup, service: Service, check: Check) -> Subject:
    subject = own_subject(setup, service, check)
    return replace(
        subject, kind=AlertKind.ERROR, max_attempts=1, for_=BLIND_FOR if check.every else timedelta(0)
    )


def _heard(metric: Metric) -> Judgement:
    return Judgement(
        severity=None, recovered=True, reason=say("{metric} is measured again", metric=metric.label)
    )
