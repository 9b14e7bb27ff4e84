"""Every value that is kept comes back as it was."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stage import few
from values import TEXTS, any_of

from bot.domain.action import ActionRun
from bot.domain.alerts.alert import Alert, Page
from bot.domain.card import Form, Message
from bot.domain.events import Inbound
from bot.domain.incident.state import Incident
from bot.domain.text import Instant, Label, Name, Quantity, Span, Text
from bot.domain.watches.listing import Listed
from bot.domain.watches.watch import Watch
from bot.store.codec import dump, dump_body, load, load_body


@pytest.mark.parametrize("kind", [ActionRun, Alert, Inbound, Incident, Listed, Watch])
@few
@given(draw=st.data())
def test_what_is_kept_comes_back(kind: Any, draw: st.DataObject) -> None:
    value = draw.draw(any_of(kind))
    assert load(kind, dump(value)) == value


@pytest.mark.parametrize("kind", [*get_args(Message), Page, Form])
@few
@given(draw=st.data())
def test_every_message_comes_back_as_its_own_type(kind: Any, draw: st.DataObject) -> None:
    value = draw.draw(any_of(kind))
    kept = dump_body(value)
    back = load_body(kept)
    assert (type(back), back) == (kind, value)


def test_a_card_drawn_when_it_leaves_has_no_body() -> None:
    assert dump_body(None) is None
    assert load_body(None) is None


def kinds(text: Text) -> list[object]:
    return [kinds(value) if isinstance(value, Text) else type(value) for _, value in text.params]


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_a_sentence_keeps_the_type_of_each_parameter(text: Text) -> None:
    back = load(Text, dump(text))
    assert back == text
    assert kinds(back) == kinds(text)


@pytest.mark.parametrize(
    "value",
    [
        "12",
        "2026-01-19T02:00:00Z",
        "true",
        "PT5M",
        1,
        1.0,
        0,
        Quantity(1.0),
        Span(1.0),
        Label("x"),
        Name("x"),
    ],
)
def test_what_looks_like_another_type_stays_what_it_is(value: Any) -> None:
    back = load(Text, dump(Text("{x}", (("x", value),)))).params[0][1]
    assert (type(back), back) == (type(value), value)


def test_an_instant_is_kept_to_the_microsecond() -> None:
    at = datetime(2026, 1, 19, 2, 0, 0, 1, tzinfo=UTC)
    assert load(Instant, dump(Instant(at))).at == at
