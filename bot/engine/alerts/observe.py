"""From a check's answer to readings and to what it means for alerts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.domain.alerts.alert import Alert, AlertKind, Judgement, Severity, Subject, Transition
from bot.domain.alerts.course import observe
from bot.domain.alerts.flapping import STEADY, Swings, swing
from bot.domain.alerts.health import judge_ability, judge_measurement, judge_result
from bot.domain.alerts.quiet.hush import began_quiet
from bot.domain.measures.reading import Reading
from bot.domain.oncall.escalation import Policy
from bot.domain.setup import Check, Metric, Service, Setup
from bot.domain.text import Span, say
from bot.engine.alerts.hush import Hush
from bot.engine.ledger import Delivery, Ledger
from bot.engine.measures.derive import derive
from bot.engine.measures.errors import judged as judged_news
from bot.engine.measures.errors import notice, tell_each
from bot.engine.record import record, value_redraw
from bot.engine.world import World
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


def keep(
    ledger: Ledger, setup: Setup, service: Service, asked: Asked, now: datetime, *, at_round: bool = False
) -> None:
    """Keep the readings of an answer, and of what follows from it, and decide what they change."""
    check, result = asked.check, asked.result
    if not isinstance(check.options, HeartbeatOptions):  # what a job said is written when it says it
        ledger.schedule.remember(service.key, check.key, asked.cursor)
    fed = [(metric_of(service, check, each), each) for each in result.measurements]
    judged = [(metric, each) for metric, each in fed if metric is not None]
    ledger.readings.add(
        [_reading(service, check, metric, each, result.started_at) for metric, each in judged]
    )
    made = derive(ledger, service, {metric.key for metric, _ in judged}, result.started_at)
    judged += [(service.metrics[each.metric], _as_measured(each)) for each in made]
    findings = [
        (_metric_subject(setup, service, metric, each), judge_measurement(metric, each))
        for metric, each in judged
    ]
    heard = [
        (
            replace(subject, kind=AlertKind.NO_DATA, for_=timedelta(0), recover_for=timedelta(0)),
            _heard(metric),
        )
        for (subject, _), (metric, _each) in zip(findings, judged, strict=True)
        if metric.no_data
    ]
    findings = [*_whose_time_it_is(ledger, service, findings, at_round=at_round), *heard]
    if not result.offline:  # this machine's own network is gone: no service is to blame
        findings.append((_ability_subject(setup, service, check), judge_ability(check.label, result)))
    if result.state is not State.UNKNOWN:
        # A check that feeds a metric leaves waking people to the metric, also when it brings no value.
        # A heartbeat that is missed is its own affair: the metric is but how long the job took.
        feeds = judged or any(key in service.metrics for key in check.metrics.values())
        feeds = feeds and not isinstance(check.options, HeartbeatOptions)
        subject = own_subject(setup, service, check, tier=2 if feeds else None)
        findings.append((subject, judge_result(check.label, result)))
    fresh = notice(ledger, setup, service, check, result) if result.sightings else ()
    if result.sightings:
        findings.append((news_subject(setup, service, check), judged_news(ledger, service, check, fresh)))
    opened = judge_all(ledger, setup, findings, now).open
    if fresh:
        tell_each(ledger, opened.get(news_subject(setup, service, check).fingerprint), fresh, now)


Finding = tuple[Subject, Judgement]


def _whose_time_it_is(
    ledger: Ledger, service: Service, findings: list[Finding], *, at_round: bool
) -> Iterator[Finding]:
    """Tier 1 is judged at once, tier 2 at rounds, tier 3 in reports. An open alert follows every value.

    Without a watch there are no rounds: tier 2 is judged when it is measured.
    """
    patient = [
        (subject, judgement)
        for subject, judgement in findings
        if subject.tier != 1 and judgement.severity is not None
    ]
    opened = ledger.alerts.open_among([subject.fingerprint for subject, _ in patient])
    now_too = at_round or not patient or not ledger.watches.open_all(service.key)
    for subject, judgement in findings:
        its_time = subject.tier == 1 or (subject.tier == 2 and now_too)
        if its_time or judgement.severity is None or subject.fingerprint in opened:
            yield subject, judgement


def _as_measured(reading: Reading) -> Measurement:
    return Measurement(metric=reading.metric, value=reading.value, unit=reading.unit, labels=reading.labels)


@dataclass(frozen=True, slots=True)
class Judged:
    """What findings changed, and the alerts of their fingerprints that are open afterwards."""

    changes: tuple[Transition, ...]
    open: dict[str, Alert]


def judge_all(ledger: Ledger, setup: Setup, findings: Sequence[Finding], now: datetime) -> Judged:
    """Judge each finding against the open alert of its fingerprint and the results before; record changes."""
    hush, changes = Hush(ledger, setup, now), list[Transition]()
    redraws: dict[str, Delivery] = {}
    fingerprints = [subject.fingerprint for subject, _ in findings]
    opened = ledger.alerts.open_among(fingerprints)
    before = ledger.courses.among(fingerprints)
    courses: dict[str, Swings] = {}
    for subject, judgement in findings:
        key = subject.fingerprint
        course = courses.get(key) or before.get(key, STEADY)
        if subject.damped and subject.kind is AlertKind.BREACH:
            course = courses[key] = swing(course, judgement)
        # One answer may speak of the same series twice: the second word is judged by what the first did.
        alert = opened.get(key)
        found = _judged(hush, (subject, alert), judgement, now, course)
        changes += found
        if found and found[-1].alert.open:
            opened[key] = found[-1].alert
        elif found:
            opened.pop(key, None)
        elif alert and alert.card and judgement.value:
            redraws[alert.card] = value_redraw(alert, now)
    record(ledger, setup, *changes)
    for redraw in redraws.values():
        ledger.outbox.put(redraw)
    ledger.courses.remember({key: each for key, each in courses.items() if each != before.get(key, STEADY)})
    return Judged(tuple(changes), opened)


def _judged(
    hush: Hush, of: tuple[Subject, Alert | None], judgement: Judgement, now: datetime, course: Swings = STEADY
) -> tuple[Transition, ...]:
    """What an observation changes. A new alert is heard, unless it is quiet."""
    subject, alert = of
    transition = observe(alert, alert.subject if alert else subject, judgement, now, course)
    if transition is None:
        return ()
    quiet = hush.over(transition.alert) if transition.event == "alert.firing" else None
    return began_quiet(transition, quiet, now) if quiet else (transition,)


def decide(
    ledger: Ledger, setup: Setup, of: tuple[Subject, Alert | None], judgement: Judgement, now: datetime
) -> Alert | None:
    """Judge a subject against its open alert, if there is one; record what changes. The alert afterwards."""
    changes = _judged(Hush(ledger, setup, now), of, judgement, now)
    record(ledger, setup, *changes)
    return changes[-1].alert if changes else of[1]


def notice_silence(world: World, now: datetime) -> int:
    """Open no-data alerts for series that have been silent too long. Returns how many were looked at."""
    with world.store.reading() as ledger:
        silent = ledger.readings.silent(now)
    return len(world.crew.in_turn([partial(_notice, world, reading, now) for reading in silent]))


def _notice(world: World, reading: Reading, now: datetime) -> None:
    with world.store.transaction() as ledger:
        _judge_silence(ledger, world, reading, now)
    world.bell.ring()


def _judge_silence(ledger: Ledger, world: World, reading: Reading, now: datetime) -> None:
    service = world.setup.services.get(reading.service)
    metric = service.metrics.get(reading.metric) if service else None
    if service is None or metric is None or metric.no_data is None:
        ledger.readings.listen_until(reading, None)
        return
    # While this program was not running nothing could be heard: that is no silence of the service.
    patient_until = world.awake_since + metric.no_data
    if now < patient_until:
        ledger.readings.listen_until(reading, patient_until)
        return
    ledger.readings.listen_until(reading, None)
    subject = replace(
        _subject_of_series(world.setup, service, metric, reading.labels),
        kind=AlertKind.NO_DATA,
        for_=timedelta(0),
        recover_for=timedelta(0),
    )
    reason = say("{metric}: no data for {span}", metric=metric.label, span=Span.of(now - reading.at))
    judgement = Judgement(severity=Severity.WARNING, recovered=False, reason=reason)
    opened = ledger.alerts.open_among([subject.fingerprint])
    decide(ledger, world.setup, (subject, opened.get(subject.fingerprint)), judgement, now)


def metric_of(service: Service, check: Check, measurement: Measurement) -> Metric | None:
    """The metric a measurement feeds: the one of its name, unless the check renames it."""
    metric = service.metrics.get(check.metrics.get(measurement.metric, measurement.metric))
    return metric if metric and metric.made_of is None else None


def _reading(
    service: Service, check: Check, metric: Metric, measurement: Measurement, at: datetime
) -> Reading:
    fresh_for = check.every * _BEATS + check.timeout if check.every else FRESH_AT_ROUNDS
    return Reading(
        service=service.key,
        metric=metric.key,
        labels=measurement.labels,
        value=measurement.value,
        unit=metric.unit or measurement.unit,
        at=at,
        fresh_until=at + fresh_for,
        silent_at=at + metric.no_data if metric.no_data else None,
    )


def policy_of(setup: Setup, key: str) -> Policy:
    """The policy of that name; a file without escalations pages nobody."""
    return setup.policies.get(key) or Policy(key=key, levels=())


def _metric_subject(setup: Setup, service: Service, metric: Metric, measurement: Measurement) -> Subject:
    return _subject_of_series(setup, service, metric, measurement.labels)


def _subject_of_series(
    setup: Setup, service: Service, metric: Metric, labels: tuple[tuple[str, str], ...]
) -> Subject:
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
