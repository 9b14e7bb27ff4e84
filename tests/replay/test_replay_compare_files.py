"""What another configuration would have altered, as it is printed."""

from __future__ import annotations

import json
from pathlib import Path

from playing import CONFIG, Player, csv_of, steady

ROWS = [
    *steady("latency", 12, 0, 3),
    *steady("latency", 1, 3, 60),
    *steady("latency", 30, 60, 75),
    (75, "latency", 1),
]


def test_another_threshold_loses_one_alert_and_makes_the_other_later(tmp_path: Path) -> None:
    player = Player(tmp_path)
    samples = player.write("samples.csv", csv_of(ROWS))
    other = player.write("other.yaml", CONFIG.replace('"> 10"}', '"> 20", for: 5m}'))
    compared = json.loads(player.run(samples, "--compare", other, "--json").stdout)
    assert [(each["change"], each["alert"]) for each in compared["alerts"]] == [
        ("lost", "orders/latency"),
        ("later", "orders/latency"),
    ]
    later = compared["alerts"][1]
    assert later["before"] == {
        "severity": "critical",
        "since": "2026-01-19T01:00:00+00:00",
        "until": "2026-01-19T01:15:00+00:00",
    }
    assert later["after"]["since"] == "2026-01-19T01:05:00+00:00"
    assert compared["pages"] == [
        {"person": "lin", "night": "2026-01-18", "before": 2, "after": 1},
        {"person": "zhao", "night": "2026-01-18", "before": 1, "after": 0},
    ]


def test_the_table_says_it_in_words(tmp_path: Path) -> None:
    player = Player(tmp_path)
    samples = player.write("samples.csv", csv_of(ROWS))
    other = player.write("other.yaml", CONFIG.replace('"> 10"}', '"> 20", for: 5m}'))
    shown = player.run(samples, "--compare", other).stdout
    assert "0 alerts gained, 1 lost, 0 earlier, 1 later, 0 of another severity, 0 the same" in shown
    assert "5m later" in shown
    assert "night of 2026-01-18" in shown


def test_a_configuration_that_is_wrong_is_told_before_anything_runs(tmp_path: Path) -> None:
    player = Player(tmp_path)
    samples = player.write("samples.csv", csv_of(ROWS))
    result = player.run(samples, "--compare", player.write("other.yaml", "servce: orders\n"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "other.yaml:1" in result.stderr
