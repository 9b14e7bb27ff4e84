"""Who carries the pager: changed by hand, handed over, kept in step with Slack, and missed beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from house import House, Message, elements, shown

pytestmark = pytest.mark.story

CONFIG = """
service: orders
timezone: {zone}
people:
  lin: {{name: Lin Wei, slack: U0LIN}}
  chen: {{name: Chen Jie, slack: U0CHEN}}
  zhao: {{name: Zhao Min, slack: U0ZHAO}}
schedules:
  primary:
    rotation: {{every: 1 day, handoff: "{handoff}", start: 2026-01-12, members: [lin, chen]{only}}}
    usergroup: S0ONCALL{ical}
escalations:
  default:
    levels:
      - {{notify: [schedule:primary], wait: 10m}}
      - {{notify: [person:zhao], wait: 10m}}
metrics:
  duplicates: {{tier: 1, critical: "> 0.1"}}
checks:
  figures: {{kind: command, run: [cat, values.json], output: json, every: {every}}}
playbooks:
  mend: {{steps: [{{ask: Mend it}}]}}
plan:
  gates: [{{at: 7d, criteria: acceptance}}]
permissions:
  override: [person:lin, schedule:primary]
  ack: [person:lin, person:chen]
"""

Build = Callable[..., House]


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    with ExitStack() as stack:

        def built(
            starts: str = "2026-01-19T08:00",
            zone: str = "Asia/Shanghai",
            handoff: str = "09:00",
            **more: str,
        ) -> House:
            config = CONFIG.format(
                zone=zone, handoff=handoff, **({"only": "", "ical": "", "every": "10m"} | more)
            )
            begins = datetime.fromisoformat(starts).replace(tzinfo=ZoneInfo(zone))
            house = House(tmp_path, config, begins)
            stack.callback(house.close)
            house.measures(duplicates=0)
            house.fast_forward(seconds=1)
            return house

        yield built


def handoffs(house: House) -> list[str]:
    """The sentences of the hand-offs that were told."""
    return [each["text"] for each in house.channel() if "Hand-off of primary" in each["text"]]


def group(house: House) -> list[str]:
    return list(house.get("/local/state")["usergroups"][0]["members"])


def pressed(house: House, person: str, message: Message, verb: str) -> Message:
    """What the person is answered privately."""
    house.presses(person, message, verb)
    return [each for each in house.messages(user=person) if each["ephemeral_to"]][-1]


def test_a_hand_off_is_told_once_when_it_happens_with_what_fired_and_nobody_is_notified(build: Build) -> None:
    house = build()
    house.measures(duplicates=0.4)
    house.fast_forward(minutes=30)
    house.types("lin", "/monitor playbook open mend")
    assert handoffs(house) == []
    house.fast_forward(minutes=45)
    (told,) = handoffs(house)
    assert "Lin Wei takes over from Chen Jie" in told or "Chen Jie takes over from Lin Wei" in told
    card = shown(house.card("Hand-off of primary"))
    assert "Still open" in card
    assert "Duplicates" in card
    assert "playbook Mend, open since 08:30" in card
    assert "<@U" not in card
    house.restart()
    house.fast_forward(minutes=30)
    assert len(handoffs(house)) == 1


def test_a_hand_off_that_fell_into_the_time_the_bot_was_down_is_told_when_it_is_back(build: Build) -> None:
    house = build()
    house.program.stop()
    house.clock.move_to(house.clock.now().replace(hour=5))
    house.restart()
    assert len(handoffs(house)) == 1


def test_in_the_night_the_clocks_change_the_hand_off_comes_by_the_clock_on_the_wall(build: Build) -> None:
    # 29 March: at 02:00 it is 03:00 in Berlin, so 02:30 is at once
    house = build("2026-03-29T01:30", zone="Europe/Berlin", handoff="02:30")
    house.fast_forward(minutes=29)
    assert handoffs(house) == []
    house.fast_forward(minutes=2)
    assert len(handoffs(house)) == 1
    house.measures(duplicates=0.4)
    house.fast_forward(minutes=10)
    (paged,) = house.paged()
    assert {"lin": "Lin Wei takes", "chen": "Chen Jie takes"}[paged[0]] in handoffs(house)[0]


def test_the_user_group_holds_whoever_is_on_call(build: Build) -> None:
    house = build()
    (before,) = group(house)
    house.fast_forward(hours=2)
    (after,) = group(house)
    assert {before, after} == {"U0LIN", "U0CHEN"}
    house.types("lin", "/monitor override add zhao 4h")
    assert sorted(group(house)) == sorted([after, "U0ZHAO"])


def test_a_group_that_may_not_be_changed_is_told_once(build: Build) -> None:
    house = build()
    fault = {"method": "usergroups.users.update", "effect": "error:permission_denied", "times": 9}
    house.post("/local/faults", **fault)
    house.fast_forward(hours=6)
    told = [each["text"] for each in house.channel() if "S0ONCALL" in each["text"]]
    assert len(told) == 1
    assert "let apps change user groups" in told[0]


def test_an_override_by_command_is_paged_from_then_on_and_ends_by_itself(build: Build) -> None:
    house = build("2026-01-19T10:00")
    answer = shown(house.types("lin", "/monitor oncall override zhao 2h"))
    assert "primary: Zhao Min alone is on call, 10:00 to 12:00" in answer
    house.measures(duplicates=0.4)
    house.fast_forward(minutes=11)
    assert house.paged()[0] == ["zhao"]
    listed = shown(house.types("chen", "/monitor oncall"))
    assert "Zhao Min" in listed
    assert "override until 12:00" in listed
    house.fast_forward(hours=2)
    assert "override" not in shown(house.types("chen", "/monitor oncall")).replace("Override…", "")


def test_an_override_is_taken_back_by_its_button(build: Build) -> None:
    house = build("2026-01-19T10:00")
    house.types("lin", "/monitor override zhao 2h")
    card = house.types("lin", "/monitor oncall")
    assert "Taken back: Zhao Min alone is on call" in shown(pressed(house, "lin", card, "override-cancel"))
    assert "Zhao Min alone" not in shown(house.types("lin", "/monitor oncall"))


def test_the_form_asks_who_how_and_until_when(build: Build) -> None:
    house = build("2026-01-19T10:00")
    house.types("lin", "/monitor override")
    (view,) = house.get("/local/views?user=lin")
    until = int(datetime(2026, 1, 19, 12, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())
    values = {"schedule": "primary", "person": "U0ZHAO", "what": "add", "until": until}
    answer = house.post("/local/submit", user="lin", view_id=view["id"], values=values)
    assert answer["ok"], answer
    house.program.settle()
    assert "Zhao Min is on call too, 10:00 to 12:00" in shown(house.types("chen", "/monitor oncall"))


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        # nobody of that name, no such time, no such exception, not everything
        ("override zaho 4h", "Nobody is called `zaho`; did you mean `zhao`?"),
        ("override zhao soon", "`soon` is no stretch of time; write `4h`"),
        ("override cancel ffffff", "There is no override `ffffff`"),
        (
            "override replace lin",
            "write `/monitor override [SCHEDULE] [add|remove|replace] PERSON [PERSON] 4h`",
        ),
        ("override remove zhao 4h", "Zhao Min is not on call at that time"),
        ("swap lin lin", "Nobody can swap with themselves"),
        ("override", ""),
    ],
)
def test_what_cannot_be_done_is_answered_privately_and_changes_nothing(
    build: Build, typed: str, answer: str
) -> None:
    house = build("2026-01-19T10:00")
    before = shown(house.types("lin", "/monitor oncall"))
    said = house.types("lin", f"/monitor {typed}")
    assert answer in shown(said)
    assert said["ephemeral_to"] == "U0LIN"
    assert shown(house.types("lin", "/monitor oncall")) == before


def test_who_may_not_change_it_is_told_who_may(build: Build) -> None:
    house = build("2026-01-19T10:00")
    assert "`override` is for person:lin" in shown(house.types("zhao", "/monitor override zhao 2h"))
    overlapping = shown(house.types("lin", "/monitor override zhao 2h"))
    assert "Zhao Min alone" in overlapping
    assert "It overlaps the override by which Zhao Min" in shown(
        house.types("lin", "/monitor override lin 1h")
    )


def test_times_without_anybody_are_told_when_the_watch_begins_and_daily(build: Build) -> None:
    office = ', only: {days: Mon-Fri, from: "09:00", to: "17:00"}'
    house = build("2026-01-22T10:00", only=office, every="12h")
    house.watch()
    told = shown(house.card("On-call coverage"))
    assert "level 1 of default reaches nobody from Thu 22 Jan 17:00 to Fri 23 Jan 09:00" in told
    house.at_stops |= {"duties", "history"}  # looked at where time stops, not twice a minute
    for hours, cards in ((23, 1), (2, 2)):
        house.fast_forward(hours=hours)
        assert len([each for each in house.channel() if "On-call coverage" in each["text"]]) == cards


def test_complete_coverage_is_not_told(build: Build) -> None:
    house = build()
    house.watch()
    house.fast_forward(minutes=5)
    assert not [each for each in house.messages() if "On-call coverage" in (each["text"] or "")]


def test_the_card_tells_who_would_be_paged_by_what_and_why(build: Build) -> None:
    house = build("2026-01-19T10:00")
    card = house.types("lin", "/monitor oncall")
    said = shown(card)
    assert "(Slack)" in said
    assert "rotation of primary, day 8 of Lin Wei, Chen Jie" in said
    assert [each["value"] for each in elements(card) if each["type"] == "button"] == ["override:"]


SHIFTS = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//y//EN
BEGIN:VEVENT
UID:1
SUMMARY:Zhao Min
DTSTART:20260119T000000Z
DTEND:20260120T000000Z
END:VEVENT
END:VCALENDAR
"""


def test_a_calendar_decides_who_is_on_call_and_holds_while_it_cannot_be_read(build: Build) -> None:
    house = build("2026-01-19T10:00", ical="\n    ical: shifts.ics")
    assert "The calendar of primary cannot be used: the file shifts.ics cannot be read" in shown(
        house.card("The calendar of primary")
    )
    (house.folder / "shifts.ics").write_text(SHIFTS.replace("\n", "\r\n"))
    house.fast_forward(minutes=16)
    assert "calendar of primary" in shown(house.types("lin", "/monitor oncall"))
    assert group(house) == ["U0ZHAO"]
    (house.folder / "shifts.ics").write_text("nonsense")
    house.fast_forward(minutes=31)
    told = [each["text"] for each in house.channel() if "The calendar of primary" in each["text"]]
    assert len(told) == 2
    assert "What was read at 10:15 holds" in told[1]
    assert group(house) == ["U0ZHAO"]


def test_who_may_not_acknowledge_is_told_privately_and_changes_nothing(build: Build) -> None:
    house = build("2026-01-19T10:00")
    house.measures(duplicates=0.4)
    house.fast_forward(minutes=11)
    card = house.card("CRITICAL – Duplicates")
    answer = shown(pressed(house, "zhao", card, "ack"))
    assert "`ack` is for person:lin, person:chen; nothing was changed" in answer
    assert "Acknowledged" not in shown(house.card("CRITICAL – Duplicates"))
    house.presses("chen", card, "ack")
    assert "Acknowledged by Chen Jie" in shown(house.card("Duplicates"))


def test_an_alert_is_snoozed_and_taken_over_from_the_card_and_by_command(build: Build) -> None:
    house = build("2026-01-19T10:00")
    house.measures(duplicates=0.4)
    house.fast_forward(minutes=11)
    house.types("lin", "/monitor snooze 30m")
    assert "Snoozed by Lin Wei until" in shown(house.card("Duplicates"))
    answer = shown(house.types("chen", "/monitor ack"))
    assert "is already acknowledged by Lin Wei" in answer
    assert "Taken over by Chen Jie from Lin Wei" in shown(house.types("chen", "/monitor take"))
    house.types("chen", "/monitor snooze duplicates 30m")
    before = len(house.paged())
    house.fast_forward(minutes=31)
    assert len(house.paged()) == before + 1
    told = "\n".join(shown(each) for each in house.thread(house.card("Duplicates")))
    assert "The snooze of Chen Jie is over" in told
