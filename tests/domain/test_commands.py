"""`/monitor …`: from what was typed to a command, or to what is wrong with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.commands import TABLE, WORDS, Command, Definition, Kind, NotUnderstood, parse
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
        ("plan v1 ALL", "plan", ("v1", "all")),  # a choice stands anywhere, in any case
        ("gate Why", "gate", ("why",)),
        (
            "override primary add lin 20:00 to 23:00",
            "override",
            ("primary", "add", "lin", "20:00", "to", "23:00"),
        ),
        ('ack "disk full"', "ack", ("disk full",)),
        ("snooze “disk full” 30m", "snooze", ("disk full", "30m")),  # as telephones write quotes
        ("watch start `v2`", "watch", ("start", "v2")),  # as messages show it
        ('ack "disk', "ack", ('"disk',)),
        ("oncall override lin 4h", "override", ("lin", "4h")),
        ("silence", "silence", ()),  # opens the form that the card's menu opens
        ("alert", "alert", ()),  # likewise
        ("watch", "watch", ()),  # shows the watches
        ("Watch Start v1.2", "watch", ("start", "v1.2")),  # capitals in the second word too
        ("watch start", "watch", ("start",)),
        ("watch intensify  10m 2h", "watch", ("intensify", "10m", "2h")),
        ("watch stop", "watch", ("stop",)),
        ("watch stop it is  done, Lin ", "watch", ("stop", "it is  done, Lin")),  # a reason keeps its words
        ("remark 14:00  all Quiet:  5 calls", "remark", ("14:00", "all Quiet:  5 calls")),
    ],
)
def test_what_is_typed_is_understood(typed: str, word: str, arguments: tuple[str, ...]) -> None:
    assert parse(typed) == Command(word=word, arguments=arguments)


@pytest.mark.parametrize(
    ("typed", "word", "nearest", "instead"),
    [
        ("stauts", "stauts", "status", "status"),
        ("Ak it", "Ak", "ack", "ack it"),  # the word as it was typed, and what would be understood
        ("Ak it now", "Ak", "ack", ""),  # with the nearest word it would not be understood either
        ("unakc", "unakc", "unack", "unack"),
        ("on-call", "on-call", "oncall", "oncall"),
        ("資", "資", "", ""),  # nothing is near
        ("xyzzy", "xyzzy", "", ""),
    ],
)
def test_an_unknown_word_gets_the_nearest_command(typed: str, word: str, nearest: str, instead: str) -> None:
    assert parse(typed) == NotUnderstood(typed=word, nearest=nearest, instead=instead)


@pytest.mark.parametrize("definition", TABLE, ids=lambda definition: definition.word)
def test_every_example_is_understood_as_its_own_command(definition: Definition) -> None:
    for each in (definition, *definition.parts):
        assert each.examples
        for example in each.examples:
            found = parse(example)
            assert isinstance(found, Command)
            assert found.word == definition.word
            assert each is definition or found.arguments[0] == each.word


@given(st.text())
def test_whatever_is_typed_is_understood_or_answered_with_what_would_be(text: str) -> None:
    found = parse(text)
    if isinstance(found, NotUnderstood) and found.instead:
        assert isinstance(parse(found.instead), Command)


@given(st.sampled_from(WORDS), st.lists(st.text(), max_size=9).map(" ".join))
def test_whatever_follows_a_command_is_that_command_or_an_answer_about_it(word: str, rest: str) -> None:
    found = parse(f"{word} {rest}")
    assert (found.word if isinstance(found, Command) else found.nearest) in (word, "override", "swap")


@pytest.mark.parametrize(
    ("typed", "usage"),
    [
        ("ack one two", "ack [ALERT]"),
        ("status now", "status"),
        ("HELP me now", "help [COMMAND]"),
        ("watch pause v2 1h please", "watch pause [WATCH] [1h]"),
        ("watch resume v2 now", "watch resume [WATCH]"),
        ("watch intensify v2 10m 2h 3", "watch intensify [WATCH] [10m] [2h]"),
    ],
)
def test_too_many_arguments_are_answered_with_the_usage(typed: str, usage: str) -> None:
    why = say("`{typed}` is more than `/monitor {usage}` takes", typed=typed, usage=usage)
    assert parse(typed) == NotUnderstood(typed=typed, nearest=typed.split()[0].lower(), why=why)


@pytest.mark.parametrize("typed", ["remark", "remark 14:00"])
def test_too_few_arguments_are_answered_with_the_usage(typed: str) -> None:
    why = say(
        "`{typed}` is less than `/monitor {usage}` takes", typed=typed, usage="remark [WATCH] HH:MM TEXT"
    )
    assert parse(typed) == NotUnderstood(typed=typed, nearest="remark", why=why)


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        ("errors al", "errors all"),
        ("rollback orders dyr", "rollback orders dry"),
        ("action restart xyzzy", ""),  # nothing is near
        ("baseline captrue", "baseline capture"),
    ],
)
def test_a_word_that_is_no_choice_gets_the_nearest_that_is(typed: str, instead: str) -> None:
    found = parse(typed)
    assert isinstance(found, NotUnderstood)
    assert found.why
    assert (found.why.key, found.instead) == ("`{typed}` is not among `/monitor {usage}`", instead)


def test_an_unknown_second_word_is_answered_with_all_that_could_follow() -> None:
    usage = "watch [start|list|pause|resume|extend|stop|intensify]"
    why = say("`{typed}` is not among `/monitor {usage}`", typed="watch Frob 1h", usage=usage)
    assert parse("watch Frob 1h") == NotUnderstood(typed="watch Frob 1h", nearest="watch", why=why)


def test_the_table_holds_each_word_once_with_what_it_does() -> None:
    assert len(set(WORDS)) == len(TABLE)
    assert all(definition.summary.key for definition in TABLE)
    listed = [*TABLE, *(part for definition in TABLE for part in definition.parts)]
    for each in listed:
        assert bool(each.usage) == bool(each.arguments or each.parts)
        assert all(argument.kind is not Kind.TEXT for argument in each.arguments[:-1])
    promised = {"help", "status", "run", "alerts", "ack", "unack", "resolve", "silence", "escalate", "oncall"}
    assert promised | {"watch", "plan", "report", "baseline", "playbook", "rollback"} <= set(WORDS)


@given(
    st.sampled_from(["watch stop", "remark 09:30"]),
    st.text(min_size=1).filter(lambda text: bool(text.strip())),
)
def test_free_words_come_through_as_they_were_typed(command: str, words: str) -> None:
    answer = parse(f"{command} {words}")
    assert isinstance(answer, Command)
    assert answer.arguments[-1] == words.strip()


@given(st.text())
def test_whatever_is_typed_gets_an_answer(typed: str) -> None:
    answer = parse(typed)
    assert answer.word in WORDS if isinstance(answer, Command) else answer.nearest in (*WORDS, "")
