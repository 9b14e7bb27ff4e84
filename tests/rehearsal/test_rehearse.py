"""A whole rehearsal: the sample breaks, the bot pages, somebody acts, and the report says how soon."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

CONFIG = """
service: orders
timezone: UTC
people:
  lin: {name: Lin Wei, slack: U0LIN}
escalations:
  default: {levels: [{notify: [person:lin], wait: 10m}]}
metrics:
  error_rate: {tier: 1, unit: "%", critical: "> 1"}
checks:
  errors:
    kind: command
    run: [./examples/orders/scripts/check_error_rate.sh]
    metric: error_rate
    every: 10s
"""
SCENARIO = """
name: Errors
at: 2026-01-19T02:00
length: 3m
speed: 1000
faults:
  - {after: 70s, fault: errors}
people:
  - {when: paged, after: 20s, types: ack}
expect: {detected: 40s, paged: 40s, acknowledged: 1m, rolled_back: never}
"""


def free_ports() -> int:
    """The first of three ports that nobody has."""
    while True:
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
        try:
            for number in range(3):
                with socket.socket() as each:
                    each.bind(("127.0.0.1", port + number))
        except (OSError, OverflowError):
            continue
        return port


def rehearse(folder: Path, scenario: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    (folder / "scenario.yaml").write_text(scenario, encoding="utf-8")
    if not (folder / "examples").exists():
        (folder / "examples").symlink_to(ROOT / "examples")
    ports = ["--workspace-port", "0", "--sample-port", str(free_ports())]
    command = [sys.executable, "-m", "bot", "rehearse", str(folder / "scenario.yaml"), *ports, *arguments]
    named = {
        name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "DATABASE_"))
    }
    return subprocess.run(
        [*command, "--config", str(folder / "config.yaml")],
        env=named,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.story
def test_a_fault_is_detected_paged_and_acknowledged_as_the_scenario_wants_it(tmp_path: Path) -> None:
    ran = rehearse(tmp_path, SCENARIO, "--json", "--report", str(tmp_path / "report.md"))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    day = json.loads(ran.stdout)
    after = {each["measure"]: each["after_s"] for each in day["measures"]}
    assert day["kept"] is True
    assert 0 < after["detected"] == after["paged"] <= 40
    assert after["acknowledged"] == pytest.approx(after["paged"] + 20, abs=1)
    assert after["rolled_back"] is None
    told = [each["what"] for each in day["timeline"]]
    assert told[0] == "errors is switched on"
    assert "types `/monitor ack`" in told
    assert any("Acknowledged by Lin Wei; the escalation stops" in each for each in told)
    report = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert report.startswith("# Game day: Errors\n")
    assert f"| Detected | after {after['detected']:.0f}s | within 40s | kept |" in report
    # Whatever it made is gone with it.
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "config.yaml",
        "examples",
        "report.md",
        "scenario.yaml",
    ]


def test_a_fault_that_the_sample_does_not_have_is_told_before_anything_breaks(tmp_path: Path) -> None:
    ran = rehearse(tmp_path, SCENARIO.replace("fault: errors", "fault: flood"))
    assert (ran.returncode, "Traceback" in ran.stderr) == (2, False)
    assert "the sample has no fault 'flood'; there are duplicate-orders, failing-pushes" in ran.stderr


def test_without_the_sample_there_is_no_rehearsal(tmp_path: Path) -> None:
    (tmp_path / "examples").mkdir()
    ran = rehearse(tmp_path, SCENARIO)
    assert (ran.returncode, "Traceback" in ran.stderr) == (2, False)
    assert "examples/orders/service.py is not there" in ran.stderr
