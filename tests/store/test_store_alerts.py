"""Alerts: what the engine may rely on, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage import T0, at, began, both, delivery, empty, ended, few, saved, taken
from values import TEXTS, any_of

from bot.domain.alerts.alert import Alert, AlertKind, AlertState, Severity, Transition
from bot.engine.ledger import Outdated
from bot.store import Database
from bot.store.logged import SINGLY


@few
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
        fingerprint = alert.subject.fingerprint
        assert rows.alerts.open_among([fingerprint]) == ({fingerprint: first} if first.open else {})


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


def test_what_happens_to_an_alert_in_one_stroke_is_all_in_its_timeline(database: Database) -> None:
    first, other = began(), began("cpu")
    second = taken(first.alert, "chen", at(3))
    third = ended(second.alert, at(4))
    with database.transaction() as rows:
        rows.alerts.save(first, other, second, third)
    with database.reading() as rows:
        assert rows.alerts.get(first.alert.id) == third.alert
        assert rows.alerts.open_all() == (other.alert,)
        told = [event for _, event, _, _ in rows.alerts.timeline(first.alert.id)]
        assert told == ["alert.firing", "alert.acknowledged", "alert.resolved"]
        assert rows.alerts.named([first.alert.id, other.alert.id, "gone"]) == {first.alert.id, other.alert.id}
        assert rows.alerts.named([]) == set()


def test_what_is_over_makes_room_for_what_begins_in_the_same_stroke(database: Database) -> None:
    first = saved(database, began())
    again = began(since=at(60))
    with database.transaction() as rows:
        rows.alerts.save(ended(first, at(59)), again)
    with database.reading() as rows:
        assert rows.alerts.open_all() == (again.alert,)


def test_who_decided_on_older_facts_is_told(database: Database) -> None:
    alert = saved(database, began())
    saved(database, taken(alert, "lin"))
    with (
        pytest.raises(Outdated, match=f"no longer as it was read: {alert.id} at version 1"),
        database.transaction() as rows,
    ):
        rows.alerts.save(taken(alert, "chen"))
    with database.reading() as rows:
        kept = rows.alerts.get(alert.id)
        assert kept
        assert (kept.acknowledged_by, len(rows.alerts.timeline(alert.id))) == ("lin", 2)


def test_of_many_alerts_saved_at_once_either_all_are_or_none(database: Database) -> None:
    first, second = saved(database, began("a")), saved(database, began("b"))
    saved(database, taken(second, "lin"))
    with pytest.raises(Outdated, match="one of 2 alerts"), database.transaction() as rows:
        rows.alerts.save(taken(first, "chen"), taken(second, "chen"))
    with database.reading() as rows:
        found = rows.alerts.get_all([second.id, "gone", first.id])
        assert [(each.id, each.acknowledged_by) for each in found] == [(second.id, "lin"), (first.id, None)]
    with database.transaction() as rows:
        rows.alerts.save(*(ended(each) for each in found))
    with database.reading() as rows:
        assert rows.alerts.open_all() == ()


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
        assert rows.alerts.open_among(["orders/latency_p99", "orders/cpu"]) == {"orders/latency_p99": first}
    saved(database, ended(first, at(61)))
    again = saved(database, began(since=at(62)))
    with database.reading() as rows:
        assert rows.alerts.open_among({"orders/latency_p99"}) == {"orders/latency_p99": again}


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


def test_open_alerts_are_found_by_what_people_may_call_them(database: Database) -> None:
    second = saved(database, began("cpu", Severity.WARNING, at(1)))
    critical = saved(database, began("cpu_steal"))
    there = began("cpu").alert
    elsewhere = replace(there, id="e1", subject=replace(there.subject, service="shop"))
    first = saved(database, replace(began("cpu"), alert=elsewhere))
    capital = saved(database, began("CPU", Severity.WARNING, at(2)))
    saved(database, ended(saved(database, began("cpu_idle"))))
    wild = saved(database, began("a%_b"))
    called = {
        "cpu": (first, second),  # the most urgent first
        "cpu_idle": (),  # over
        "CPU": (capital,),  # on both databases
        "orders/cpu_steal": (critical,),  # its fingerprint
        "cpu_st": (),  # the beginning of a name
        "orders": (),
        critical.id: (critical,),
        critical.id[:6]: (critical,),  # its beginning
        critical.id[3:]: (),
        "a%_b": (wild,),
        "%": (),  # nothing is a pattern
        "c_u": (),
    }
    with database.reading() as rows:
        assert {word: rows.alerts.open_called(word) for word in called} == called


def test_open_alerts_are_found_by_their_fingerprints(database: Database) -> None:
    first, second = saved(database, began("latency_p99")), saved(database, began("cpu"))
    over = saved(database, ended(saved(database, began("memory"))))
    names = [alert.subject.fingerprint for alert in (first, second, over)]
    with database.reading() as rows:
        assert rows.alerts.open_among(names) == {names[0]: first, names[1]: second}
        assert rows.alerts.open_among({names[1]}) == {names[1]: second}
        assert rows.alerts.open_among(["orders/nobody"]) == {}
        assert rows.alerts.open_among([]) == {}


@pytest.mark.parametrize(
    ("fired", "resolved", "firing"),
    [
        # over before the stretch, and at the very instant at which it begins
        (2, 9, False),
        (2, 10, False),
        # into it, inside it, out of it, across it, and exactly it
        (2, 10.000001, True),
        (12, 18, True),
        (12, 25, True),
        (2, 25, True),
        (10, 20, True),
        # fired at its end, and after it
        (20, 25, False),
        (21, 25, False),
        # still open
        (2, None, True),
        (19.999999, None, True),
        (20, None, False),
        # gone in the instant in which it fired: it belongs to the stretch that holds this instant
        (10, 10, True),
        (15, 15, True),
        (20, 20, False),
    ],
)
def test_a_stretch_holds_its_first_instant_and_not_its_last(
    database: Database, fired: float, resolved: float | None, firing: bool
) -> None:
    alert = saved(database, began(since=at(fired)))
    if resolved is not None:
        alert = saved(database, ended(alert, at(resolved)))
    with database.reading() as rows:
        assert rows.alerts.fired_between("orders", at(10), at(20)) == ((alert,) if firing else ())
        assert rows.alerts.fired_between("billing", at(10), at(20)) == ()


def test_alerts_of_a_stretch_come_oldest_first_and_pending_ones_do_not(database: Database) -> None:
    late, soon = saved(database, began("late", since=at(5))), saved(database, began("soon", since=at(1)))
    pending = began("pending", since=at(2))
    waits = replace(pending.alert, state=AlertState.PENDING, fired_at=None)
    saved(database, replace(pending, alert=waits))
    with database.reading() as rows:
        assert rows.alerts.fired_between("orders", T0, at(9)) == (soon, late)


def test_alerts_of_a_service_are_counted_by_how_they_stand(database: Database) -> None:
    saved(database, began("firing", since=at(1)))
    pending = began("pending", since=at(2))
    waits = replace(pending.alert, state=AlertState.PENDING, fired_at=None)
    saved(database, replace(pending, alert=waits))
    saved(database, ended(saved(database, began("over", since=at(1))), at(5)))
    with database.reading() as rows:
        counts = rows.alerts.open_counts("orders")
        assert {state: count for (state, _), count in counts.items()} == {
            AlertState.FIRING: 1,
            AlertState.PENDING: 1,
        }
        assert rows.alerts.open_counts("billing") == {}
        assert rows.alerts.resolved_since("orders", at(5)) == 1
        assert rows.alerts.resolved_since("orders", at(6)) == rows.alerts.resolved_since("billing", T0) == 0


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


def test_what_was_kept_is_logged_with_the_alert_and_what_was_not_is_not(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="bot.store")
    kept, lost = began("latency_p99"), began("cpu")
    with database.transaction() as rows:
        rows.alerts.save(kept)
        assert not caplog.records
    with pytest.raises(Outdated), database.transaction() as rows:
        rows.alerts.save(lost, kept)
    assert [(each.message, each.__dict__["alert"]) for each in caplog.records] == [
        ("alert.firing", kept.alert.id)
    ]


def test_a_storm_that_was_kept_is_one_line_in_the_log(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="bot.store")
    with database.transaction() as rows:
        rows.alerts.save(*(began(f"storm_{number}") for number in range(SINGLY + 1)))
    assert [(each.message, each.__dict__["alerts"]) for each in caplog.records] == [
        ("alert.firing", SINGLY + 1)
    ]
