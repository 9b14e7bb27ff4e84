"""The agenda: what is due at a glance, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from stage import (
    PLAYBOOK,
    T0,
    action_run,
    add,
    at,
    began,
    delivery,
    ended,
    enter,
    keep,
    letter,
    planned,
    put,
    reading,
    saved,
    stands,
    started,
    stopped,
    write,
)

from bot.domain.alerts.alert import AlertState
from bot.domain.alerts.grouping import Group
from bot.domain.incident.clock import next_look
from bot.domain.incident.life import Opening, begin, close
from bot.domain.incident.state import Change
from bot.domain.measures.history import Grain
from bot.domain.watches.plan import EntryState
from bot.engine.ledger import Fate, Lane
from bot.engine.ledger.oncall import Duty
from bot.store import Database
from bot.store.rows.readings import SETTLES


def group(name: str) -> Group:
    return Group(
        id=name, key=name, service="orders", channel="oncall", since=T0, size=1, told_at=T0, repeat_at=T0
    )


def test_the_agenda_tells_the_earliest_instant_of_each_kind_of_work(database: Database) -> None:
    assert database.agenda() == {}
    saved(database, began("late", since=at(9)))
    saved(database, began("soon", since=at(1)))
    for when in (20, 2):
        put(database, delivery(f"p/{when}", Lane.PAGE, at(when)), delivery(f"c/{when}", when=at(when + 1)))
        put(database, delivery(f"a/{when}", Lane.ANSWER, at(when + 2)))
        keep(database, letter(f"l{when}", at(when + 3)))
        add(database, reading(1, 0, str(when), silent=when + 4))
        history = (Grain.FINE.floor(at(0)) + Grain.FINE.length + SETTLES - T0).total_seconds()
        enter(database, planned(when + 5))
        with database.transaction() as rows:
            rows.schedule.plan("orders", str(when), at(when + 6))
            rows.homes.opened(f"U{when}", at(when + 9))
            rows.actions.ask(action_run(f"x{when}", when + 10))
            opening = Opening(service=f"s{when}", channel="oncall")
            rows.incidents.save(begin(PLAYBOOK, opening, at(when)), at(when + 11))
            rows.incidents.hear(f"a{when}", at(when + 12))
            rows.duties.enter(Duty(key=f"handoff/{when}", at=at(when + 13)))
            rows.windows.look(str(when), at(when + 14))
            rows.groups.save(group(f"g{when}"), at(when + 15))
            rows.groups.review(f"g{when}", at(when + 16))
        write(database, started(f"w{when}", at(when + 8), next_at=at(when + 7)))
    earliest = {
        "alerts": 1,
        "page": 2,
        "card": 3,
        "answer": 4,
        "letters": 5,
        "silence": 6,
        "entries": 7,
        "checks": 8,
        "watches": 9,
        "watch-cards": 10,
        "homes": 11,
        "actions": 12,
        "incidents": 13,
        "alert-news": 14,
        "duties": 15,
        "windows": 16,
        "groups": 17,
        "reviews": 18,
        "history": history,
        "baselines": 10,  # no watch has one
    }
    assert database.agenda() == {kind: at(when) for kind, when in earliest.items()}


def test_the_agenda_forgets_what_is_done(database: Database) -> None:
    alert = saved(database, began())
    put(database, delivery("a/1"))
    keep(database, letter("l"))
    enter(database, planned(1))
    write(database, started(next_at=T0), stopped(started()))
    with database.transaction() as rows:
        rows.homes.opened("U1", T0)
        incident = begin(PLAYBOOK, Opening(service="orders", channel="oncall"), T0)
        rows.incidents.save(incident, T0)
        rows.incidents.hear(alert.id, T0)
        rows.alerts.save(ended(alert))
        rows.outbox.finish("a/1", Fate.DELIVERED, "", None, T0)
        rows.letters.done("l", T0)
        rows.entries.save(stands(planned(1), EntryState.PASSED, next_at=None))
        assert rows.homes.claim(T0, at(30)) == ("U1",)
        rows.homes.drawn("U1", at(30))
        closed = close(incident.incident, "lin", "", T0)
        assert isinstance(closed, Change)
        rows.incidents.save(closed, next_look(closed.incident, T0))
        rows.incidents.heard(alert.id)
        assert rows.alerts.get(alert.id).state is AlertState.RESOLVED  # type: ignore[union-attr]
    assert database.agenda() == {}
