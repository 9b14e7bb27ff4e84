"""Execution lists: what the engine may rely on, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from stage import SECOND, T0, at, behind, both, empty, enter, few, planned, stands
from values import any_of

from bot.domain.text import Label, say
from bot.domain.watches.listing import Listed, Manual, Remark
from bot.domain.watches.plan import EntryKind, EntryState
from bot.domain.watches.watch import Closing
from bot.store import Database
from bot.store.rows import Rows

LEASE = 30 * SECOND
WHY = say("paused by {person}", person="lin")


def claim(database: Database, now: datetime) -> Listed | None:
    with database.transaction() as rows:
        return rows.entries.claim(now, now + LEASE)


def save(database: Database, *listed: Listed) -> None:
    with database.transaction() as rows:
        for each in listed:
            rows.entries.save(each)


def listed(database: Database, watch: str = "w1") -> tuple[Listed, ...]:
    with database.reading() as rows:
        return rows.entries.of_watch(watch)


def close(database: Database, closing: Closing) -> None:
    with database.transaction() as rows:
        rows.entries.close("w1", closing)


@few
@given(whole=any_of(Listed))
def test_any_entry_comes_back(database: Database, whole: Listed) -> None:
    empty(database)
    kept = replace(whole, id="w1/1", watch="w1")
    enter(database, kept)
    with database.reading() as rows:
        assert rows.entries.get("w1/1") == kept
        assert rows.entries.of_watch("w1") == (kept,)
        assert rows.entries.get("w1/2") is None


@few
@given(before=any_of(Listed), after=any_of(Listed))
def test_what_is_saved_replaces_what_was_there(database: Database, before: Listed, after: Listed) -> None:
    empty(database)
    changed = replace(after, id="w1/1", watch="w2")
    enter(database, replace(before, id="w1/1", watch="w1"))
    save(database, changed)
    assert listed(database, "w1") == ()
    assert listed(database, "w2") == (changed,)


def test_an_entry_that_is_there_stays_as_it_is(database: Database) -> None:
    held = stands(planned(10), EntryState.PASSED, ran_at=at(11), next_at=None)
    enter(database, held)
    enter(database, planned(10), planned(20))
    assert listed(database) == (held, planned(20))
    enter(database)
    assert len(listed(database)) == 2


def test_what_was_struck_out_before_it_ran_is_revived_when_it_is_entered_again(database: Database) -> None:
    empty(database)
    enter(database, planned(1), planned(2))
    close(database, Closing(since=T0, remark=WHY))
    enter(database, planned(1))
    assert [each.entry.state for each in listed(database)] == [EntryState.PENDING, EntryState.NOT_APPLICABLE]


def test_a_list_that_two_enter_at_once_is_entered_once(database: Database) -> None:
    whole = tuple(planned(number) for number in range(20))
    both(database, lambda number: enter(database, *whole))
    assert listed(database) == whole


def test_a_list_is_in_order_of_time_and_what_is_judged_comes_after_what_measures(database: Database) -> None:
    gate, early = planned(10, EntryKind.GATE), planned(5)
    held = planned(10)
    other, by_hand = planned(7, id="w2/7", watch="w2"), planned(8, id="r1", watch=None)
    enter(database, gate, held, early, other, by_hand)
    assert listed(database) == (early, held, gate)
    assert listed(database, "w2") == (other,)
    assert listed(database, "nobody") == ()


def test_an_entry_is_claimed_from_its_instant_on_and_by_one_only(database: Database) -> None:
    enter(database, planned(20), planned(10))
    assert claim(database, at(9.999999)) is None
    won = [each for each in both(database, lambda number: claim(database, at(10))) if each]
    assert won == [planned(10)]
    assert claim(database, at(20)) == planned(20)


def test_two_who_carry_out_a_list_share_it_and_nothing_is_done_twice(database: Database) -> None:
    whole = [planned(number) for number in range(20)]
    enter(database, *whole)

    def carry_out(number: int) -> list[Listed]:
        found: list[Listed] = []
        while each := claim(database, at(20)):
            found.append(each)
        return found

    shares = both(database, carry_out)
    assert sorted(each.id for share in shares for each in share) == [each.id for each in whole]


def test_a_claim_is_a_lease(database: Database) -> None:
    enter(database, planned(10))
    assert claim(database, at(10))
    assert claim(database, at(39)) is None
    assert claim(database, at(40)) == planned(10)  # whoever held it is gone
    save(database, stands(planned(10), EntryState.RUNNING, next_at=at(99)))
    assert claim(database, at(98)) is None
    assert claim(database, at(99)) == stands(planned(10), EntryState.RUNNING, next_at=at(99))
    save(database, stands(planned(10), EntryState.PASSED, next_at=None))
    assert claim(database, at(9999)) is None


def test_whoever_claims_an_entry_sees_what_was_remarked_on_it_a_moment_ago(database: Database) -> None:
    remarked = replace(planned(10), remarks=(Remark(at=at(10), by="lin", text="deploys at noon"),))
    enter(database, planned(10))
    seen = behind(database, lambda rows: rows.entries.save(remarked), lambda: claim(database, at(10)))
    assert seen == remarked


def test_an_entry_that_was_over_when_it_was_entered_is_never_claimed(database: Database) -> None:
    enter(database, stands(planned(10), EntryState.NOT_APPLICABLE, next_at=None))
    assert claim(database, at(9999)) is None


# Closing -----------------------------------------------------------------------------------------


def closed(one: Listed, why: Closing) -> Listed:
    entry = replace(one.entry, state=EntryState.NOT_APPLICABLE, remark=why.remark)
    return replace(one, entry=entry, remark=why.remark, next_at=None)


WHOLE = (
    planned(10),
    planned(20),
    planned(20, EntryKind.MILESTONE),
    planned(30, entry=replace(planned(30).entry, phases=("Day 1", "Denser"))),
    planned(40, entry=replace(planned(40).entry, phases=("Denser",))),
)


@pytest.mark.parametrize(
    ("closing", "expected"),
    [
        # from an instant on, that instant included
        (Closing(since=at(20), remark=WHY), [1, 2, 3, 4]),
        (Closing(since=at(20.000001), remark=WHY), [3, 4]),
        (Closing(since=at(99), remark=WHY), []),
        # rounds before an instant alone, that instant excluded
        (Closing(since=T0, remark=WHY, rounds_until=at(20)), [0]),
        (Closing(since=at(10), remark=WHY, rounds_until=at(20.000001)), [0, 1]),
        (Closing(since=at(20), remark=WHY, rounds_until=at(20)), []),
        # some entries, by instant and kind
        (Closing(since=T0, remark=WHY, entries=frozenset({(at(20), EntryKind.MILESTONE)})), [2]),
        (Closing(since=T0, remark=WHY, entries=frozenset({(at(10), EntryKind.GATE)})), []),
        (Closing(since=T0, remark=WHY, entries=frozenset()), []),
        # all of it at once
        (
            Closing(
                since=at(20),
                remark=WHY,
                rounds_until=at(40),
                entries=frozenset({(at(20), EntryKind.ROUND), (at(20), EntryKind.MILESTONE)}),
            ),
            [1],
        ),
    ],
)
def test_closing_takes_what_it_says_and_leaves_the_rest(
    database: Database, closing: Closing, expected: list[int]
) -> None:
    enter(database, *WHOLE, planned(50, id="w2/50", watch="w2"))
    close(database, closing)
    assert listed(database) == tuple(
        closed(one, closing) if number in expected else one for number, one in enumerate(WHOLE)
    )
    assert listed(database, "w2") == (planned(50, id="w2/50", watch="w2"),)


def test_what_is_closed_is_not_due_any_more(database: Database) -> None:
    enter(database, planned(10))
    close(database, Closing(since=T0, remark=WHY))
    assert claim(database, at(9999)) is None
    assert database.agenda() == {}


@pytest.mark.parametrize("state", [each for each in EntryState if each is not EntryState.PENDING])
def test_closing_leaves_an_entry_that_is_not_pending_with_its_remark(
    database: Database, state: EntryState
) -> None:
    done = stands(planned(10), state, remark=say("0 of 5 bad"), next_at=at(99))
    enter(database, done)
    close(database, Closing(since=T0, remark=WHY))
    assert listed(database) == (done,)


def test_closing_keeps_what_people_remarked(database: Database) -> None:
    closing = Closing(since=T0, remark=WHY)
    remarked = replace(planned(10), remarks=(Remark(at=at(1), by="lin", text="look twice"),))
    enter(database, remarked)
    close(database, closing)
    assert listed(database) == (closed(remarked, closing),)


def test_closing_leaves_a_round_that_somebody_began_a_moment_ago(database: Database) -> None:
    enter(database, planned(10), planned(20))
    running = stands(planned(10), EntryState.RUNNING, next_at=at(60))
    closing = Closing(since=T0, remark=WHY)

    def begin(rows: Rows) -> None:
        assert rows.entries.claim(at(10), at(40)) == planned(10)
        rows.entries.save(running)

    behind(database, begin, lambda: close(database, closing))
    assert listed(database) == (running, closed(planned(20), closing))


# What is told of a list --------------------------------------------------------------------------


def test_the_next_round_is_the_first_that_is_pending_after_now(database: Database) -> None:
    enter(
        database,
        planned(40),
        planned(30),
        planned(12, EntryKind.MILESTONE),
        planned(14, id="r1", watch=None),
        stands(planned(16), EntryState.RUNNING),
        stands(planned(18), EntryState.NOT_APPLICABLE, next_at=None),
        planned(20, service="billing"),
    )
    with database.reading() as rows:
        assert rows.entries.next_round("orders", T0) == planned(30)
        assert rows.entries.next_round("orders", at(30)) == planned(40)  # after, not at
        assert rows.entries.next_round("orders", at(40)) is None
        assert rows.entries.next_round("billing", T0) == planned(20, service="billing")
        assert rows.entries.next_round("nobody", T0) is None
        assert rows.entries.next_round("orders", T0, "w1") == planned(30)
        assert rows.entries.next_round("orders", T0, "w2") is None


def test_an_outline_tells_instant_kind_and_state_of_the_whole_list(database: Database) -> None:
    states = list(EntryState)
    kinds = list(EntryKind)
    for number in range(12):
        one = planned(100 - number, kinds[number % len(kinds)])
        enter(database, stands(one, states[number % len(states)], remark=WHY))
    enter(database, planned(1, id="w2/1", watch="w2"))
    with database.reading() as rows:
        whole = [(each.entry.at, each.entry.kind, each.entry.state) for each in rows.entries.of_watch("w1")]
        outline = [(each.at, each.kind, each.state) for each in rows.entries.outline("w1")]
        assert rows.entries.outline("nobody") == ()
    assert len(whole) == 12
    assert outline == whole
    close(database, Closing(since=T0, remark=WHY))
    with database.reading() as rows:
        assert EntryState.PENDING not in {each.state for each in rows.entries.outline("w1")}


def test_the_last_round_is_the_newest_that_ran_before_an_instant(database: Database) -> None:
    def ran(number: int, after: int, **changes: object) -> Listed:
        return stands(planned(number), EntryState.PASSED, ran_at=at(number + after), **changes)

    judged = stands(planned(40, EntryKind.GATE), EntryState.PASSED, ran_at=at(40))
    enter(database, ran(10, 2), stands(planned(20), EntryState.MISSED), planned(50), judged)
    enter(database, ran(45, 1, id="w9/45", watch="w9", service="billing"))
    with database.reading() as rows:
        assert rows.entries.last_round("orders", at(10)) is None
        assert rows.entries.last_round("orders", at(50)) == at(12)
        assert rows.entries.last_round("nobody", at(50)) is None
    enter(database, ran(30, 3, id="r1", watch=None))
    with database.reading() as rows:
        assert rows.entries.last_round("orders", at(30)) == at(12)  # before, not at
        assert rows.entries.last_round("orders", at(50)) == at(33)  # by hand counts too


def test_manual_items_come_back_with_who_did_them(database: Database) -> None:
    ask = Manual(
        ask=Label("Ask support", "问客服"), remind=timedelta(minutes=30), on_failure=Label("Call lin")
    )
    done = replace(ask, done_at=at(12), done_by="lin", note="3 open tickets")
    kept = stands(planned(10), EntryState.RUNNING, ran_at=at(11), manuals=(ask, done), next_at=at(1811))
    enter(database, planned(10))
    save(database, kept)
    (back,) = listed(database)
    assert back == kept
    assert [manual.open for manual in back.manuals] == [True, False]
