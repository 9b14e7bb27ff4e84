"""Groups, what stands on their cards, and who was woken last, on both databases."""

from __future__ import annotations

from dataclasses import replace

from stage import T0, at, began, ended, saved, taken

from bot.domain.alerts.alert import Alert, AlertState, Severity, Suppression, SuppressionKind, Transition
from bot.domain.alerts.grouping import Grouping, begin_group, joined
from bot.domain.alerts.quiet.hush import suppress
from bot.domain.text import say
from bot.engine.ledger import Outdated, Woken
from bot.store import Database


def on(card: str, transition: Transition, rides: str | None = None) -> Transition:
    return replace(transition, alert=replace(transition.alert, card=card, rides=rides))


def many(database: Database, *transitions: Transition) -> list[Alert]:
    with database.transaction() as rows:
        rows.alerts.save(*transitions)
    return [each.alert for each in transitions]


def test_the_newest_group_of_a_key_is_found_and_whether_it_is_open(database: Database) -> None:
    first = begin_group(Grouping(), "g1", ("k", "orders", "oncall"), at(0))
    second = begin_group(Grouping(), "g2", ("k", "orders", "oncall"), at(60))
    with database.transaction() as rows:
        rows.groups.save(first, at(10))
        rows.groups.save(second, None)
        assert rows.groups.newest("other") is None
        assert rows.groups.newest("k") == (second, False)
    alert = saved(database, on("g2", began()))
    with database.transaction() as rows:
        assert rows.groups.newest("k") == (second, True)
        assert rows.groups.due(at(9)) == ()
        assert rows.groups.due(at(10)) == (first,)
        rows.groups.save(joined(first), at(20))
        assert rows.groups.get("g1") == joined(first)
        assert database.agenda()
    saved(database, ended(alert, at(1)))
    with database.reading() as rows:
        assert rows.groups.newest("k") == (second, False)


def test_a_card_shows_what_fires_first_and_the_most_urgent_of_that(database: Database) -> None:
    warning, critical, mine, over = many(
        database,
        on("g1", began("a", Severity.WARNING)),
        on("g1", began("b")),
        on("g1", began("c")),
        on("g1", began("d")),
    )
    many(database, on("g1", taken(mine)), on("g1", ended(over)))
    with database.reading() as rows:
        shown = [each.id for each in rows.alerts.on_card("g1", 9)]
        assert shown == [critical.id, warning.id, mine.id, over.id]
        assert [each.id for each in rows.alerts.on_card("g1", 2)] == [critical.id, warning.id]
        assert {each.id for each in rows.alerts.open_on("g1")} == {critical.id, warning.id, mine.id}
        assert rows.alerts.counts("g1") == {
            (AlertState.FIRING, Severity.CRITICAL): 1,
            (AlertState.FIRING, Severity.WARNING): 1,
            (AlertState.ACKNOWLEDGED, Severity.CRITICAL): 1,
            (AlertState.RESOLVED, Severity.CRITICAL): 1,
        }
        assert rows.alerts.happened("g1", T0) == {
            "alert.firing": 4,
            "alert.acknowledged": 1,
            "alert.resolved": 1,
        }
        assert rows.alerts.happened("g1", at(1)) == {}
        assert rows.cards.on(critical.id) == "g1"
        assert rows.cards.on("w1") == "w1"
    hushed = Suppression(kind=SuppressionKind.SILENCE, source="s1", until=at(60), reason=say("silenced"))
    saved(database, suppress(critical, hushed, at(1)))
    with database.reading() as rows:
        assert [each.id for each in rows.alerts.on_card("g1", 2)] == [warning.id, critical.id]


def test_who_rides_on_a_page_is_found_while_it_fires(database: Database) -> None:
    one, two = many(database, on("g1", began("a", Severity.WARNING), "p1"), on("g1", began("b"), "p1"))
    with database.reading() as rows:
        found, count = rows.alerts.riding("p1")
        assert (found and found.id, count) == (two.id, 2)
        assert rows.alerts.riding("p2") == (None, 0)
    many(database, on("g1", taken(two), "p1"))
    with database.reading() as rows:
        found, count = rows.alerts.riding("p1")
        assert (found and found.id, count) == (one.id, 1)


def test_many_alerts_are_kept_together_or_not_at_all(database: Database) -> None:
    saved(database, began("a"))
    try:
        many(database, began("b", since=at(5)), began("a", since=at(5)))
    except Outdated:
        pass
    else:
        raise AssertionError("a second open alert of one fingerprint was kept")
    with database.reading() as rows:
        assert [each.subject.key for each in rows.alerts.open_all()] == ["a"]


def test_who_was_woken_last_is_remembered_by_target(database: Database) -> None:
    woken = Woken(page="p1", alert="a1", at=at(1), riders=0)
    with database.transaction() as rows:
        rows.groups.wake("person:lin", woken)
        rows.groups.wake("person:chen", woken)
        rows.groups.wake("person:lin", replace(woken, riders=3))
    with database.reading() as rows:
        assert rows.groups.woken(["person:lin", "person:zhao"]) == {"person:lin": replace(woken, riders=3)}


def test_a_card_is_reviewed_when_its_night_has_come(database: Database) -> None:
    group = begin_group(Grouping(), "g1", ("k", "orders", "oncall"), T0)
    with database.transaction() as rows:
        rows.groups.save(group, None)
        assert rows.groups.to_review(at(99)) == ()
        rows.groups.review("g1", at(10))
    with database.transaction() as rows:
        assert rows.groups.to_review(at(9)) == ()
        assert rows.groups.to_review(at(10)) == (group,)
        rows.groups.save(joined(group), at(5))  # what else happens to it leaves that as it is
        assert rows.groups.to_review(at(10)) == (joined(group),)
        rows.groups.review("g1", None)
        assert rows.groups.to_review(at(99)) == ()
