"""`/monitor …`: from what was typed to a command, or to what is wrong with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.commands import TABLE, WORDS, Command, NotUnderstood, parse
from bot.domain.text import say


@pytest.mark.parametrize(
    ("typed", "word", "arguments"),
    [
        ("", "help", ()),  # nothing at all
        ("   ", "help", ()),
        ("status", "status", ()),
        ("STATUS", "status", ()),  # phones begin words with a capital
        ("  ack   latency_p99 ", "ack", ("latency_p99",)),
        ("ack orders/Latency{host=A}", "ack", ("orders/Latency{host=A}",)),  # arguments keep their case
        ("run\tintensive", "run", ("intensive",)),
        ("oncall primary", "oncall", ("primary",)),
        ("plan all", "plan", ("all",)),
    ],
)
def test_what_is_typed_is_understood(typed: str, word: str, arguments: tuple[str, ...]) -> None:
    assert parse(typed) == Command(word=word, arguments=arguments)


@pytest.mark.parametrize(
    ("typed", "word", "nearest"),
    [
        ("stauts", "stauts", "status"),
        ("Ak it now", "Ak", "ack"),  # the word as it was typed
        ("unakc", "unakc", "unack"),
        ("on-call", "on-call", "oncall"),
        ("資", "資", ""),  # nothing is near
        ("xyzzy", "xyzzy", ""),
    ],
)
def test_an_unknown_word_gets_the_nearest_command(typed: str, word: str, nearest: str) -> None:
    assert parse(typed) == NotUnderstood(typed=word, nearest=nearest)


@pytest.mark.parametrize(
    ("typed", "usage"),
    [
        ("ack one two", "ack [alert]"),
        ("status now", "status"),
        ("HELP me", "help"),
    ],
)
def test_too_many_arguments_are_answered_with_the_usage(typed: str, usage: str) -> None:
    why = say("`{typed}` is more than `/monitor {usage}` takes", typed=typed, usage=usage)
    assert parse(typed) == NotUnderstood(typed=typed, nearest=typed.split()[0].lower(), why=why)


def test_the_table_holds_each_word_once_with_what_it_does() -> None:
    assert len(set(WORDS)) == len(TABLE)
    assert all(
        definition.summary.key and bool(definition.usage) == bool(definition.most) for definition in TABLE
    )
    promised = {"help", "status", "run", "alerts", "ack", "unack", "resolve", "escalate", "oncall", "plan"}
    assert promised <= set(WORDS)


@given(st.text())
def test_whatever_is_typed_gets_an_answer(typed: str) -> None:
    answer = parse(typed)
    assert answer.word in WORDS if isinstance(answer, Command) else answer.nearest in (*WORDS, "")
