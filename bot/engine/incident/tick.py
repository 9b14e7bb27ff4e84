"""What the clock does to incidents: steps that go by themselves, the countdown, conditions on metrics."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

from bot.domain.incident.clock import next_look, tick
from bot.domain.incident.playbook import StepKind
from bot.domain.incident.state import Change, Incident, StepState
from bot.domain.incident.steps import EVERY, probed, unasked, waited
from bot.domain.incident.trend import judge_trend
from bot.domain.panel import RoundRow
from bot.domain.setup import Item, Service
from bot.domain.text import Label, Quantity, Text, say
from bot.engine.alerts.findings import Asked
from bot.engine.alerts.observe import keep as keep_answer
from bot.engine.incident.keep import keep
from bot.engine.ledger import Ledger, Outdated, Parcel
from bot.engine.record import redraw
from bot.engine.watches.rounds import round_row
from bot.engine.world import World

_GRACE = timedelta(seconds=10)
_PROBES = (StepKind.CHECKS, StepKind.VERIFY)


def tick_due(world: World, now: datetime) -> int:
    """Do what is due in every incident. Returns how many were looked at."""
    with world.store.reading() as ledger:
        due = ledger.incidents.due(now)
    for incident, looks_at in due:
        probing = _probing(incident, now)
        if probing is not None:
            _probe_or_say_why(world, incident, probing, now)
            continue
        change = _change(world, incident, looks_at, now)
        if change:
            _take(world, change)
        else:
            _look_again(world, incident, now)
    if due:
        world.bell.ring()
    return len(due)


def _change(world: World, incident: Incident, looks_at: datetime, now: datetime) -> Change | None:
    with world.store.reading() as ledger:
        if change := _waited(ledger, world, incident, now):
            return change
        # What fell due while no bot ran is due: only one that ran can have missed it by its clock.
        overslept = now - looks_at if world.awake_since <= looks_at else timedelta(0)
        return tick(incident, now, _trend(ledger, world, incident, now), overslept)


def _take(world: World, change: Change) -> None:
    with suppress(Outdated), world.store.transaction() as ledger:
        keep(ledger, world.setup, change)


def _look_again(world: World, incident: Incident, now: datetime) -> None:
    looks = next_look(incident, now)
    if looks is not None and looks <= now:
        looks = now + EVERY
    with world.store.transaction() as ledger:
        if ledger.incidents.look_again(incident, looks):
            ledger.outbox.put(redraw(Parcel.PLAYBOOK_CARD, incident.id, incident.channel, now))


def _waited(ledger: Ledger, world: World, incident: Incident, now: datetime) -> Change | None:
    number = _running(incident, StepKind.WAIT)
    if number is None:
        return None
    return waited(incident, number, _newest(ledger, world, incident, number, now), now)


def _newest(ledger: Ledger, world: World, incident: Incident, number: int, now: datetime) -> Quantity | None:
    metric = incident.playbook.steps[number].metric
    found = [each for each in ledger.readings.newest(incident.service) if each.metric == metric]
    fresh = [each for each in found if each.fresh_until > now]
    return Quantity(fresh[0].value, fresh[0].unit) if fresh else None


def _trend(ledger: Ledger, world: World, incident: Incident, now: datetime) -> Text | None:
    rollback = incident.playbook.rollback
    if rollback is None or not incident.undecided or not incident.clock.runs:
        return None
    service = world.setup.services.get(incident.service)
    for trend in rollback.trends:
        since = now - trend.for_
        # How it was before the alert says nothing about how it goes on.
        if since < incident.clock.began_at:
            continue
        samples = ledger.history.values(incident.service, trend.metric, since, now, most=400)
        values = sorted((each.at, each.value) for each in samples)
        metric = service.metrics.get(trend.metric) if service else None
        if found := judge_trend(trend, values, metric.unit if metric else "", now):
            return found
    return None


def _running(incident: Incident, *kinds: StepKind) -> int | None:
    for number, (step, progress) in enumerate(zip(incident.playbook.steps, incident.steps, strict=True)):
        if step.kind in kinds and progress.state is StepState.RUNNING:
            return number
    return None


def _probing(incident: Incident, now: datetime) -> int | None:
    """The step whose checks are to be asked now."""
    number = _running(incident, *_PROBES)
    if number is None:
        return None
    looks = incident.steps[number].look_at
    return number if looks and looks <= now else None


def _probe_or_say_why(world: World, incident: Incident, number: int, now: datetime) -> None:
    service = world.setup.services.get(incident.service)
    if service:
        _begin_probe(world, service, incident, number, now)
    else:
        why = say("{service} is configured no more", service=incident.service)
        _take(world, unasked(incident, number, why, now))


def _begin_probe(world: World, service: Service, incident: Incident, number: int, now: datetime) -> None:
    names = incident.playbook.steps[number].checks
    longest = max((service.checks[name].timeout for name in names if name in service.checks), default=_GRACE)
    with world.store.transaction() as ledger:
        # Mine until then: whoever dies while the checks run leaves the step to be looked at again.
        mine = ledger.incidents.look_again(incident, now + longest + _GRACE)
    if mine:
        world.crew.start(partial(_probe, world, service, incident, number))


def _probe(world: World, service: Service, incident: Incident, number: int) -> None:
    names = [name for name in incident.playbook.steps[number].checks if name in service.checks]
    asked = world.crew.together([partial(_ask, world, service, name) for name in names])
    now = world.clock.now()
    rows = tuple(round_row(service, Item(check=name), each) for name, each in zip(names, asked, strict=True))
    with world.store.transaction() as ledger:
        for each in asked:
            keep_answer(ledger, world.setup, service, each, now)
        _probed(ledger, world, incident.id, number, rows, now)
    world.bell.ring()


def _probed(
    ledger: Ledger, world: World, incident_id: str, number: int, rows: tuple[RoundRow, ...], now: datetime
) -> None:
    current = ledger.incidents.get(incident_id)
    if current and (change := probed(current, number, rows, now, _unseen(ledger, current, number))):
        keep(ledger, world.setup, change)


def _unseen(ledger: Ledger, incident: Incident, number: int) -> Label | None:
    """The metric of the alert, where it was not measured since the step began."""
    alert = ledger.alerts.get(incident.alert) if incident.alert else None
    began = incident.steps[number].began_at
    if alert is None or alert.value is None or began is None:
        return None
    subject = alert.subject
    measured = [
        each.at
        for each in ledger.readings.newest(subject.service)
        if (each.metric, each.labels) == (subject.key, subject.labels)
    ]
    return None if any(at >= began for at in measured) else subject.label


def _ask(world: World, service: Service, name: str) -> Asked:
    check = service.checks[name]
    with world.store.reading() as ledger:
        cursor = ledger.schedule.cursor(service.key, check.key)
    result, cursor = world.ask(check, world.clock.now(), cursor)
    return Asked(check, result, cursor)
