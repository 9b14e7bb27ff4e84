"""What becomes of a watch: pauses and gates, an end, a routine, and a configuration that changes under it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from house import House, elements, shown
from test_watch import CONFIG, newest, private, tick_all

from bot.domain.watches.plan import ROUTINE, Entry, EntryState
from bot.engine.watches.rounds import hold

pytestmark = pytest.mark.story

SHANGHAI = ZoneInfo("Asia/Shanghai")

SELDOM = CONFIG.replace(", every: 5m}", "}")
"""Nothing is sampled between rounds, so that weeks pass quickly."""


def housed(folder: Path, config: str, at: datetime) -> House:
    built = House(folder, config, at)
    built.at_stops |= {"duties", "history"}  # nobody looks at them here
    built.measures(order_duplication_rate=0, cpu=15)
    built.watch()
    return built


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A healthy service; its watch began at midnight in Shanghai. Chen may not change watches."""
    built = housed(tmp_path, CONFIG, datetime(2026, 1, 19, tzinfo=SHANGHAI))
    yield built
    built.close()


def of_kind(house: House, kind: str) -> list[Entry]:
    return [entry for entry in house.execution_list() if entry.kind == kind]


def routine_rounds(house: House) -> list[Entry]:
    return [entry for entry in house.execution_list() if entry.phases == (ROUTINE,)]


def rounds_shown(house: House) -> int:
    return len([each for each in house.channel() if "Round of orders" in shown(each)])


# --- pauses -----------------------------------------------------------------------------------------------


def test_a_pause_skips_rounds_alone_what_is_judged_is_judged(house: House) -> None:
    tick_all(house)
    house.types("lin", "/monitor watch pause 3h")
    assert "*Next round*\n03:00" in shown(newest(house, "Watch of orders"))
    house.fast_forward(hours=2, minutes=59)
    assert rounds_shown(house) == 1
    assert [entry.state for entry in of_kind(house, "milestone")] == ["passed"]
    assert of_kind(house, "gate")[0].state == "passed"
    house.fast_forward(minutes=1)  # the pause is over at the very instant at which a round is due
    assert rounds_shown(house) == 2
    assert [entry.state for entry in of_kind(house, "round")][1:3] == ["not_applicable", "not_applicable"]


def test_rounds_of_a_pause_that_ended_while_the_bot_was_away_are_no_missed_ones(house: House) -> None:
    house.types("lin", "/monitor watch pause 2h")
    house.restart(hours=3, minutes=10)
    rounds = of_kind(house, "round")
    assert [entry.state for entry in rounds[1:4]] == ["not_applicable", "missed", "missed"]
    assert "paused by" in rounds[1].remark.key  # type: ignore[union-attr]


def test_who_paused_a_watch_is_reminded_of_it_once_with_a_mention(house: House) -> None:
    house.types("zhao", "/monitor watch pause 4h")
    house.fast_forward(hours=3, minutes=59)
    thread = house.thread(newest(house, "Watch of orders"))
    reminders = [each["text"] for each in thread if "Still paused" in shown(each)]
    assert len(reminders) == 1
    assert reminders[0].startswith("<@U0ZHAO>")


# --- manual items -----------------------------------------------------------------------------------------


def test_who_is_on_call_is_reminded_of_open_items_when_the_watch_has_no_owner(house: House) -> None:
    card = newest(house, "Round of orders")
    house.fast_forward(minutes=31)
    (reminder,) = [each for each in house.thread(card) if "Still open" in shown(each)]
    assert reminder["text"].startswith("<@U0LIN>")


def test_the_owner_of_a_watch_is_reminded_of_its_open_items(house: House) -> None:
    house.types("zhao", "/monitor watch stop")
    house.types("zhao", "/monitor watch start v2")
    house.fast_forward(hours=1)
    card = newest(house, "Round of orders v2")
    house.fast_forward(minutes=31)
    (reminder,) = [each for each in house.thread(card) if "Still open" in shown(each)]
    assert reminder["text"].startswith("<@U0ZHAO>")


# --- gates and the routine --------------------------------------------------------------------------------


def test_letting_an_undecided_gate_fail_opens_the_decision_about_a_failed_one(house: House) -> None:
    house.fast_forward(hours=2, seconds=5)
    house.presses("lin", newest(house, "Gate"), "fail")
    failed = newest(house, "Gate")
    assert "FAILED" in shown(failed)
    assert "Lin Wei let it fail" in shown(failed)
    house.presses("zhao", failed, "roll-back")
    assert "ROLLED BACK" in shown(newest(house, "Watch of orders"))
    assert "Rolled back by Zhao Min" in shown(newest(house, "Gate"))


def test_a_gate_that_a_person_let_pass_reads_as_passed(house: House) -> None:
    house.fast_forward(hours=2, seconds=5)
    house.presses("lin", newest(house, "Gate"), "pass")
    assert "Gate 2 h: PASSED" in shown(newest(house, "Gate"))
    assert "Lin Wei let it pass" in shown(newest(house, "Gate"))


def test_after_a_last_gate_that_failed_the_routine_goes_on_all_the_same(tmp_path: Path) -> None:
    house = housed(tmp_path, SELDOM, datetime(2026, 1, 19, tzinfo=SHANGHAI))
    house.measures(order_duplication_rate=0.42)
    house.fast_forward(days=1, hours=3)
    assert [entry.state for entry in of_kind(house, "gate")] == ["failed", "failed"]
    house.presses("lin", newest(house, "Gate 26 h"), "go-on")
    house.fast_forward(days=8)
    assert [entry.state for entry in routine_rounds(house)] == ["failed", "pending"]
    house.close()


def test_a_plan_without_gates_goes_over_into_its_routine_too(tmp_path: Path) -> None:
    config = "\n".join(line for line in SELDOM.splitlines() if "gates:" not in line)
    house = housed(tmp_path, config, datetime(2026, 1, 19, tzinfo=SHANGHAI))
    house.fast_forward(days=17)
    later = routine_rounds(house)
    assert [entry.state for entry in later] == ["failed", "failed", "pending"]  # nobody ticked their items
    assert {after.at - before.at for before, after in pairwise(later)} == {timedelta(weeks=1)}
    house.close()


# --- the end ----------------------------------------------------------------------------------------------


def test_a_watch_that_has_ended_asks_nobody_for_anything(house: House) -> None:
    house.fast_forward(hours=2, seconds=5)
    round_card, gate = newest(house, "Round of orders"), newest(house, "Gate")
    # Two people press on cards that nobody has drawn anew yet.
    house.post("/local/command", user="lin", channel="oncall", text="/monitor watch stop done")
    for person, card, verb in (("zhao", gate, "pass"), ("chen", round_card, "tick")):
        button = next(each for each in elements(card) if str(each.get("value", "")).startswith(f"{verb}:"))
        pressed = {"ts": card["ts"], "action_id": button["action_id"], "value": button["value"]}
        assert house.post("/local/action", user=person, channel="oncall", **pressed)["ok"]
    house.program.settle()
    assert "was ended by Lin Wei" in private(house, "zhao")
    assert "was ended by Lin Wei" in private(house, "chen")
    assert "tick:" not in str(newest(house, "Round of orders")["blocks"])
    assert "NOT DONE" in shown(newest(house, "Round of orders"))
    assert "pass:" not in str(newest(house, "Gate")["blocks"])
    assert "Stopped by Lin Wei" in shown(newest(house, "Gate"))
    posted = len(house.messages())
    house.fast_forward(hours=3)
    assert len(house.messages()) == posted  # nobody is reminded


def test_what_people_do_while_a_round_is_held_is_not_lost(house: House) -> None:
    world, service = house.program._world, house.setup.services["orders"]
    with world.store.reading() as ledger:
        planned = ledger.entries.next_round("orders", house.clock.now())
    assert planned
    begun = replace(planned, entry=replace(planned.entry, state=EntryState.RUNNING))
    house.types("chen", "/monitor remark 01:00 a deployment next door")
    hold(world, service, begun)
    house.program.settle()
    card = newest(house, "a deployment next door")
    house.presses("chen", card, "tick")
    hold(world, service, begun)  # somebody whose lease ran out comes late
    house.program.settle()
    assert "done by Chen Jie" in shown(newest(house, "a deployment next door"))
    assert len([each for each in house.channel() if "a deployment next door" in shown(each)]) == 1


# --- several watches --------------------------------------------------------------------------------------


def test_each_of_two_watches_tells_its_own_next_round_and_its_rounds_name_it(tmp_path: Path) -> None:
    house = housed(tmp_path, SELDOM, datetime(2026, 1, 19, tzinfo=SHANGHAI))
    house.fast_forward(days=1, minutes=10)
    house.types("lin", "/monitor watch start v2")  # its first day: a round an hour
    house.fast_forward(minutes=1)
    assert "*Next round*\n01:00" in shown(house.card("orders v2 – day 1"))
    assert "*Next round*\n04:00" in shown(house.card("orders resilience-v1.0 – day 2"))
    house.fast_forward(hours=1)
    assert "Round of orders v2" in shown(newest(house, "Round of orders"))
    house.close()


# --- checkpoints and open alerts --------------------------------------------------------------------------

ASKING = CONFIG.replace(
    "  milestones: [1h]",
    '  checkpoints: [{day: 1, at: "00:10", label: Evening check, checklist: evening}]\n  milestones: [1h]',
).replace(
    "plan:\n",
    '  evening: [{check: figures}, {ask: "Who is on call tonight?", remind: 1h}]\n'
    "  alerting: [{alerts: open, on_failure: P0 first}]\nplan:\n",
)


def test_a_checkpoint_asks_people_the_questions_of_its_checklist_and_waits_for_them(tmp_path: Path) -> None:
    house = housed(tmp_path, ASKING, datetime(2026, 1, 19, tzinfo=SHANGHAI))
    house.fast_forward(minutes=11)
    card = newest(house, "To do for orders")
    assert "Who is on call tonight?" in shown(card)
    assert "Order duplication" not in shown(card)  # its checks belong to rounds
    assert [entry.state for entry in of_kind(house, "checkpoint")] == ["running"]
    house.types("chen", "/monitor remark 00:10 asked by telephone")
    house.presses("chen", newest(house, "To do for orders"), "tick")
    assert "Chen Jie" in shown(newest(house, "To do for orders"))
    assert "asked by telephone" in shown(newest(house, "To do for orders"))
    assert [entry.state for entry in of_kind(house, "checkpoint")] == ["passed"]
    house.close()


def test_a_checkpoint_that_nobody_answers_is_not_passed(tmp_path: Path) -> None:
    house = housed(tmp_path, ASKING, datetime(2026, 1, 19, tzinfo=SHANGHAI))
    house.fast_forward(hours=2, minutes=20)
    told = [shown(each) for each in house.thread(newest(house, "To do for orders"))]
    assert sum("Still open: Who is on call tonight?" in each for each in told) == 1
    assert [entry.state for entry in of_kind(house, "checkpoint")] == ["failed"]
    house.close()


def test_a_round_looks_at_the_open_alerts_and_tells_which_are_new(tmp_path: Path) -> None:
    house = housed(tmp_path, ASKING, datetime(2026, 1, 19, tzinfo=SHANGHAI))
    house.types("lin", "/monitor run alerting")
    assert "No open alerts" in shown(newest(house, "Round of orders"))
    house.measures(order_duplication_rate=0.42, cpu=95)
    house.fast_forward(minutes=6)
    house.types("lin", "/monitor run alerting")
    card = shown(newest(house, "Round of orders"))
    assert "P0 – Order duplication rate 0.42% > 0.1%, since 00:05 (new)" in card.replace("&gt;", ">")
    assert "P0 first" in card
    house.fast_forward(minutes=1)
    house.types("lin", "/monitor run alerting")
    assert "(new)" not in shown(newest(house, "Round of orders"))
    house.close()


# --- the configuration changes under a watch --------------------------------------------------------------


def test_a_watch_keeps_the_plan_it_started_with(house: House) -> None:
    before = [(entry.at, entry.kind) for entry in house.execution_list()]
    house.reconfigure(CONFIG.replace("day: 1, every: 1h", "day: 1, every: 3h"))
    house.fast_forward(hours=1)
    assert [(entry.at, entry.kind) for entry in house.execution_list()] == before
    assert rounds_shown(house) == 2
    house.types("lin", "/monitor watch start v2")
    assert of_kind(house, "round")[1].at == datetime(2026, 1, 19, 3, tzinfo=SHANGHAI)


def test_a_round_whose_checklist_is_gone_does_not_pass_and_says_so(house: House) -> None:
    house.reconfigure(
        CONFIG.replace("  hourly:\n", "  every-hour:\n").replace("checklist: hourly", "checklist: every-hour")
    )
    house.fast_forward(hours=1)
    card = newest(house, "Round of orders")
    assert "COULD NOT MEASURE" in shown(card)
    assert "checklist hourly is configured no more" in shown(card)
    assert of_kind(house, "round")[1].state == "failed"


def test_a_watch_of_a_service_that_is_configured_no_more_does_nothing_and_harms_nothing(house: House) -> None:
    house.reconfigure(CONFIG.replace("service: orders", "service: billing"))
    house.types("lin", "/monitor remark 00:00 still here")
    house.fast_forward(hours=2, minutes=1)
    rounds = of_kind(house, "round")
    assert rounds[0].state == "failed"  # its manual item was reminded of, and given up
    assert [entry.state for entry in rounds[1:3]] == ["not_applicable", "not_applicable"]
    assert "configured no more" in rounds[1].remark.key  # type: ignore[union-attr]
    assert "Stopped by Lin Wei" in shown(house.types("lin", "/monitor watch stop"))


def test_a_round_without_a_checklist_asks_every_check(tmp_path: Path) -> None:
    config = CONFIG.replace(", every: 1h, checklist: hourly", ", every: 1h")
    house = housed(tmp_path, config, datetime(2026, 1, 19, tzinfo=SHANGHAI))
    assert "Order duplication rate 0%" in shown(newest(house, "Round of orders"))
    assert of_kind(house, "round")[0].state == "passed"
    house.close()


# --- App Home ---------------------------------------------------------------------------------------------


def home_of(house: House, person: str) -> str:
    return str(house.get(f"/local/home?user={person}"))


def test_app_home_shows_a_gate_that_waits_for_a_decision_until_somebody_decides(house: House) -> None:
    house.post("/local/home", user="lin")
    house.settles_until(lambda: "resilience-v1.0" in home_of(house, "lin"))
    house.fast_forward(hours=2, seconds=10)
    assert "For a person to decide" in home_of(house, "lin")
    house.presses("lin", newest(house, "Gate"), "pass")
    house.fast_forward(seconds=10)
    assert "For a person to decide" not in home_of(house, "lin")


def test_app_home_is_published_for_those_who_opened_it_alone_and_a_second_apart(tmp_path: Path) -> None:
    more = "\n".join(f"  p{number}: {{name: P{number}, slack: U0P{number}}}" for number in range(20))
    config = SELDOM.replace("people:\n", f"people:\n{more}\n")
    house = housed(tmp_path, config, datetime(2026, 1, 19, tzinfo=SHANGHAI))
    published: list[datetime] = []

    def count(method: str, _form: object) -> None:
        if method == "views.publish":
            published.append(house.clock.now())

    house.workspace.on_api_call = count
    for number in range(15):
        house.post("/local/home", user=f"p{number}")
    house.settles_until(lambda: len(published) >= 8)
    house.program.settle()
    assert len(published) == 8  # the burst that Slack bears
    for _ in range(20):
        house.fast_forward(seconds=1)
    assert len(published) == 15
    assert all("resilience-v1.0" in home_of(house, f"p{number}") for number in range(15))
    published.clear()
    house.types("lin", "/monitor watch pause")
    for _ in range(30):
        house.fast_forward(seconds=1)
    assert len(published) == 15  # once each, although several things changed at once
    assert "PAUSED" not in home_of(house, "p16")
    house.close()
