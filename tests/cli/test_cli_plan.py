from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from keeping import Kept

Vigil = Callable[..., Result]
Answer = Callable[..., Any]

START = "2026-01-19T00:00"


def test_a_start_gives_the_whole_list_in_order_with_the_plans_offset(answer: Answer) -> None:
    found = answer("plan", "--start", START)
    assert [(each["at"], each["kind"]) for each in found] == [
        ("2026-01-19T00:00:00+08:00", "round"),
        ("2026-01-19T04:00:00+08:00", "milestone"),
        ("2026-01-19T12:00:00+08:00", "round"),
        ("2026-01-19T23:59:00+08:00", "checkpoint"),
        ("2026-01-20T00:00:00+08:00", "gate"),
        ("2026-01-20T09:00:00+08:00", "report"),
    ]


def test_rounds_of_one_instant_are_one_with_both_names(answer: Answer) -> None:
    noon = answer("plan", "--start", START)[2]
    assert noon == {
        "at": "2026-01-19T12:00:00+08:00",
        "phase": "Day 1 + Morning",
        "kind": "round",
        "checklist": "hourly + morning",
        "state": "pending",
        "phases": ["Day 1", "Morning"],
        "checklists": ["hourly", "morning"],
        "service": "orders",
    }


def test_what_is_no_round_says_what_it_is(answer: Answer) -> None:
    found = {each["kind"]: each for each in answer("plan", "--start", START)}
    assert found["checkpoint"]["label"] == "Assessed"
    assert found["gate"]["criteria"] == "first-day"
    assert found["report"]["report"] == "daily"
    assert {"label", "criteria", "report"} & set(found["milestone"]) == set()


def test_what_was_over_before_the_start_is_not_applicable(answer: Answer) -> None:
    found = answer("plan", "--start", "2026-01-19T04:00Z")
    assert [(each["at"][11:16], each["state"]) for each in found][:3] == [
        ("00:00", "not_applicable"),
        ("12:00", "pending"),
        ("16:00", "pending"),
    ]


def test_people_read_days_and_what_is_due(vigil: Vigil) -> None:
    lines = [" ".join(line.split()) for line in vigil("plan", "--start", START).stdout.splitlines()]
    assert "Mon 19 Jan 12:00 Day 1 + Morning round hourly + morning pending" in lines
    assert "Mon 19 Jan 04:00 milestone 4 h after the deployment pending" in lines
    assert "Mon 19 Jan 23:59 checkpoint Assessed pending" in lines
    assert "Tue 20 Jan 00:00 gate first-day pending" in lines
    assert "Tue 20 Jan 09:00 report daily pending" in lines


def test_a_start_that_is_no_time_is_a_usage_error(vigil: Vigil) -> None:
    result = vigil("plan", "--start", "19.1.2026")
    assert (result.exit_code, result.stdout) == (2, "")
    assert (
        "'19.1.2026' is not a time; write 2026-01-19T09:00+08:00, or without the offset for" in result.stderr
    )


def test_the_running_watch_shows_today_or_everything(kept: Kept, answer: Answer) -> None:
    kept.watch()
    today, whole = answer("plan"), answer("plan", "--all")
    day = kept.now.astimezone(datetime.fromisoformat(whole[0]["at"]).tzinfo).date().isoformat()
    assert {each["at"][:10] for each in today} == {day}
    assert [each for each in whole if each["at"][:10] == day] == today
    assert [each["kind"] for each in whole].count("report") == 1


def test_a_day_without_entries_says_how_to_see_the_others(kept: Kept, vigil: Vigil, answer: Answer) -> None:
    kept.watch(days_ago=10)
    assert answer("plan") == []
    assert vigil("plan").stdout.splitlines() == [
        "orders: Nothing is planned for today",
        "`vigil plan --all` shows every day",
    ]


def test_without_a_watch_it_says_how_to_see_a_plan(kept: Kept, vigil: Vigil, answer: Answer) -> None:
    assert answer("plan") == []
    result = vigil("plan")
    assert (result.exit_code, result.stdout.splitlines()) == (
        0,
        [
            "No watch is running, so nothing is planned",
            "`vigil plan --start TIME` shows the plan of a watch that starts then",
        ],
    )


@pytest.mark.parametrize("command", ["plan", "status", "alerts"])
def test_a_database_that_does_not_exist_is_a_clear_error_and_is_not_made(
    command: str, vigil: Vigil, folder: Path
) -> None:
    result = vigil(command, "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"there is no database {folder}/vigil.db yet; `vigil up` makes it\n"
    assert not (folder / "vigil.db").exists()


@pytest.mark.parametrize("command", ["plan", "status", "alerts"])
def test_a_file_that_is_no_database_is_a_clear_error(command: str, vigil: Vigil, folder: Path) -> None:
    (folder / "vigil.db").write_text("these are no rows" * 100)
    result = vigil(command)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "file is not a database" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_an_empty_plan_is_not_taken_for_a_quiet_day(vigil: Vigil, answer: Answer, folder: Path) -> None:
    (folder / "config.yaml").write_text("service: orders\n")
    assert answer("plan", "--start", START) == []
    assert vigil("plan", "--start", START).stdout == "orders: The plan has no entries\n"
