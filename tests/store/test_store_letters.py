"""Letters: what the engine may rely on, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from datetime import datetime
from itertools import chain

from stage import SECOND, at, both, keep, letter

from bot.domain.events import Inbound
from bot.store import Database


def next_letter(database: Database, now: datetime) -> Inbound | None:
    with database.transaction() as rows:
        claimed = rows.letters.claim(now, now + 5 * SECOND)
    return claimed[0] if claimed else None


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


def test_what_is_unread_is_what_came_lately_and_has_no_answer(database: Database) -> None:
    for number in range(4):
        keep(database, letter(f"command:{number}", at(number)))
    with database.transaction() as rows:
        assert rows.letters.claim(at(4), at(9))
        rows.letters.done("command:2", at(4))
        assert {each.identity for each in rows.letters.unread(at(-1))} == {
            "command:0",
            "command:1",
            "command:3",
        }
        assert [each.identity for each in rows.letters.unread(at(1))] == ["command:3"]


def test_each_attempt_at_a_letter_is_counted(database: Database) -> None:
    keep(database, letter("poison"))
    for attempt in (1, 2, 3):
        with database.transaction() as rows:
            assert rows.letters.claim(at(9 * attempt), at(9 * attempt + 5)) == (letter("poison"), attempt)


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


def test_a_letter_waits_for_one_that_another_has_in_hand(database: Database) -> None:
    keep(database, letter("first"))
    keep(database, letter("second", at(1)))
    with database.transaction() as rows:
        assert rows.letters.claim(at(2), at(7), busy=at(6))
        assert rows.letters.claim(at(2), at(7), busy=at(6)) is None
        second = rows.letters.claim(at(3), at(8), busy=at(7))
        assert second
        assert second[0].identity == "second"
    with database.transaction() as rows:
        rows.letters.done("first", at(4))
        rows.letters.done("second", at(4))
    keep(database, letter("third", at(5)))
    assert next_letter(database, at(5))
