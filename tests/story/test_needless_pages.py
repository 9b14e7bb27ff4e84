"""Where a page may be lost or sent in vain: a late press, flapping after a silence, an empty level."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from house import House, Message, elements, shown, until

from bot.domain.events import Inbound, InboundKind

pytestmark = pytest.mark.story

START = datetime(2026, 1, 19, 2, 0, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
OFFICE = """  office:
    rotation:
      every: 1 week
      handoff: "Mon 09:00"
      start: 2026-01-12
      members: [chen]
      only: {days: Mon-Fri, from: "09:00", to: "18:00"}
escalations:
"""


@pytest.fixture
def deserted(healthy: str, tmp_path: Path) -> Iterator[House]:
    """The same house, but level two is an office: empty at night."""
    config = healthy.replace("escalations:\n", OFFICE).replace("team:development]", "schedule:office]")
    built = House(tmp_path, config, START)
    built.measures(order_duplication_rate=0, latency_p99=0.2, cpu=15)
    built.watch()
    yield built
    built.close()


def told(house: House, person: str) -> list[Message]:
    """What only this person has been told."""
    return [each for each in house.messages(user=person) if each["ephemeral_to"]]


def test_who_acknowledges_on_a_card_from_before_it_resolved_is_told_and_undoes_nothing(house: House) -> None:
    house.measures(order_duplication_rate=0.42)
    house.fast_forward(seconds=15)
    # Slack takes no redraw for a while: the card that people see is behind the alert.
    house.post("/local/faults", method="chat.update", effect="ratelimited", times=1, retry_after=60)
    house.measures(order_duplication_rate=0)
    house.fast_forward(seconds=15)
    house.presses("chen", house.card("CRITICAL – Order duplication rate"), "ack")
    (answer,) = told(house, "chen")
    assert "was resolved at" in shown(answer)
    assert "nothing was changed" in shown(answer)
    house.fast_forward(minutes=11)
    card = house.card("RESOLVED – Order duplication rate")
    assert "Resolved by itself at 02:00" in shown(card)
    assert not any("Acknowledged" in shown(each) for each in house.thread(card))
    assert house.paged() == [["lin"]]


def test_a_press_in_the_instant_the_value_recovers_leaves_it_resolved_and_pages_nobody(house: House) -> None:
    house.measures(order_duplication_rate=0.42)
    house.fast_forward(seconds=15)
    drawn = house.card("CRITICAL – Order duplication rate")
    house.measures(order_duplication_rate=0)
    house.clock.advance(timedelta(seconds=10))  # the check is due, and the press comes in before it has run
    house.presses("chen", drawn, "ack")
    card = house.card("RESOLVED – Order duplication rate")
    # Whichever was first: the press is in the thread, or it is answered privately.
    took = [each for each in house.thread(card) if "Acknowledged by Chen Jie" in shown(each)]
    refused = [each for each in told(house, "chen") if "was resolved at" in shown(each)]
    assert len(took) + len(refused) == 1
    house.fast_forward(minutes=11)
    assert house.card("RESOLVED – Order duplication rate")["ts"] == card["ts"]
    assert house.paged() == [["lin"]]


def test_a_press_while_the_next_levels_page_is_on_its_way_stops_that_page(house: House) -> None:
    house.measures(order_duplication_rate=0.42)
    house.fast_forward(minutes=9)
    house.post("/local/faults", method="chat.postMessage", effect="ratelimited", times=1, retry_after=120)
    house.fast_forward(minutes=2)
    house.presses("chen", house.card("CRITICAL – Order duplication rate"), "ack")
    house.fast_forward(minutes=11)
    card = shown(house.card("Acknowledged by Chen Jie"))
    assert "Level 2 of 3: Chen Jie, Wang Fang" in card  # it was on its way
    assert house.paged() == [["lin"]]


@pytest.mark.parametrize("by", ["button", "command"])
def test_a_press_in_the_instant_level_two_is_due_wins_although_nobody_has_read_it_yet(
    house: House, by: str
) -> None:
    house.measures(order_duplication_rate=0.42)
    house.fast_forward(minutes=9)
    card = house.card("CRITICAL – Order duplication rate")
    house.clock.advance(timedelta(minutes=2))  # level two is due; before the bot looks, somebody answers
    path, what = ("command", {"text": "/monitor ack"})
    if by == "button":
        (button,) = [each for each in elements(card) if str(each.get("value")).startswith("ack:")]
        what = {"ts": card["ts"], "action_id": button["action_id"], "value": button["value"]}
        path = "action"
    assert house.post(f"/local/{path}", user="chen", channel="oncall", **what)["ok"]
    until(lambda: "letters" in house.program.agenda())
    house.fast_forward(minutes=11)
    assert "Acknowledged by Chen Jie" in shown(house.card("Order duplication rate"))
    assert house.paged() == [["lin"]]


def test_handing_up_from_the_menu_says_first_whom_it_wakes(house: House) -> None:
    house.measures(order_duplication_rate=0.42)
    house.fast_forward(seconds=15)
    card = house.card("CRITICAL – Order duplication rate")
    house.presses("lin", card, "escalate-ask")
    assert house.paged() == [["lin"]]
    (view,) = house.get("/local/views?user=lin")
    assert "Level 2 is paged at once for orders/order_duplication_rate: Chen Jie, Wang Fang" in str(view)
    # Slack takes no redraw for a while: others see the card as it was.
    house.post("/local/faults", method="chat.update", effect="ratelimited", times=1, retry_after=60)
    assert house.post("/local/submit", user="lin", view_id=view["id"], values={})["ok"]
    house.program.settle()
    assert house.paged() == [["lin"], ["chen", "wang"]]
    house.presses("zhao", card, "escalate-ask")
    assert "has changed since that card was drawn" in shown(told(house, "zhao")[-1])
    assert len(house.paged()) == 2


@pytest.mark.parametrize(
    "verb", ["ack", "resolve", "unack", "take", "snooze", "silence", "escalate-ask", "ack-all", "resolve-all"]
)
def test_a_button_of_an_alert_that_is_not_there_any_more_is_answered_privately(
    house: House, verb: str
) -> None:
    value = f"{verb}:0123456789:1"
    at = house.channel()[0]["ts"]
    pressed = Inbound(
        identity="press-1",
        kind=InboundKind.ACTION,
        at=house.clock.now(),
        person="U0CHEN",
        channel="oncall",
        value=value,
        message_ts=at,
    )
    before = len(house.get("/local/posts"))
    with house.program._database.transaction() as rows:
        assert rows.letters.keep(pressed)
    house.program.settle()
    assert "nothing was changed" in shown(told(house, "chen")[-1])
    assert len(house.get("/local/posts")) <= before + 1  # the private answer, and no word to others


def test_what_was_bad_before_the_bot_began_is_one_card_and_one_page_and_a_restart_says_nothing(
    healthy: str, tmp_path: Path
) -> None:
    built = House(tmp_path, healthy.replace("tier: 2", "tier: 1").replace(", for: 30s", ""), START)
    try:
        built.measures(order_duplication_rate=0.42, latency_p99=30, cpu=99)
        built.fast_forward(minutes=1)
        (card,) = [each for each in built.channel() if "CRITICAL –" in shown(each)]
        assert "orders: 3 alerts" in shown(card)
        assert built.paged() == [["lin"]]
        said = len(built.get("/local/posts"))
        for _ in range(3):
            built.restart(seconds=20)
            built.fast_forward(seconds=20)
        assert len(built.get("/local/posts")) == said
        assert built.paged() == [["lin"]]
    finally:
        built.close()


def flaps(house: House, times: int) -> None:
    """Bad and good in turn, one check each."""
    for _ in range(times):
        for value in (0.42, 0):
            house.measures(order_duplication_rate=value)
            house.fast_forward(seconds=10)


def test_what_flaps_through_the_end_of_its_silence_pages_once_and_is_quiet_until_it_settles(
    house: House,
) -> None:
    house.types("lin", "/monitor silence alertname=order_duplication_rate 5m deploying")
    flaps(house, 14)  # 02:04:45
    assert house.paged() == []
    flaps(house, 3)
    assert house.paged() == [["lin"]]
    card = shown(house.card("CRITICAL, FLAPPING – Order duplication rate"))
    assert "of the last 21 results changed" in card
    assert "Quiet until it settles" in card
    flaps(house, 33)  # longer than level two waits
    house.restart()
    flaps(house, 3)
    assert house.paged() == [["lin"]]
    house.fast_forward(minutes=4)
    (over,) = [each for each in house.channel() if "– Order duplication rate" in shown(each)]
    assert "RESOLVED" in shown(over)
    assert house.paged() == [["lin"]]


def test_what_settles_badly_after_its_silence_goes_on_to_the_next_level(house: House) -> None:
    house.types("lin", "/monitor silence alertname=order_duplication_rate 5m deploying")
    flaps(house, 20)
    assert house.paged() == [["lin"]]
    house.measures(order_duplication_rate=0.42)
    house.fast_forward(minutes=9)
    assert "Settled" in "".join(shown(each) for each in house.thread(house.card("CRITICAL – Order")))
    house.fast_forward(minutes=3)
    assert house.paged() == [["lin"], ["chen", "wang"]]


def test_an_empty_level_two_is_said_aloud_and_level_three_is_paged_at_once(deserted: House) -> None:
    deserted.measures(order_duplication_rate=0.42)
    deserted.fast_forward(seconds=15)
    assert "Level 3, Zhao Min at 02:10" in shown(deserted.card("CRITICAL – Order duplication rate"))
    deserted.fast_forward(minutes=10)
    (aloud,) = [each for each in deserted.channel() if "was skipped" in shown(each)]
    skipped = "orders/order_duplication_rate: Level 2 was skipped: schedule:office has nobody now"
    assert skipped in shown(aloud)
    assert deserted.paged() == [["lin"], ["zhao"]]
    assert "Level 3 of 3: Zhao Min" in shown(deserted.card("CRITICAL – Order duplication rate"))
