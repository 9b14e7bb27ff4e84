"""Scenario files: what they say, and what is wrong with them, each with its line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import ConfigError, load
from bot.config.scenario import load_scenario
from bot.domain.rehearsal.scenario import Cue, Deed, Fault, Measure
from bot.domain.setup import Setup

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "examples" / "orders" / "scenarios").glob("*.yaml"))
CONFIG = """
service: orders
timezone: Asia/Shanghai
people:
  lin: {name: Lin Wei, slack: U0LIN}
  wu: {name: Wu}
"""
GOOD = """
name: {en: Slow, zh: 慢}
at: 2026-01-19T02:00
length: 20m
faults:
  - {after: 2m, fault: slow}
  - {after: 9m, fault: slow, on: false}
people:
  - {when: paged, after: 1m, types: ack}
  - {person: lin, presses: playbook-decide, option: roll-back}
expect: {acknowledged: never, next_level: 11m}
"""


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return load(tmp_path / "config.yaml", {})


def test_a_scenario_says_what_breaks_and_who_does_what(tmp_path: Path, setup: Setup) -> None:
    (tmp_path / "slow.yaml").write_text(GOOD, encoding="utf-8")
    scenario = load_scenario(tmp_path / "slow.yaml", setup)
    minute = timedelta(minutes=1)
    assert scenario.begins_at == datetime(2026, 1, 18, 18, 0, tzinfo=UTC)
    assert scenario.broken_at == scenario.begins_at + 2 * minute
    assert scenario.faults == (
        Fault(after=2 * minute, fault="slow"),
        Fault(after=9 * minute, fault="slow", on=False),
    )
    assert scenario.deeds == (
        Deed(cue=Cue.PAGED, after=minute, types="ack"),
        Deed(person="lin", presses="playbook-decide", option="roll-back"),
    )
    # Detection and paging have their limits without a word; of the rest nothing is expected.
    assert scenario.limits == {
        Measure.DETECTED: minute,
        Measure.PAGED: minute,
        Measure.ACKNOWLEDGED: None,
        Measure.NEXT_LEVEL: 11 * minute,
    }


@pytest.mark.parametrize(
    ("good", "bad", "said"),
    [
        ("length: 20m", "lenght: 20m", "slow.yaml:4: lenght: unknown key `lenght`; did you mean `length`?"),
        ("length: 20m", "length: soon", "slow.yaml:4: length: "),
        ("at: 2026-01-19T02:00", "at: tonight", "slow.yaml:3: at: "),
        (
            "{after: 9m,",
            "{after: 90m,",
            "slow.yaml:7: faults.1.after: comes after the end; make `length` longer",
        ),
        ("types: ack", "types: akc", "slow.yaml:9: people.0.types: `akc` is no command; did you mean `ack`?"),
        (
            "types: ack",
            "types: silence x",
            "slow.yaml:9: people.0.types: `silence x` is less than `/monitor silence ",
        ),
        ("types: ack", "presses: ''", "slow.yaml:9: people.0: must have one of `types`, `presses`"),
        (
            "person: lin",
            "person: line",
            "slow.yaml:10: people.1.person: nobody is called `line`; did you mean `lin`?",
        ),
        (
            "person: lin",
            "person: wu",
            "slow.yaml:10: people.1.person: `wu` has no `slack` in the configuration",
        ),
        ("when: paged, ", "", "slow.yaml:9: people.0: needs a `person`, or a `when`"),
        (
            "{after: 2m, fault: slow}",
            "{after: 2m, fault: slow, on: false}",
            "breaks nothing: no fault is switched on",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, setup: Setup, good: str, bad: str, said: str
) -> None:
    assert good in GOOD
    (tmp_path / "slow.yaml").write_text(GOOD.replace(good, bad), encoding="utf-8")
    with pytest.raises(ConfigError) as wrong:
        load_scenario(tmp_path / "slow.yaml", setup)
    assert said in str(wrong.value)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_the_shipped_scenarios_suit_the_shipped_configuration(file: Path) -> None:
    setup = load(ROOT / "config.yaml", {})
    assert load_scenario(file, setup).limits


def test_the_plans_three_scenarios_and_the_sleeper_are_shipped() -> None:
    assert [file.stem for file in SHIPPED] == [
        "asleep",
        "duplicated-orders",
        "failing-pushes",
        "slow-requests",
    ]
