"""The log: one event a line, with its facts, and no secret in it."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from bot.cli.running.json_line import JsonLine
from bot.cli.running.logs import TextLine

FACTS = {"alert": "ab12", "severity": "critical", "by": None, "why": "a gap in it"}


def event(message: str, error: str = "", **facts: object) -> logging.LogRecord:
    record = logging.LogRecord("bot.store", logging.INFO, "file.py", 1, message, (), None)
    record.created = 1768788840.5
    if error:
        try:
            raise ValueError(error)
        except ValueError:
            record.exc_info = sys.exc_info()
    record.__dict__.update(facts)
    return record


def test_a_line_of_text_ends_with_the_facts_that_there_are() -> None:
    line = TextLine().format(event("alert.firing", **FACTS))
    assert line.endswith(' INFO bot.store alert.firing alert=ab12 severity=critical why="a gap in it"')


def test_an_event_as_an_object_holds_its_facts_by_name() -> None:
    told = json.loads(JsonLine().format(event("alert.firing", **FACTS)))
    assert told == {
        "at": "2026-01-19T02:14:00.500+00:00",
        "level": "INFO",
        "logger": "bot.store",
        "message": "alert.firing",
        **FACTS,
    }


@pytest.mark.parametrize("form", [TextLine, JsonLine])
def test_no_text_from_outside_begins_a_line_of_its_own(form: type[logging.Formatter]) -> None:
    line = form().format(event("a name\n2026-01-19 CRITICAL forged", why="two\nlines"))
    assert "\n" not in line


def test_a_traceback_is_part_of_the_object() -> None:
    line = JsonLine().format(event("failed", error="no such thing"))
    assert "\n" not in line
    assert json.loads(line)["traceback"].endswith("ValueError: no such thing")


@pytest.mark.parametrize("form", [TextLine, JsonLine])
@pytest.mark.parametrize(
    "secret",
    [
        "xoxb-123456-abcdef",
        "postgresql://vigil:hunter22@db/vigil",
        "Authorization: Bearer abcdefghij",
        "api_key=s3cr3tvalue",
    ],
)
def test_what_looks_like_a_secret_is_hidden_wherever_it_stands(
    form: type[logging.Formatter], secret: str
) -> None:
    line = form().format(event(f"refused: {secret}", error=f"with {secret}", why=secret))
    for part in ("123456-abcdef", "hunter22", "abcdefghij", "s3cr3tvalue"):
        assert part not in line
    assert "***" in line
