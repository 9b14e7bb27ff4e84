"""Whatever is typed in a terminal ends in an answer: never in a traceback, and understood as Slack would."""

from __future__ import annotations

import re
from collections.abc import Callable

from click.testing import CliRunner, Result
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from keeping import Kept

from bot.cli import main
from bot.domain.commands import TABLE, Command, definition_of, parse

Vigil = Callable[..., Result]

PATHS = [
    " ".join((each.word, *part)) for each in TABLE for part in ((), *((one.word,) for one in each.parts))
]
KNOWN = st.sampled_from(
    (
        "v1",
        "orders",
        "duplicates",
        "primary",
        "lin",
        "1h",
        "2d",
        "10m",
        "dry",
        "all",
        "why",
        "add",
        "hourly",
        "a=b",
    )
)
WORDS = st.lists(KNOWN | st.text(max_size=12), max_size=6)
ENDS = (0, 1, 2, 3)
"""3 is what `gate` says while it waits."""


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(PATHS), WORDS)
@example("silence", ['host=~"', "1h"])
@example("override", ["lin", "99999999999d"])
@example("note", ["--", "--as"])
@example("alert", ["\udcff"])
@example("watch stop", ["v1", "\x00"])
def test_whatever_follows_a_command_is_answered(
    vigil: Vigil, kept: Kept, path: str, words: list[str]
) -> None:
    # Completion, dialogs and waiting have tests of their own.
    told = CliRunner().invoke(main, [*path.split(), *words], input="n\n")
    assert told.exception is None or isinstance(told.exception, SystemExit), (path, words, told.exception)
    assert told.exit_code in ENDS
    assert "Traceback" not in told.output
    assert "WORD_" not in told.output
    assert told.output.strip() or told.exit_code == 0


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(PATHS).filter(lambda path: path != "help"),
    st.lists(KNOWN | st.text(min_size=1, max_size=9), max_size=6),
)
def test_the_terminal_understands_what_slack_does(path: str, words: list[str]) -> None:
    """Where it is understood it only lacks a configuration here."""
    if any(each.startswith("-") or re.search(r"[\ud800-\udfff]", each) for each in words):
        return  # options, and bytes that are no text, are the terminal's alone
    definition = definition_of(path)
    assert definition
    if definition.form and not words:
        return  # forms are Slack's alone
    if definition.quoted and any(re.search(r"\s", each) for each in words):
        return  # a shell has taken the quotes away already
    told = CliRunner(env={"VIGIL_CONFIG": "/nowhere/config.yaml"}).invoke(main, [*path.split(), *words])
    found = parse(" ".join((path, *words)))
    understood = isinstance(found, Command) and found.word == path.split()[0]
    said = re.search(r"is (more|less) than `|is not among `|there is no command `", told.output)
    assert understood == (said is None), (path, words, told.output)
