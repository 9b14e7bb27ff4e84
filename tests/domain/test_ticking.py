"""Manual items: ticked with who and when, reminded of once, given up; and remarks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from watch_of_orders import DEPLOYED, done, refused, spoken

from bot.domain.setup import Item
from bot.domain.text import Label, say
from bot.domain.watches.listing import Listed, Manual, Remark
from bot.domain.watches.plan import Entry, EntryKind, EntryState
from bot.domain.watches.ticking import chase, manuals_of, next_look, remark, settle_state, tick

MINUTE = timedelta(minutes=1)
RAN = DEPLOYED + MINUTE
FEEDBACK = Manual(ask=Label("User feedback collected"), remind=30 * MINUTE)
ON_CALL = Manual(ask=Label("On-call person confirmed"), remind=10 * MINUTE)


def at(minutes: float) -> datetime:
    """So long after the round ran."""
    return RAN + minutes * MINUTE


def a_round(*manuals: Manual, outcome: EntryState | None = EntryState.PASSED) -> Listed:
    return Listed(
        id="w1/r",
        service="orders",
        channel="oncall",
        watch="w1",
        entry=Entry(at=DEPLOYED, kind=EntryKind.ROUND, state=EntryState.RUNNING),
        remark=say("{all} of {all} checks in order", all=8),
        ran_at=RAN,
        manuals=manuals,
        outcome=outcome,
    )


def test_the_items_for_people_are_taken_from_a_checklist_in_order():
    items = (
        Item(ask=FEEDBACK.ask, on_failure=Label("Ask support")),
        Item(check="cpu"),
        Item(ask=ON_CALL.ask, remind=10 * MINUTE),
    )
    assert manuals_of(items) == (replace(FEEDBACK, on_failure=Label("Ask support")), ON_CALL)


def test_a_tick_keeps_who_when_and_the_note():
    ticked = done(tick(a_round(FEEDBACK, ON_CALL), 1, "lin", " by phone ", at(3)))
    assert ticked.manuals == (FEEDBACK, replace(ON_CALL, done_at=at(3), done_by="lin", note="by phone"))


def test_the_second_of_two_who_tick_at_once_is_told_who_was_first():
    ticked = done(tick(a_round(FEEDBACK), 0, "lin", "", DEPLOYED))
    assert refused(tick(ticked, 0, "chen", "me too", at(1))) == (
        "User feedback collected: already done by Lin at 00:00"
    )


@pytest.mark.parametrize("number", [-1, 1, 99])
def test_an_item_that_is_not_there_cannot_be_ticked(number: int):
    assert refused(tick(a_round(FEEDBACK), number, "lin", "", at(1))) == (
        "This round has no such item; nothing was changed"
    )


def test_an_item_that_was_given_up_can_be_ticked_late_but_its_round_stays_failed():
    listed = settle_state(a_round(replace(ON_CALL, reminded_at=at(10), given_up_at=at(20))))
    late = settle_state(done(tick(listed, 0, "lin", "", at(40))))
    assert (late.manuals[0].done_by, late.manuals[0].given_up_at) == ("lin", at(20))
    assert late.entry.state is EntryState.FAILED
    assert late.remark == listed.remark


def test_remarks_add_up():
    one = done(remark(a_round(), "lin", " a spike at noon ", at(1)))
    two = done(remark(one, "chen", "mine", at(2)))
    assert two.remarks == (
        Remark(at=at(1), by="lin", text="a spike at noon"),
        Remark(at=at(2), by="chen", text="mine"),
    )
    assert refused(remark(two, "lin", " \n", at(3))) == "A remark needs words; nothing was changed"


def test_an_open_item_is_reminded_of_once_then_given_up():
    listed = a_round(FEEDBACK, ON_CALL)
    assert next_look(listed) == at(10)
    assert chase(listed, at(9.9)) is None
    listed, reminded, given_up = done(chase(listed, at(10)))
    assert (reminded, given_up) == ((replace(ON_CALL, reminded_at=at(10)),), ())
    assert next_look(listed) == at(20)
    assert chase(listed, at(19)) is None
    listed, reminded, given_up = done(chase(listed, at(20)))
    assert [manual.ask for manual in given_up] == [ON_CALL.ask]
    assert (reminded, given_up[0].given_up_at, given_up[0].open) == ((), at(20), False)
    assert next_look(listed) == at(30)


def test_both_items_can_be_due_at_one_look():
    listed = a_round(FEEDBACK, replace(ON_CALL, reminded_at=at(10)))
    _, reminded, given_up = done(chase(listed, at(30)))
    assert [each.ask for each in reminded] == [FEEDBACK.ask]
    assert [each.ask for each in given_up] == [ON_CALL.ask]


def test_after_a_long_absence_people_are_reminded_before_an_item_is_given_up():
    listed, reminded, given_up = done(chase(a_round(ON_CALL), at(300)))
    assert (len(reminded), given_up) == (1, ())
    assert next_look(listed) == at(310)


def test_ticked_items_are_left_in_peace():
    listed = done(tick(a_round(ON_CALL), 0, "lin", "", at(1)))
    assert next_look(listed) is None
    assert chase(listed, at(100)) is None


def test_a_round_that_has_not_run_yet_counts_from_when_it_was_due():
    assert next_look(replace(a_round(ON_CALL), ran_at=None)) == DEPLOYED + ON_CALL.remind


TICKED = replace(FEEDBACK, done_at=at(1), done_by="lin")
GIVEN_UP = replace(ON_CALL, reminded_at=at(10), given_up_at=at(20))
ALSO_GIVEN_UP = replace(GIVEN_UP, ask=Label("Rules verified"))


@pytest.mark.parametrize(
    ("listed", "state", "said"),
    [
        # no manual items: its checks decide
        (a_round(), EntryState.PASSED, "8 of 8 checks in order"),
        (a_round(outcome=EntryState.FAILED), EntryState.FAILED, "8 of 8 checks in order"),
        # an open item keeps it running
        (a_round(TICKED, ON_CALL), EntryState.RUNNING, "8 of 8 checks in order"),
        # all ticked: its checks decide
        (a_round(TICKED), EntryState.PASSED, "8 of 8 checks in order"),
        (a_round(TICKED, outcome=EntryState.FAILED), EntryState.FAILED, "8 of 8 checks in order"),
        # given up: failed, and the item is named
        (
            a_round(TICKED, GIVEN_UP),
            EntryState.FAILED,
            "8 of 8 checks in order; not done: On-call person confirmed",
        ),
        (
            replace(a_round(GIVEN_UP, ALSO_GIVEN_UP), remark=None),
            EntryState.FAILED,
            "not done: On-call person confirmed, Rules verified",
        ),
        # one given up, one still open: still running
        (a_round(FEEDBACK, GIVEN_UP), EntryState.RUNNING, "8 of 8 checks in order"),
        # its checks have not run
        (a_round(GIVEN_UP, outcome=None), EntryState.RUNNING, "8 of 8 checks in order"),
    ],
)
def test_the_state_of_a_round_follows_its_checks_and_its_items(listed: Listed, state: EntryState, said: str):
    settled = settle_state(listed)
    assert (settled.entry.state, spoken(settled.remark)) == (state, said)
    assert settle_state(settled) == settled


looks = st.lists(st.floats(0, 200), max_size=12).map(sorted)
ticks = st.dictionaries(st.integers(0, 2), st.floats(0, 200))
items = st.lists(
    st.sampled_from([1, 10, 30]).map(lambda n: Manual(ask=Label("x"), remind=n * MINUTE)), max_size=3
)


@given(items, looks, ticks)
def test_each_item_is_reminded_of_and_given_up_at_most_once_however_often_one_looks(
    manuals: list[Manual], looks: list[float], ticks: dict[int, float]
):
    listed, reminders, given_up = a_round(*manuals), 0, 0
    for moment in sorted({*looks, *ticks.values()}):
        for number, when in ticks.items():
            if when == moment and number < len(manuals):
                listed = done(tick(listed, number, "lin", "", at(moment)))
        due_at = next_look(listed)
        chased = chase(listed, at(moment))
        assert (chased is not None) == (due_at is not None and due_at <= at(moment))
        if chased:
            listed, newly_reminded, newly_given_up = chased
            reminders += len(newly_reminded)
            given_up += len(newly_given_up)
    assert reminders == sum(manual.reminded_at is not None for manual in listed.manuals)
    assert given_up == sum(manual.given_up_at is not None for manual in listed.manuals)
    settled = settle_state(listed).entry.state
    assert (settled is EntryState.RUNNING) == (next_look(listed) is not None)
    assert settled is not EntryState.PASSED or not given_up
