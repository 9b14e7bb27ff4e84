"""Alerts that come together: one card, one page, and a thread that does not drown."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from house import House, elements, shown

pytestmark = pytest.mark.story


@pytest.fixture
def house(healthy: str, tmp_path: Path) -> Iterator[House]:
    """The house of every story, with a warning that is watched all the time: of tier 1."""
    start = datetime(2026, 1, 19, 2, 0, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
    built = House(tmp_path, healthy.replace("tier: 2", "tier: 1"), start)
    built.measures(order_duplication_rate=0, latency_p99=0.2, cpu=15)
    built.watch()
    yield built
    built.close()


def trouble(house: House, **values: float) -> None:
    house.measures(**values)
    house.fast_forward(seconds=12)


def cards(house: House) -> list[str]:
    """The words of every alert's or group's card, in order."""
    return [
        shown(each)
        for each in house.channel()
        if any(str(e.get("action_id", "")).startswith(("alert.", "group.")) for e in elements(each))
        or "RESOLVED –" in shown(each)
    ]


def test_what_begins_together_shares_a_card_with_the_worst_first_and_pages_once(house: House) -> None:
    trouble(house, order_duplication_rate=0.42, cpu=95)
    (card,) = cards(house)
    assert "CRITICAL – orders: 2 alerts" in card
    assert card.index("*CRITICAL* Order duplication rate") < card.index("*WARNING* Cpu")
    assert "2 not taken, 0 taken, 0 resolved" in card
    assert house.paged() == [["lin"]]


def test_what_comes_alone_or_later_has_a_card_of_its_own(house: House) -> None:
    trouble(house, order_duplication_rate=0.42)
    trouble(house, cpu=95)
    first, second = cards(house)
    assert "CRITICAL – Order duplication rate" in first
    assert "WARNING – Cpu" in second


def test_the_card_of_an_alert_tells_what_the_deployment_has_to_do_with_it(house: House) -> None:
    house.fast_forward(minutes=3)
    trouble(house, order_duplication_rate=0.42)
    trouble(house, order_duplication_rate=1.5)
    trouble(house, order_duplication_rate=0.42)
    house.fast_forward(minutes=1)
    card = shown(house.card("CRITICAL – Order duplication rate"))
    assert "First seen 3m" in card
    assert "0% to 1.5% since 02:00" in card  # the first value, less than half an hour ago
    assert "after resilience-v1.0" in card
    assert "orders · P0" in card
    assert "█" in card


def test_taking_all_stops_every_chain_and_tells_the_thread_once(house: House) -> None:
    trouble(house, order_duplication_rate=0.42, cpu=95)
    house.presses("chen", house.card("2 alerts"), "ack-all")
    card = house.card("2 alerts")
    assert "0 not taken, 2 taken, 0 resolved" in shown(card)
    told = [shown(each) for each in house.thread(card)]
    assert sum("Acknowledged by Chen Jie" in each for each in told) == 1
    house.fast_forward(minutes=25)
    assert house.paged() == [["lin"]]


def test_one_of_several_is_taken_from_its_own_menu(house: House) -> None:
    trouble(house, order_duplication_rate=0.42, cpu=95)
    house.presses("chen", house.card("2 alerts"), "ack")
    assert "1 not taken, 1 taken, 0 resolved" in shown(house.card("2 alerts"))
    house.fast_forward(minutes=12)
    assert house.paged() == [["lin"]]  # the critical one is taken


def test_a_group_that_is_over_says_so_and_its_thread_heard_what_became_of_it(house: House) -> None:
    trouble(house, order_duplication_rate=0.42, cpu=95)
    card = house.card("2 alerts")
    house.measures(order_duplication_rate=0, cpu=10)
    house.fast_forward(minutes=6)
    assert "All 2 are resolved" in shown(house.card("2 alerts"))
    told = [shown(each) for each in house.thread(card)]
    assert any("2 began" in each for each in told)
    assert any("2 resolved" in each for each in told)
    assert not any("Resolved after" in each for each in told)


def test_what_nobody_takes_is_told_of_again(house: House) -> None:
    trouble(house, cpu=95)
    house.clock.move_to(house.clock.now().replace(hour=22))  # 06:00 in Shanghai
    house.program.settle()
    assert len([1 for each in house.channel() if "orders/cpu is still open since 02:00" in shown(each)]) == 1


def test_what_comes_later_wakes_anew(house: House) -> None:
    house.measures(order_duplication_rate=0.42, latency_p99=12)
    house.fast_forward(seconds=50)  # latency has to last 30 s, so it begins later
    assert house.paged() == [["lin"], ["lin"]]  # more than ten seconds lie between


def both_critical(house: House) -> None:
    """Latency has to last 30 s: it and the duplicates fire with the same answer."""
    house.measures(latency_p99=12)
    house.fast_forward(seconds=35)
    trouble(house, order_duplication_rate=0.42)


def test_whoever_is_woken_for_one_alert_is_not_woken_for_another_of_the_same_moment(house: House) -> None:
    both_critical(house)
    assert house.paged() == [["lin"]]
    assert "It also stands for 1 more" in house.pages()[0]["text"]
    house.fast_forward(minutes=11)
    assert house.paged() == [["lin"], ["chen", "wang"]]


def test_a_page_that_loses_its_alert_wakes_for_one_that_rides_on_it(house: House) -> None:
    house.post("/local/faults", method="chat.postMessage", effect="ratelimited", times=9, retry_after=20)
    both_critical(house)
    assert house.paged() == []
    house.types("chen", "/monitor ack latency_p99")
    house.types("chen", "/monitor ack order_duplication_rate")
    house.types("chen", "/monitor unack order_duplication_rate")
    house.post("/local/faults", method="chat.postMessage", effect="delay", times=0)
    house.fast_forward(minutes=3)
    assert [people for people in house.paged() if people == ["lin"]] == [["lin"]]
    assert "Order duplication rate" in house.pages()[0]["text"]


def test_a_page_whose_alert_is_silenced_wakes_for_one_that_rides_on_it(house: House) -> None:
    house.post("/local/faults", method="chat.postMessage", effect="ratelimited", times=9, retry_after=20)
    both_critical(house)
    assert house.paged() == []
    house.types("chen", "/monitor silence alertname=order_duplication_rate 1h")
    house.post("/local/faults", method="chat.postMessage", effect="delay", times=0)
    house.fast_forward(minutes=3)
    assert house.paged() == [["lin"]]
    assert "Latency" in house.pages()[0]["text"]


def api(house: House, method: str, **fields: str) -> None:
    body = urllib.parse.urlencode({"token": "xoxb-local", **fields}).encode()
    with urllib.request.urlopen(f"{house.workspace.url}/api/{method}", body, timeout=10) as answer:
        assert json.load(answer)["ok"]


@pytest.mark.parametrize("harm", ["gone", "lies", "has lost its buttons"])
def test_a_card_that_lies_or_is_gone_is_mended_at_night(house: House, harm: str) -> None:
    trouble(house, cpu=95)
    card = house.card("WARNING – Cpu")
    stands = {"channel": card["channel"], "ts": card["ts"]}
    if harm == "gone":
        api(house, "chat.delete", **stands)
    elif harm == "lies":
        api(house, "chat.update", **stands, text="all is well", blocks="[]")
    else:
        blocks = [each for each in card["blocks"] if each["type"] != "actions"]
        api(house, "chat.update", **stands, text=card["text"], blocks=json.dumps(blocks))
    assert not any("WARNING – Cpu" in each for each in cards(house))
    house.clock.move_to(house.clock.now().replace(hour=19, minute=0, second=0))  # 03:00 in Shanghai
    house.program.settle()
    house.fast_forward(seconds=5)
    assert len([each for each in cards(house) if "WARNING – Cpu" in each]) == 1
