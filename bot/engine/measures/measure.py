"""Sampled checks: ask each when its time has come."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from bot.domain.alerts.alert import AlertState
from bot.domain.setup import Check, Service
from bot.engine.alerts.findings import Asked, own_subject
from bot.engine.alerts.observe import keep
from bot.engine.ledger import Appointment, Ledger
from bot.engine.measures.heartbeat import look, wait_for
from bot.engine.world import World
from checks.kinds.heartbeat import HeartbeatOptions
from checks.result import State

RETRY = timedelta(seconds=15)
"""A check that could not measure, or failed in fewer attempts than it takes, is asked again this soon."""

_GRACE = timedelta(seconds=5)
"""Added to a check's timeout before its appointment counts as abandoned by a program that died."""


def enlist(world: World, now: datetime) -> None:
    """Enter every sampled check in the schedule; strike out those that are configured no more."""
    with world.store.transaction() as ledger:
        known = {(service.key, key) for service in world.setup.services.values() for key in service.checks}
        ledger.schedule.keep_only(known)
        for service in world.setup.services.values():
            for check in service.checks.values():
                if isinstance(check.options, HeartbeatOptions):
                    wait_for(ledger, service, check, now)
                elif check.every:
                    ledger.schedule.plan(service.key, check.key, now)


def measure_due(world: World, now: datetime) -> int:
    """Start every check that is due. Returns how many were started."""
    with world.store.reading() as ledger:
        due = ledger.schedule.due(now)
    started = 0
    for appointment in due:
        service = world.setup.services[appointment.service]
        check = service.checks[appointment.check]
        if isinstance(check.options, HeartbeatOptions):
            look(world, service, check, now)
            started += 1
            continue
        with world.store.transaction() as ledger:
            mine = ledger.schedule.claim(appointment, now + check.timeout + _GRACE)
        if mine:
            started += 1
            world.crew.start(partial(_keep_appointment, world, appointment, service, check))
    return started


def _keep_appointment(world: World, appointment: Appointment, service: Service, check: Check) -> None:
    result, cursor = world.ask(check, world.clock.now(), appointment.cursor)
    now = world.clock.now()
    with world.store.transaction() as ledger:
        keep(ledger, world.setup, service, Asked(check, result, cursor), now)
        at = next_time(appointment.at, check.every or check.timeout, now)
        if result.state is State.UNKNOWN or _soft(ledger, world, service, check):
            at = min(at, now + RETRY)
        ledger.schedule.again(appointment, at)
    world.bell.ring()


def _soft(ledger: Ledger, world: World, service: Service, check: Check) -> bool:
    """Whether it has failed, but not yet in as many attempts as it takes."""
    if check.max_attempts == 1:
        return False
    fingerprint = own_subject(world.setup, service, check).fingerprint
    alert = ledger.alerts.open_among([fingerprint]).get(fingerprint)
    return alert is not None and alert.state is AlertState.PENDING


def next_time(planned: datetime, every: timedelta, now: datetime) -> datetime:
    """The first instant after `now` on the beat that `planned` belongs to: a late probe does not shift it."""
    beats = max(0, (now - planned) // every) + 1
    return planned + beats * every
