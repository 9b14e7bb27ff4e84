"""Silences and maintenance windows, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from stage import T0, at, began, ended, saved

from bot.domain.alerts.alert import Suppression, SuppressionKind
from bot.domain.alerts.quiet.hush import suppress
from bot.domain.alerts.quiet.silence import Silence
from bot.domain.alerts.quiet.wording import parse_matchers
from bot.domain.text import say
from bot.store import Database


def silence(key: str, since: float, until: float) -> Silence:
    matchers = parse_matchers("host=~db-.* a=b")
    return Silence(id=key, matchers=matchers, by="lin", reason="备份", since=at(since), until=at(until))


def save(database: Database, *silences: Silence) -> None:
    with database.transaction() as rows:
        for each in silences:
            rows.silences.save(each)


def active(database: Database, now: datetime) -> list[str]:
    with database.reading() as rows:
        return [each.id for each in rows.silences.active(now)]


def test_silences_hold_from_their_beginning_until_their_end(database: Database) -> None:
    long, short = silence("s1", 0, 60), silence("s2", 10, 20)
    save(database, long, short)
    assert active(database, at(0)) == ["s1"]
    assert active(database, at(10)) == ["s2", "s1"]  # the first to end first
    assert active(database, at(20)) == ["s1"]
    assert active(database, at(60)) == []
    with database.reading() as rows:
        assert (rows.silences.get("s1"), rows.silences.get("s9")) == (long, None)


def test_a_silence_that_was_ended_holds_no_more(database: Database) -> None:
    save(database, silence("s1", 0, 60))
    save(database, replace(silence("s1", 0, 60), ended_at=at(5), ended_by="chen"))
    assert active(database, at(6)) == []


def test_windows_are_due_when_they_were_to_be_looked_at(database: Database) -> None:
    with database.transaction() as rows:
        rows.windows.look("a", at(10))
        rows.windows.look("b", at(5))
        rows.windows.look("a", at(1))
    with database.transaction() as rows:
        assert rows.windows.due(at(4)) == (("a", None),)
        rows.windows.stands("a", until=at(30), next_at=at(30))
    with database.transaction() as rows:
        assert rows.windows.due(at(30)) == (("b", None), ("a", at(30)))
        rows.windows.keep_only(["a"])
        rows.windows.stands("a", until=None, next_at=None)
        assert rows.windows.due(at(999)) == ()


def test_what_is_quiet_because_of_something_is_told_to_look_again(database: Database) -> None:
    quiet = Suppression(kind=SuppressionKind.SILENCE, source="s1", until=at(60), reason=say("silenced"))
    first = saved(database, began("a"))
    first = saved(database, suppress(first, quiet, at(1)))
    over = saved(database, began("b"))
    over = saved(database, suppress(over, quiet, at(1)))
    over = saved(database, ended(over, at(2)))
    loud = saved(database, began("c"))
    with database.transaction() as rows:
        rows.alerts.look_again("s1", at(5))
    with database.reading() as rows:
        found = {each.id: each.next_at for each in rows.alerts.open_all()}
        assert found == {first.id: at(5), loud.id: T0}
        assert rows.alerts.get(over.id) == over
