from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

Vigil = Callable[..., Result]
Answer = Callable[..., Any]

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
