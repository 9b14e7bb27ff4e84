from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Vigil = Callable[..., Result]
Answer = Callable[..., Any]


def test_every_check_is_asked_and_nothing_is_stored(answer: Answer, folder: Path) -> None:
    before = sorted(folder.iterdir())
    found = answer("check")
    assert [(each["check"], each["state"]) for each in found] == [("figures", "ok"), ("plugin", "ok")]
    assert sorted(folder.iterdir()) == before


def test_an_answer_carries_what_was_measured_and_the_limits_of_the_program(answer: Answer) -> None:
    [found] = answer("check", "plugin")
    assert set(found) == {
        "check",
        "service",
        "state",
        "summary",
        "hint",
        "measurements",
        "sightings",
        "started_at",
        "duration_s",
    }
    assert found["summary"] == "DISK OK - [b]free[/b]"
    assert found["measurements"] == [
        {
            "metric": "/",
            "value": 2643,
            "unit": "MB",
            "labels": {},
            "warn": "5948",
            "crit": "5958",
            "min": 0,
            "max": 5968,
        }
    ]
    assert datetime.fromisoformat(found["started_at"]).utcoffset() is not None
    assert 0 <= found["duration_s"] < 10


def test_a_measurement_has_the_name_and_unit_of_the_metric_it_feeds(answer: Answer) -> None:
    [found] = answer("check", "figures")
    assert [(each["metric"], each["value"], each["unit"]) for each in found["measurements"]] == [
        ("duplicates", 0, "%"),
        ("wait", 0.25, "s"),
    ]


@pytest.mark.parametrize(
    ("figures", "plugin", "exit_code", "states"),
    [
        # all is well
        ('{"duplicates": 0}', "OK - fine", 0, ["ok", "ok"]),
        # a target is missed
        ('{"delay": 1}', "OK - fine", 1, ["warning", "ok"]),
        # a limit of config.yaml is passed, though the program has none of its own
        ('{"duplicates": 0.2, "delay": 1}', "OK - fine", 2, ["critical", "ok"]),
        # what cannot be measured is worst, even beside a breach
        ("not json", "OK - fine", 3, ["unknown", "ok"]),
    ],
)
def test_the_exit_code_is_the_worst_state(
    figures: str, plugin: str, exit_code: int, states: list[str], vigil: Vigil, answer: Answer, folder: Path
) -> None:
    (folder / "figures.json").write_text(figures)
    (folder / "plugin.txt").write_text(plugin)
    assert [each["state"] for each in answer("check")] == states
    assert vigil("check").exit_code == vigil("check", "--json").exit_code == exit_code


def test_only_the_named_checks_count(vigil: Vigil, folder: Path) -> None:
    (folder / "figures.json").write_text("not json")
    assert vigil("check", "plugin").exit_code == 0
    assert vigil("check", "plugin", "figures").exit_code == 3


def test_people_see_state_value_target_summary_and_hint(vigil: Vigil, folder: Path) -> None:
    (folder / "figures.json").unlink()
    (folder / "plugin.txt").unlink()
    said = vigil("check").stdout
    assert "COULD NOT MEASURE" in said
    assert "→ " in said
    (folder / "figures.json").write_text('{"duplicates": 0.25, "delay": 0.25}')
    said = vigil("check", "figures").stdout
    assert "CRITICAL Duplicates 0.25% · target = 0%" in said
    assert "Waiting time 250 ms · target < 1 s" in said


def test_nothing_is_cut_off_for_want_of_room(vigil: Vigil, folder: Path) -> None:
    (folder / "plugin.txt").write_text("OK - " + "x" * 290 + "\n")
    assert vigil("check", "plugin").stdout.count("x") == 290


def test_what_a_check_says_is_no_markup(vigil: Vigil) -> None:
    assert "DISK OK - [b]free[/b]" in vigil("check", "plugin").stdout


def test_checks_are_asked_side_by_side(vigil: Vigil, folder: Path) -> None:
    # each of two checks waits for the other one's file
    wait = "for _ in $(seq 100); do test -e {} && exit 0; sleep 0.05; done; exit 2"
    one, two = (f"touch {mine}; {wait.format(other)}" for mine, other in (("a", "b"), ("b", "a")))
    (folder / "config.yaml").write_text(
        "service: orders\nchecks:\n"
        f"  one: {{kind: command, shell: true, output: exit, run: '{one}'}}\n"
        f"  two: {{kind: command, shell: true, output: exit, run: '{two}'}}\n"
    )
    assert vigil("check").exit_code == 0


def test_an_unknown_name_is_a_usage_error_with_the_nearest_one(vigil: Vigil) -> None:
    result = vigil("check", "figurs")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no check is called 'figurs'; did you mean `figures`?" in result.stderr


def test_a_bad_configuration_is_no_state_of_a_check(vigil: Vigil, folder: Path) -> None:
    (folder / "config.yaml").write_text("service: orders\nchecks: {a: {kind: comand}}\n")
    result = vigil("check")
    assert (result.exit_code, result.stdout) == (4, "")
    assert "config.yaml:2: " in result.stderr


def test_without_checks_it_says_so(vigil: Vigil, answer: Answer, folder: Path) -> None:
    (folder / "config.yaml").write_text("service: orders\n")
    assert answer("check") == []
    assert vigil("check").stdout == "There is no check to run: config.yaml has none\n"
    assert "config.yaml has no check" in vigil("check", "figures").stderr
