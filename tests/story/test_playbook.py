"""Playbooks on a held clock: from the alert to the verified rollback, and what may go wrong on the way."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from emergency import (
    ACT,
    CONFIG,
    WELL,
    audit,
    break_orders,
    deeds,
    playbook,
    press,
    press_on,
    rows,
    said,
    settled_house,
    submit,
    timeline,
    watches,
)
from house import House, elements, shown

from bot.domain.watches.watch import WatchState

pytestmark = pytest.mark.story


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    built = settled_house(tmp_path)
    yield built
    built.close()


# --- scenario 1: duplicated orders ------------------------------------------------------------------------


def test_duplicated_orders_from_the_alert_to_the_verified_rollback(house: House) -> None:
    house.measures(order_duplication_rate=1.4)
    house.fast_forward(minutes=1, seconds=10)
    # orders are stopped before anybody is awake, and the card stands in the alert's thread
    assert deeds(house) == ["stop-orders v1.0 v0.9"]
    card = playbook(house)
    assert card["thread_ts"] == house.card("CRITICAL")["ts"]
    words = shown(card)
    assert "15m left: rolling back is due at 12:18" in words
    assert "1. Stop taking new orders · the bot, 12:03" in words
    assert "*Analyse the root cause*" in words
    # two people at work
    press(house, "lin", "playbook-lead")
    press(house, "wang", "playbook-item", ":0")
    press(house, "lin", "playbook-tick")
    house.fast_forward(minutes=2)
    words = shown(playbook(house))
    assert "13m left" in words
    assert "Has the repair of P1 failed? · Wang Fang, 12:03" in words
    assert "Leads*\nLin Wei" in words
    # the decision, by one who may
    press(house, "lin", "playbook-decide", "roll-back")
    assert deeds(house)[1:] == ["rollback v1.0 v0.9", "resume-orders v0.9 "]
    house.fast_forward(minutes=2)
    words = shown(playbook(house))
    assert "CLOSED – Duplicated orders" in words
    assert "rolled back and verified" in words
    assert any("orders: Duplicated orders is over after" in line for line in said(house))
    # the watch of v1.0 has failed, the old version is watched
    new, old = watches(house)[0], None
    assert (new.version, new.state) == ("v0.9", WatchState.RUNNING)
    with rows(house) as ledger:
        old = next(
            each
            for each in ledger.audit.read(datetime(2026, 1, 1, tzinfo=UTC), house.clock.now())
            if each.deed.name == "decision.roll-back"
        )
    assert (old.deed.person, old.source, old.deed.before, old.deed.after) == (
        "lin",
        "slack",
        "open",
        "roll-back",
    )
    # and so say its execution list and the reports
    assert "ROLLED BACK at 12:05 by Lin Wei" in shown(house.types("chen", "/monitor plan v1.0"))
    house.types("chen", "/monitor report daily")
    house.fast_forward(seconds=10)
    assert "Rolled back: *v1.0 at 19 Jan 12:05 by Lin Wei*" in shown(house.card("Daily monitoring summary"))


def test_a_repair_that_holds_closes_the_playbook_and_the_alert(house: House) -> None:
    break_orders(house)
    press(house, "lin", "playbook-decide", "repair")
    assert "Repair (Lin Wei, 12:03)" in shown(playbook(house))
    house.measures(order_duplication_rate=0)
    press(house, "lin", "playbook-tick-note")
    (form,) = house.get("/local/views?user=lin")
    assert "Duplicated orders: The repair is in place" in str(form["blocks"])
    submit(house, "lin", note="index on the key restored")
    house.fast_forward(minutes=2)
    words = shown(playbook(house))
    assert "repaired and verified" in words
    assert "index on the key restored" in words
    assert deeds(house) == ["stop-orders v1.0 v0.9", "resume-orders v1.0 v0.9"]
    assert "RESOLVED" in shown(house.card("Order duplication rate"))
    assert watches(house)[0].version == "v1.0"


# --- the clock --------------------------------------------------------------------------------------------


def test_the_clock_warns_demands_pages_the_next_level_and_repeats_over_a_restart(house: House) -> None:
    break_orders(house)
    house.types("lin", "/monitor ack")
    assert house.paged() == [["lin"]]
    house.fast_forward(minutes=9)
    assert "6m left" in shown(playbook(house))
    house.restart()
    house.fast_forward(minutes=1)
    assert any("5m left to repair it; at 12:18 rolling back is due" in line for line in said(house))
    house.fast_forward(minutes=5)
    demanded = "Roll back or not? A person has to decide: it is not resolved within 15m"
    assert sum(f"orders: {demanded}" in line for line in said(house)) == 1
    assert house.paged() == [["lin"], ["chen"]]
    assert demanded in shown(playbook(house))
    house.restart()
    house.fast_forward(minutes=5)
    assert house.paged() == [["lin"], ["chen"], ["zhao"]]
    # at the end of the chain it begins anew: nobody may sleep through this
    house.fast_forward(minutes=5)
    assert house.paged()[3:] == [["lin"]]
    assert deeds(house) == ["stop-orders v1.0 v0.9"]


def test_a_machine_whose_clock_is_set_forward_or_back_rolls_nothing_back_unasked(tmp_path: Path) -> None:
    house = settled_house(tmp_path, CONFIG.replace("after: 15m,", "after: 15m, automatic: true,"))
    try:
        break_orders(house)
        house.fast_forward(minutes=9)
        house.clock.advance(timedelta(seconds=-1))
        house.fast_forward(minutes=2)
        assert sum("rolling back is due" in line and "left to repair" in line for line in said(house)) == 1
        house.clock.advance(timedelta(hours=1))
        house.program.settle()
        asked = "A person has to decide: it is not resolved within 15m (the machine's clock leapt by 59m"
        assert sum(f"orders: Roll back or not? {asked}" in line for line in said(house)) == 1
        house.clock.advance(timedelta(hours=-1))
        house.fast_forward(minutes=1)
        assert sum(f"orders: Roll back or not? {asked}" in line for line in said(house)) == 1
        assert deeds(house) == ["stop-orders v1.0 v0.9"]
        press(house, "lin", "playbook-decide", "roll-back")
        house.fast_forward(minutes=65)  # what was planned by the clock as it had been comes at its time
        assert "rolled back and verified" in shown(playbook(house))
    finally:
        house.close()


def test_a_countdown_that_ended_while_the_bot_was_down_is_over(tmp_path: Path) -> None:
    house = settled_house(tmp_path, CONFIG.replace("after: 15m,", "after: 15m, automatic: true,"))
    try:
        break_orders(house)
        house.restart(minutes=16)
        house.fast_forward(minutes=2)
        assert deeds(house)[:2] == ["stop-orders v1.0 v0.9", "rollback v1.0 v0.9"]
        assert "rolled back and verified" in shown(playbook(house))
    finally:
        house.close()


def test_the_countdown_is_drawn_anew_at_sensible_moments_only(house: House) -> None:
    break_orders(house)
    before = playbook(house)["edits"]
    house.fast_forward(minutes=5)
    assert 5 <= playbook(house)["edits"] - before <= 7


def test_more_time_takes_a_name_and_a_reason(house: House) -> None:
    break_orders(house)
    assert "is less than" in shown(house.types("lin", "/monitor playbook extend 10m"))
    press(house, "lin", "playbook-extend")
    submit(house, "lin", **{"for": "10m", "reason": "the repair is being built"})
    extended = "Lin Wei extends the time by 10m, until 12:28: the repair is being built"
    assert any(extended in line for line in said(house))
    house.fast_forward(minutes=16)
    assert house.paged() == [["lin"]]
    house.fast_forward(minutes=10)
    assert house.paged() == [["lin"], ["chen"]]


def test_accepting_the_risk_takes_a_reason_and_stops_the_clock(house: House) -> None:
    break_orders(house)
    press(house, "chen", "playbook-decide", "accept")
    submit(house, "chen", reason="only test orders are concerned")
    words = shown(playbook(house))
    assert "the risk is accepted by Chen Jie" in words
    assert "only test orders are concerned" in words
    house.types("lin", "/monitor ack")
    house.fast_forward(minutes=30)
    assert house.paged() == [["lin"]]
    (deed,) = [each.deed for each in audit(house) if each.deed.name == "decision.accept"]
    assert (deed.person, deed.before, deed.after) == ("chen", "open", "closed")


def test_an_alert_that_resolves_stops_the_clock_and_late_clicks_lose(house: House) -> None:
    break_orders(house)
    # this person's card is an old one: Slack takes no redraw for a while
    house.types("lin", "/monitor ack")
    house.post("/local/faults", method="chat.update", effect="error:cant_update_message", times=99)
    house.measures(order_duplication_rate=0)
    house.fast_forward(minutes=1, seconds=10)
    assert any("The clock is stopped: the alert was resolved at 12:04" in line for line in said(house))
    press(house, "lin", "playbook-decide", "roll-back")
    private = [each for each in house.messages(user="lin") if each["ephemeral_to"]]
    assert "has gone on since that card was drawn; nothing was changed" in shown(private[-1])
    house.fast_forward(minutes=30)
    assert deeds(house) == ["stop-orders v1.0 v0.9"]
    assert house.paged() == [["lin"]]


def test_what_the_bot_has_stopped_wakes_people_until_somebody_comes_though_the_alert_is_over(
    house: House,
) -> None:
    break_orders(house)
    house.measures(order_duplication_rate=0)
    house.fast_forward(minutes=2)
    assert "RESOLVED" in shown(house.card("Order duplication rate"))
    assert any("nobody has taken it, so the clock goes on" in line for line in said(house))
    house.fast_forward(minutes=22)
    asked = [line for line in said(house) if "nobody has gone on" in line and "<@" in line]
    assert [line.partition(" ")[0] for line in asked] == [
        "<@U0LIN>",
        "<@U0CHEN>",
    ]  # a level further each time
    press(house, "lin", "playbook-decide", "roll-back")
    house.fast_forward(minutes=3)
    assert "rolled back and verified" in shown(playbook(house))
    assert [deed.split()[0] for deed in deeds(house)] == ["stop-orders", "rollback", "resume-orders"]


def test_without_an_action_begun_a_playbook_closes_with_its_alert(house: House) -> None:
    house.measures(latency_p99=12)
    house.fast_forward(minutes=1, seconds=10)
    house.measures(latency_p99=0.2)
    house.fast_forward(minutes=1, seconds=10)
    assert "resolved by itself" in shown(playbook(house))


# --- decisions --------------------------------------------------------------------------------------------


def test_a_decision_pressed_twice_and_by_two_at_once_is_taken_once(house: House) -> None:
    break_orders(house)
    card = playbook(house)
    button = next(each for each in elements(card) if "roll-back" in str(each.get("value")))
    for person in ("lin", "wang", "lin"):
        pressed = {"ts": card["ts"], "action_id": button["action_id"], "value": button["value"]}
        assert house.post("/local/action", user=person, channel="oncall", **pressed)["ok"]
    house.program.settle()
    assert [deed for deed in deeds(house) if deed.startswith("rollback")] == ["rollback v1.0 v0.9"]
    private = [each for each in house.messages(user="wang") if each["ephemeral_to"]]
    assert "Lin Wei was faster, at 12:03: Roll back; nothing was changed" in shown(private[-1])


def test_who_may_not_roll_back_is_told_who_may(house: House) -> None:
    break_orders(house)
    press(house, "chen", "playbook-decide", "roll-back")
    private = [each for each in house.messages(user="chen") if each["ephemeral_to"]]
    assert "Rollback is for team:development, team:management; nothing was done" in shown(private[-1])
    assert deeds(house) == ["stop-orders v1.0 v0.9"]
    assert "15m left" in shown(playbook(house))


def test_a_rollback_that_fails_is_demanded_again_and_may_be_run_again(house: House) -> None:
    break_orders(house)
    (house.folder / "fail-rollback").touch()
    press(house, "lin", "playbook-decide", "roll-back")
    house.fast_forward(seconds=10)
    words = shown(playbook(house))
    assert "exit code 1; it may have acted before that. Its last words: it did half of it" in words
    assert house.paged() == [["lin"], ["chen"]]
    assert watches(house)[0].state is WatchState.RUNNING
    (house.folder / "fail-rollback").unlink()
    press(house, "wang", "playbook-again")
    house.fast_forward(minutes=2)
    assert "rolled back and verified" in shown(playbook(house))
    assert [deed for deed in deeds(house) if deed.startswith("rollback")] == ["rollback v1.0 v0.9"] * 2


def test_a_rollback_that_does_not_help_is_not_verified_and_somebody_is_paged(house: House) -> None:
    (house.folder / "heals-rollback").unlink()
    break_orders(house)
    press(house, "lin", "playbook-decide", "roll-back")
    house.fast_forward(minutes=6)
    words = shown(playbook(house))
    assert "NOT VERIFIED within 5m, 1 of 1 checks not in order" in words
    assert house.paged() == [["lin"], ["chen"]]
    press(house, "lin", "playbook-skip")
    assert "CLOSED, NOT VERIFIED" in shown(playbook(house))


# --- scenario 2: latency ----------------------------------------------------------------------------------


def test_latency_that_keeps_getting_worse_is_rolled_back_by_itself(house: House) -> None:
    house.measures(latency_p99=11)
    house.fast_forward(minutes=1, seconds=10)
    assert "No deadline: rolling back falls due by what the metrics do" in shown(playbook(house))
    press(house, "lin", "playbook-tick")
    assert deeds(house) == ["reduce-traffic v1.0 v0.9"]
    for worse in range(12, 24):
        if "rollback v1.0 v0.9" not in deeds(house):
            house.measures(latency_p99=worse)
            house.fast_forward(minutes=1)
    assert "rollback v1.0 v0.9" in deeds(house)
    grew = "orders: Latency: rolled back by itself: P99 latency keeps getting worse: from"
    assert any(grew in line for line in said(house))
    house.fast_forward(minutes=5)
    assert "rolled back and verified" in shown(playbook(house))
    assert watches(house)[0].rolled_back


def test_latency_that_recovers_after_the_traffic_was_lowered_needs_no_rollback(house: House) -> None:
    (house.folder / "heals-reduce-traffic").write_text(json.dumps(WELL))
    house.measures(latency_p99=11)
    house.fast_forward(minutes=1, seconds=10)
    press(house, "lin", "playbook-tick")
    house.fast_forward(minutes=3)
    words = shown(playbook(house))
    assert "The latency recovers" in words
    assert "200 ms after" in words
    press(house, "lin", "playbook-decide", "repair")
    house.fast_forward(minutes=2)
    assert "repaired and verified" in shown(playbook(house))
    assert deeds(house) == ["reduce-traffic v1.0 v0.9"]


# --- scenario 3: pushes -----------------------------------------------------------------------------------


def test_pushes_that_never_recover_demand_the_decision(house: House) -> None:
    house.measures(push_failure_rate=30)
    house.fast_forward(minutes=1, seconds=10)
    assert deeds(house) == ["restart-push-worker v1.0 v0.9"]
    house.types("lin", "/monitor ack")
    house.fast_forward(minutes=15)
    assert house.paged() == [["lin"]]
    assert "still 30% after 10m" in shown(playbook(house))
    house.fast_forward(minutes=8)
    assert any("has not recovered for 20m, it is 30%" in line for line in said(house))
    assert house.paged() == [["lin"], ["chen"]]
    press(house, "wang", "playbook-decide", "roll-back")
    house.fast_forward(minutes=2)
    assert "rolled back and verified" in shown(playbook(house))
    assert watches(house)[0].rolled_back


# --- by hand ----------------------------------------------------------------------------------------------


def test_a_playbook_opened_by_hand_has_its_card_in_the_channel(house: House) -> None:
    assert "No playbook is called `latncy`" in shown(house.types("lin", "/monitor playbook open latncy"))
    house.types("lin", "/monitor playbook open latency")
    house.fast_forward(seconds=10)
    card = playbook(house)
    assert not card["thread_ts"]
    assert "opened 12:02 by Lin Wei" in shown(card)
    assert "is open already" in shown(house.types("chen", "/monitor playbook open latency"))
    house.types("chen", "/monitor note the customer called")
    house.types("lin", "/monitor playbook close a false alarm")
    house.fast_forward(seconds=10)
    assert "closed by Lin Wei" in shown(playbook(house))
    assert [(each.event, each.by, each.note) for each in timeline(house)[1:]] == [
        ("note", "chen", "the customer called"),
        ("playbook.closed", "lin", "a false alarm"),
    ]


def test_rollback_by_command_asks_acts_verifies_and_marks_the_watch(house: House) -> None:
    assert "Dry run, nothing was done" in shown(house.types("lin", "/monitor rollback dry"))
    assert "is for team:development" in shown(house.types("chen", "/monitor rollback"))
    house.types("lin", "/monitor rollback")
    assert deeds(house) == []
    submit(house, "lin", reason="customers complain")
    house.fast_forward(minutes=1)
    assert deeds(house) == ["rollback v1.0 v0.9"]
    assert "rolled back and verified" in shown(playbook(house))
    assert watches(house)[0].rolled_back


def test_the_post_mortem_tells_the_whole_in_order_with_numbers(house: House) -> None:
    break_orders(house)
    house.types("lin", "/monitor ack")
    press(house, "lin", "playbook-lead")
    house.types("wang", "/monitor note customers <complain>")
    house.fast_forward(minutes=2)
    press(house, "lin", "playbook-decide", "roll-back")
    house.fast_forward(minutes=3)
    for number in range(4):
        house.types("wang", f"/monitor note {number} {'long and ' * 220}")
    card = shown(house.types("chen", "/monitor playbook export"))
    assert "*What happened*: Order duplication rate 1.4% > 0.1%" in html.unescape(card)
    assert "**" not in card, "Slack would show the signs of Markdown as they are"
    house.fast_forward(seconds=10)
    # whole, whatever a message of Slack would hold
    (whole,) = house.files(house.card("Order duplication rate 1.4%")).values()
    answer = whole.decode()
    assert len(answer) > 9000
    told = [line.strip("`- *") for line in answer.splitlines()]
    for line in (
        "# Post-mortem: Duplicated orders, orders",
        "What happened**: Order duplication rate 1.4% \\> 0.1%",
        "Led by**: Lin Wei",
        "| Order duplication rate | 0% | 1.4% | 0% |",
        "19 Jan 12:03 Wang Fang notes: customers \\<complain\\>",
        "19 Jan 12:05 **Rollback (Lin Wei)**: succeeded: rollback is done",
        "19 Jan 12:05 **Lin Wei**: Roll back",
        "[ ] Does the deduplication work?",
    ):
        assert line in told, line
    order = [
        "Order duplication rate 1.4%",
        "The playbook Duplicated orders is opened",
        "Stop orders succeeded",
        "Acknowledged by Lin Wei",
        "customers",
        "Lin Wei decided: Roll back",
        "VERIFIED",
    ]
    assert (
        "```" not in answer[answer.index("## Actions") : answer.index("## Decisions")]
    )  # said once is enough
    timeline_ = answer[answer.index("## Timeline") : answer.index("## Actions")]
    assert [timeline_.index(words) for words in order] == sorted(timeline_.index(words) for words in order)


def test_a_message_is_noted_by_a_reaction_and_by_a_shortcut(house: House) -> None:
    break_orders(house)
    root = house.card("Order duplication rate")["ts"]
    replied = house.post(
        "/local/message", user="wang", channel="oncall", text="the index & its key are gone", thread_ts=root
    )
    elsewhere = house.post("/local/message", user="chen", channel="oncall", text="who takes lunch?")
    for ts, name in ((replied["ts"], "memo"), (replied["ts"], "tada"), (elsewhere["ts"], "memo")):
        assert house.post("/local/react", user="lin", channel="oncall", ts=ts, name=name)["ok"]
    house.settles_until(lambda: any(each.event == "note" for each in timeline(house)))
    # a second mark notes nothing twice
    assert house.post("/local/react", user="zhao", channel="oncall", ts=replied["ts"], name="memo")["ok"]
    second = house.post(
        "/local/message", user="chen", channel="oncall", text="rollback is safe", thread_ts=root
    )
    assert house.post("/local/shortcut", user="chen", channel="oncall", ts=second["ts"])["ok"]
    house.settles_until(lambda: sum(each.event == "note" for each in timeline(house)) == 2)
    house.fast_forward(seconds=10)
    assert [(each.by, each.note) for each in timeline(house) if each.event == "note"] == [
        ("lin", "Wang Fang: the index & its key are gone"),
        ("chen", "rollback is safe"),
    ]
    private = [each for each in house.messages(user="chen") if each["ephemeral_to"]]
    assert "Noted" in shown(private[-1])


def test_where_several_are_open_it_is_asked_which_one_is_meant(house: House) -> None:
    break_orders(house)
    keys = list(house.setup.services["orders"].playbooks)
    other = next(key for key in keys if key != "duplicated-orders")
    house.types("chen", f"/monitor playbook open {other}")
    asked = house.types("chen", "/monitor note the index is missing")
    assert "Several playbooks are open: which one is it about?" in shown(asked)
    assert [each for each in timeline(house) if each.event == "note"] == []
    button = next(each for each in elements(asked) if each["value"].endswith("the index is missing"))
    house._act("chen", asked, button["action_id"], button["value"])
    private = [each for each in house.messages(user="chen") if each["ephemeral_to"]]
    assert "Noted" in shown(private[-1])
    for typed in ("lead", "close it is the other one"):
        asked = house.types("chen", f"/monitor playbook {typed}")
        assert "Several playbooks are open; which one is meant?" in shown(asked)
    assert "There is no such incident" in shown(house.types("chen", "/monitor playbook lead nobody"))
    button = elements(asked)[-1]
    house._act("chen", asked, button["action_id"], button["value"])
    with rows(house) as ledger:
        assert [each.playbook.key for each in ledger.incidents.open_all()] == ["duplicated-orders"]


def test_a_failed_gate_that_is_rolled_back_is_really_rolled_back_and_verified(tmp_path: Path) -> None:
    """No metric has a playbook here: the rollback has one of its own."""
    config = CONFIG.replace(", playbook: latency", "") + (
        "checklists: {all: [figures]}\n"
        "plan:\n  phases: [{name: Day 1, day: 1, every: 1h, checklist: all}]\n"
        "  gates: [{at: 10m, criteria: c}]\n"
    )
    (tmp_path / "act.py").write_text(ACT)
    (tmp_path / "act.py").chmod(0o755)
    (tmp_path / "heals-rollback").write_text(json.dumps(WELL))
    house = House(tmp_path, config, datetime(2026, 1, 19, 12, 5, tzinfo=ZoneInfo("Asia/Shanghai")))
    try:
        house.measures(**{**WELL, "latency_p99": 12})
        house.watch("v1.0")
        house.fast_forward(minutes=11)
        gate = house.card("FAILED")
        press_on(house, "chen", gate, "roll-back")
        private = [each for each in house.messages(user="chen") if each["ephemeral_to"]]
        assert "Rollback is for team:development, team:management; nothing was done" in shown(private[-1])
        press_on(house, "wang", house.card("FAILED"), "roll-back")
        house.fast_forward(minutes=2)
        assert deeds(house) == ["rollback v1.0 "]
        assert "Wang Fang rolls back" in shown(house.card("FAILED"))
        assert "rolled back and verified" in shown(playbook(house))
        assert watches(house)[0].rolled_back
    finally:
        house.close()
