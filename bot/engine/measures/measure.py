"""Sampled checks: ask each when its time has come."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot.domain.alerts.alert import Alert, AlertState
from bot.domain.measures.patience import Seat, seat
from bot.domain.setup import Check, Service, Setup
from bot.engine.alerts.findings import Asked, own_subject
from bot.engine.alerts.observe import keep
from bot.engine.delivery.first import claim_page, hand_over
from bot.engine.ledger import Appointment, Ledger
from bot.engine.measures.answers import MOST, MOST_LASTING, Answered, Bad, Calm, keep_calm, plain, told
from bot.engine.measures.heartbeat import look, wait_for
from bot.engine.ports import Waits
from bot.engine.world import World
from checks.kinds.command import CommandOptions
from checks.kinds.heartbeat import HeartbeatOptions
from checks.result import State

log = logging.getLogger(__name__)

RETRY = timedelta(seconds=15)
"""A check that could not measure, or failed in fewer attempts than it takes, is asked again this soon."""

_AT_ONCE = 100
"""More checks of one interval than these are spread over it, so that they do not come in one gust."""

_GRACE = timedelta(seconds=6)
"""Added to a check's timeout before its appointment counts as abandoned, where nobody knows of its owner."""


def enlist(world: World, now: datetime) -> None:
    """Enter every sampled check in the schedule; strike out those that are configured no more.

    What a process asked that is gone is asked at once.
    """
    with world.store.transaction() as ledger:
        known = {(service.key, key) for service in world.setup.services.values() for key in service.checks}
        ledger.schedule.keep_only(known)
        ledger.schedule.free(list(filter(world.gone, ledger.schedule.owners())), now)
        for service in world.setup.services.values():
            for check in service.checks.values():
                if isinstance(check.options, HeartbeatOptions):
                    wait_for(ledger, service, check, now)
        for (of, key), at in _first_times(world.setup, now):
            ledger.schedule.plan(of, key, at)


def _first_times(setup: Setup, now: datetime) -> Iterator[tuple[tuple[str, str], datetime]]:
    """When each sampled check is asked first: few at once, many spread over their interval."""
    beats: dict[timedelta, list[tuple[str, str]]] = {}
    for service in setup.services.values():
        for check in service.checks.values():
            if check.every and not isinstance(check.options, HeartbeatOptions):
                beats.setdefault(check.every, []).append((service.key, check.key))
    for every, checks in beats.items():
        apart = every / len(checks) if len(checks) > _AT_ONCE else timedelta(0)
        yield from ((check, now + number * apart) for number, check in enumerate(checks))


def measure_due(world: World, now: datetime) -> int:
    """Start every check that is due, and write what has been answered. Returns how many were started."""
    with world.store.transaction() as ledger:  # writers take turns, so what is due here is nobody else's
        # What is known to another process alone, which has read a newer configuration, is that one's to keep.
        due = [each for each in ledger.schedule.due(now) if _check_of(world.setup, each)]
        ledger.schedule.enter([replace(each, at=_leased(world, each, now)) for each in due], world.me)
    started = 0
    jobs: dict[tuple[Waits, bool], list[Callable[[], None]]] = {}
    for appointment in due:
        service = world.setup.services[appointment.service]
        check = service.checks[appointment.check]
        if isinstance(check.options, HeartbeatOptions):
            look(world, service, check, now)
        elif world.tray.begin(appointment):
            job = partial(_keep_appointment, world, appointment, service, check)
            jobs.setdefault((_waits(check), world.tray.apart(appointment)), []).append(job)
        else:
            continue
        started += 1
    for (waits, apart), some in jobs.items():
        world.crew.start(*some, waits=waits, apart=apart)
    if not world.tray.asking:  # else more answers are about to come: the next tick writes them together
        keep_waiting(world, now)
    return started


def _check_of(setup: Setup, appointment: Appointment) -> Check | None:
    service = setup.services.get(appointment.service)
    return service.checks.get(appointment.check) if service else None


def _leased(world: World, appointment: Appointment, now: datetime) -> datetime:
    """Until when it is ours alone."""
    return now + world.setup.services[appointment.service].checks[appointment.check].timeout + _GRACE


def _waits(check: Check) -> Waits:
    if check.sites:
        return Waits.SITE
    return Waits.PROGRAM if isinstance(check.options, CommandOptions) else Waits.WORLD


def _keep_appointment(world: World, appointment: Appointment, service: Service, check: Check) -> None:
    try:
        began = world.clock.now()
        result, cursor = world.ask(check, began, appointment.cursor)
        asked, now = Asked(check, result, cursor), world.clock.now()
        _place(world, appointment, seat(now - began, check.timeout))
        answered = Answered(service=service, appointment=appointment, asked=asked, at=now)
        at = next_time(appointment.at, check.every or check.timeout, now)
        answer = plain(world.setup, answered, replace(appointment, at=at, cursor=cursor))
    except BaseException:
        world.tray.end(appointment)
        raise
    if isinstance(answer, Calm):
        world.tray.put(answer)
    elif answer and world.tray.lasts(answered, answer):
        world.tray.put_lasting(answered)
    else:
        world.crew.start(partial(_keep_at_once, world, answered), waits=Waits.DATABASE)
        return
    world.tray.end(appointment)


def _place(world: World, appointment: Appointment, found: Seat) -> None:
    if world.tray.place(appointment, found):
        where = "apart from those that answer" if found.apart else "with all others again"
        log.info("%s/%s is asked %s: %s", appointment.service, appointment.check, where, found.reason)


def _keep_at_once(world: World, answered: Answered) -> None:
    try:
        _keep_alone(world, answered)
    finally:
        world.tray.end(answered.appointment)


def keep_waiting(world: World, now: datetime) -> bool:
    """Write a bite of the answers that wait. True when there may be more."""
    answers, lasting = world.tray.take(MOST), world.tray.take_lasting(MOST_LASTING)
    if not answers and not lasting:
        return False
    # What cannot be written takes no other with it: all are tried one by one then, and it is told of.
    try:
        alone = _keep_calm(world, answers)
    except Exception:  # noqa: BLE001 - raised below by whichever cannot be written
        alone = [answer.answered for answer in answers]
    try:
        _keep_lasting(world, lasting)
    except Exception:  # noqa: BLE001 - raised below by whichever cannot be written
        alone += lasting
    world.crew.in_turn([partial(_keep_alone, world, answered) for answered in alone])
    return True


def _keep_calm(world: World, answers: Sequence[Calm]) -> list[Answered]:
    if not answers:
        return []
    with world.store.transaction() as ledger:
        return keep_calm(ledger, answers)


def _keep_lasting(world: World, lasting: Sequence[Answered]) -> None:
    if not lasting:
        return
    with world.store.transaction() as ledger:
        kept = [(answered, _keep(ledger, world, answered)) for answered in lasting]
    for answered, bad in kept:
        world.tray.remember(answered, bad)
    world.bell.ring()


def _keep_alone(world: World, answered: Answered) -> None:
    with world.store.transaction() as ledger:
        bad = _keep(ledger, world, answered)
        now = world.clock.now()
        page = claim_page(ledger, world, now)
    hand_over(world, page, now)
    world.tray.remember(answered, bad)


def _keep(ledger: Ledger, world: World, answered: Answered) -> Bad:
    """Write an answer and when its check is asked next; what somebody has heard of it."""
    service, appointment, asked, now = answered.service, answered.appointment, answered.asked, answered.at
    check = asked.check
    opened = keep(ledger, world.setup, service, asked, now).open
    at = next_time(appointment.at, check.every or check.timeout, now)
    if asked.result.state is State.UNKNOWN or _soft(world, service, check, opened):
        at = min(at, now + RETRY)
    ledger.schedule.enter([replace(appointment, at=at, cursor=asked.cursor)])
    return told(opened.values())


def _soft(world: World, service: Service, check: Check, opened: Mapping[str, Alert]) -> bool:
    """Whether it has failed, but not yet in as many attempts as it takes."""
    if check.max_attempts == 1:
        return False
    alert = opened.get(own_subject(world.setup, service, check).fingerprint)
    return alert is not None and alert.state is AlertState.PENDING


def next_time(planned: datetime, every: timedelta, now: datetime) -> datetime:
    """The first instant after `now` on the beat that `planned` belongs to: a late probe does not shift it."""
    beats = max(0, (now - planned) // every) + 1
    return planned + beats * every
