"""Sentences as values."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.text import Name, Span, Text, say


def test_a_sentence_keeps_its_parameters_by_name_in_order() -> None:
    said = say("{who} waits {span}", who=Name("lin"), span=Span(90))
    assert said == Text("{who} waits {span}", (("who", Name("lin")), ("span", Span(90))))
    assert said != say("{who} waits {span}", who=Name("chen"), span=Span(90))


def test_a_sentence_can_be_a_key_of_a_table() -> None:
    assert len({say("{n} alerts", n=1), say("{n} alerts", n=1), say("{n} alerts", n=2)}) == 2


def test_a_length_of_time_is_kept_in_seconds() -> None:
    assert Span.of(timedelta(minutes=1, milliseconds=500)) == Span(60.5)
