"""However big and wrong a message is, what Slack takes of it is sent, and its buttons with it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blockkit import text_length, validate_message, validate_view
from bot.slack.cards import Drawn
from bot.slack.cards import blocks as kit
from bot.slack.mending import is_taken, mend, mend_home, words_of

NOTE = "Shortened. <https://x.example|More>"
BUTTONS = kit.actions(
    kit.button("Acknowledge", "ack", "ack:1"), kit.button("Resolve", "resolve", "resolve:1")
)


def long(length: int) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x" * length}}


def mended(*blocks: dict[str, Any], text: str = "x") -> list[dict[str, Any]]:
    drawn = Drawn(text, list(blocks))
    assert not is_taken(drawn)
    sent = mend(drawn, NOTE)
    assert validate_message(sent.text, sent.blocks) == []
    assert sent.blocks[-1] == kit.context(NOTE)
    return sent.blocks[:-1]


def test_a_text_that_is_too_long_is_cut_where_it_stands() -> None:
    [header] = mended({"type": "header", "text": {"type": "plain_text", "text": "h" * 200}})
    assert header == {"type": "header", "text": {"type": "plain_text", "text": "h" * 149 + "…"}}


def test_what_no_block_can_hold_is_said_in_plain_words() -> None:
    [section] = mended({"type": "no_such_block", "text": {"type": "mrkdwn", "text": "rate 0.4 &gt; 0.1"}})
    assert section == kit.section("rate 0.4 &gt; 0.1")


def test_a_second_button_of_one_name_becomes_words() -> None:
    assert mended(BUTTONS, BUTTONS) == [BUTTONS, kit.section("Acknowledge\nResolve")]


def test_a_message_of_many_blocks_keeps_its_first_and_its_buttons() -> None:
    kept = mended(*[kit.section(f"line {n}") for n in range(80)], BUTTONS)
    assert len(kept) == 49
    assert kept[0] == kit.section("line 0")
    assert kept[-1] == BUTTONS


def test_a_message_of_many_words_keeps_its_first_and_its_buttons() -> None:
    kept = mended(*[long(3000)] * 5, BUTTONS)
    assert kept[:2] == [long(3000), long(3000)]
    assert kept[-1] == BUTTONS
    assert 8_800 < text_length(kept) < 9_000


def test_a_link_is_not_cut_in_two() -> None:
    link = "<https://x.example/" + "a" * 80 + "|the runbook>"
    [section] = mended(kit.section("x" * 2950) | {"text": {"type": "mrkdwn", "text": "x" * 2950 + link}})
    assert section["text"]["text"] == "x" * 2950 + "…"


def test_plain_text_mentions_nobody_where_it_becomes_a_section() -> None:
    loud = {"type": "video", "title": {"type": "plain_text", "text": "<!channel> & <@U1>"}}
    [section] = mended(loud)
    assert section["text"]["text"] == "&lt;!channel&gt; & &lt;@U1&gt;"


def test_app_home_keeps_its_first_hundred_blocks_and_its_buttons() -> None:
    small = {"type": "home", "blocks": [BUTTONS]}
    assert mend_home(small, NOTE) == small
    sent = mend_home({"type": "home", "blocks": [kit.section("x")] * 120 + [BUTTONS]}, NOTE)
    assert validate_view(sent) == []
    assert sent["blocks"][-2:] == [BUTTONS, kit.context(NOTE)]
    assert len(sent["blocks"]) == 100


def test_a_text_too_long_for_an_update_is_cut() -> None:
    assert mended(text="x" * 4001) == []


def test_all_words_of_the_message_are_kept_beside_it() -> None:
    drawn = Drawn("one sentence", [kit.header("Title"), long(9000), BUTTONS])
    assert words_of(drawn) == "one sentence\n\nTitle\n" + "x" * 9000 + "\nAcknowledge\nResolve"


PARTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.just("x" * 3500),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "elements", "fields", "rows", "action_id", "block_id", "value"]),
            inner | st.sampled_from(["section", "actions", "context", "table", "button", "mrkdwn"]),
            max_size=4,
        )
    ),
    max_leaves=10,
)
BLOCKS = st.dictionaries(
    st.sampled_from(["type", "text", "elements", "fields", "block_id"]),
    PARTS | st.sampled_from(["section", "header", "actions", "context", "divider"]),
)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=9), st.lists(BLOCKS | st.just(long(2999)) | st.just(BUTTONS), max_size=70))
def test_slack_takes_whatever_was_mended(text: str, blocks: list[dict[str, Any]]) -> None:
    drawn = Drawn(text, blocks)
    sent = mend(drawn, NOTE)
    assert validate_message(sent.text, sent.blocks) == []


@pytest.mark.parametrize("blocks", [[], [BUTTONS]])
def test_what_slack_takes_is_not_touched(blocks: list[dict[str, Any]]) -> None:
    assert is_taken(Drawn("x", blocks))
