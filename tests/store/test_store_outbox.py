"""Outbox: what the engine may rely on, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage import SECOND, T0, at, both, delivery, empty, few, put, redraw
from values import any_of

from bot.domain.alerts.alert import Page
from bot.domain.card import Form, Line
from bot.domain.text import Name, say
from bot.engine.ledger import Delivery, Fate, Lane, Parcel
from bot.engine.ports import Place, Posted
from bot.store import Database


def claim(
    database: Database, lane: Lane = Lane.CARD, now: datetime = T0, lease: float = 4
) -> Delivery | None:
    with database.transaction() as rows:
        return rows.outbox.claim(lane, now, now + lease * SECOND)


def claimed(database: Database, lane: Lane = Lane.CARD, now: datetime = T0) -> list[str]:
    """Operations claimed until there is none."""
    found: list[str] = []
    while each := claim(database, lane, now):
        found.append(each.operation)
    return found


@few
@given(
    place=any_of(Place),
    parcel=st.sampled_from(Parcel),
    body=st.one_of(st.none(), *map(any_of, (Page, Line, Form))),
)
def test_a_delivery_comes_back_as_it_was_put(
    database: Database, place: Place, parcel: Parcel, body: object
) -> None:
    empty(database)
    whole = delivery("a/1", Lane.PAGE, place=place, parcel=parcel, body=body)
    put(database, whole)
    assert claim(database, Lane.PAGE) == replace(whole, attempts=1)


def test_a_form_is_opened_for_whoever_clicked(database: Database) -> None:
    form = Form(
        verb="watch-pause",
        subject="w1",
        title=say("Pause the watch of {person}", person=Name("lin")),
        services=("orders", "billing"),
    )
    opens = delivery(
        "f/1", Lane.ANSWER, parcel=Parcel.FORM, place=Place(channel="C1", trigger_id="12.34"), body=form
    )
    put(database, opens)
    claimed = claim(database, Lane.ANSWER)
    assert claimed == replace(opens, attempts=1)
    assert type(claimed.body) is Form


def test_a_lane_is_emptied_in_the_order_it_was_filled(database: Database) -> None:
    put(database, delivery("c/1"), delivery("p/1", Lane.PAGE), delivery("c/2"), delivery("p/2", Lane.PAGE))
    put(database, delivery("r/1", Lane.ANSWER))
    assert claimed(database, Lane.PAGE) == ["p/1", "p/2"]
    assert claimed(database, Lane.ANSWER) == ["r/1"]
    assert claimed(database, Lane.CARD) == ["c/1", "c/2"]


def test_what_is_not_due_yet_is_overtaken(database: Database) -> None:
    put(database, delivery("c/later", when=at(5)), delivery("c/now"))
    assert claimed(database) == ["c/now"]
    assert claimed(database, now=at(5)) == ["c/later", "c/now"]  # whose lease ran out at 4


def test_a_claim_is_a_lease_and_what_outlives_it_may_have_arrived(database: Database) -> None:
    put(database, delivery("a/1"))
    first = claim(database)
    assert first
    assert (first.attempts, first.unsure) == (1, False)
    assert claim(database, now=at(3.9)) is None
    second = claim(database, now=at(4))
    assert second
    assert (second.attempts, second.unsure) == (2, True)


def test_what_may_have_arrived_is_overtaken_by_what_has_certainly_not(database: Database) -> None:
    put(database, delivery("p/crashed", Lane.PAGE), delivery("p/timeout", Lane.PAGE))
    assert claimed(database, Lane.PAGE) == ["p/crashed", "p/timeout"]
    with database.transaction() as rows:
        rows.outbox.postpone("p/timeout", at(4), "timeout", unsure=True)
    put(database, delivery("p/new", Lane.PAGE))
    assert claimed(database, Lane.PAGE, now=at(4)) == ["p/new", "p/crashed", "p/timeout"]


def test_a_lease_is_renewed_by_whoever_still_has_the_row(database: Database) -> None:
    put(database, delivery("a/1"))
    first = claim(database)
    assert first
    with database.transaction() as rows:
        assert rows.outbox.renew(first, at(6))
    assert claim(database, now=at(4)) is None
    second = claim(database, now=at(6))
    assert second
    with database.transaction() as rows:
        assert not rows.outbox.renew(first, at(20))
        assert rows.outbox.renew(second, at(8))
        rows.outbox.finish("a/1", Fate.DELIVERED, "", None, at(7))
        assert not rows.outbox.renew(second, at(20))


def test_pages_and_calls_of_a_page_are_found_in_order_with_how_they_stand(database: Database) -> None:
    page = {"parcel": Parcel.PAGE, "subject": "a"}
    put(
        database,
        delivery("a/page/0.1.3", Lane.PAGE, **page),
        delivery("a/page/0.1.3/call/lin/phone", Lane.CALL, **page | {"parcel": Parcel.CALL}),
        delivery("a/page/0.1.3/call/lin/phone/told", subject="a"),  # a note about it
        delivery("a/page/0.2.4", Lane.PAGE, **page),
        delivery("b/page/0.1.3", Lane.PAGE, parcel=Parcel.PAGE, subject="b"),
    )
    with database.transaction() as rows:
        rows.outbox.finish("a/page/0.1.3", Fate.DELIVERED, "", None, T0)
        found = [(each.operation, fate) for each, fate in rows.outbox.pages("a", "a/page/0.1.")]
    assert found == [("a/page/0.1.3", Fate.DELIVERED), ("a/page/0.1.3/call/lin/phone", Fate.WAITING)]


def test_what_is_held_back_from_a_place_is_gathered_once_by_whoever_goes_there(database: Database) -> None:
    phone = {"parcel": Parcel.CALL, "place": Place(channel="phone", only_for="lin")}
    elsewhere = {"parcel": Parcel.CALL, "place": Place(channel="phone", only_for="chen")}
    names = ("leads", "held", "second", "under-way", "retried")
    put(database, *(delivery(f"c/{name}", Lane.CALL, **phone) for name in names))
    put(database, delivery("c/chen", Lane.CALL, **elsewhere))
    with database.transaction() as rows:
        for name in ("held", "second", "chen"):
            rows.outbox.postpone(f"c/{name}", at(60), "at most 2", unsure=False, held=True)
        rows.outbox.postpone("c/retried", at(60), "refused", unsure=False)
        leader = rows.outbox.claim(Lane.CALL, T0, at(20))
        assert leader
        assert rows.outbox.holds(Lane.CALL, leader.place)
        assert [each.operation for each in rows.outbox.gather(leader, at(20))] == ["c/held", "c/second"]
        assert rows.outbox.gather(leader, at(20)) == ()
        assert not rows.outbox.holds(Lane.CALL, leader.place)
    assert claimed(database, Lane.CALL, now=at(20)) == ["c/under-way", "c/leads", "c/held", "c/second"]


def test_what_was_put_off_knowingly_is_not_unsure(database: Database) -> None:
    put(database, delivery("a/1"))
    assert claim(database)
    with database.transaction() as rows:
        rows.outbox.postpone("a/1", at(9), "429", unsure=False)
        assert rows.outbox.waiting("a/1")
    assert claim(database, now=at(8)) is None
    second = claim(database, now=at(9))
    assert second
    assert (second.attempts, second.unsure) == (2, False)
    with database.transaction() as rows:
        rows.outbox.postpone("a/1", at(20), "timeout", unsure=True)
    third = claim(database, now=at(20))
    assert third
    assert third.unsure


@pytest.mark.parametrize("fate", [Fate.DELIVERED, Fate.REFUSED, Fate.DROPPED])
def test_what_is_finished_is_not_claimed_again_nor_put_again(database: Database, fate: Fate) -> None:
    put(database, delivery("a/1"))
    assert claim(database)
    with database.transaction() as rows:
        rows.outbox.finish("a/1", fate, "why", Posted(channel="C1", ts="1.1"), T0)
        assert not rows.outbox.waiting("a/1")
    put(database, delivery("a/1"))
    assert claim(database, now=at(99)) is None


def test_an_operation_is_kept_once_and_as_it_was_first(database: Database) -> None:
    put(
        database,
        delivery("a/1", body=Line(text=say("first"))),
        delivery("a/1", body=Line(text=say("second"))),
    )
    kept = claim(database)
    assert kept
    assert kept.body == Line(text=say("first"))
    assert claim(database) is None


def test_an_operation_that_two_put_at_once_is_kept_once(database: Database) -> None:
    both(database, lambda number: put(database, delivery("a/1"), delivery(f"b/{number}")))
    assert sorted(claimed(database)) == ["a/1", "b/0", "b/1"]


def test_a_redraw_replaces_the_one_that_waits_for_the_same_card(database: Database) -> None:
    put(database, redraw("a/redraw/1"), redraw("b/redraw/1"), delivery("a/note"), redraw("a/redraw/2"))
    assert claimed(database) == ["b/redraw/1", "a/note", "a/redraw/2"]


def test_a_redraw_that_is_being_sent_is_left_alone(database: Database) -> None:
    put(database, redraw("a/redraw/1"))
    assert claim(database)
    put(database, redraw("a/redraw/2"), redraw("a/redraw/3"))
    assert claimed(database) == ["a/redraw/3"]
    assert claimed(database, now=at(4)) == ["a/redraw/1", "a/redraw/3"]  # both leases ran out


def test_a_redraw_is_forgotten_unless_it_was_refused(database: Database) -> None:
    put(database, redraw("a/redraw/1"), redraw("b/redraw/1"))
    with database.transaction() as rows:
        rows.outbox.finish("a/redraw/1", Fate.DELIVERED, "", None, T0)
        rows.outbox.finish("b/redraw/1", Fate.REFUSED, "cant_update_message", None, T0)
    with database._engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT operation, fate, reason FROM outbox").all()
    assert [tuple(row) for row in kept] == [("b/redraw/1", "refused", "cant_update_message")]


def test_a_row_is_claimed_by_exactly_one_of_two(database: Database) -> None:
    put(database, delivery("a/1"))
    won = [each for each in both(database, lambda number: claim(database)) if each]
    assert [each.operation for each in won] == ["a/1"]
    put(database, delivery("b/1"), delivery("b/2"))
    pair = both(database, lambda number: claim(database))
    assert sorted(each.operation for each in pair if each) == ["b/1", "b/2"]


def test_two_who_deliver_share_a_lane_and_nothing_is_sent_twice(database: Database) -> None:
    operations = [f"a/{number}" for number in range(20)]
    put(database, *map(delivery, operations))
    assert sorted(chain.from_iterable(both(database, lambda number: claimed(database)))) == sorted(operations)


def test_a_card_stands_where_it_was_posted_last(database: Database) -> None:
    with database.transaction() as rows:
        assert rows.cards.where("a") is None
        rows.cards.stands("a", Posted(channel="C1", ts="1.1"))
        rows.cards.stands("a", Posted(channel="C1", ts="2.2"))
    with database.reading() as rows:
        assert rows.cards.where("a") == Posted(channel="C1", ts="2.2")


def test_the_lowest_rank_goes_first_then_the_oldest(database: Database) -> None:
    put(database, delivery("c/1", Lane.CALL, rank=1), delivery("c/2", Lane.CALL), delivery("c/3", Lane.CALL))
    assert claimed(database, Lane.CALL) == ["c/2", "c/3", "c/1"]


def test_what_stands_in_for_another_is_hastened_unless_it_is_on_its_way(database: Database) -> None:
    later = [delivery(name, Lane.CALL, at(60)) for name in ("a_1/call/x", "a_1/call/y", "a21/call/x")]
    put(database, *later)
    with database.transaction() as rows:
        rows.outbox.hasten("a_1/call/", at(1))
    assert claimed(database, Lane.CALL, at(1)) == ["a_1/call/x", "a_1/call/y"]


def test_how_a_row_stands_and_why_is_told(database: Database) -> None:
    put(database, delivery("a/1"))
    with database.transaction() as rows:
        assert rows.outbox.standing("a/1") == (Fate.WAITING, "")
        assert rows.outbox.standing("a/2") is None
        rows.outbox.finish("a/1", Fate.REFUSED, "is_archived", None, at(3))
        assert rows.outbox.standing("a/1") == (Fate.REFUSED, "is_archived")


def test_what_was_delivered_to_one_destination_is_remembered_with_its_time(database: Database) -> None:
    phone = Place(channel="phone", only_for="lin")
    others = (Place(channel="phone", only_for="chen"), Place(channel="email", only_for="lin"))
    places = (phone, phone, phone, *others)
    put(database, *(delivery(f"a/{n}", Lane.CALL, place=each) for n, each in enumerate(places)))
    with database.transaction() as rows:
        for number in range(len(places)):
            fate = Fate.DROPPED if number == 2 else Fate.DELIVERED
            rows.outbox.finish(f"a/{number}", fate, "", None, at(number))
        assert rows.outbox.delivered(Lane.CALL, phone, at(-1)) == (at(1), at(0))
        assert rows.outbox.delivered(Lane.CALL, phone, at(0)) == (at(1),)


def test_what_goes_to_a_channel_waits_for_what_another_sends_there(database: Database) -> None:
    elsewhere = Place(channel="other")
    put(database, delivery("a/1"), delivery("a/2"), delivery("b/1", place=elsewhere))
    put(database, delivery("p/1", Lane.PAGE))
    with database.transaction() as rows:
        taken = [rows.outbox.claim(Lane.CARD, T0, at(4), busy=T0) for _ in range(3)]
        assert [each and each.operation for each in taken] == ["a/1", "b/1", None]
        # another lane does not wait
        assert rows.outbox.claim(Lane.PAGE, T0, at(4), busy=T0)
        # those who do not ask are not held up, nor is anybody for longer than they say
        assert rows.outbox.claim(Lane.CARD, at(1), at(5), busy=at(4))


def test_what_waited_for_another_goes_on_when_that_has_been_sent_or_its_lease_is_over(
    database: Database,
) -> None:
    put(database, delivery("a/1"), delivery("a/2"), delivery("a/3"))
    with database.transaction() as rows:
        rows.outbox.claim(Lane.CARD, T0, at(4), busy=T0)
        rows.outbox.finish("a/1", Fate.DELIVERED, "", None, at(1))
        second = rows.outbox.claim(Lane.CARD, at(1), at(5), busy=at(1))
        assert second
        assert second.operation == "a/2"
        assert rows.outbox.claim(Lane.CARD, at(4.9), at(9), busy=at(4.9)) is None
        third = rows.outbox.claim(Lane.CARD, at(5), at(9), busy=at(5))
        assert third
        assert third.operation == "a/3"


def test_two_who_deliver_keep_the_order_of_a_channel(database: Database) -> None:
    operations = [f"a/{number}" for number in range(20)]
    put(database, *map(delivery, operations))
    sent: list[str] = []

    def deliver(_: int) -> None:
        while len(sent) < len(operations):
            with database.transaction() as rows:
                mine = rows.outbox.claim(Lane.CARD, T0, at(4), busy=T0)
            if mine:
                sent.append(mine.operation)
                with database.transaction() as rows:
                    rows.outbox.finish(mine.operation, Fate.DELIVERED, "", None, T0)

    both(database, deliver)
    assert sent == operations


def test_how_fast_a_channel_was_spoken_to_is_known_to_all(database: Database) -> None:
    with database.transaction() as rows:
        assert rows.paces.free_at("C1") is None
        rows.paces.keep("C1", at(1))
        rows.paces.keep("C1", at(2))
    with database.reading() as rows:
        assert (rows.paces.free_at("C1"), rows.paces.free_at("C2")) == (at(2), None)
