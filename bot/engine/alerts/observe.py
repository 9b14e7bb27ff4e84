"""From a check's answer to readings and to what it means for alerts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.domain.alerts.alert import Alert, AlertKind, Judgement, Severity, Subject, Transition
from bot.domain.alerts.course import alert_id, observe
from bot.domain.alerts.flapping import STEADY, Swings, swing
from bot.domain.alerts.quiet.hush import began_quiet
from bot.domain.measures.history import MICROSECOND
from bot.domain.measures.reading import Reading
from bot.domain.setup import Service, Setup
from bot.domain.text import Span, say
from bot.engine.alerts.findings import (
    Asked,
    Finding,
    as_measured,
    fed_by,
    news_subject,
    of_itself,
    of_metrics,
    readings_of,
    subject_of_series,
)
from bot.engine.alerts.hush import Hush
from bot.engine.ledger import Delivery, Ledger
from bot.engine.measures.derive import derive
from bot.engine.measures.errors import judged as judged_news
from bot.engine.measures.errors import notice, tell_each
from bot.engine.measures.outside import suspect
from bot.engine.record import record, value_redraw
from bot.engine.world import World


@dataclass(frozen=True, slots=True)
class Kept:
    """What follows from an answer: the values of derived metrics, and what is open of all it speaks of."""

    made: tuple[Reading, ...]
    open: dict[str, Alert]


def keep(
    ledger: Ledger, setup: Setup, service: Service, asked: Asked, now: datetime, *, at_round: bool = False
) -> Kept:
    """Keep the readings of an answer, and of what follows from it, and decide what they change."""
    check, result = asked.check, asked.result
    if result.offline:
        suspect(ledger, service.key, now)
    judged = fed_by(service, asked)
    ledger.readings.add(readings_of(service, asked, judged))
    made = derive(ledger, service, {metric.key for metric, _ in judged}, result.started_at)
    judged += [(service.metrics[each.metric], as_measured(each)) for each in made]
    found, heard = of_metrics(setup, service, judged)
    findings = [
        *_whose_time_it_is(ledger, service, found, at_round=at_round),
        *heard,
        *of_itself(setup, service, asked, feeds=bool(judged)),
    ]
    fresh = notice(ledger, setup, service, check, result) if result.sightings else ()
    if result.sightings:
        findings.append((news_subject(setup, service, check), judged_news(ledger, service, check, fresh)))
    opened = judge_all(ledger, setup, findings, now).open
    if fresh:
        tell_each(ledger, opened.get(news_subject(setup, service, check).fingerprint), fresh, now)
    return Kept(made, opened)


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


@dataclass(frozen=True, slots=True)
class Judged:
    """What findings changed, and the alerts of their fingerprints that are open afterwards."""

    changes: tuple[Transition, ...]
    open: dict[str, Alert]


def judge_all(ledger: Ledger, setup: Setup, findings: Sequence[Finding], now: datetime) -> Judged:
    """Judge each finding against the open alert of its fingerprint and the results before; record changes."""
    spoken = [_Spoken(subject.fingerprint, subject, judgement) for subject, judgement in findings]
    judge, changes = _Judge(ledger, setup, spoken, now), list[Transition]()
    for some in _each_once(spoken):
        changes += judge.judge(some)
    for redraw in judge.redraws.values():
        ledger.outbox.put(redraw)
    ledger.courses.remember(judge.courses)
    return Judged(tuple(changes), judge.open)


@dataclass(frozen=True, slots=True)
class _Spoken:
    """A finding, with the fingerprint of what it is about."""

    fingerprint: str
    subject: Subject
    judgement: Judgement

    @property
    def damped(self) -> bool:
        return self.subject.damped and self.subject.kind is AlertKind.BREACH


def _each_once(spoken: Sequence[_Spoken]) -> Iterator[Sequence[_Spoken]]:
    """In their order, anew where one is spoken of again: that is judged by what the first word did."""
    start, known = 0, set[str]()
    for number, each in enumerate(spoken):
        if each.fingerprint in known:
            yield spoken[start:number]
            start, known = number, set()
        known.add(each.fingerprint)
    yield spoken[start:]


class _Judge:
    """What is open, and how it went before, of all that is spoken of in one transaction."""

    def __init__(self, ledger: Ledger, setup: Setup, spoken: Sequence[_Spoken], now: datetime) -> None:
        self._ledger, self._setup, self._now = ledger, setup, now
        self._hush = Hush(ledger, setup, now)
        self.open = ledger.alerts.open_among([each.fingerprint for each in spoken])
        self.courses: dict[str, Swings] = {}
        self._before = ledger.courses.among([each.fingerprint for each in spoken if each.damped])
        self.redraws: dict[str, Delivery] = {}
        counts = Counter(each.fingerprint for each in spoken)
        bad = {each.fingerprint for each in spoken if each.judgement.severity}
        self._names = _Names(ledger, {key for key in bad if key not in self.open or counts[key] > 1}, now)

    def judge(self, spoken: Sequence[_Spoken]) -> tuple[Transition, ...]:
        """Decide and record; no two of these have the same fingerprint."""
        found = [change for each in spoken for change in self._changes(each)]
        changes = record(self._ledger, self._setup, *found)
        for alert in (each.alert for each in changes):
            if alert.open:
                self.open[alert.subject.fingerprint] = alert
            else:
                self.open.pop(alert.subject.fingerprint, None)
        return changes

    def _changes(self, spoken: _Spoken) -> tuple[Transition, ...]:
        key, subject, judgement = spoken.fingerprint, spoken.subject, spoken.judgement
        course = self.courses.get(key) or self._before.get(key, STEADY)
        if spoken.damped:
            swung = swing(course, judgement)
            if swung is not course:
                course = self.courses[key] = swung
        alert = self.open.get(key)
        if alert is None and judgement.severity is None:
            return ()  # all is well, as it was before
        now = self._now if alert else self._names.free_at(key)
        found = _judged(self._hush, (subject, alert), judgement, now, course)
        if not found and alert and alert.card and judgement.value:
            self.redraws[alert.card] = value_redraw(alert, now)
        return found


class _Names:
    """When alerts may begin: a moment later where one like it began, and ended, at this very moment."""

    def __init__(self, ledger: Ledger, fingerprints: Collection[str], now: datetime) -> None:
        self._alerts, self._now = ledger.alerts, now
        self._wanted = {each: alert_id(each, now) for each in fingerprints}
        self._taken = self._alerts.named(self._wanted.values())

    def free_at(self, fingerprint: str) -> datetime:
        at, name = self._now, self._wanted[fingerprint]
        while name in self._taken:
            at += MICROSECOND
            name = alert_id(fingerprint, at)
            self._taken |= self._alerts.named({name})
        self._taken.add(name)
        return at


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
    subject, alert = of
    begins_at = now if alert else _Names(ledger, [subject.fingerprint], now).free_at(subject.fingerprint)
    changes = record(ledger, setup, *_judged(Hush(ledger, setup, now), of, judgement, begins_at))
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
        subject_of_series(world.setup, service, metric, reading.labels),
        kind=AlertKind.NO_DATA,
        for_=timedelta(0),
        recover_for=timedelta(0),
    )
    reason = say("{metric}: no data for {span}", metric=metric.label, span=Span.of(now - reading.at))
    judgement = Judgement(severity=Severity.WARNING, recovered=False, reason=reason)
    opened = ledger.alerts.open_among([subject.fingerprint])
    decide(ledger, world.setup, (subject, opened.get(subject.fingerprint)), judgement, now)
