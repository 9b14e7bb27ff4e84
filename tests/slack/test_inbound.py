"""Payloads as Slack's documentation shows them → what a person did."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.events import Inbound, InboundKind
from bot.slack.inbound import (
    as_typed,
    from_actions,
    from_command,
    from_form,
    from_home,
    from_mention,
    from_reaction,
    from_shortcut,
    unescape,
)

AT = datetime(2026, 1, 19, 2, 14, tzinfo=UTC)

COMMAND = {
    "team_id": "T1",
    "channel_id": "C1",
    "channel_name": "oncall",
    "user_id": "U1",
    "user_name": "lin",
    "command": "/monitor",
    "text": " ack  orders/latency &lt;now&gt; &amp;amp; <@U2|mei> ",
    "response_url": "https://hooks.slack.example/commands/1",
    "trigger_id": "13345224609.738474920.8088930838",
}


def click(**changes: Any) -> dict[str, Any]:
    action = {
        "type": "button",
        "action_id": "ack",
        "block_id": "b",
        "value": "orders/p99:3",
        "action_ts": "1548426417.840180",
    } | changes.pop("action", {})
    return {
        "type": "block_actions",
        "user": {"id": "U1", "username": "lin", "name": "lin"},
        "container": {"type": "message", "message_ts": "5.5", "channel_id": "C1", "is_ephemeral": False},
        "channel": {"id": "C1", "name": "oncall"},
        "message": {"ts": "5.5", "thread_ts": "4.4", "blocks": []},
        "response_url": "https://hooks.slack.example/actions/1",
        "trigger_id": "12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3",
        "actions": [action],
    } | changes


def mention(**changes: Any) -> dict[str, Any]:
    event = {"type": "app_mention", "user": "U1", "text": "<@U0BOT> status", "ts": "9.9", "channel": "C1"}
    return {"event_id": "Ev1", "authorizations": [{"user_id": "U0BOT"}], "event": event | changes}


def test_a_command_arrives_with_its_text_unescaped_and_its_mentions_as_slack_writes_them() -> None:
    assert from_command(COMMAND, AT) == Inbound(
        identity="command:13345224609.738474920.8088930838",
        kind=InboundKind.COMMAND,
        at=AT,
        person="U1",
        person_name="lin",
        channel="C1",
        text="ack  orders/latency <now> &amp; <@U2|mei>",
        response_url="https://hooks.slack.example/commands/1",
        trigger_id="13345224609.738474920.8088930838",
    )


def test_a_click_arrives_with_its_button_and_its_message() -> None:
    assert from_actions(click(), AT) == [
        Inbound(
            identity="action:1548426417.840180:U1:ack:5.5",
            kind=InboundKind.ACTION,
            at=AT,
            person="U1",
            person_name="lin",
            channel="C1",
            action="ack",
            value="orders/p99:3",
            message_ts="5.5",
            thread_ts="4.4",
            response_url="https://hooks.slack.example/actions/1",
            trigger_id="12321423423.333649436676.d8c1bb837935619ccad0f624c448ffb3",
        )
    ]


@pytest.mark.parametrize(
    ("action", "value"),
    [
        # overflow and static_select carry what was chosen
        ({"type": "overflow", "value": None, "selected_option": {"value": "silence"}}, "silence"),
        ({"type": "static_select", "selected_option": {"value": "2h", "text": {}}}, "2h"),
        # a button without a value
        ({"value": None}, ""),
    ],
)
def test_the_value_is_the_buttons_or_that_of_the_chosen_option(action: dict[str, Any], value: str) -> None:
    [inbound] = from_actions(click(action=action), AT)
    assert inbound.value == value


def test_a_click_on_a_private_message_has_only_its_container() -> None:
    body = click(channel=None, message=None)
    [inbound] = from_actions(body, AT)
    assert (inbound.channel, inbound.message_ts, inbound.thread_ts) == ("C1", "5.5", "")


def test_a_click_in_app_home_has_a_person_and_a_trigger_only() -> None:
    view = {"id": "V1", "type": "home", "blocks": [{"type": "divider"}]}
    container = {"type": "view", "view_id": "V1"}
    [inbound] = from_actions(
        click(channel=None, message=None, response_url="", container=container, view=view), AT
    )
    assert (inbound.person, inbound.value) == ("U1", "orders/p99:3")
    assert inbound.trigger_id
    assert (inbound.channel, inbound.message_ts, inbound.response_url) == ("", "", "")


def submission(values: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "view_submission",
        "user": {"id": "U1", "username": "lin", "name": "lin", "team_id": "T1"},
        "trigger_id": "5.6",
        "view": {
            "id": "VNHU13V36",
            "type": "modal",
            "hash": "1569362015.55b5e41b",
            "callback_id": "vigil",
            "private_metadata": "watch-start orders",
            "blocks": [],
            "state": {"values": {f"block-{field}": {field: entered} for field, entered in values.items()}},
        },
        "response_urls": [],
    }


def test_a_form_arrives_with_its_verb_its_subject_and_the_fields_that_were_filled_in() -> None:
    entered = {
        "service": {"type": "static_select", "selected_option": {"value": "orders", "text": {}}},
        "version": {"type": "plain_text_input", "value": " 1.2 <beta> & more\n"},
        "deployed": {"type": "datetimepicker", "selected_date_time": 1768788840},
        "owner": {"type": "users_select", "selected_user": "U2"},
        "note": {"type": "plain_text_input", "value": None},
        "for": {"type": "static_select", "selected_option": None},
        "later": {"type": "datetimepicker", "selected_date_time": None},
    }
    assert from_form(submission(entered), AT) == Inbound(
        identity="form:VNHU13V36:1569362015.55b5e41b",
        kind=InboundKind.FORM,
        at=AT,
        person="U1",
        person_name="lin",
        channel="",
        value="watch-start orders",
        trigger_id="5.6",
        values=(
            ("service", "orders"),
            ("version", "1.2 <beta> & more"),
            ("deployed", "2026-01-19T02:14:00+00:00"),
            ("owner", "U2"),
        ),
    )


def test_only_the_home_tab_is_a_look_at_app_home() -> None:
    def opened(tab: str) -> dict[str, Any]:
        event = {"type": "app_home_opened", "user": "U1", "channel": "D1", "event_ts": "1.1", "tab": tab}
        return {"event_id": "Ev7", "event": event}

    assert from_home(opened("messages"), AT) is None
    assert from_home(opened("home"), AT) == Inbound(
        identity="home:Ev7", kind=InboundKind.HOME, at=AT, person="U1", channel=""
    )


def test_a_shortcut_brings_the_message_and_whose_it_is() -> None:
    inbound = from_shortcut(
        {
            "action_ts": "3.3",
            "trigger_id": "t",
            "response_url": "http://x",
            "user": {"id": "U1", "username": "lin"},
            "channel": {"id": "C1"},
            "message": {"ts": "5.5", "thread_ts": "5.0", "user": "U2", "text": "a &amp; b"},
        },
        AT,
    )
    assert inbound == Inbound(
        identity="shortcut:3.3:U1:5.5",
        kind=InboundKind.SHORTCUT,
        at=AT,
        person="U1",
        person_name="lin",
        channel="C1",
        text="a & b",
        value="U2",
        message_ts="5.5",
        thread_ts="5.0",
        response_url="http://x",
        trigger_id="t",
    )


@pytest.mark.parametrize(
    ("reaction", "item", "taken"),
    [
        ("memo", {"type": "message", "channel": "C1", "ts": "5.5"}, True),
        ("pushpin", {"type": "message", "channel": "C1", "ts": "5.5"}, True),
        # people react to all sorts of things
        ("tada", {"type": "message", "channel": "C1", "ts": "5.5"}, False),
        ("memo", {"type": "file", "file": "F1"}, False),
    ],
)
def test_only_some_reactions_note_a_message(reaction: str, item: dict[str, str], taken: bool) -> None:
    inbound = from_reaction({"event": {"user": "U1", "reaction": reaction, "item": item}}, AT)
    assert (inbound is not None) is taken


def test_a_link_button_asks_nothing_of_the_bot() -> None:
    link = {"type": "button", "action_id": "ack", "url": "https://example.com"}
    in_actions = {"blocks": [{"type": "actions", "elements": [{"action_id": "other"}, link]}]}
    in_accessory = {"blocks": [{"type": "section", "accessory": link}, {"type": "divider"}]}
    assert from_actions(click(action={"url": "https://example.com"}), AT) == []
    assert from_actions(click(message=in_actions), AT) == []
    assert from_actions(click(message=in_accessory), AT) == []


def test_a_mention_loses_the_address_and_keeps_its_thread() -> None:
    inbound = from_mention(mention(text=" <@U0BOT|vigil>: ack &lt;p99&gt; <@U2>", thread_ts="8.8"), AT)
    assert inbound == Inbound(
        identity="mention:C1:9.9",
        kind=InboundKind.MENTION,
        at=AT,
        person="U1",
        channel="C1",
        text="ack <p99> <@U2>",
        message_ts="9.9",
        thread_ts="8.8",
    )


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("hello <@U0BOT> ack", "ack"),
        ("<@U2>, <@U0BOT> status", "status"),  # whom else it addresses is none of ours
        ("status <@U0BOT>", "status"),
        ("<@U0BOT>", ""),
    ],
)
def test_what_follows_the_address_is_said_to_the_bot(text: str, command: str) -> None:
    inbound = from_mention(mention(text=text), AT)
    assert inbound
    assert inbound.text == command


def test_a_mention_that_no_person_wrote_is_nothing() -> None:
    assert from_mention(mention(user="U0BOT"), AT) is None
    assert from_mention(mention(user=""), AT) is None


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("ack <http://db.example.com|db.example.com>", "ack db.example.com"),  # what looks like a host
        ("note <https://wiki.example.com/?a=1&amp;b=2>", "note https://wiki.example.com/?a=1&b=2"),
        ("note <mailto:lin@example.com|lin@example.com>", "note lin@example.com"),
        ("override <@U1|lin> 4h", "override <@U1|lin> 4h"),
        ("note &lt;https://a|b&gt;", "note <https://a|b>"),  # signs that a person has typed
    ],
)
def test_links_that_slack_makes_arrive_as_they_were_typed(sent: str, typed: str) -> None:
    assert as_typed(sent) == typed


def test_escaping_is_undone_once() -> None:
    assert unescape("a &amp;lt; b &lt; c &gt; d &amp; e") == "a &lt; b < c > d & e"
