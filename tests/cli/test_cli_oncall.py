import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from keeping import Kept

from bot.config import load
from bot.domain.oncall import override
from bot.domain.oncall.rotation import Override
from bot.store import Database

Vigil = Callable[..., Result]
Answer = Callable[..., Any]
HOUR = timedelta(hours=1)

SECOND_WEEK = {
    "schedule": "primary",
    "at": "2026-01-20T10:00:00+08:00",
    "on_call": ["chen"],
    "since": "2026-01-19T09:00:00+08:00",
    "until": "2026-01-26T09:00:00+08:00",
    "next": ["lin"],
}


@pytest.mark.parametrize(
    "at",
    [
        # in the schedule's zone
        "2026-01-20T10:00",
        # with an offset, the same instant
        "2026-01-20T02:00:00+00:00",
        "2026-01-20T02:00Z",
        # with a space, as people type it
        "2026-01-20 10:00",
    ],
)
def test_one_time_and_schedule_are_one_object_with_the_schedules_offset(at: str, answer: Answer) -> None:
    found = answer("oncall", "--at", at, "--schedule", "primary")
    assert {key: found[key] for key in SECOND_WEEK} == SECOND_WEEK
    assert set(found) - set(SECOND_WEEK) == {"why"}
    assert "rotation of primary" in found["why"]


def test_several_times_are_a_list_in_their_order(answer: Answer) -> None:
    found = answer("oncall", "--at", "2026-01-26T09:00", "--at", "2026-01-20T10:00", "--schedule", "primary")
    assert [(each["at"], each["on_call"]) for each in found] == [
        ("2026-01-26T09:00:00+08:00", ["lin"]),
        ("2026-01-20T10:00:00+08:00", ["chen"]),
    ]


def test_several_schedules_are_a_list_each_in_its_own_zone(answer: Answer) -> None:
    found = answer("oncall", "--at", "2026-07-20T10:00")
    assert [(each["schedule"], each["at"]) for each in found] == [
        ("primary", "2026-07-20T10:00:00+08:00"),
        ("night", "2026-07-20T10:00:00+01:00"),
    ]


def test_a_shift_without_an_end_has_no_next(answer: Answer) -> None:
    found = answer("oncall", "--at", "2026-01-20T10:00", "--schedule", "night")
    assert (found["on_call"], found["until"], found["next"]) == (["chen"], None, [])


def test_before_everything_begins_nobody_is_on_call(answer: Answer, vigil: Vigil) -> None:
    asked = ["oncall", "--at", "2026-01-01T00:00", "--schedule", "primary"]
    found = answer(*asked)
    assert (found["on_call"], found["since"], found["next"]) == ([], None, ["lin"])
    assert "nobody" in vigil(*asked).stdout


def test_people_read_names_and_days(vigil: Vigil) -> None:
    said = vigil("oncall", "--at", "2026-01-20T10:00", "--schedule", "primary").stdout
    assert [
        word for word in ("Chen Jie", "Mon 19 Jan 09:00", "Mon 26 Jan 09:00", "Lin Wei") if word not in said
    ] == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        # no time at all
        (
            ["--at", "tomorrow"],
            "'tomorrow' is not a time; write 2026-01-19T09:00+08:00, or without the offset",
        ),
        # a day that does not exist
        (["--at", "2026-02-30T09:00"], "'2026-02-30T09:00' is not a time"),
        # empty
        (["--at", ""], "'' is not a time"),
        # no calendar reaches there
        (["--at", "9999-12-31T23:59-12:00"], "is far away; write a year from 2000 to 2100"),
        # mistyped
        (["--schedule", "primry"], "no schedule is called 'primry'; did you mean `primary`?"),
        # nothing near
        (["--schedule", "xyz"], "no schedule is called 'xyz'; known: `night`, `primary`"),
    ],
)
def test_what_cannot_be_asked_is_a_usage_error(arguments: list[str], error: str, vigil: Vigil) -> None:
    result = vigil("oncall", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert error in result.stderr


def test_without_schedules_it_says_so(vigil: Vigil, answer: Answer, folder: Path) -> None:
    (folder / "config.yaml").write_text("service: orders\n")
    assert answer("oncall") == []
    assert vigil("oncall").stdout == "There is no schedule: config.yaml names none\n"


def test_what_people_changed_in_slack_counts_here_too(vigil: Vigil, answer: Answer, folder: Path) -> None:
    kept = Kept(folder)
    before = answer("oncall", "--schedule", "primary")["on_call"]
    other = "chen" if before == ["lin"] else "lin"
    now = kept.now
    change = Override(since=now - HOUR, until=now + HOUR, member=other)
    database = Database(load(folder / "config.yaml", {}).storage)
    with database.transaction() as rows:
        rows.overrides.keep(override.Kept(id="a1", schedule="primary", override=change, by="lin", at=now))
    database.close()
    assert answer("oncall", "--schedule", "primary")["on_call"] == [other]


def test_coverage_tells_when_nobody_would_be_paged(vigil: Vigil, answer: Answer, folder: Path) -> None:
    assert vigil("oncall", "--coverage").stdout == "somebody can be paged at any time\n"
    found = answer("oncall", "--coverage", "--from", "2026-01-20T00:00")
    assert (found["since"], found["gaps"], found["faults"]) == ("2026-01-20T00:00:00+08:00", [], [])
    config = folder / "config.yaml"
    config.write_text(config.read_text().replace("notify: [person:lin]", "notify: [schedule:primary]"))
    asked = ["oncall", "--coverage", "--from", "2026-01-10T00:00", "--until", "2026-01-14T00:00"]
    result = vigil(*asked)
    assert result.exit_code == 1
    assert "nobody will be paged from Sat 10 Jan 00:00 to Mon 12 Jan 09:00 (default)" in result.stdout
    assert json.loads(vigil(*asked, "--json").stdout)["gaps"] == [
        {
            "since": "2026-01-10T00:00:00+08:00",
            "until": "2026-01-12T09:00:00+08:00",
            "policy": "default",
            "level": None,
        }
    ]


def test_shifts_are_written_for_calendar_programs(vigil: Vigil) -> None:
    asked = ["oncall", "--ical", "--from", "2026-01-19T10:00", "--until", "2026-02-02T10:00"]
    written = vigil(*asked, "--schedule", "primary").stdout
    assert written.startswith("BEGIN:VCALENDAR")
    assert [line for line in written.splitlines() if line.startswith("SUMMARY")] == [
        "SUMMARY:Chen Jie",
        "SUMMARY:Lin Wei",
        "SUMMARY:Chen Jie",
    ]
    assert "DTSTART:20260126T010000Z" in written
    several = vigil(*asked)
    assert (several.exit_code, several.stdout) == (2, "")
    assert "name it; known: primary, night" in several.stderr


def test_a_stretch_that_ends_before_it_begins_is_a_usage_error(vigil: Vigil) -> None:
    result = vigil("oncall", "--coverage", "--from", "2026-01-20T00:00", "--until", "2026-01-19T00:00")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "must be later than the beginning" in result.stderr
