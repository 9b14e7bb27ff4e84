"""However big and wrong a message is, what Slack takes of it is sent, and its buttons with it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blockkit import limits, text_length, validate_message, validate_view, view_size
from bot.slack.cards import Drawn
from bot.slack.cards import blocks as kit
from bot.slack.mending import is_taken, mend, mend_view, words_of

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
    assert mend_view(small, NOTE) == small
    sent = mend_view({"type": "home", "blocks": [kit.section("x")] * 120 + [BUTTONS]}, NOTE)
    assert validate_view(sent) == []
    assert sent["blocks"][-2:] == [BUTTONS, kit.context(NOTE)]
    assert len(sent["blocks"]) == 100


PLAIN = {"type": "plain_text", "text": "x"}


def option(value: str, text: str = "x") -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": text}, "value": value}


def asked(element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "input", "block_id": "what", "label": PLAIN, "element": element, **more}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    asks = {"type": "modal", "callback_id": "vigil", "private_metadata": "alert a1"}
    return {**asks, "title": PLAIN, "submit": PLAIN, "blocks": list(blocks), **more}


def mended_view(view: dict[str, Any]) -> dict[str, Any]:
    assert validate_view(view)
    sent = mend_view(view, NOTE)
    assert validate_view(sent) == []
    assert sent["blocks"][-1] == kit.context(NOTE)
    return {**sent, "blocks": sent["blocks"][:-1]}


def test_a_modal_with_a_long_title_and_long_words_is_cut_and_comes_back_as_what_it_was() -> None:
    long_text = {"type": "plain_text", "text": "t" * 90}
    field = asked({"type": "plain_text_input", "action_id": "text", "initial_value": "v" * 4000})
    sent = mended_view(modal(field, title=long_text, submit=long_text))
    assert (sent["title"]["text"], sent["submit"]["text"]) == ("t" * 23 + "…", "t" * 23 + "…")
    assert sent["blocks"][0]["element"]["initial_value"] == "v" * 2999 + "…"
    assert (sent["private_metadata"], sent["callback_id"]) == ("alert a1", "vigil")


@pytest.mark.parametrize("kind", ["static_select", "radio_buttons", "checkboxes", "overflow"])
def test_a_menu_of_too_many_choices_keeps_its_first_and_the_chosen_one(kind: str) -> None:
    most = {"static_select": 100, "overflow": 5}.get(kind, 10)
    menu = {"type": kind, "action_id": "service", "options": [option(str(n)) for n in range(most + 30)]}
    if kind in ("static_select", "radio_buttons"):
        menu["initial_option"] = option(str(most + 20))
    block = kit.actions(menu) if kind == "overflow" else asked(menu)
    [sent] = mended_view(modal(block))["blocks"]
    kept = (sent["elements"][0] if kind == "overflow" else sent["element"])["options"]
    assert (len(kept), kept[0]) == (most, option("0"))
    assert kept[-1] == (menu.get("initial_option") or option(str(most - 1)))


def test_a_choice_whose_value_is_too_long_is_left_out_and_one_whose_words_are_is_cut() -> None:
    options = [option("a", "w" * 90), option("v" * 151), option("c")]
    menu = {"type": "static_select", "action_id": "s", "options": options, "initial_option": options[0]}
    [sent] = mended_view(modal(asked(menu)))["blocks"]
    assert [each["value"] for each in sent["element"]["options"]] == ["a", "c"]
    assert sent["element"]["initial_option"] == option("a", "w" * 74 + "…")


def test_a_button_whose_value_is_too_long_is_left_out_for_a_cut_one_would_do_another_thing() -> None:
    wrong = kit.button("Wrong", "wrong", "w" * 2001)
    [sent] = mended(kit.actions(*BUTTONS["elements"], wrong))
    assert sent == BUTTONS
    [row] = mended_view({"type": "home", "blocks": [kit.section("row", accessory=wrong)]})["blocks"]
    assert row == kit.section("row")


def test_a_modal_of_too_many_blocks_keeps_its_fields() -> None:
    fields = [asked({"type": "plain_text_input", "action_id": f"f{n}"}, block_id=f"f{n}") for n in range(20)]
    sent = mended_view(modal(*[kit.section("x")] * 120, *fields))
    assert sent["blocks"][-20:] == fields
    assert len(sent["blocks"]) == limits.BLOCKS_IN_VIEW - 1


def test_a_view_of_too_many_bytes_keeps_its_first_blocks_and_its_buttons() -> None:
    row = {"type": "section", "text": {"type": "mrkdwn", "text": "长" * 3000}}
    sent = mended_view({"type": "home", "blocks": [row] * 60 + [BUTTONS]})
    assert sent["blocks"][0] == row
    assert sent["blocks"][-1] == BUTTONS
    assert limits.VIEW_SIZE - 19_000 < view_size(sent) < limits.VIEW_SIZE


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


OPTIONS = st.lists(
    st.builds(option, st.sampled_from(["a", "b", "v" * 160]) | st.text(max_size=3), st.text(max_size=90)),
    max_size=4,
).flatmap(lambda few: st.sampled_from([few, few * 60]))
MENUS = st.builds(
    lambda kind, options, first: {
        "type": kind,
        "action_id": "m",
        "options": options,
        **({"initial_option": options[first % len(options)]} if options else {}),
    },
    st.sampled_from(["static_select", "radio_buttons"]),
    OPTIONS,
    st.integers(0, 300),
)
TYPED = st.builds(
    lambda size, name: {"type": "plain_text_input", "action_id": name, "initial_value": "v" * size},
    st.integers(0, 4000),
    st.sampled_from(["a", "b", "n" * 300]),
)
FIELDS = st.builds(
    lambda element, label, hint: asked(element, label=kit.plain(label, 9000), hint=kit.plain(hint, 9000)),
    MENUS | TYPED,
    st.sampled_from(["Why", "l" * 2500]),
    st.sampled_from(["", "h" * 2500]),
)
WORDS = st.builds(lambda size: {"type": "plain_text", "text": "w" * size}, st.integers(1, 90))
WIDE = {"type": "section", "text": {"type": "mrkdwn", "text": "长" * 2900}}
IN_VIEWS = st.lists(
    BLOCKS | FIELDS | MENUS.map(kit.actions) | st.just(long(2999)) | st.just(WIDE) | st.just(BUTTONS),
    max_size=40,
).flatmap(lambda few: st.sampled_from([few, few * 4]))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["modal", "home"]), WORDS, WORDS, IN_VIEWS)
def test_slack_takes_whatever_view_was_mended_and_it_is_still_about_the_same(
    kind: str, title: Any, send: Any, blocks: list[dict[str, Any]]
) -> None:
    home = {"type": "home", "private_metadata": "alert a1", "blocks": blocks}
    view = modal(*blocks, title=title, submit=send, close=send) if kind == "modal" else home
    sent = mend_view(view, NOTE)
    assert validate_view(sent) == []
    assert (sent["type"], sent["private_metadata"]) == (kind, "alert a1")
    assert sent == view or sent["blocks"][-1] == kit.context(NOTE)


@pytest.mark.parametrize("blocks", [[], [BUTTONS]])
def test_what_slack_takes_is_not_touched(blocks: list[dict[str, Any]]) -> None:
    assert is_taken(Drawn("x", blocks))
