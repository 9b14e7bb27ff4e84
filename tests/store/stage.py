"""What the tests of the store share: instants, two who act at once, and small values to keep."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier, Event, current_thread, main_thread
from typing import TypeVar

from hypothesis import HealthCheck, settings
from sqlalchemy import event

from bot.domain.action import ActionRun, Facts
from bot.domain.alerts.alert import Alert, Judgement, Severity, Subject, Transition
from bot.domain.alerts.course import observe
from bot.domain.alerts.response import acknowledge, resolve
from bot.domain.card import Line
from bot.domain.events import Inbound, InboundKind
from bot.domain.incident.playbook import Playbook, Priority, Step, StepKind
from bot.domain.measures.reading import Reading
from bot.domain.oncall.escalation import Level, Policy, Target, TargetKind
from bot.domain.text import Label, Name, Quantity, say
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import Entry, EntryKind, EntryState, Plan
from bot.domain.watches.watch import Watch, WatchChange, WatchState
from bot.engine.ledger import Delivery, Lane, Parcel
from bot.engine.ports import Place
from bot.store import Database
from bot.store.database import Turn
from bot.store.rows import Rows
from bot.store.tables import metadata

T0 = datetime(2026, 1, 19, 2, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
PLAYBOOK = Playbook(
    key="p",
    label=Label("Trouble"),
    priority=Priority.HIGH,
    steps=(Step(kind=StepKind.MANUAL, label=Label("Analyse")),),
)
Outcome = TypeVar("Outcome")

few = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


def empty(database: Database) -> None:
    """Delete every row, save those of the audit, which cannot be."""
    with database._engine.begin() as connection:
        for table in metadata.tables.values():
            if table.name != "audit":
                connection.execute(table.delete())


def at(seconds: float) -> datetime:
    return T0 + seconds * SECOND


def action_run(name: str, seconds: float = 0) -> ActionRun:
    """A run that is asked for and due `seconds` after T0, for alert a1 and incident i1."""
    return ActionRun(
        id=name,
        key=name,
        service="orders",
        channel="oncall",
        action=name,
        label=Label(name),
        facts=Facts(service="orders"),
        asked_at=at(seconds),
        look_at=at(seconds),
        alert="a1",
        incident="i1",
    )


def both(database: Database, act: Callable[[int], Outcome]) -> list[Outcome]:
    """Let two threads act at the same moment, each with a number: 0 and 1."""
    ready = Barrier(2, timeout=10)

    def one(number: int) -> Outcome:
        ready.wait()
        return act(number)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(2)))


def behind(database: Database, first: Callable[[Rows], object], second: Callable[[], Outcome]) -> Outcome:
    """Let `second` run, in a thread, into what `first` has written and not committed yet."""
    stuck = Event()

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        writes = ("UPDATE", "INSERT", "DELETE", "BEGIN IMMEDIATE")
        locks = statement.startswith(writes) or "pg_advisory_xact_lock" in statement
        if (locks or statement.endswith("FOR UPDATE")) and current_thread() is not main_thread():
            stuck.set()

    class Noted(Turn):
        def __enter__(self) -> None:
            if current_thread() is not main_thread():
                stuck.set()
            super().__enter__()

    event.listen(database._engine, "before_cursor_execute", note)
    before, database._turn = database._turn, Noted() if database._sqlite else database._turn
    try:
        with ThreadPoolExecutor(1) as pool:
            with database.transaction() as rows:
                first(rows)
                later = pool.submit(second)
                later.add_done_callback(lambda _: stuck.set())
                assert stuck.wait(10)
            return later.result(timeout=10)
    finally:
        database._turn = before
        event.remove(database._engine, "before_cursor_execute", note)


# Alerts ------------------------------------------------------------------------------------------


CHAIN = Policy(
    key="default", levels=(Level(notify=(Target(TargetKind.PERSON, "lin"),), wait=timedelta(minutes=10)),)
)


def began(
    key: str = "latency_p99", severity: Severity = Severity.CRITICAL, since: datetime = T0
) -> Transition:
    subject = Subject(service="orders", channel="oncall", key=key, label=Label(key), tier=1, policy=CHAIN)
    value = Quantity(12.1, "s")
    seen = Judgement(severity=severity, recovered=False, value=value, reason=say("{value} s", value=value))
    transition = observe(None, subject, seen, since)
    assert transition
    return transition


def taken(alert: Alert, by: str = "lin", when: datetime = T0) -> Transition:
    transition = acknowledge(alert, by, when)
    assert isinstance(transition, Transition)
    return transition


def ended(alert: Alert, when: datetime = T0) -> Transition:
    transition = resolve(alert, "lin", when)
    assert isinstance(transition, Transition)
    return transition


def saved(database: Database, *transitions: Transition) -> Alert:
    for transition in transitions:
        with database.transaction() as rows:
            rows.alerts.save(transition)
    return transitions[-1].alert


# Outbox ------------------------------------------------------------------------------------------


def delivery(operation: str, lane: Lane = Lane.CARD, when: datetime = T0, **changes: object) -> Delivery:
    plain = Delivery(
        operation=operation,
        lane=lane,
        parcel=Parcel.NOTE,
        subject=operation.partition("/")[0],
        place=Place(channel="oncall"),
        body=Line(text=say("{person} slept", person=Name("lin"))),
        created_at=when,
        look_at=when,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def redraw(operation: str, when: datetime = T0) -> Delivery:
    return delivery(operation, when=when, parcel=Parcel.ALERT_CARD, body=None, redraw=True)


def put(database: Database, *deliveries: Delivery) -> None:
    with database.transaction() as rows:
        for each in deliveries:
            rows.outbox.put(each)


# Letters -----------------------------------------------------------------------------------------


def letter(identity: str, when: datetime = T0) -> Inbound:
    return Inbound(
        identity=identity,
        kind=InboundKind.COMMAND,
        at=when,
        person="U1",
        channel="C1",
        text="确认 'x' \\ \"y\"",
    )


def keep(database: Database, inbound: Inbound) -> bool:
    with database.transaction() as rows:
        return rows.letters.keep(inbound)


# Readings ----------------------------------------------------------------------------------------


def reading(value: float, when: float, host: str = "a", silent: float | None = None) -> Reading:
    return Reading(
        service="orders",
        metric="cpu",
        labels=(("host", host),),
        value=value,
        unit="%",
        at=at(when),
        fresh_until=at(when + 60),
        silent_at=None if silent is None else at(silent),
    )


def add(database: Database, *readings: Reading) -> None:
    with database.transaction() as rows:
        rows.readings.add(readings)


# Execution lists and watches ---------------------------------------------------------------------


def planned(number: int, kind: EntryKind = EntryKind.ROUND, **changes: object) -> Listed:
    """An entry of the watch w1 that is due after so many seconds."""
    plain = Listed(
        id=f"w1/{number:04}/{list(EntryKind).index(kind)}-{kind}",
        service="orders",
        channel="oncall",
        watch="w1",
        entry=Entry(at=at(number), kind=kind, phases=("Day 1",), checklists=("hourly",)),
        next_at=at(number),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def stands(listed: Listed, state: EntryState, **changes: object) -> Listed:
    return replace(listed, entry=replace(listed.entry, state=state), **changes)  # type: ignore[arg-type]


def enter(database: Database, *listed: Listed) -> None:
    with database.transaction() as rows:
        rows.entries.enter(listed)


def started(key: str = "w1", when: datetime = T0, **changes: object) -> Watch:
    plain = Watch(
        id=key,
        service="orders",
        channel="oncall",
        version="resilience-v1.0",
        owner=None,
        deployed_at=T0,
        started_at=when,
        plan=Plan(zone="Asia/Shanghai"),
        revision=1,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def stopped(watch: Watch, when: datetime = T0) -> Watch:
    return replace(
        watch,
        revision=watch.revision + 1,
        state=WatchState.ENDED,
        ended_at=when,
        ended_by="lin",
        next_at=None,
    )


def change(watch: Watch, when: datetime = T0) -> WatchChange:
    return WatchChange(event="watch.changed", watch=watch, at=when, reason=say("why"), by="lin")


def write(database: Database, *watches: Watch) -> Watch:
    for watch in watches:
        with database.transaction() as rows:
            rows.watches.save(change(watch))
    return watches[-1]
