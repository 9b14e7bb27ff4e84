"""Jobs that must call in: hear them, and notice those that do not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from bot.domain.setup import Check, Service, Setup
from bot.engine.alerts.findings import Asked
from bot.engine.alerts.observe import keep
from bot.engine.ledger import Appointment, Ledger
from bot.engine.world import World
from checks.beats import Beats, Call, Said, due_at, dump_beats, heard, load_beats, stands
from checks.kinds.heartbeat import HeartbeatOptions
from checks.result import Measurement, Result


def heartbeats(service: Service) -> Iterator[tuple[Check, HeartbeatOptions]]:
    """The jobs of a service that must call in."""
    for check in service.checks.values():
        if isinstance(check.options, HeartbeatOptions):
            yield check, check.options


class Switchboard:
    """Who calls: finds a job by the secret it calls with."""

    def __init__(self, setup: Setup) -> None:
        self._known = {
            _digest(options.key.get_secret_value()): (service, check)
            for service in setup.services.values()
            for check, options in heartbeats(service)
        }

    def find(self, key: str) -> tuple[Service, Check] | None:
        # Whoever times the search learns of digests, which is no help in guessing a key.
        return self._known.get(_digest(key))


def _digest(key: str) -> bytes:
    return sha256(key.encode()).digest()


def wait_for(ledger: Ledger, service: Service, check: Check, now: datetime) -> None:
    """From now on, if it was not before, the job is expected to call; look at it at once."""
    ledger.schedule.plan(service.key, check.key, now)
    if ledger.schedule.cursor(service.key, check.key) is None:
        ledger.schedule.remember(service.key, check.key, dump_beats(Beats(since=now)))
    ledger.schedule.again(_appointment(service, check, now), now)


def hear(world: World, service: Service, check: Check, call: Call) -> None:
    """A job has called: write it down and judge it anew."""
    now = world.clock.now()
    with world.store.transaction() as ledger:
        beats = heard(known_of(ledger, service, check, now), call, now)
        took = call.said in (Said.SUCCESS, Said.FAIL) and beats.took_s is not None
        measured = (Measurement(metric="duration", value=beats.took_s or 0.0, unit="s"),) if took else ()
        _judge(ledger, world, service, check, (beats, measured), now)
    world.bell.ring()


def look(world: World, service: Service, check: Check, now: datetime) -> None:
    """Its time has come: has the job called?"""
    with world.store.transaction() as ledger:
        _judge(ledger, world, service, check, (known_of(ledger, service, check, now), ()), now)
    world.bell.ring()


def known_of(ledger: Ledger, service: Service, check: Check, now: datetime) -> Beats:
    """What is known of a job; of a new one, that it is waited for from now on."""
    cursor = ledger.schedule.cursor(service.key, check.key)
    return load_beats(cursor) if cursor else Beats(since=now)


def _judge(
    ledger: Ledger,
    world: World,
    service: Service,
    check: Check,
    found: tuple[Beats, tuple[Measurement, ...]],
    now: datetime,
) -> None:
    beats, measured = found
    assert isinstance(check.options, HeartbeatOptions)  # noqa: S101 - what this is called for
    state, summary = stands(beats, check.options.rhythm, now, world.awake_since)
    result = Result(
        check=check.key,
        state=state,
        summary=summary,
        measurements=measured,
        started_at=now,
        duration_s=0.0,
        output=beats.body,
    )
    ledger.schedule.remember(service.key, check.key, dump_beats(beats))
    keep(ledger, world.setup, service, Asked(check, result, None), now)
    due = due_at(beats, check.options.rhythm, world.awake_since)
    ledger.schedule.again(_appointment(service, check, now), due if due and due > now else None)


def _appointment(service: Service, check: Check, at: datetime) -> Appointment:
    return Appointment(service=service.key, check=check.key, at=at, cursor=None)
