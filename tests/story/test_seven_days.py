"""The shipped plan runs for its seven days by itself, at whatever step the bot is killed meanwhile."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from house import House, shown

from bot.domain.watches.plan import ROUTINE, EntryKind, EntryState, calendar
from bot.render.paint import PaintError
from faults.points import Killed, Kills

pytestmark = pytest.mark.story

ROUND = EntryKind.ROUND

SHIPPED = Path(__file__).resolve().parents[2] / "config.yaml"

KEPT = ("service", "people", "teams", "schedules", "metrics", "checklists", "plan", "criteria")

HEALTHY = {
    "order_duplication_rate": 0,
    "push_failure_rate": 0.1,
    "latency_p99": 0.2,
    "error_rate": 0,
    "availability": 100,
    "order_success_rate": 100,
    "retry_success_rate": 99,
    "latency_p50": 60,
    "throughput": 1000,
    "cpu": 15,
}


def shipped_config(zone: str) -> str:
    """The shipped file with its plan untouched; one check finds what the test says, at rounds only."""
    shipped: dict[str, Any] = yaml.safe_load(SHIPPED.read_text())
    config = {key: value for key, value in shipped.items() if key in KEPT}
    config["timezone"] = zone
    config["checks"] = {"figures": {"kind": "command", "run": ["cat", "values.json"], "output": "json"}}
    for key, items in config["checklists"].items():
        config["checklists"][key] = ["figures", *(item for item in items if "ask" in item)]
    for gate in config["plan"]["gates"]:
        gate.get("on_pass", {}).pop("action", None)  # nothing here can be done to anything
        gate.get("on_fail", {}).pop("playbook", None)
    for criterion in (each for criteria in config["criteria"].values() for each in criteria):
        if "checks_passed" in criterion:
            criterion["checks_passed"] = ["figures"]
    config["people"] = {
        key: person | {"slack": f"U0{key.upper()}"} for key, person in config["people"].items()
    }
    # The metrics of what the service depends on are measured elsewhere.
    config["metrics"] = {key: metric for key, metric in config["metrics"].items() if key in HEALTHY}
    for metric in config["metrics"].values():
        for word in ("no_data", "playbook", "escalation"):  # nothing is sampled between rounds
            metric.pop(word, None)
    for team in config["teams"].values():
        team.pop("slack", None)
    return yaml.safe_dump(config, sort_keys=False)


@pytest.fixture(autouse=True)
def _no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every report goes without its pictures: each day would start a process that draws them."""

    def draw(*order: object) -> list[tuple[bytes, str]]:
        raise PaintError("nobody looks at them here")

    monkeypatch.setattr("bot.render.press.draw", draw)


def begin(folder: Path, zone: str, day: datetime) -> House:
    house = House(folder, shipped_config(zone), day.replace(tzinfo=ZoneInfo(zone)))
    house.at_stops |= {"duties", "history"}  # nobody looks at the ones, the other only tidies up
    house.measures(**HEALTHY)
    house.watch()
    return house


def _at_point(number: int) -> Kills:
    passed = count(1)
    return lambda _: next(passed) == number


def days_pass_for_a_mortal(house: House, days: int, killed: random.Random) -> int:
    """Let the days pass; killed at random steps the bot comes back within a minute. How often it was."""
    end, deaths = house.clock.now() + timedelta(days=days), 0
    while house.clock.now() < end:
        try:
            house.dies(_at_point(killed.randint(1, 300)))
            house.fast_forward(seconds=(end - house.clock.now()).total_seconds())
        except Killed:
            deaths += 1
            house.restart(seconds=killed.randint(0, 60))
    return deaths


def assert_said_once(house: House) -> None:
    """Each card of a round, milestone or gate was posted, and nothing twice."""
    posts = [each["metadata"] for each in house.get("/local/posts") if each["metadata"]]
    operations = Counter(each["event_payload"]["operation"] for each in posts)
    assert set(operations.values()) == {1}
    held = Counter(entry.kind for entry in house.execution_list() if entry.state is not EntryState.PENDING)
    for kind in (EntryKind.ROUND, EntryKind.MILESTONE, EntryKind.GATE):
        assert sum(operation.endswith(f"-{kind}/card") for operation in operations) == held[kind]


def test_the_whole_plan_is_carried_out_and_its_routine_goes_on_until_somebody_ends_the_watch(
    tmp_path: Path,
) -> None:
    house = begin(tmp_path, "Asia/Shanghai", datetime(2026, 1, 19, tzinfo=UTC))
    assert len([each for each in house.channel() if "Watch of orders" in shown(each)]) == 1
    house.fast_forward(days=1, minutes=1)
    assert "Is there no complaint from users?" in shown(house.card("Gate"))
    house.presses("wang", house.card("Gate"), "yes")
    house.fast_forward(days=6, hours=1)

    held = house.execution_list()
    days = Counter(
        entry.at.astimezone(ZoneInfo("Asia/Shanghai")).day for entry in held if entry.kind is ROUND
    )
    assert [days[day] for day in range(19, 26)] == [36, 12, 4, 4, 4, 4, 4]
    assert not [entry for entry in held if entry.state in ("missed", "not_applicable")]
    # The first gate passed with an answer; nobody has answered the questions of the last one, so it waits.
    assert [entry.state for entry in held if entry.kind is EntryKind.GATE] == ["passed", "running"]
    assert_said_once(house)

    house.presses("lin", house.card("Gate"), "yes")
    house.fast_forward(days=23)
    routine = [entry for entry in house.execution_list() if entry.phases == (ROUTINE,)]
    assert [entry.state for entry in routine] == ["passed", "passed", "passed", "pending"]
    assert {later.at - earlier.at for earlier, later in pairwise(routine)} == {timedelta(weeks=1)}
    house.types("lin", "/monitor watch stop")
    rounds = len([each for each in house.channel() if "Round of orders" in shown(each)])
    house.fast_forward(days=15)
    assert len([each for each in house.channel() if "Round of orders" in shown(each)]) == rounds
    house.close()


def test_a_bot_that_is_killed_at_random_steps_carries_out_the_calendar_of_the_plan(tmp_path: Path) -> None:
    # Day 2 has half an hour more; what the calendar is in any zone stands in the tables of the plan.
    house = begin(tmp_path, "Australia/Lord_Howe", datetime(2026, 4, 4, tzinfo=UTC))
    begun = house.clock.now()
    deaths = days_pass_for_a_mortal(house, days=8, killed=random.Random(7))  # noqa: S311
    assert deaths > 15
    held = [entry for entry in house.execution_list() if entry.at < begun + timedelta(days=8)]
    planned = calendar(house.setup.services["orders"].plan, begun, begun)
    assert [(each.at, each.kind, each.label) for each in held] == [
        (each.at, each.kind, each.label) for each in planned
    ]
    # Nothing was left out. All is healthy; from the third day on, items wait for people who are not there.
    assert {each.state for each in held} == {"passed", "failed", "running"}
    assert {each.state for each in held if each.at < begun + timedelta(days=1)} == {"passed"}
    assert_said_once(house)
    house.close()
