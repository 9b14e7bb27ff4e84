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
        *("silence", "severity=warning", "host=~db-.*", "2h", "moving", "--as", "lin"),
    )
    assert added.exit_code == 0, added.output
    key, words = added.output.split("  ", 1)
    assert "Lin Wei silenced `severity=warning host=~db-.*` until" in words
    (found,) = json.loads(vigil("silences", "--json").output)
    assert (found["silence"], found["by"], found["reason"]) == (key, "lin", "moving")
    assert found["matchers"] == ["severity=warning", "host=~db-.*"]
    assert "moving" in vigil("silences").output
    ended = vigil("unsilence", key, "--as", "chen")
    assert (ended.exit_code, "Chen Jie ended the silence" in ended.output) == (0, True)
    assert "Nothing is silenced" in vigil("silences").output
    assert vigil("unsilence", key).exit_code == 1


def test_a_silence_of_everything_has_to_be_meant(vigil: Vigil, kept: Kept) -> None:
    refused = vigil("silence", "service=~.*", "1h")
    assert (refused.exit_code, "add --yes if that is meant" in refused.output) == (1, True)
    assert vigil("silence", "service=~.*", "1h", "--yes").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "why"),
    [
        (["severity", "1h"], 1, "No open alert is called `severity`; `vigil alerts` lists them"),
        (["host=~(", "1h"], 1, "is no expression"),
        (["severity=warning"], 2, "is less than `vigil silence MATCHER… 1h [REASON]` takes"),
        (["severity=warning", "soon"], 1, "say how long"),
        (["severity=warning", "1h", "--as", "nobody"], 2, "no person is called 'nobody'"),
    ],
)
def test_what_cannot_be_silenced_is_told(
    vigil: Vigil, kept: Kept, arguments: list[str], code: int, why: str
) -> None:
    answer = vigil("silence", *arguments)
    assert (answer.exit_code, answer.stdout, why in answer.stderr) == (code, "", True), answer.output
