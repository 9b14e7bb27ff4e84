"""`vigil silence` as a person or a program meets it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import Result
from keeping import Kept

Vigil = Callable[..., Result]


def test_a_silence_is_added_listed_and_ended(vigil: Vigil, kept: Kept) -> None:
    added = vigil(
        "silence",
        "add",
        "severity=warning",
        "host=~db-.*",
        "--for",
        "2h",
        "--reason",
        "moving",
        "--as",
        "lin",
    )
    assert added.exit_code == 0, added.output
    key, words = added.output.split("  ", 1)
    assert "Lin Wei silenced `severity=warning host=~db-.*` until" in words
    (found,) = json.loads(vigil("silence", "list", "--json").output)
    assert (found["silence"], found["by"], found["reason"]) == (key, "lin", "moving")
    assert found["matchers"] == ["severity=warning", "host=~db-.*"]
    assert "moving" in vigil("silence", "list").output
    ended = vigil("silence", "end", key, "--as", "chen")
    assert (ended.exit_code, "Chen Jie ended the silence" in ended.output) == (0, True)
    assert "Nothing is silenced" in vigil("silence", "list").output
    assert vigil("silence", "end", key).exit_code == 1


def test_a_silence_of_everything_has_to_be_meant(vigil: Vigil, kept: Kept) -> None:
    refused = vigil("silence", "add", "service=~.*", "--for", "1h")
    assert (refused.exit_code, "add --yes if that is meant" in refused.output) == (1, True)
    assert vigil("silence", "add", "service=~.*", "--for", "1h", "--yes").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["severity", "--for", "1h"], "is no matcher"),
        (["host=~(", "--for", "1h"], "is no expression"),
        (["severity=warning"], "--for"),
        (["severity=warning", "--for", "soon"], "is not a duration"),
        (["severity=warning", "--for", "1h", "--as", "nobody"], "no person is called 'nobody'"),
    ],
)
def test_what_cannot_be_silenced_is_a_usage_error(
    vigil: Vigil, kept: Kept, arguments: list[str], why: str
) -> None:
    answer = vigil("silence", "add", *arguments)
    assert (answer.exit_code, why in answer.output) == (2, True), answer.output
