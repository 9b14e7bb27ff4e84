"""The shipped plan runs for its seven days by itself, at whatever step the bot is killed meanwhile."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml
from house import House, Killed, shown

from bot.domain.watches.plan import ROUTINE, EntryKind, EntryState

pytestmark = pytest.mark.story

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
    "latency_mean": 67,
    "latency_p50": 60,
    "latency_p95": 130,
    "latency_p999": 1.2,
    "throughput": 1000,
    "cpu": 15,
    "memory": 25,
    "disk": 40,
    "network_latency": 0.01,
    "log_size": 10,
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


def begin(folder: Path, zone: str, day: datetime) -> House:
    folder.mkdir()
    house = House(folder, shipped_config(zone), day.replace(tzinfo=ZoneInfo(zone)))
    house.at_stops |= {"duties"}  # nobody looks at them here
    house.measures(**HEALTHY)
    house.watch()
    return house


def listed(house: House) -> list[tuple[str, str, str]]:
    """The execution list: instant, kind and state of every entry."""
    return [(entry.at.isoformat(), entry.kind.value, entry.state.value) for entry in house.execution_list()]


def run(house: House, days: int = 7, killed: random.Random | None = None) -> list[tuple[str, str, str]]:
    """Let the days pass; killed at random steps, if asked, the bot comes back within a minute."""
    end = house.clock.now() + timedelta(days=days, hours=12)
    while house.clock.now() < end:
        try:
            if killed:
                house.dies(after=killed.randint(1, 150), written=killed.random() < 0.5)
            house.fast_forward(seconds=(end - house.clock.now()).total_seconds())
        except Killed:
            assert killed
            house.restart(seconds=killed.randint(0, 60))
    found = listed(house)
    assert_said_once(house)
    house.close()
    return found


def assert_said_once(house: House) -> None:
    """Each card of a round, milestone or gate was posted, and nothing twice."""
    posts = [each["metadata"] for each in house.get("/local/posts") if each["metadata"]]
    operations = Counter(each["event_payload"]["operation"] for each in posts)
    assert set(operations.values()) == {1}
    held = Counter(entry.kind for entry in house.execution_list() if entry.state is not EntryState.PENDING)
    for kind in (EntryKind.ROUND, EntryKind.MILESTONE, EntryKind.GATE):
        assert sum(operation.endswith(f"-{kind}/card") for operation in operations) == held[kind]


def test_every_round_milestone_and_gate_of_the_plan_is_held(tmp_path: Path) -> None:
    house = begin(tmp_path / "once", "Asia/Shanghai", datetime(2026, 1, 19, tzinfo=UTC))
    assert len([each for each in house.channel() if "Watch of orders" in shown(each)]) == 1
    house.fast_forward(days=1, minutes=1)
    assert "Is there no complaint from users?" in shown(house.card("Gate"))
    house.presses("wang", house.card("Gate"), "yes")
    held = run(house, days=6)
    rounds = Counter(
        datetime.fromisoformat(at).astimezone(ZoneInfo("Asia/Shanghai")).day
        for at, kind, state in held
        if kind == EntryKind.ROUND and at < "2026-01-25T16"
    )
    assert [rounds[day] for day in range(19, 26)] == [36, 12, 4, 4, 4, 4, 4]
    assert not [entry for entry in held if entry[2] in ("missed", "not_applicable")]
    # The first gate passed with an answer; nobody answered the questions of the last one, so it waits.
    assert [state for _, kind, state in held if kind == EntryKind.GATE] == ["passed", "running"]


def test_after_the_last_gate_the_routine_goes_on_every_week_until_somebody_ends_the_watch(
    tmp_path: Path,
) -> None:
    house = begin(tmp_path / "routine", "Asia/Shanghai", datetime(2026, 1, 19, tzinfo=UTC))
    house.fast_forward(days=7, hours=1)
    house.presses("lin", house.card("Gate"), "yes")
    house.fast_forward(days=23)
    routine = [entry for entry in house.execution_list() if entry.phases == (ROUTINE,)]
    assert [entry.state for entry in routine] == ["passed", "passed", "passed", "pending"]
    assert {later.at - earlier.at for earlier, later in pairwise(routine)} == {timedelta(weeks=1)}
    house.types("lin", "/monitor watch stop")
    house.fast_forward(days=15)
    assert len([each for each in house.channel() if "Round of orders" in shown(each)]) == 36 + 12 + 20 + 3
    house.close()


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Asia/Shanghai", datetime(2026, 1, 19, tzinfo=UTC)),  # no change of the clock at all
        ("America/New_York", datetime(2026, 3, 7, tzinfo=UTC)),  # day 2 has 23 hours
        ("Australia/Lord_Howe", datetime(2026, 4, 4, tzinfo=UTC)),  # day 2 has half an hour more
    ],
)
def test_a_bot_that_is_killed_at_random_steps_carries_out_the_same_list(
    tmp_path: Path, zone: str, day: datetime
) -> None:
    whole = run(begin(tmp_path / "whole", zone, day))
    killed = run(begin(tmp_path / "killed", zone, day), killed=random.Random(zone))  # noqa: S311
    assert killed == whole
