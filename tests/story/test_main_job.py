"""From a measurement to an acknowledged page, and back to green."""

from __future__ import annotations

import pytest
from house import House, shown

pytestmark = pytest.mark.story


def test_a_watch_begins_with_a_card_made_from_real_measurements(house: House) -> None:
    house.fast_forward(seconds=6)
    card = shown(house.card("Watch of orders"))
    assert "resilience-v1.0" in card
    assert "*15%*" in card
    assert "NO DATA" not in card


def test_status_answers_privately_with_every_value_beside_its_target_and_its_age(house: House) -> None:
    house.fast_forward(seconds=4)
    panel = shown(house.types("lin", "/monitor status"))
    assert "Order duplication rate *0%* · target = 0%" in panel
    assert "4s ago" in panel
    assert "on duty: Lin Wei" in panel


def test_a_round_comes_by_the_calendar_and_by_hand(house: House) -> None:
    house.fast_forward(minutes=30)
    assert "02:30" in shown(house.card("Round of orders"))
    house.types("lin", "/monitor run")
    assert "02:30:05" in shown(house.card("Lin Wei")) or "Lin Wei" in shown(house.card("Round of orders"))
    assert len([each for each in house.channel() if "Round of orders" in shown(each)]) == 2


def test_nobody_acts_and_the_chain_is_walked_to_its_end(house: House) -> None:
    house.measures(order_duplication_rate=0.42)
    house.fast_forward(seconds=15)
    card = house.card("CRITICAL – Order duplication rate")
    assert house.paged() == [["lin"]]
    assert next(shown(page) for page in house.thread(card)).count("<@U0LIN>")
    assert "Level 1 of 3: Lin Wei" in shown(card)
    assert "Level 2, Chen Jie, Wang Fang at 02:10" in shown(card)
    house.fast_forward(minutes=10)
    assert house.paged() == [["lin"], ["chen", "wang"]]
    assert "Level 3, Zhao Min at 02:20" in shown(house.card("CRITICAL – Order duplication rate"))
    house.fast_forward(minutes=10)
    assert house.paged() == [["lin"], ["chen", "wang"], ["zhao"]]
    house.fast_forward(minutes=60)
    assert len(house.paged()) == 3
    assert "exhausted" in shown(house.card("CRITICAL – Order duplication rate"))
    assert house.card("orders/order_duplication_rate: Nobody has acknowledged")


def test_acknowledging_by_button_stops_the_chain_and_redraws_the_card_in_place(house: House) -> None:
    house.measures(latency_p99=12.1)
    house.fast_forward(seconds=60)
    card = house.card("CRITICAL – Latency p99")
    house.presses("chen", card, "ack")
    redrawn = house.card("Latency p99")
    assert redrawn["ts"] == card["ts"]
    assert "Acknowledged by Chen Jie" in shown(redrawn)
    house.fast_forward(hours=1)
    assert house.paged() == [["lin"]]
    assert any("Acknowledged by Chen Jie" in shown(each) for each in house.thread(card))
    assert not [each for each in house.messages(user="chen") if each["ephemeral_to"]]


def test_acknowledging_by_command_and_mending_the_service_turns_the_card_green(house: House) -> None:
    house.measures(order_duplication_rate=0.42)
    house.fast_forward(seconds=15)
    answer = house.types("lin", "/monitor ack")
    assert "Acknowledged by Lin Wei" in shown(answer)
    house.measures(order_duplication_rate=0)
    house.fast_forward(minutes=3)
    card = house.card("RESOLVED – Order duplication rate")
    assert "Resolved by itself" in shown(card)
    assert any("Resolved after" in shown(each) for each in house.thread(card))
    assert house.paged() == [["lin"]]
    house.measures(latency_p99=12.1)
    house.fast_forward(seconds=15)
    panel = shown(house.types("lin", "/monitor status"))
    assert "Information: 1 pending, 1 resolved in 24 h" in panel


def test_a_late_click_changes_nothing_and_is_told_privately(house: House) -> None:
    house.measures(order_duplication_rate=0.42)
    house.fast_forward(seconds=15)
    (page,) = [each for each in house.thread(house.card("CRITICAL – Order")) if "<@U0LIN>" in each["text"]]
    house.measures(order_duplication_rate=0)
    house.fast_forward(seconds=15)
    house.presses("lin", page, "ack")
    answers = [each for each in house.messages(user="lin") if each["ephemeral_to"]]
    assert "was resolved at" in shown(answers[-1])
    assert "RESOLVED" in shown(house.card("Resolved by itself"))


def test_a_restart_loses_nothing_and_repeats_nothing(house: House) -> None:
    house.measures(order_duplication_rate=0.42)
    house.fast_forward(seconds=15)
    house.fast_forward(minutes=5)
    house.restart()
    assert house.paged() == [["lin"]]
    house.fast_forward(minutes=5)
    assert house.paged() == [["lin"], ["chen", "wang"]]
    house.restart()
    house.fast_forward(minutes=1)
    assert house.paged() == [["lin"], ["chen", "wang"]]
    cards = [each for each in house.channel() if "Order duplication rate" in shown(each)]
    assert (
        len([each for each in cards if "CRITICAL –" in shown(each).splitlines()[1]]) == 2
    )  # alert and watch


def test_an_unknown_word_is_answered_privately_with_the_nearest_command(house: House) -> None:
    answer = house.types("lin", "/monitor statsu")
    assert "Did you mean `/monitor status`" in shown(answer)
    assert answer["ephemeral_to"] == "U0LIN"


def test_while_slack_resets_every_answer_each_page_still_arrives_once(house: House) -> None:
    house.post("/local/faults", method="chat.postMessage", effect="reset_after", times=2)
    house.measures(order_duplication_rate=0.42)
    house.fast_forward(seconds=60)
    assert house.paged() == [["lin"]]
    heads = [each for each in house.channel() if "CRITICAL – Order" in shown(each)]
    assert len(heads) == 1
