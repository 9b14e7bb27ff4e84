"""People and a watch: rounds with manual items, gates that decide, pauses, denser monitoring, App Home."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from house import House, elements, shown

pytestmark = pytest.mark.story

CONFIG = """
service: orders
timezone: Asia/Shanghai
people:
  lin: {name: Lin Wei, slack: U0LIN}
  chen: {name: Chen Jie, slack: U0CHEN}
  zhao: {name: Zhao Min, slack: U0ZHAO}
schedules:
  primary: {rotation: {every: 1 week, handoff: "Mon 09:00", start: 2026-01-12, members: [lin, chen]}}
escalations:
  default: {levels: [{notify: [schedule:primary], wait: 10m}]}
metrics:
  order_duplication_rate: {group: orders, tier: 1, unit: "%", target: "= 0", critical: "> 0.1"}
  cpu: {group: system, tier: 2, unit: "%", target: "< 70", warning: "> 80"}
checks:
  figures: {kind: command, run: [cat, values.json], output: json, every: 5m}
checklists:
  hourly:
    - check: figures
      on_failure: Stop new orders
    - ask: {en: "Has the feedback been collected?", zh: "用户反馈收集"}
      remind: 30m
plan:
  phases:
    - {name: Day 1, day: 1, every: 1h, checklist: hourly}
    - {name: Day 2, day: 2, every: 4h, checklist: hourly}
  milestones: [1h]
  gates: [{at: 2h, criteria: first-hours}, {at: 26h, criteria: acceptance}]
  routine: {every: 1 week, at: "09:00", checklist: hourly}
permissions: {watch: [person:lin, person:zhao]}
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A healthy service; its watch began at midnight in Shanghai. Chen may not change watches."""
    built = House(tmp_path, CONFIG, datetime(2026, 1, 19, tzinfo=ZoneInfo("Asia/Shanghai")))
    built.at_stops |= {"duties", "history"}  # nobody looks at them here
    built.measures(order_duplication_rate=0, cpu=15)
    built.watch()
    yield built
    built.close()


def private(house: House, person: str) -> str:
    """The newest answer that only this person sees."""
    return shown([each for each in house.messages(user=person) if each["ephemeral_to"]][-1])


def newest(house: House, words: str) -> dict[str, Any]:
    return house.card(words)


def both_press(house: House, card: dict[str, Any], verb: str, people: tuple[str, str]) -> None:
    """Two people press the same button before the bot has done anything about either."""
    button = next(each for each in elements(card) if str(each.get("value", "")).startswith(f"{verb}:"))
    for person in people:
        pressed = {"ts": card["ts"], "action_id": button["action_id"], "value": button["value"]}
        assert house.post("/local/action", user=person, channel="oncall", **pressed)["ok"]
    house.program.settle()


def tick_all(house: House) -> None:
    for card in [each for each in house.channel() if "Round of orders" in shown(each)]:
        if "tick:" in str(card["blocks"]):
            house.presses("chen", card, "tick")


def test_a_manual_item_is_ticked_by_name_and_the_card_shows_it(house: House) -> None:
    card = newest(house, "Round of orders")
    assert "Has the feedback been collected?" in shown(card)
    house.presses("chen", card, "tick")
    ticked = newest(house, "Round of orders")
    assert ticked["ts"] == card["ts"]
    assert "Chen Jie" in shown(ticked)
    assert "tick:" not in str(ticked["blocks"])


def test_of_two_who_tick_at_once_the_second_is_told_privately_who_was_first(house: House) -> None:
    card = newest(house, "Round of orders")
    both_press(house, card, "tick", ("chen", "lin"))
    assert "Chen Jie" in private(house, "lin")
    assert shown(newest(house, "Round of orders")).count("done by") == 1


def test_of_two_who_decide_at_once_the_second_is_told_privately_what_was_decided(house: House) -> None:
    house.fast_forward(hours=2, seconds=5)
    both_press(house, newest(house, "Gate"), "pass", ("zhao", "lin"))
    assert "decided already" in private(house, "lin")


def test_an_open_manual_item_is_reminded_once_and_then_reported_as_not_done(house: House) -> None:
    card = newest(house, "Round of orders")
    house.fast_forward(minutes=31)
    reminders = [each for each in house.thread(card) if "Still open" in shown(each)]
    assert len(reminders) == 1
    house.fast_forward(minutes=31)
    assert len([each for each in house.thread(card) if "Not done" in shown(each)]) == 1
    assert "not done" in shown(next(each for each in house.channel() if each["ts"] == card["ts"])).lower()
    first = house.execution_list()[0]
    assert first.state == "failed"


def test_a_clean_gate_passes_by_itself_and_after_the_last_one_the_routine_begins(house: House) -> None:
    for _ in range(27):
        tick_all(house)
        house.fast_forward(hours=1)
    gates = [entry for entry in house.execution_list() if entry.kind == "gate"]
    assert [gate.state for gate in gates] == ["passed", "passed"]
    assert "PASSED" in shown(newest(house, "Gate"))
    routine = house.execution_list()[-1]
    assert routine.state == "pending"
    local = routine.at.astimezone(ZoneInfo("Asia/Shanghai"))
    assert (local.hour, routine.at > house.clock.now()) == (9, True)


def test_a_failed_gate_asks_and_going_on_denser_adds_rounds_for_a_time(house: House) -> None:
    tick_all(house)
    house.measures(order_duplication_rate=0.42)
    house.fast_forward(minutes=10)
    house.measures(order_duplication_rate=0)
    house.fast_forward(hours=2)
    gate = newest(house, "Gate")
    assert "FAILED" in shown(gate)
    assert "0.42%" in shown(gate)
    planned = len(house.execution_list())
    house.presses("chen", gate, "densify")
    assert "is for person:lin" in private(house, "chen")
    house.presses("lin", gate, "densify")
    decided = newest(house, "Gate")
    assert "Lin Wei" in shown(decided)
    assert "densify:" not in str(decided["blocks"])
    assert len(house.execution_list()) > planned + 30
    rounds = len([each for each in house.channel() if "Round of orders" in shown(each)])
    house.fast_forward(minutes=31)
    assert len([each for each in house.channel() if "Round of orders" in shown(each)]) == rounds + 2


def test_a_gate_with_something_open_says_what_is_missing_and_lets_a_person_decide(house: House) -> None:
    house.fast_forward(hours=2, seconds=5)
    gate = newest(house, "Gate")
    assert "INCONCLUSIVE" in shown(gate)
    assert "Has the feedback been collected?" in shown(gate)
    house.presses("lin", gate, "pass")
    assert next(entry for entry in house.execution_list() if entry.kind == "gate").state == "passed"


def test_a_pause_skips_rounds_reminds_and_ends_by_itself(house: House) -> None:
    assert "Lin Wei" in shown(house.types("lin", "/monitor watch pause 2h"))
    assert "PAUSED" in shown(newest(house, "Watch of orders"))
    house.fast_forward(hours=1, minutes=30)
    rounds = [entry for entry in house.execution_list() if entry.kind == "round"]
    assert rounds[1].state == "not_applicable"
    assert "paused" in rounds[1].remark.key  # type: ignore[union-attr]
    house.fast_forward(hours=1)
    assert "PAUSED" not in shown(newest(house, "Watch of orders"))
    notes = [shown(each) for each in house.thread(newest(house, "Watch of orders"))]
    assert len(notes) == 3  # paused, reminded, resumed
    assert "running already" in shown(house.types("lin", "/monitor watch resume"))


def test_a_stopped_watch_holds_no_more_rounds_and_refuses_further_changes(house: House) -> None:
    watch = newest(house, "Watch of orders")
    house.types("lin", "/monitor watch stop rolled out elsewhere")
    house.fast_forward(hours=3)
    assert len([each for each in house.channel() if "Round of orders" in shown(each)]) == 1
    assert "No watch is running" in shown(house.types("lin", "/monitor watch pause"))
    assert "ENDED" in shown(newest(house, "Watch of orders"))
    assert watch["ts"] == newest(house, "Watch of orders")["ts"]


def test_several_watches_run_at_once_each_with_its_own_card_and_list(house: House) -> None:
    house.fast_forward(minutes=10)
    house.types("lin", "/monitor watch start v2")
    cards = [each for each in house.channel() if "Watch of orders" in shown(each)]
    assert len(cards) == 2
    assert "v2" in shown(house.types("lin", "/monitor plan"))
    assert "resilience-v1.0" in shown(house.types("lin", "/monitor plan all resilience-v1.0"))
    assert "There is no watch of `v3`" in shown(house.types("lin", "/monitor plan v3"))
    assert "which one is meant?" in shown(house.types("lin", "/monitor watch pause"))
    house.fast_forward(hours=1)
    assert len([each for each in house.channel() if "Milestone" in shown(each)]) == 2


def test_a_form_pauses_a_watch(house: House) -> None:
    house.presses("lin", newest(house, "Watch of orders"), "watch-pause")
    (view,) = house.get("/local/views?user=lin")
    house.post("/local/submit", user="lin", view_id=view["id"], values={"for": "4h"})
    house.program.settle()
    assert "PAUSED until" in shown(newest(house, "Watch of orders"))


def test_app_home_shows_what_is_mine_and_follows_what_happens(house: House) -> None:
    house.post("/local/home", user="lin")
    house.settles_until(lambda: "resilience-v1.0" in str(house.get("/local/home?user=lin")))
    house.measures(order_duplication_rate=0.42)
    house.fast_forward(minutes=6)
    house.types("lin", "/monitor ack")
    house.fast_forward(seconds=10)
    assert "Order duplication rate" in str(house.get("/local/home?user=lin"))


def test_a_tier_one_value_that_was_bad_between_rounds_is_told_although_it_is_good_now(house: House) -> None:
    house.measures(order_duplication_rate=0.42)
    house.fast_forward(minutes=10)
    house.measures(order_duplication_rate=0)
    house.fast_forward(minutes=51)
    assert "Between rounds" in shown(newest(house, "Round of orders"))


def test_a_remark_by_button_stands_on_the_card(house: House) -> None:
    house.presses("chen", newest(house, "Round of orders"), "remark")
    (view,) = house.get("/local/views?user=chen")
    house.post("/local/submit", user="chen", view_id=view["id"], values={"text": "one retry storm"})
    house.program.settle()
    assert "one retry storm · Chen Jie" in shown(newest(house, "Round of orders"))


def test_a_remark_stands_in_the_plan(house: House) -> None:
    house.types("chen", "/monitor remark 00:00 looks calm to me")
    assert "looks calm to me" in shown(house.types("chen", "/monitor plan"))
