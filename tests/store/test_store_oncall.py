"""Exceptions people made, calendars that were read, and duties with their time, on both databases."""

from __future__ import annotations

from dataclasses import replace

from stage import at, both

from bot.domain.oncall.override import Kept
from bot.domain.oncall.rotation import Assigned, Override
from bot.engine.ledger.oncall import Duty, ReadCalendar
from bot.store import Database


def kept(key: str, until: float = 100, made: float = 0) -> Kept:
    override = Override(since=at(0), until=at(until), member="lin", instead_of="chen")
    return Kept(id=key, schedule="primary", override=override, by="lin", at=at(made))


def test_exceptions_stand_in_the_order_in_which_they_were_made_until_they_are_taken_back(
    database: Database,
) -> None:
    with database.transaction() as rows:
        for each in (kept("b", made=2), kept("a", made=1), kept("c", until=10, made=3)):
            rows.overrides.keep(each)
    with database.transaction() as rows:
        assert rows.overrides.current() == (kept("a", made=1), kept("b", made=2), kept("c", 10, 3))
        assert [each.id for each in rows.overrides.current(at(10))] == ["a", "b"]
        assert rows.overrides.take_back("a", "chen", at(5))
        assert not rows.overrides.take_back("a", "lin", at(6))
        assert not rows.overrides.take_back("z", "lin", at(6))
    with database.reading() as rows:
        assert [each.id for each in rows.overrides.current()] == ["b", "c"]


def test_two_who_take_back_at_once_do_it_once(database: Database) -> None:
    with database.transaction() as rows:
        rows.overrides.keep(kept("a"))

    def act(number: int) -> bool:
        with database.transaction() as rows:
            return rows.overrides.take_back("a", str(number), at(1))

    assert sorted(both(database, act)) == [False, True]


def test_a_calendar_is_kept_as_it_was_read_last(database: Database) -> None:
    read = ReadCalendar(
        schedule="primary",
        shifts=(Assigned(since=at(0), until=at(60), members=("lin", "chen")),),
        read_at=at(1),
    )
    failed = replace(read, trouble="HTTP 500", trouble_at=at(2))
    for each in (read, failed):
        with database.transaction() as rows:
            rows.calendars.save(each)
        with database.reading() as rows:
            assert rows.calendars.all() == (each,)


def test_a_duty_keeps_its_time_and_its_note_however_often_it_is_entered(database: Database) -> None:
    first = Duty(key="handoff/primary", at=at(5), note="lin")
    with database.transaction() as rows:
        rows.duties.enter(first)
        rows.duties.enter(Duty(key="handoff/primary", at=at(1)))
        rows.duties.enter(Duty(key="usergroup/S1", at=at(2)))
    with database.reading() as rows:
        assert rows.duties.due(at(4)) == (Duty(key="usergroup/S1", at=at(2)),)
        assert [duty.key for duty in rows.duties.due(at(5))] == ["usergroup/S1", "handoff/primary"]
    assert database.agenda()["duties"] == at(2)


def test_of_two_who_claim_a_duty_one_has_it(database: Database) -> None:
    duty = Duty(key="handoff/primary", at=at(0))
    with database.transaction() as rows:
        rows.duties.enter(duty)

    def act(number: int) -> bool:
        with database.transaction() as rows:
            return rows.duties.claim(duty, at(30))

    assert sorted(both(database, act)) == [False, True]
    with database.reading() as rows:
        assert rows.duties.due(at(29)) == ()


def test_a_duty_that_is_done_comes_again_at_its_time_or_never_and_may_be_hastened(database: Database) -> None:
    with database.transaction() as rows:
        rows.duties.enter(Duty(key="handoff/a", at=at(0)))
        rows.duties.enter(Duty(key="handoff/b_", at=at(0)))
        rows.duties.again("handoff/a", at(50), "lin")
        rows.duties.again("handoff/b_", None, "")
    with database.reading() as rows:
        assert rows.duties.due(at(49)) == ()
    with database.transaction() as rows:
        rows.duties.hasten("handoff/", at(10))
        rows.duties.hasten("handoff/", at(20))
        assert [(duty.key, duty.at, duty.note) for duty in rows.duties.due(at(10))] == [
            ("handoff/a", at(10), "lin"),
            ("handoff/b_", at(10), ""),
        ]
        rows.duties.keep_only("handoff/", ["handoff/a"])
        assert [duty.key for duty in rows.duties.due(at(10))] == ["handoff/a"]
