"""Pages by every way a person has: beside Slack, instead of Slack, and instead of a way that fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from house import House, shown
from receivers import Hook, MailBox, hook, mail_box

pytestmark = pytest.mark.story

CONFIG = """
service: orders
timezone: Asia/Shanghai
people:
  lin:
    {{name: Lin Wei, slack: U0LIN, email: lin@example.com, phone: "1", quiet: {{from: "22:00", to: "07:00"}}}}
  chen: {{name: Chen Jie, slack: U0CHEN, email: chen@example.com}}
  zhao: {{name: Zhao Min, email: zhao@example.com}}
channels:
  phone: {{url: "json://127.0.0.1:{phone}/topsecret/{{phone}}", at_most: 2, within: 10m}}
  email: "mailto://127.0.0.1:{mail}?to={{email}}&from=vigil%40example.com&mode=insecure"
escalations:
  default:
    warnings: {{notify: [person:chen, person:lin], by: [email]}}
    levels:
      - {{notify: [person:lin], by: {first}, wait: 10m}}
      - {{notify: [person:chen, person:zhao], wait: 10m}}
metrics:
  duplicates: {{tier: 1, critical: "> 0.1"}}
  latency: {{tier: 1, warning: "> 5", critical: "> 10"}}
checks:
  figures: {{kind: command, run: [cat, values.json], output: json, every: 10s}}
"""

Build = Callable[[str], House]


@pytest.fixture
def phone() -> Iterator[Hook]:
    with hook() as end:
        yield end


@pytest.fixture
def box() -> Iterator[MailBox]:
    with mail_box() as end:
        yield end


@pytest.fixture
def build(tmp_path: Path, phone: Hook, box: MailBox) -> Iterator[Build]:
    """A house whose first level is reached by these ways; 02:00 in Shanghai."""
    with ExitStack() as stack:

        def built(first: str) -> House:
            config = CONFIG.format(phone=phone.port, mail=box.port, first=first)
            house = House(tmp_path, config, datetime(2026, 1, 19, 2, 0, 5, tzinfo=ZoneInfo("Asia/Shanghai")))
            stack.callback(house.close)
            house.measures(duplicates=0, latency=0)
            house.fast_forward(seconds=15)
            return house

        yield built


def breaks(house: House, seconds: float = 12) -> None:
    house.measures(duplicates=0.42)
    house.fast_forward(seconds=seconds)


def notes(house: House) -> str:
    return "\n".join(shown(each) for each in house.thread(house.card("CRITICAL – Duplicates")))


def test_a_level_is_reached_by_all_its_ways_at_once_and_the_thread_tells_so(
    build: Build, phone: Hook, box: MailBox
) -> None:
    house = build("[slack, phone]")
    breaks(house)
    assert house.paged() == [["lin"]]
    assert [each["title"][:15] for each in phone.said()] == ["CRITICAL orders"]
    assert "Told Lin Wei by phone" in notes(house)
    assert "Level 1 of 2: Lin Wei\nby Slack, phone" in shown(house.card("CRITICAL – Duplicates"))
    assert box.mails == []
    house.fast_forward(minutes=10)
    # level 2 has no other way than Slack: only who has no Slack ID is written to
    assert [mail["To"] for mail in box.mails] == ["zhao@example.com"]
    assert "Told Zhao Min by email (Zhao Min has no Slack ID)" in notes(house)
    assert len(phone.got) == 1


def test_slack_is_down_and_the_e_mail_goes_at_once(build: Build, phone: Hook, box: MailBox) -> None:
    house = build("[slack]")
    house.post("/local/faults", method="chat.postMessage", effect="error:token_revoked", times=99)
    breaks(house, seconds=10)
    assert "Slack has not taken the page: Slack refused it with token_revoked" in box.text()
    assert len(phone.got) == len(box.mails) == 1


@pytest.mark.parametrize("error", ["is_archived", "channel_not_found", "restricted_action"])
def test_a_channel_that_takes_no_posts_keeps_nobody_from_being_reached(
    build: Build, box: MailBox, error: str
) -> None:
    house = build("[slack]")
    house.post("/local/faults", method="chat.postMessage", effect=f"error:{error}", times=99)
    breaks(house, seconds=10)
    assert error in box.text()


def test_nobody_answers_at_slacks_address_and_the_e_mail_goes_at_once(build: Build, box: MailBox) -> None:
    house = build("[slack]")
    house.workspace.stop()
    breaks(house, seconds=10)
    assert "Slack could not be reached" in box.text()


def test_a_page_that_slack_puts_off_goes_by_the_other_ways_after_five_seconds(
    build: Build, box: MailBox
) -> None:
    house = build("[slack]")
    fault = {"method": "chat.postMessage", "effect": "ratelimited", "times": 2, "retry_after": 60}
    house.post("/local/faults", **fault)
    breaks(house, seconds=9)
    assert box.mails == []
    house.fast_forward(seconds=6)
    assert "Slack asks to wait 60 s" in box.text()
    assert house.paged() == []


def test_a_page_that_slack_took_goes_by_no_other_way(build: Build, phone: Hook, box: MailBox) -> None:
    house = build("[slack]")
    breaks(house)
    house.fast_forward(minutes=5)
    assert (house.paged(), phone.got, box.mails) == ([["lin"]], [], [])


def test_a_way_that_fails_is_followed_by_the_next_at_once_and_tried_again(
    build: Build, phone: Hook, box: MailBox
) -> None:
    house = build("[slack, phone]")
    phone.status = 500
    breaks(house, seconds=10)
    assert "phone did not work" in box.text()
    house.fast_forward(seconds=1)
    assert "by Slack, phone (on its way), e-mail" in shown(house.card("CRITICAL – Duplicates"))
    phone.status = 200
    house.fast_forward(seconds=30)
    assert (len(phone.got), len(box.mails)) == (1, 1)
    told = notes(house)
    assert "phone to Lin Wei did not work" in told
    assert "topsecret" not in told


def test_where_no_way_works_slack_is_asked_although_the_level_does_not(
    build: Build, phone: Hook, box: MailBox
) -> None:
    house = build("[phone]")
    phone.status, box.refuses = 500, "554 no"
    breaks(house)
    assert house.paged() == [["lin"]]


def test_nobody_is_called_once_somebody_has_acknowledged(build: Build, phone: Hook) -> None:
    house = build("[slack, phone]")
    phone.status = 500
    breaks(house)
    house.types("lin", "/monitor ack")
    phone.status = 200
    house.fast_forward(minutes=5)
    assert phone.got == []


def test_a_restart_in_between_loses_no_call_and_repeats_none(build: Build, phone: Hook) -> None:
    house = build("[phone]")
    phone.status = 500
    breaks(house)
    house.restart()
    phone.status = 200
    house.fast_forward(minutes=1)
    house.restart()
    house.fast_forward(minutes=1)
    assert len(phone.got) == 1


def test_a_warning_that_somebody_hands_up_waits_for_the_end_of_quiet_hours(build: Build, phone: Hook) -> None:
    house = build("[slack, phone]")
    house.measures(latency=7)
    house.fast_forward(seconds=12)
    house.types("chen", "/monitor escalate latency")
    assert (house.paged(), phone.got) == ([["lin"]], [])


def test_a_destination_is_not_flooded_and_what_waits_goes_when_it_may(build: Build, phone: Hook) -> None:
    house = build("[slack, phone]")
    for _ in range(3):
        breaks(house)
        house.measures(duplicates=0)
        house.fast_forward(seconds=12)
    assert len(house.paged()) == 3
    assert len(phone.got) == 2
    breaks(house)
    house.fast_forward(minutes=10)
    assert len(phone.got) == 3


def test_what_is_held_back_from_a_destination_goes_in_one_message_that_counts_it(
    build: Build, phone: Hook
) -> None:
    house = build("[slack, phone]")
    for _ in range(2):
        breaks(house)
        house.measures(duplicates=0)
        house.fast_forward(seconds=12)
    assert len(phone.got) == 2
    breaks(house, seconds=30)
    house.measures(latency=12)
    house.fast_forward(seconds=30)
    assert (len(house.paged()), len(phone.got)) == (4, 2)
    house.fast_forward(minutes=10)
    assert len(phone.got) == 3
    told = phone.said()[-1]
    assert "Duplicates 0.42" in told["title"]
    assert "(and 1 more)" in told["title"]
    assert "CRITICAL orders: Latency 12" in told["message"]
    thread = "\n".join(shown(each) for each in house.thread(house.card("CRITICAL – Latency")))
    assert "Told Lin Wei by phone, together with orders/duplicates" in thread
    house.fast_forward(minutes=11)
    assert len(phone.got) == 3


def test_what_was_told_in_vain_with_another_is_told_again(build: Build, phone: Hook, box: MailBox) -> None:
    house = build("[slack, phone]")
    for _ in range(2):
        breaks(house)
        house.measures(duplicates=0)
        house.fast_forward(seconds=12)
    breaks(house, seconds=30)
    house.measures(latency=12)
    house.fast_forward(minutes=8, seconds=30)
    phone.status = 500
    house.fast_forward(minutes=1, seconds=30)
    # Each goes by the next way at once.
    instead = [mail["Subject"].split()[2] for mail in box.mails if mail["To"] == "lin@example.com"]
    assert sorted(instead) == ["Duplicates", "Latency"]
    phone.status = 200
    house.fast_forward(minutes=2)
    assert len(phone.got) == 3
    assert "(and 1 more)" in phone.said()[-1]["title"]


def test_a_warning_is_told_once_by_its_ways_and_mentions_nobody(
    build: Build, phone: Hook, box: MailBox
) -> None:
    house = build("[slack, phone]")
    house.measures(latency=7)
    house.fast_forward(seconds=12)
    # 02:00 is in Lin's quiet hours
    assert [mail["To"] for mail in box.mails] == ["chen@example.com"]
    assert "WARNING orders: Latency 7" in box.text()
    assert "Level" not in box.text()
    assert (house.paged(), phone.got) == ([], [])
    house.measures(latency=12)
    house.fast_forward(seconds=12)
    assert (house.paged(), len(phone.got), len(box.mails)) == ([["lin"]], 1, 1)
