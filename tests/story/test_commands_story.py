"""Commands by button: what may have been meant, help about one word, and alerts that people raise."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from house import House, shown


def test_a_mistyped_command_is_one_click_from_what_was_meant(house: House) -> None:
    answer = house.types("lin", "/monitor stauts")
    assert "Did you mean `/monitor status`?" in shown(answer)
    house.presses("lin", answer, "say")
    panel = [each for each in house.messages(user="lin") if each["ephemeral_to"]][-1]
    assert "Order duplication rate" in shown(panel)


def test_a_mistyped_argument_is_one_click_from_what_was_meant(house: House) -> None:
    answer = house.types("lin", "/monitor run intensiv")
    assert "did you mean `intensive`?" in shown(answer)
    house.presses("lin", answer, "say")
    assert "Round of orders" in shown(house.card("Round of orders"))
    second = house.types("lin", "/monitor watch strat v2")
    assert "is not among" in shown(second)
    house.presses("lin", second, "say")
    assert "v2" in shown(house.card("Watch of orders v2"))


def test_a_button_is_held_to_the_permissions_of_its_command(house: House, healthy: str) -> None:
    house.reconfigure(healthy + "permissions: {watch: [person:chen]}\n")
    answer = house.types("lin", "/monitor watch strat v2")
    house.presses("lin", answer, "say")
    told = [each for each in house.messages(user="lin") if each["ephemeral_to"]][-1]
    assert "`watch` is for person:chen" in shown(told)
    assert "watch is for person:chen" in shown(house.types("lin", "/monitor help watch"))


def test_help_tells_more_of_one_command(house: House) -> None:
    told = shown(house.types("lin", "/monitor help snooze"))
    assert "/monitor snooze [ALERT] [1h]" in told
    assert "/monitor snooze latency_p99 1h" in told
    assert "Everybody may" in told
    assert "Did you mean `/monitor snooze`?" in shown(house.types("lin", "/monitor help snoze"))


def test_a_message_is_made_an_alert_that_pages_and_ends_by_hand(house: House) -> None:
    posted = house.post("/local/message", user="chen", channel="oncall", text="payments <!channel> are blank")
    house.post("/local/shortcut", user="chen", channel="oncall", ts=posted["ts"], callback_id="alert")
    house.program.settle()
    (view,) = house.get("/local/views?user=chen")
    values = {"text": "payments <!channel> are blank", "severity": "critical"}
    house.post("/local/submit", user="chen", view_id=view["id"], values=values)
    house.program.settle()
    assert house.paged() == [["lin"]]
    card = house.card("payments")
    assert "CRITICAL" in shown(card)
    assert "<!channel>" not in str([each["blocks"] for each in house.channel() if each["user"] != "U0CHEN"])
    assert any("Chen Jie raised it by hand" in shown(each) for each in house.thread(card))
    house.types("lin", "/monitor ack")
    house.fast_forward(hours=1)
    assert "ACKNOWLEDGED" in shown(house.card("payments"))
    house.types("lin", "/monitor resolve")
    assert "RESOLVED" in shown(house.card("payments"))


def test_a_warning_by_hand_wakes_nobody_and_the_same_one_is_not_raised_twice(house: House) -> None:
    assert "begins" in shown(house.types("lin", "/monitor alert warning the queue grows"))
    assert "open already" in shown(house.types("chen", "/monitor alert warning the queue grows"))
    assert house.paged() == []
    assert "needs words" in shown(house.types("lin", "/monitor alert critical"))


def test_a_mention_is_answered_where_slack_would_open_a_form(house: House) -> None:
    for typed, answer in (("hello @Vigil status", "orders: "), ("@vigil silence", "for `/monitor silence`")):
        house.post("/local/message", user="lin", channel="oncall", text=typed)
        house.settles_until(lambda wanted=answer: any(wanted in shown(each) for each in house.channel()[-2:]))


def test_a_configuration_without_people_can_be_tried_all_the_same(tmp_path: Path) -> None:
    house = House(tmp_path, "service: x\n", datetime(2026, 1, 19, 2, 0, tzinfo=UTC))
    try:
        assert "x: NO DATA" in shown(house.types("you", "/monitor status"))
        house.types("you", "/monitor alert it broke")
        assert "Acknowledged by @you" in shown(house.types("you", "/monitor ack"))
    finally:
        house.close()
