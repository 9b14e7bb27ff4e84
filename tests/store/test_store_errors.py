"""Types of errors: what the engine may rely on, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace

from stage import T0, at, both

from bot.domain.measures.errors import BEFORE, ErrorClass, ErrorType
from bot.store import Database
from checks.result import Sighting

HOUR = 3600.0


def sighting(key: str, count: int = 1, severity: str = "error", category: str = "") -> Sighting:
    return Sighting(
        key=key,
        template=f"{key} <*>",
        severity=severity,
        count=count,
        sample=f"{key} '7' \\ 数据",
        category=category,
    )


def note(
    database: Database, when: float, *seen: Sighting, service: str = "orders", check: str = "log"
) -> tuple[ErrorType, ...]:
    with database.transaction() as rows:
        return rows.errors.note(service, check, seen, at(when))


def listed(database: Database) -> list[str]:
    with database.reading() as rows:
        return [error.template.removesuffix(" <*>") for error in rows.errors.listed("orders")]


def test_a_type_is_new_once(database: Database) -> None:
    (fresh,) = note(database, 0, sighting("timeout", 3, category="TimeoutError"))
    assert fresh == ErrorType(
        id=fresh.id,
        service="orders",
        check="log",
        severity="error",
        category="TimeoutError",
        template="timeout <*>",
        sample="timeout '7' \\ 数据",
        first_at=T0,
        last_at=T0,
        count=3,
    )
    assert note(database, 60, replace(sighting("timeout", 2), template="time<*>", sample="newer")) == ()
    with database.reading() as rows:
        known = rows.errors.get(fresh.id)
        assert rows.errors.get("nobody") is None
    assert known == replace(fresh, count=5, last_at=at(60), template="time<*>", sample="newer", category="")


def test_the_same_type_of_another_check_or_service_is_another(database: Database) -> None:
    assert len(note(database, 0, sighting("x"))) == 1
    assert len(note(database, 0, sighting("x"), check="other")) == 1
    assert len(note(database, 0, sighting("x"), service="billing")) == 1


def test_what_stood_in_the_log_before_it_was_followed_is_known(database: Database) -> None:
    assert note(database, 0, sighting("old", 0)) == ()
    assert note(database, 60, sighting("old", 5)) == ()
    with database.reading() as rows:
        (error,) = rows.errors.listed()
        assert (error.known_by, error.count, error.last_at) == (BEFORE, 5, at(60))
        assert rows.errors.first_seen("orders", T0, at(999)) == ()


def test_the_list_shows_new_ones_first_and_the_latest_of_them(database: Database) -> None:
    note(database, 0, sighting("a"), sighting("b"), sighting("old", 0))
    note(database, 10, sighting("a"), sighting("c"))
    assert listed(database)[2:] == ["b", "old"]
    with database.transaction() as rows:
        (known,) = [each for each in rows.errors.listed() if each.template.startswith("a")]
        assert rows.errors.mark(known.id, "lin", at(20))
        assert not rows.errors.mark(known.id, "chen", at(21))
        assert not rows.errors.mark("nobody", "chen", at(21))
    assert listed(database) == ["c", "b", "a", "old"]
    with database.reading() as rows:
        marked = rows.errors.get(known.id)
        assert marked is not None
        assert (marked.known_by, marked.known_at) == ("lin", at(20))


def test_only_errors_that_nobody_knows_are_news(database: Database) -> None:
    note(database, 0, sighting("a"), sighting("b", severity="critical"), sighting("c", severity="warning"))
    note(database, 0, sighting("d", 0))
    with database.transaction() as rows:
        assert rows.errors.news("orders", "log") == 2
        assert rows.errors.news("orders", "other") == 0
        for error in rows.errors.listed():
            rows.errors.mark(error.id, "lin", T0)
        assert rows.errors.news("orders", "log") == 0


def test_what_was_first_seen_in_a_stretch(database: Database) -> None:
    note(database, 0, sighting("a"))
    note(database, 10, sighting("a"), sighting("b"))
    with database.reading() as rows:
        found = rows.errors.first_seen("orders", at(10), at(20))
        assert [each.template for each in found] == ["b <*>"]
        assert [each.template for each in rows.errors.first_seen("orders", T0, at(10))] == ["a <*>"]


def test_errors_are_classified_over_a_stretch(database: Database) -> None:
    timeout = sighting("timeout", 3, category="TimeoutError")
    note(database, 0, timeout, sighting("t2", 1, category="TimeoutError"), sighting("x", 2), sighting("o", 0))
    note(database, HOUR + 5, sighting("x", 10, "critical"), timeout)
    note(database, 3 * HOUR, sighting("x", 100))
    with database.reading() as rows:
        both_hours = rows.errors.classes("orders", at(0), at(2 * HOUR))
        first_hour = rows.errors.classes("orders", at(1), at(HOUR))  # whole hours
        nothing = rows.errors.classes("orders", at(9 * HOUR), at(10 * HOUR))
    assert both_hours == (
        ErrorClass(name="error", severity="error", types=1, count=12),
        ErrorClass(name="TimeoutError", severity="error", types=2, count=7),
    )
    assert {each.name: each.count for each in first_hour} == {"error": 2, "TimeoutError": 4}
    assert nothing == ()
    with database.transaction() as rows:
        rows.errors.forget("billing", at(99 * HOUR))
        rows.errors.forget("orders", at(HOUR))
        assert sum(each.count for each in rows.errors.classes("orders", at(0), at(9 * HOUR))) == 113


def test_two_who_see_the_same_new_type_at_once_call_it_new_once(database: Database) -> None:
    fresh = both(database, lambda number: len(note(database, number, sighting("x"))))
    assert sorted(fresh) == [0, 1]
    with database.reading() as rows:
        assert [each.count for each in rows.errors.listed()] == [2]
