"""Schedule: what the engine may rely on, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace

from stage import T0, at, both

from bot.store import Database


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
        rows.schedule.plan("orders", "ping", T0)

    def ask(number: int) -> int:
        with database.transaction() as rows:
            due = rows.schedule.due(T0)
            rows.schedule.enter([replace(each, at=at(10), cursor={"by": number}) for each in due])
            return len(due)

    assert sorted(both(database, ask)) == [0, 2]
    with database.transaction() as rows:
        assert rows.schedule.due(at(9)) == ()
        host, _ping = rows.schedule.due(at(10))
        rows.schedule.again(host, at(60))
        assert [each.at for each in rows.schedule.due(at(60))] == [at(10), at(60)]
        assert host.cursor in ({"by": 0}, {"by": 1})
        rows.schedule.enter([replace(host, check="gone")])
        assert rows.schedule.cursor("orders", "gone") is None


def test_what_is_asked_by_a_process_that_is_gone_is_due_again(database: Database) -> None:
    with database.transaction() as rows:
        for check in ("host", "ping", "log"):
            rows.schedule.plan("orders", check, T0)
        host, log, ping = sorted(rows.schedule.due(T0), key=lambda each: each.check)
        rows.schedule.enter([replace(host, at=at(60)), replace(log, at=at(60))], "here/1/1")
        rows.schedule.enter([replace(ping, at=at(60))], "there/2/2")
        rows.schedule.again(log, at(60))  # it has answered
        assert rows.schedule.owners() == {"here/1/1", "there/2/2"}
        rows.schedule.free(["here/1/1"], at(3))
        assert [(each.check, each.at) for each in rows.schedule.due(at(59))] == [("host", at(3))]
        rows.schedule.enter([replace(ping, at=at(60))])
        assert rows.schedule.owners() == set()


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
