"""What is tried before anybody is woken: it helps, it fails, it does not help in time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from house import House, shown

pytestmark = pytest.mark.story

CONFIG = """
service: orders
timezone: Asia/Shanghai
people:
  lin: {name: Lin Wei, slack: U0LIN}
actions:
  restart: {run: [./restart.sh], who: [person:lin]}
escalations:
  default:
    recover: {action: restart, within: 5m}
    levels: [{notify: [person:lin], wait: 10m}]
metrics:
  failures: {tier: 1, critical: "> 2"}
checks:
  figures: {kind: command, run: [cat, values.json], output: json, every: 10s}
"""

Build = Callable[[str], House]


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    with ExitStack() as stack:

        def built(script: str) -> House:
            (tmp_path / "restart.sh").write_text(f"#!/bin/sh\n{script}\n")
            (tmp_path / "restart.sh").chmod(0o755)
            house = House(tmp_path, CONFIG, datetime(2026, 1, 19, 14, tzinfo=ZoneInfo("Asia/Shanghai")))
            stack.callback(house.close)
            house.measures(failures=0)
            house.fast_forward(seconds=5)
            house.measures(failures=7)
            house.fast_forward(seconds=10)
            return house

        yield built


def thread(house: House) -> str:
    return "\n".join(shown(each) for each in house.thread(house.card("Failures")))


def test_what_recovers_in_time_wakes_nobody(build: Build) -> None:
    house = build("echo restarted")
    assert house.paged() == []
    assert "Watching; pages Lin Wei at 14:05 unless it recovers" in shown(house.card("CRITICAL – Failures"))
    house.measures(failures=0)
    house.fast_forward(minutes=10)
    assert house.paged() == []
    assert "RESOLVED" in shown(house.card("Failures"))
    told = thread(house)
    assert "Automatic recovery: restart runs; watching until" in told
    assert "Automatic recovery: restart has run; watching whether it helps" in told


def test_what_does_not_help_in_time_pages_level_one_and_says_so(build: Build) -> None:
    house = build("echo restarted")
    house.fast_forward(minutes=4, seconds=30)
    assert house.paged() == []
    house.fast_forward(minutes=1)
    assert house.paged() == [["lin"]]
    assert "automatic recovery did not help in time: restart" in thread(house)


def test_what_fails_pages_level_one_at_once_and_says_so(build: Build) -> None:
    house = build("exit 3")
    house.fast_forward(seconds=1)
    assert house.paged() == [["lin"]]
    assert "automatic recovery failed: restart" in thread(house)


def test_a_restart_in_between_tries_nothing_twice_and_keeps_the_time(build: Build) -> None:
    house = build("echo tried >>deeds")
    house.restart()
    house.fast_forward(minutes=4)
    assert house.paged() == []
    house.fast_forward(minutes=2)
    assert house.paged() == [["lin"]]
    assert (house.folder / "deeds").read_text() == "tried\n"
