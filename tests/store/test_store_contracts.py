"""What the engine may rely on, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from threading import Barrier
from typing import TypeVar

import pytest
from conftest import empty
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from values import TEXTS, any_of

from bot.domain.alert import Alert, AlertKind, AlertState, Judgement, Page, Severity, Subject, Transition
from bot.domain.card import Line
from bot.domain.course import observe
from bot.domain.escalation import Level, Policy, Target, TargetKind
from bot.domain.events import Inbound, InboundKind
from bot.domain.plan import EntryState, Plan
from bot.domain.reading import Reading
from bot.domain.response import acknowledge, resolve
from bot.domain.text import Label, Name, Quantity, say
from bot.domain.watch import Watch, WatchState
from bot.engine.ledger import Delivery, Fate, Lane, Outdated, Parcel, Round
from bot.engine.ports import Place, Posted
from bot.store import Database

T0 = datetime(2026, 1, 19, 2, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
Outcome = TypeVar("Outcome")


def at(seconds: float) -> datetime:
    return T0 + seconds * SECOND


def both(database: Database, act: Callable[[int], Outcome]) -> list[Outcome]:
    """Let two threads act at the same moment, each with a number: 0 and 1."""
    ready = Barrier(2, timeout=10)

    def one(number: int) -> Outcome:
        ready.wait()
        return act(number)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(2)))


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


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(alert=any_of(Alert), reason=TEXTS, by=st.one_of(st.none(), st.just("lin")))
def test_any_alert_and_its_transition_come_back(
    database: Database, alert: Alert, reason: object, by: str | None
) -> None:
    empty(database)
    first = replace(alert, id="a1", version=1)
    saved(database, Transition(event="alert.firing", alert=first, at=alert.began_at, reason=reason, by=by))  # type: ignore[arg-type]
    with database.reading() as rows:
        assert rows.alerts.get("a1") == first
        assert rows.alerts.timeline("a1") == ((alert.began_at, "alert.firing", reason, by),)
        assert rows.alerts.open_one(alert.subject.fingerprint) == (first if first.open else None)


def test_a_timeline_is_in_order_with_reasons_and_persons(database: Database) -> None:
    first = began()
    second = taken(first.alert, "chen", at(3))
    saved(database, first, second)
    with database.reading() as rows:
        assert rows.alerts.timeline(first.alert.id) == (
            (T0, "alert.firing", first.reason, None),
            (at(3), "alert.acknowledged", second.reason, "chen"),
        )
        assert rows.alerts.get("nobody") is None
        assert rows.alerts.timeline("nobody") == ()


def test_who_decided_on_older_facts_is_told(database: Database) -> None:
    alert = saved(database, began())
    saved(database, taken(alert, "lin"))
    with pytest.raises(Outdated, match="no longer at version 1"), database.transaction() as rows:
        rows.alerts.save(taken(alert, "chen"))
    with database.reading() as rows:
        kept = rows.alerts.get(alert.id)
        assert kept
        assert (kept.acknowledged_by, len(rows.alerts.timeline(alert.id))) == ("lin", 2)


def test_of_two_who_acknowledge_at_once_exactly_one_wins(database: Database) -> None:
    alert = saved(database, began())

    def acknowledge_it(number: int) -> str:
        try:
            saved(database, taken(alert, ("lin", "chen")[number]))
        except Outdated:
            return "outdated"
        return ("lin", "chen")[number]

    outcomes = both(database, acknowledge_it)
    with database.reading() as rows:
        kept = rows.alerts.get(alert.id)
    assert kept
    assert sorted(outcomes) == sorted(["outdated", str(kept.acknowledged_by)])


def test_a_fingerprint_has_one_open_alert(database: Database) -> None:
    first = saved(database, began())
    with pytest.raises(Outdated, match="orders/latency_p99 has an open alert already"):
        saved(database, began(since=at(60)))
    with database.reading() as rows:
        assert rows.alerts.open_one("orders/latency_p99") == first
        assert rows.alerts.open_one("orders/cpu") is None
    saved(database, ended(first, at(61)))
    again = saved(database, began(since=at(62)))
    with database.reading() as rows:
        assert rows.alerts.open_one("orders/latency_p99") == again


def test_the_kinds_of_a_problem_are_open_beside_each_other(database: Database) -> None:
    breach = began()
    subject = replace(breach.alert.subject, kind=AlertKind.NO_DATA)
    silence = replace(breach, alert=replace(breach.alert, id="silence", subject=subject))
    saved(database, breach, silence)
    with database.reading() as rows:
        assert len(rows.alerts.open_all()) == 2


def test_of_two_who_see_a_problem_begin_exactly_one_opens_it(database: Database) -> None:
    def begin(number: int) -> bool:
        try:
            saved(database, began(since=at(number)))
        except Outdated:
            return False
        return True

    assert sorted(both(database, begin)) == [False, True]


def test_open_alerts_come_most_urgent_first(database: Database) -> None:
    saved(database, began("old_warning", Severity.WARNING, at(0)))
    saved(database, began("new_critical", Severity.CRITICAL, at(9)))
    saved(database, began("old_critical", Severity.CRITICAL, at(5)))
    saved(database, ended(saved(database, began("over", Severity.CRITICAL, at(1)))))
    with database.reading() as rows:
        keys = [alert.subject.key for alert in rows.alerts.open_all()]
    assert keys == ["old_critical", "new_critical", "old_warning"]


def test_alerts_are_due_from_their_instant_on(database: Database) -> None:
    late, soon = began("late", since=at(5)).alert, began("soon", since=at(1)).alert
    saved(database, began("late", since=at(5)))
    saved(database, began("soon", since=at(1)))
    saved(database, began("never", Severity.WARNING))
    with database.reading() as rows:
        assert rows.alerts.due(at(0.999999)) == ()
        assert rows.alerts.due(at(1)) == (soon.id,)
        assert rows.alerts.due(at(99)) == (soon.id, late.id)


def test_what_fails_in_the_middle_leaves_nothing(database: Database) -> None:
    def half_way() -> None:
        with database.transaction() as rows:
            rows.alerts.save(began())
            rows.outbox.put(delivery("a/card"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half_way()
    with database.reading() as rows:
        assert rows.alerts.open_all() == ()
        assert not rows.outbox.waiting("a/card")


def test_a_reading_sees_one_state_and_keeps_nothing(database: Database) -> None:
    with database.reading() as rows:
        assert rows.alerts.open_all() == ()
        alert = saved(database, began())
        assert rows.alerts.open_all() == ()
    with database.reading() as rows:
        assert rows.alerts.get(alert.id) == alert
    if database._sqlite:
        return
    with database.reading() as rows:
        rows.alerts.save(taken(alert))
    with database.reading() as rows:
        assert rows.alerts.get(alert.id) == alert


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


def claim(
    database: Database, lane: Lane = Lane.CARD, now: datetime = T0, lease: float = 4
) -> Delivery | None:
    with database.transaction() as rows:
        return rows.outbox.claim(lane, now, now + lease * SECOND)


def claimed(database: Database, lane: Lane = Lane.CARD, now: datetime = T0) -> list[str]:
    """Operations claimed until there is none."""
    found: list[str] = []
    while each := claim(database, lane, now):
        found.append(each.operation)
    return found


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    place=any_of(Place), parcel=st.sampled_from(Parcel), body=st.one_of(st.none(), any_of(Page), any_of(Line))
)
def test_a_delivery_comes_back_as_it_was_put(
    database: Database, place: Place, parcel: Parcel, body: object
) -> None:
    empty(database)
    whole = delivery("a/1", Lane.PAGE, place=place, parcel=parcel, body=body)
    put(database, whole)
    assert claim(database, Lane.PAGE) == replace(whole, attempts=1)


def test_a_lane_is_emptied_in_the_order_it_was_filled(database: Database) -> None:
    put(database, delivery("c/1"), delivery("p/1", Lane.PAGE), delivery("c/2"), delivery("p/2", Lane.PAGE))
    put(database, delivery("r/1", Lane.ANSWER))
    assert claimed(database, Lane.PAGE) == ["p/1", "p/2"]
    assert claimed(database, Lane.ANSWER) == ["r/1"]
    assert claimed(database, Lane.CARD) == ["c/1", "c/2"]


def test_what_is_not_due_yet_is_overtaken(database: Database) -> None:
    put(database, delivery("c/later", when=at(5)), delivery("c/now"))
    assert claimed(database) == ["c/now"]
    assert claimed(database, now=at(5)) == ["c/later", "c/now"]  # whose lease ran out at 4


def test_a_claim_is_a_lease_and_what_outlives_it_may_have_arrived(database: Database) -> None:
    put(database, delivery("a/1"))
    first = claim(database)
    assert first
    assert (first.attempts, first.unsure) == (1, False)
    assert claim(database, now=at(3.9)) is None
    second = claim(database, now=at(4))
    assert second
    assert (second.attempts, second.unsure) == (2, True)


def test_what_was_put_off_knowingly_is_not_unsure(database: Database) -> None:
    put(database, delivery("a/1"))
    assert claim(database)
    with database.transaction() as rows:
        rows.outbox.postpone("a/1", at(9), "429", unsure=False)
        assert rows.outbox.waiting("a/1")
    assert claim(database, now=at(8)) is None
    second = claim(database, now=at(9))
    assert second
    assert (second.attempts, second.unsure) == (2, False)
    with database.transaction() as rows:
        rows.outbox.postpone("a/1", at(20), "timeout", unsure=True)
    third = claim(database, now=at(20))
    assert third
    assert third.unsure


@pytest.mark.parametrize("fate", [Fate.DELIVERED, Fate.REFUSED, Fate.DROPPED])
def test_what_is_finished_is_not_claimed_again_nor_put_again(database: Database, fate: Fate) -> None:
    put(database, delivery("a/1"))
    assert claim(database)
    with database.transaction() as rows:
        rows.outbox.finish("a/1", fate, "why", Posted(channel="C1", ts="1.1"))
        assert not rows.outbox.waiting("a/1")
    put(database, delivery("a/1"))
    assert claim(database, now=at(99)) is None


def test_an_operation_is_kept_once_and_as_it_was_first(database: Database) -> None:
    put(
        database,
        delivery("a/1", body=Line(text=say("first"))),
        delivery("a/1", body=Line(text=say("second"))),
    )
    kept = claim(database)
    assert kept
    assert kept.body == Line(text=say("first"))
    assert claim(database) is None


def test_an_operation_that_two_put_at_once_is_kept_once(database: Database) -> None:
    both(database, lambda number: put(database, delivery("a/1"), delivery(f"b/{number}")))
    assert sorted(claimed(database)) == ["a/1", "b/0", "b/1"]


def test_a_redraw_replaces_the_one_that_waits_for_the_same_card(database: Database) -> None:
    put(database, redraw("a/redraw/1"), redraw("b/redraw/1"), delivery("a/note"), redraw("a/redraw/2"))
    assert claimed(database) == ["b/redraw/1", "a/note", "a/redraw/2"]


def test_a_redraw_that_is_being_sent_is_left_alone(database: Database) -> None:
    put(database, redraw("a/redraw/1"))
    assert claim(database)
    put(database, redraw("a/redraw/2"), redraw("a/redraw/3"))
    assert claimed(database) == ["a/redraw/3"]
    assert claimed(database, now=at(4)) == ["a/redraw/1", "a/redraw/3"]  # both leases ran out


def test_a_redraw_is_forgotten_unless_it_was_refused(database: Database) -> None:
    put(database, redraw("a/redraw/1"), redraw("b/redraw/1"))
    with database.transaction() as rows:
        rows.outbox.finish("a/redraw/1", Fate.DELIVERED, "", None)
        rows.outbox.finish("b/redraw/1", Fate.REFUSED, "cant_update_message", None)
    with database._engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT operation, fate, reason FROM outbox").all()
    assert [tuple(row) for row in kept] == [("b/redraw/1", "refused", "cant_update_message")]


def test_a_row_is_claimed_by_exactly_one_of_two(database: Database) -> None:
    put(database, delivery("a/1"))
    won = [each for each in both(database, lambda number: claim(database)) if each]
    assert [each.operation for each in won] == ["a/1"]
    put(database, delivery("b/1"), delivery("b/2"))
    pair = both(database, lambda number: claim(database))
    assert sorted(each.operation for each in pair if each) == ["b/1", "b/2"]


def test_two_who_deliver_share_a_lane_and_nothing_is_sent_twice(database: Database) -> None:
    operations = [f"a/{number}" for number in range(20)]
    put(database, *map(delivery, operations))
    assert sorted(chain.from_iterable(both(database, lambda number: claimed(database)))) == sorted(operations)


def test_a_card_stands_where_it_was_posted_last(database: Database) -> None:
    with database.transaction() as rows:
        assert rows.cards.where("a") is None
        rows.cards.stands("a", Posted(channel="C1", ts="1.1"))
        rows.cards.stands("a", Posted(channel="C1", ts="2.2"))
    with database.reading() as rows:
        assert rows.cards.where("a") == Posted(channel="C1", ts="2.2")


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


def next_letter(database: Database, now: datetime) -> Inbound | None:
    with database.transaction() as rows:
        return rows.letters.claim(now, now + 5 * SECOND)


def test_a_letter_delivered_twice_is_kept_once(database: Database) -> None:
    assert keep(database, letter("command:1"))
    assert not keep(database, letter("command:1", at(1)))
    assert next_letter(database, at(2)) == letter("command:1")
    assert next_letter(database, at(2)) is None


def test_a_letter_delivered_to_two_at_once_is_kept_once(database: Database) -> None:
    assert sorted(both(database, lambda number: keep(database, letter("x" * 300)))) == [False, True]


def test_letters_are_answered_oldest_first_and_leased_until_done(database: Database) -> None:
    keep(database, letter("second", at(2)))
    keep(database, letter("first", at(1)))
    assert next_letter(database, at(3)) == letter("first", at(1))
    assert next_letter(database, at(3)) == letter("second", at(2))
    with database.transaction() as rows:
        rows.letters.done("second", at(4))
    assert next_letter(database, at(7.9)) is None
    assert next_letter(database, at(8)) == letter("first", at(1))
    assert next_letter(database, at(99)) == letter("first", at(1))
    assert not keep(database, letter("second", at(99)))


def test_two_who_answer_share_the_letters_and_none_is_answered_twice(database: Database) -> None:
    sent = [f"command:{number}" for number in range(20)]
    for number, identity in enumerate(sent):
        keep(database, letter(identity, at(number)))

    def answer(number: int) -> list[str]:
        found: list[str] = []
        while each := next_letter(database, at(30)):
            found.append(each.identity)
        return found

    assert sorted(chain.from_iterable(both(database, answer))) == sorted(sent)


# Schedule ----------------------------------------------------------------------------------------


def test_a_check_keeps_the_time_it_was_entered_with(database: Database) -> None:
    with database.transaction() as rows:
        rows.schedule.plan("orders", "host", at(5))
        rows.schedule.plan("orders", "host", at(1))
        rows.schedule.plan("orders", "ping", at(3))
        assert [(each.check, each.at) for each in rows.schedule.due(at(9))] == [
            ("ping", at(3)),
            ("host", at(5)),
        ]
        assert rows.schedule.due(at(2)) == ()


def test_a_check_that_two_enter_at_once_is_entered_once(database: Database) -> None:
    def enter(number: int) -> None:
        with database.transaction() as rows:
            rows.schedule.plan("orders", "host", at(number))

    both(database, enter)
    with database.reading() as rows:
        assert len(rows.schedule.due(at(9))) == 1


def test_a_check_is_asked_by_exactly_one_of_two(database: Database) -> None:
    with database.transaction() as rows:
        rows.schedule.plan("orders", "host", T0)
    with database.reading() as rows:
        (due,) = rows.schedule.due(T0)

    def ask(number: int) -> bool:
        with database.transaction() as rows:
            return rows.schedule.claim(due, at(10))

    assert sorted(both(database, ask)) == [False, True]
    with database.transaction() as rows:
        assert rows.schedule.due(at(9)) == ()
        rows.schedule.again(due, at(60))
        assert [each.at for each in rows.schedule.due(at(60))] == [at(60)]


def test_a_check_remembers_what_its_last_probe_left(database: Database) -> None:
    with database.transaction() as rows:
        assert rows.schedule.cursor("orders", "log") is None
        rows.schedule.remember("orders", "log", {"offset": 12, "inode": "日志"})
        assert rows.schedule.cursor("orders", "log") == {"offset": 12, "inode": "日志"}
        assert rows.schedule.due(at(99)) == ()  # asked at rounds only: never due by itself
        rows.schedule.plan("orders", "log", T0)
        (due,) = rows.schedule.due(T0)
        assert due.cursor == {"offset": 12, "inode": "日志"}
        rows.schedule.remember("orders", "log", None)
        assert rows.schedule.cursor("orders", "log") is None
        assert len(rows.schedule.due(T0)) == 1


def test_checks_that_are_configured_no_more_are_struck_out(database: Database) -> None:
    with database.transaction() as rows:
        for service, check in (("orders", "host"), ("orders", "ping"), ("billing", "host")):
            rows.schedule.plan(service, check, T0)
        rows.schedule.keep_only({("orders", "host")})
        assert [(each.service, each.check) for each in rows.schedule.due(T0)] == [("orders", "host")]


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


def test_a_series_shows_its_newest_value_whatever_comes_in_late(database: Database) -> None:
    add(database, reading(1, 10), reading(7, 10, "b"))
    add(database, reading(2, 20))
    add(database, reading(3, 15))  # a slow probe
    add(database)
    with database.reading() as rows:
        assert rows.readings.newest("orders") == (reading(2, 20), reading(7, 10, "b"))
        assert rows.readings.newest("billing") == ()


def test_every_measurement_is_kept_until_it_is_old(database: Database) -> None:
    add(database, reading(1, 10), reading(2, 20), reading(3, 15))
    with database.transaction() as rows:
        assert rows.readings.forget_before(at(15)) == 1
        assert rows.readings.forget_before(at(21)) == 2
        assert len(rows.readings.newest("orders")) == 1  # the newest value stays to be seen


def test_a_series_is_silent_from_its_instant_on_until_it_is_told_to_wait(database: Database) -> None:
    mute = reading(1, 0, silent=300)
    add(database, mute, reading(1, 0, "b"))
    with database.transaction() as rows:
        assert rows.readings.silent(at(299)) == ()
        assert rows.readings.silent(at(300)) == (mute,)
        rows.readings.listen_until(mute, at(600))
        assert rows.readings.silent(at(599)) == ()
        assert rows.readings.silent(at(600)) == (replace(mute, silent_at=at(600)),)
        rows.readings.listen_until(mute, None)
        assert rows.readings.silent(at(9999)) == ()
    add(database, reading(2, 700, silent=1000))  # it speaks: its silence counts anew
    with database.reading() as rows:
        assert [each.value for each in rows.readings.silent(at(1000))] == [2]


# Watches and rounds ------------------------------------------------------------------------------


def planned(number: int, watch: str | None = "w1", state: EntryState = EntryState.PENDING) -> Round:
    return Round(
        id=f"{watch}/{number}",
        service="orders",
        watch=watch,
        at=at(number),
        phases=("Day 1",),
        checklists=("hourly",),
        state=state,
    )


def enter(database: Database, *rounds: Round) -> None:
    with database.transaction() as rows:
        rows.rounds.enter(rounds)


def hold(database: Database, now: datetime) -> Round | None:
    with database.transaction() as rows:
        return rows.rounds.claim(now, now + 30 * SECOND)


def test_a_round_is_held_once_it_is_due_and_by_one_only(database: Database) -> None:
    enter(database, planned(20), planned(10))
    assert hold(database, at(9)) is None
    running = replace(planned(10), state=EntryState.RUNNING)
    won = [each for each in both(database, lambda number: hold(database, at(10))) if each]
    assert won == [running]
    with database.reading() as rows:
        assert rows.rounds.of_watch("w1") == (running, planned(20))


def test_a_round_is_mine_as_long_as_i_say_so(database: Database) -> None:
    enter(database, planned(10))
    assert hold(database, at(10))
    with database.transaction() as rows:
        rows.rounds.extend("w1/10", at(100))
    assert hold(database, at(99)) is None
    assert hold(database, at(100))  # whoever held it is gone
    with database.transaction() as rows:
        rows.rounds.end("w1/10", EntryState.PASSED, say("{bad} of {all} bad", bad=0, all=5))
    assert hold(database, at(9999)) is None
    with database.reading() as rows:
        (ended_one,) = rows.rounds.of_watch("w1")
    assert (ended_one.state, ended_one.remark) == (EntryState.PASSED, say("{bad} of {all} bad", bad=0, all=5))


@pytest.mark.parametrize("state", [EntryState.MISSED, EntryState.NOT_APPLICABLE])
def test_a_round_that_was_over_when_it_was_entered_is_never_held(
    database: Database, state: EntryState
) -> None:
    enter(database, planned(10, state=state))
    assert hold(database, at(99)) is None


def test_the_next_round_is_the_first_one_planned_after_now(database: Database) -> None:
    enter(
        database,
        planned(30),
        planned(20),
        planned(10),
        planned(15, watch=None),
        planned(12, "w2", EntryState.MISSED),
    )
    with database.reading() as rows:
        assert rows.rounds.next_of("orders", T0) == planned(10)
        assert rows.rounds.next_of("orders", at(10)) == planned(20)  # after, not at
        assert rows.rounds.next_of("orders", at(30)) is None
        assert rows.rounds.next_of("billing", T0) is None


def watch(key: str = "w1", service: str = "orders", next_at: datetime | None = T0) -> Watch:
    return Watch(
        id=key,
        service=service,
        channel="oncall",
        version="resilience-v1.0",
        owner=None,
        deployed_at=T0,
        started_at=T0,
        plan=Plan(zone="Asia/Shanghai"),
        next_at=next_at,
    )


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
@given(any_watch=any_of(Watch))
def test_any_watch_comes_back(database: Database, any_watch: Watch) -> None:
    empty(database)
    kept = replace(any_watch, id="w1")
    with database.transaction() as rows:
        rows.watches.save(kept)
        assert rows.watches.get("w1") == kept


def test_watches_run_until_they_end(database: Database) -> None:
    with database.transaction() as rows:
        assert rows.watches.get("w1") is None
        for each in (watch("w2", "billing", None), watch("w1")):
            rows.watches.save(each)
        assert rows.watches.running() == (watch("w1"), watch("w2", "billing", None))
        assert rows.watches.running("billing") == (watch("w2", "billing", None),)
        assert rows.watches.due(at(-1)) == ()
        assert rows.watches.due(T0) == (watch("w1"),)
        over = replace(watch("w1"), state=WatchState.ENDED, next_at=None)
        rows.watches.save(over)
        assert rows.watches.running("orders") == ()
        assert rows.watches.get("w1") == over


# Agenda ------------------------------------------------------------------------------------------


def test_the_agenda_tells_the_earliest_instant_of_each_kind_of_work(database: Database) -> None:
    assert database.agenda() == {}
    saved(database, began("late", since=at(9)))
    saved(database, began("soon", since=at(1)))
    for when in (12, 2):
        put(database, delivery(f"p/{when}", Lane.PAGE, at(when)), delivery(f"c/{when}", when=at(when + 1)))
        keep(database, letter(f"l{when}", at(when + 2)))
        add(database, reading(1, 0, str(when), silent=when + 3))
        enter(database, planned(when + 4))
    with database.transaction() as rows:
        rows.schedule.plan("orders", "a", at(17))
        rows.schedule.plan("orders", "b", at(7))
        rows.watches.save(watch("w1", next_at=at(18)))
        rows.watches.save(watch("w2", next_at=at(8)))
    earliest = {
        "alerts": 1,
        "page": 2,
        "card": 3,
        "letters": 4,
        "silence": 5,
        "rounds": 6,
        "checks": 7,
        "watches": 8,
    }
    assert database.agenda() == {kind: at(when) for kind, when in earliest.items()}


def test_the_agenda_forgets_what_is_done(database: Database) -> None:
    alert = saved(database, began())
    put(database, delivery("a/1"))
    keep(database, letter("l"))
    enter(database, planned(1))
    with database.transaction() as rows:
        rows.alerts.save(ended(alert))
        rows.outbox.finish("a/1", Fate.DELIVERED, "", None)
        rows.letters.done("l", T0)
        rows.rounds.end("w1/1", EntryState.PASSED, None)
        assert rows.alerts.get(alert.id).state is AlertState.RESOLVED  # type: ignore[union-attr]
    assert database.agenda() == {}
