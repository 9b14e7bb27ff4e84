import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from click.testing import Result
from keeping import Kept

from bot.clock import RealClock

Vigil = Callable[..., Result]
Answer = Callable[..., Any]


def test_status_has_every_metric_beside_its_target(kept: Kept, answer: Answer) -> None:
    kept.measures('{"duplicates": 0.3, "delay": 0.25}')
    [found] = answer("status")
    assert (found["service"], found["alerts"]) == ("orders", {"critical": 1, "warning": 0})
    rows = [{key: row[key] for key in row if key != "measured_at"} for row in found["metrics"]]
    assert rows == [
        {
            "group": "orders",
            "metric": "duplicates",
            "label": "Duplicates",
            "state": "critical",
            "value": 0.3,
            "unit": "%",
            "target": "= 0",
        },
        {
            "group": "other",
            "metric": "wait",
            "label": "Waiting time",
            "state": "ok",
            "value": 0.25,
            "unit": "s",
            "target": "< 1",
        },
    ]
    assert all(row["measured_at"].endswith("+08:00") for row in found["metrics"])
    assert [line["label"] for line in found["system"]] == [
        "Production",
        "Monitoring",
        "Alert rules",
        "On-call team",
    ]


def test_what_was_never_measured_has_no_value(kept: Kept, answer: Answer) -> None:
    [found] = answer("status")
    assert [(row["state"], row["value"], row["measured_at"]) for row in found["metrics"]] == [
        ("no_data", None, None)
    ] * 2


def test_people_read_the_panel_as_a_table(kept: Kept, vigil: Vigil) -> None:
    kept.measures('{"duplicates": 0.3, "delay": 0.25}')
    lines = [" ".join(line.split()) for line in vigil("status").stdout.splitlines()]
    assert any(line.startswith("Order processing Duplicates CRITICAL 0.3% = 0%") for line in lines)
    assert any(line.startswith("Other Waiting time OK 250 ms < 1 s") for line in lines)
    assert "orders: Open alerts: critical 1, warning 0" in lines
    assert "Production: in trouble" in lines


def test_a_chinese_configuration_speaks_chinese(kept: Kept, vigil: Vigil) -> None:
    config = kept.folder / "config.yaml"
    config.write_text(config.read_text() + "language: zh\n")
    said = vigil("status").stdout
    assert "等待时间" in said
    assert "无数据" in said
    assert "NO DATA" not in said


def test_an_open_alert_says_who_has_it(kept: Kept, answer: Answer) -> None:
    kept.measures('{"duplicates": 0.3, "delay": 0.25}')
    [found] = answer("alerts")
    facts = {key: value for key, value in found.items() if key not in ("id", "fired_at", "paged")}
    assert facts == {
        "alert": "orders/duplicates",
        "service": "orders",
        "kind": "breach",
        "labels": {},
        "priority": 0,
        "severity": "critical",
        "state": "firing",
        "quiet": None,
        "value": 0.3,
        "unit": "%",
        "reason": "Duplicates 0.3% > 0.1%",
        "level": 1,
        "levels": 1,
        "acknowledged_by": None,
        "acknowledged_at": None,
    }
    assert found["paged"] == ["lin"]
    assert found["fired_at"].endswith("+08:00")


def test_what_is_silenced_says_so_and_comes_in_its_place_by_priority(
    kept: Kept, answer: Answer, vigil: Vigil
) -> None:
    assert vigil("silence", "alertname=duplicates", "2h", "deploying").exit_code == 0
    kept.now = RealClock().now()
    kept.measures('{"duplicates": 0.3, "delay": 7}')
    first, second = answer("alerts")
    assert [(each["alert"], each["priority"]) for each in (first, second)] == [
        ("orders/duplicates", 0),
        ("orders/wait", 2),
    ]
    assert second["quiet"] is None
    assert (first["quiet"]["kind"], first["level"], first["paged"]) == ("silence", 0, [])
    assert "deploying" in first["quiet"]["reason"]
    assert first["quiet"]["until"].endswith("+08:00")


def test_people_read_alerts_as_a_table(kept: Kept, vigil: Vigil) -> None:
    kept.measures('{"duplicates": 0.3, "delay": 0.25}')
    lines = [" ".join(line.split()) for line in vigil("alerts").stdout.splitlines()]
    assert any(line.startswith("P0 CRITICAL orders/duplicates Duplicates 0.3% > 0.1% ") for line in lines)
    assert any(line.endswith("1/1 –") for line in lines)


def test_without_alerts_it_says_so(kept: Kept, answer: Answer, vigil: Vigil) -> None:
    kept.measures('{"duplicates": 0, "delay": 0.25}')
    assert answer("alerts") == []
    assert vigil("alerts").stdout == "No open alerts\n"


def test_a_terminal_without_chinese_gets_no_traceback_and_a_program_the_whole_text(kept: Kept) -> None:
    config = kept.folder / "config.yaml"
    config.write_text(config.read_text() + "language: zh\n")

    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments, "--config", str(config)],
            env=os.environ | {"PYTHONIOENCODING": "ascii"},
            capture_output=True,
            check=True,
        )

    assert b"???? " in run("status").stdout
    [found] = json.loads(run("status", "--json").stdout.decode("ascii"))
    assert found["metrics"][1]["label"] == "等待时间"
