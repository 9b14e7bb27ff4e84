"""New types of errors, from a line in a log to a card, to a button, to the end of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from house import House, Message, shown

from bot.cli import main

pytestmark = pytest.mark.story

CONFIG = """
service: orders
timezone: Asia/Shanghai
people:
  lin: {name: Lin Wei, slack: U0LIN}
checks:
  error-log: {kind: log, path: [error.log], every: 10s}
checklists: {hourly: [error-log]}
plan:
  phases: [{name: Day 1, day: 1, every: 30m, checklist: hourly}]
"""
NOW = datetime(2026, 1, 19, 2, 0, 5, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    (tmp_path / "error.log").write_text("2026-01-19 01:00:00 ERROR cache is cold\n")
    built = House(tmp_path, CONFIG, NOW)
    built.watch()
    yield built
    built.close()


def logs(house: House, *lines: str) -> None:
    with (house.folder / "error.log").open("a") as log:
        log.writelines(f"{line}\n" for line in lines)


def test_a_new_type_of_error_is_told_at_once_and_in_the_next_rounds_card(house: House) -> None:
    house.fast_forward(seconds=20)
    logs(house, "2026-01-19 02:00:30 ERROR cache is cold")
    house.fast_forward(seconds=20)
    assert not [each for each in house.channel() if "new type" in shown(each)]  # it was in the log before
    logs(house, *(f"2026-01-19 02:00:5{n} ERROR push of order {4711 + n} failed" for n in range(3)))
    house.fast_forward(seconds=20)
    card = house.card("new type of error")
    assert "push of order" in shown(card)
    assert house.pages() == []
    assert any("after resilience-v1.0" in shown(each) for each in house.thread(card))
    logs(house, "2026-01-19 02:01:20 CRITICAL database is locked")
    house.fast_forward(seconds=20)
    assert any("database is locked" in shown(each) for each in house.thread(card))
    house.fast_forward(minutes=30)
    assert "database is locked" in shown(house.card("Round of"))


def test_a_person_marks_what_is_known_and_the_alert_is_over(house: House) -> None:
    house.fast_forward(seconds=20)
    logs(house, "2026-01-19 02:00:30 ERROR push failed", "2026-01-19 02:00:31 ERROR database is locked")
    house.fast_forward(seconds=20)
    card = house.card("2 new types of errors")
    listed = house.types("U0LIN", "/monitor errors")
    assert "2 new, 1 known" in shown(listed)
    house.presses("U0LIN", listed, "known")
    left = last_answer(house)
    assert "1 new, 2 known" in shown(left)
    house.presses("U0LIN", left, "known")
    assert "Every type of error is known" in shown(last_answer(house))
    assert "RESOLVED" in shown(house.card("orders/error-log{errors=new}"))
    assert sum("marked as known" in shown(each) for each in house.thread(card)) == 2
    config = str(house.folder / "config.yaml")
    told = CliRunner().invoke(main, ["errors", "--config", config, "--all", "--json"])
    assert [each["known_by"] for each in json.loads(told.stdout)].count("lin") == 2
    told = CliRunner().invoke(main, ["errors", "--config", config])
    assert told.stdout == "Every type of error is known\n"


def last_answer(house: House) -> Message:
    return [each for each in house.messages(user="U0LIN") if each["ephemeral_to"]][-1]
