"""A whole rehearsal: the sample breaks, the bot pages, somebody acts, and the report says how soon."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner
from house import until

from bot.cli import main

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


def test_up_with_a_speed_is_a_rehearsal_without_a_script(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    ports = ["--workspace-port", "0", "--sample-port", str(free_ports())]
    command = [sys.executable, "-m", "bot", "up", "--sample", "--speed", "500", *ports]
    bot = subprocess.Popen(
        [*command, "--config", str(tmp_path / "config.yaml")], stdout=subprocess.PIPE, text=True
    )
    try:
        assert bot.stdout
        assert bot.stdout.readline() == "Vigil rehearses, at most 500 times as fast as real time.\n"
        url = bot.stdout.readline().removeprefix("Local workspace: ").strip()
        until(lambda: any("resilience-v1.0" in json.dumps(each) for each in _messages(url)))
    finally:
        bot.terminate()
        bot.communicate(timeout=60)
    assert bot.returncode == 0
    assert sorted(each.name for each in tmp_path.iterdir()) == ["config.yaml", "examples"]


def _messages(url: str) -> list[dict[str, object]]:
    with urllib.request.urlopen(f"{url}/local/messages?channel=oncall", timeout=30) as answer:
        found: list[dict[str, object]] = json.load(answer)
        return found


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--speed", "10"], "--speed needs --sample"),
        (["--speed", "10", "--sample", "--workspace", "slack"], "leave out --workspace slack"),
        (["--speed", "0", "--sample"], "0"),
    ],
)
def test_a_speed_that_nobody_could_keep_is_refused(tmp_path: Path, arguments: list[str], said: str) -> None:
    (tmp_path / "config.yaml").write_text(CONFIG, encoding="utf-8")
    result = CliRunner().invoke(main, ["up", *arguments, "--config", str(tmp_path / "config.yaml")])
    assert (result.exit_code, said in result.stderr) == (2, True)
