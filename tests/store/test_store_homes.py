"""App Home: what the engine may rely on, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from datetime import datetime, timedelta

from stage import T0, at, behind, both

from bot.store import Database

LEASE = timedelta(seconds=30)


def opened(database: Database, person: str, when: datetime) -> None:
    with database.transaction() as rows:
        rows.homes.opened(person, when)


def changed(database: Database, when: datetime) -> None:
    with database.transaction() as rows:
        rows.homes.changed(when)


def claim(database: Database, now: datetime) -> tuple[str, ...]:
    """Claim what is due and draw it."""
    until = now + LEASE
    with database.transaction() as rows:
        people = rows.homes.claim(now, until)
        for person in people:
            rows.homes.drawn(person, until)
    return people


def test_a_home_is_due_when_it_is_opened_and_then_when_something_changes(database: Database) -> None:
    opened(database, "U1", at(1))
    assert claim(database, at(0.999999)) == ()
    assert claim(database, at(1)) == ("U1",)
    assert claim(database, at(9999)) == ()
    changed(database, at(5))
    assert claim(database, at(4)) == ()
    assert claim(database, at(5)) == ("U1",)


def test_a_change_draws_every_open_home_anew(database: Database) -> None:
    for person in ("U2", "U1"):
        opened(database, person, T0)
    assert claim(database, T0) == ("U1", "U2")
    opened(database, "U3", at(2))
    changed(database, at(5))
    assert claim(database, at(2)) == ("U3",)
    assert claim(database, at(5)) == ("U1", "U2")


def test_a_change_where_no_home_is_open_is_no_trouble(database: Database) -> None:
    changed(database, T0)
    assert claim(database, at(9999)) == ()
    assert database.agenda() == {}


def test_several_changes_are_drawn_at_the_earliest_time_of_all(database: Database) -> None:
    opened(database, "U1", T0)
    assert claim(database, T0) == ("U1",)
    for when in (9, 5, 7):
        changed(database, at(when))
    assert database.agenda() == {"homes": at(5)}
    assert claim(database, at(5)) == ("U1",)
    assert database.agenda() == {}


def test_a_home_that_is_opened_again_does_not_lose_what_was_due_earlier(database: Database) -> None:
    opened(database, "U1", T0)
    assert claim(database, T0) == ("U1",)
    changed(database, at(5))
    opened(database, "U1", at(60))  # what was published did not arrive: once more in a minute
    assert database.agenda() == {"homes": at(5)}
    opened(database, "U1", at(3))
    assert database.agenda() == {"homes": at(3)}


def test_a_home_is_claimed_by_exactly_one_of_two(database: Database) -> None:
    people = [f"U{number:02}" for number in range(20)]
    for person in people:
        opened(database, person, T0)
    shares = both(database, lambda number: claim(database, T0))
    assert sorted(shares[0] + shares[1]) == people


def test_a_home_that_two_open_at_once_is_open_once(database: Database) -> None:
    both(database, lambda number: opened(database, "U1", at(number)))
    assert database.agenda() == {"homes": T0}
    assert claim(database, at(9)) == ("U1",)


def test_a_home_that_somebody_is_drawing_is_left_to_them(database: Database) -> None:
    opened(database, "U1", T0)
    mine: list[str] = []
    theirs = behind(
        database, lambda rows: mine.extend(rows.homes.claim(T0, at(30))), lambda: claim(database, T0)
    )
    assert (mine, theirs) == (["U1"], ())


def test_who_claims_and_who_reports_a_change_do_not_block_each_other(database: Database) -> None:
    people = [f"U{number:03}" for number in range(300)]
    for person in reversed(people):
        opened(database, person, at(5))
    claimed = both(database, lambda number: changed(database, at(1)) if number else claim(database, at(5)))[0]
    assert claimed is not None
    assert len(claimed) == len(people)


def test_a_home_whose_drawer_died_is_due_again_when_its_lease_ends(database: Database) -> None:
    opened(database, "U1", T0)
    with database.transaction() as rows:
        assert rows.homes.claim(T0, at(30)) == ("U1",)
    assert claim(database, at(29)) == ()
    assert claim(database, at(30)) == ("U1",)


def test_a_change_while_a_home_is_drawn_is_not_lost(database: Database) -> None:
    opened(database, "U1", T0)
    with database.transaction() as rows:
        rows.homes.claim(T0, at(30))
    changed(database, at(2))
    with database.transaction() as rows:
        rows.homes.drawn("U1", at(30))
    assert claim(database, at(2)) == ("U1",)
    assert database.agenda() == {}


def test_a_home_that_could_not_be_drawn_is_due_again_at_the_time_that_was_said(database: Database) -> None:
    opened(database, "U1", T0)
    with database.transaction() as rows:
        rows.homes.claim(T0, at(30))
        rows.homes.again("U1", at(5))
        rows.homes.again("U1", at(9))
    assert database.agenda() == {"homes": at(5)}
