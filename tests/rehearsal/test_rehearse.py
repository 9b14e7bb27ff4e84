"""A whole rehearsal: the sample breaks, the bot pages, somebody acts, and the report says how soon."""

from __future__ import annotations

import json
import os
import re
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
SHIPPED = sorted((ROOT / "examples" / "orders" / "scenarios").glob("*.yaml"))

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
length: 4m
speed: 1000
faults:
  - {after: 70s, fault: errors}
people:
  - {when: paged, after: 20s, types: ack}
  - {when: paged, after: 25s, presses: silence, enters: {why: practice}}
  - {when: paged, after: 30s, presses: silence, enters: {for: 7m, reason: practice}}
  - {when: paged, after: 35s, presses: silence, enters: {matchers: metric=cpu, reason: practice}}
  - {when: paged, after: 40s, types: status, enters: {reason: practice}}
  - {when: paged, after: 1m, presses: fly}
  - {when: paged, after: 1h, types: status}
  - {when: next_level, types: ack}
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


def rehearse(
    folder: Path, scenario: str, *arguments: str, config: str = CONFIG
) -> subprocess.CompletedProcess[str]:
    (folder / "config.yaml").write_text(config, encoding="utf-8")
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
        timeout=300,
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
    # What is entered in forms, and what nobody came to do.
    for words in (
        "enters why: practice, which is refused: the form has no field why; it has matchers, for, reason",
        "enters for: 7m, reason: practice, which is refused: ",
        "enters matchers: metric=cpu, reason: practice",
        "cannot enter reason: practice: no form has opened",
        "It did not come to this: presses fly – no card has that button",
        "It did not come to this: types `/monitor status` – the rehearsal was over before",
        "It did not come to this: types `/monitor ack` – what it waits for, next_level, has not come",
    ):
        assert any(each.startswith(words) for each in told), (words, told)
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


def shipped_with_scripts() -> str:
    """The shipped configuration, but that the plan's script tells what DuckDB does: a program costs less."""
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    script = "    run: [./examples/orders/scripts/check_tier1.sh]\n    output: json\n"
    asked = re.compile(
        r"(  tier-1:.*?)    kind: sql\n.*?(    every: 10s\n.*?)  figures:.*?(?=  latency:)", re.S
    )
    changed, found = asked.subn(rf"\1    kind: command\n{script}\2", text, count=1)
    assert found == 1
    return changed


DONE = {
    "duplicated-orders": ["Roll back succeeded", "Take orders again succeeded", "Verify: VERIFIED"],
    "slow-requests": [
        "Lower the share of the traffic succeeded",
        "Give all traffic back succeeded",
        "VERIFIED",
    ],
    "failing-pushes": [
        "enters note: The API's supplier is on it",
        "Restart the push worker succeeded",
        "VERIFIED",
    ],
    "asleep": ["nobody acknowledged at level 1", "Acknowledged by Wang Fang"],
}
"""What is done in each scenario that is shipped, in this order."""


@pytest.mark.story
@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_every_shipped_scenario_goes_as_it_says(tmp_path: Path, file: Path) -> None:
    scenario = file.read_text(encoding="utf-8")
    ran = rehearse(tmp_path, scenario, "--json", "--speed", "1000", config=shipped_with_scripts())
    assert ran.returncode == 0, ran.stdout + ran.stderr
    told = "\n".join(each["what"] for each in json.loads(ran.stdout)["timeline"])
    for words in DONE[file.stem]:
        assert words in told
        told = told.partition(words)[2]
    assert "It did not come to this" not in told


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
