"""Incidents, their timelines, and the alerts they hear of, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stage import PLAYBOOK, T0, at, began, both, saved

from bot.domain.incident.life import Opening, begin, close, note
from bot.domain.incident.state import Change
from bot.engine.ledger import Outdated
from bot.engine.ports import Posted
from bot.store import Database


def opened(key: str = "p", service: str = "orders", seconds: float = 0) -> Change:
    return begin(replace(PLAYBOOK, key=key), Opening(service=service, channel="oncall"), at(seconds))


def save(database: Database, *changes: Change) -> None:
    with database.transaction() as rows:
        for each in changes:
            rows.incidents.save(each, at(60))


def test_an_incident_is_found_with_all_that_happened_in_it(database: Database) -> None:
    first, second = opened(), opened("q", seconds=5)
    save(database, first, second)
    noted = note(first.incident, "lin", "words", at(1))
    assert isinstance(noted, Change)
    save(database, noted)
    with database.reading() as rows:
        assert rows.incidents.get(first.incident.id) == noted.incident
        assert [each.id for each in rows.incidents.open_all("orders")] == [
            first.incident.id,
            second.incident.id,
        ]
        newest = rows.incidents.newest()
        assert newest is not None
        assert newest.id == second.incident.id
        assert [(each.event, each.by, each.note) for each in rows.incidents.timeline(first.incident.id)] == [
            ("playbook.opened", None, ""),
            ("note", "lin", "words"),
        ]
        assert rows.incidents.open_all("billing") == ()


def test_one_playbook_of_a_service_is_open_once(database: Database) -> None:
    save(database, opened(), opened(service="billing"))
    with pytest.raises(Outdated):
        save(database, opened(seconds=1))
    with database.reading() as rows:
        stands = rows.incidents.open_all("orders")[0]
    closed = close(stands, "lin", "", at(2))
    assert isinstance(closed, Change)
    save(database, closed, opened(seconds=3))


def test_of_two_who_change_it_at_once_one_is_told_that_it_is_outdated(database: Database) -> None:
    first = opened()
    save(database, first)

    def one(number: int) -> bool:
        noted = note(first.incident, "lin", f"n{number}", at(1))
        assert isinstance(noted, Change)
        try:
            save(database, noted)
        except Outdated:
            return False
        return True

    assert sorted(both(database, one)) == [False, True]


def test_what_is_due_is_looked_at_by_one(database: Database) -> None:
    first = opened()
    save(database, first)
    with database.transaction() as rows:
        assert rows.incidents.due(at(59)) == ()
        ((due, looks_at),) = rows.incidents.due(at(60))
        assert looks_at == at(60)
        assert rows.incidents.look_again(due, at(90))
        assert not rows.incidents.look_again(replace(due, revision=7), at(10))
        assert rows.incidents.due(at(89)) == ()


def test_an_alert_is_heard_of_until_it_was_looked_at(database: Database) -> None:
    with database.transaction() as rows:
        rows.incidents.hear("a1", T0)
        rows.incidents.hear("a1", at(1))
        assert rows.incidents.news(T0) == ()
        assert rows.incidents.news(at(1)) == ("a1",)
        rows.incidents.heard("a1")
        assert rows.incidents.news(at(9)) == ()
        rows.incidents.hear("a1", at(10))
        assert rows.incidents.news(at(10)) == ("a1",)


def test_whose_card_stands_where_is_found(database: Database) -> None:
    alert = saved(database, began("p99"))
    with database.transaction() as rows:
        rows.cards.stands("i1", Posted(channel="C1", ts="1.1"))
        rows.cards.stands("w1", Posted(channel="C2", ts="1.1"))
        assert rows.cards.subjects_at(Posted(channel="C1", ts="1.1")) == ("i1",)
        assert rows.cards.subjects_at(Posted(channel="C1", ts="9.9")) == ()
    assert alert is not None
