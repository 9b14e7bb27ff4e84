"""Socket Mode against the workspace, and against servers that come and go."""

from __future__ import annotations

import os
import threading
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hearing import Heard, connection

from bot.domain.card import Line
from bot.domain.events import Inbound, InboundKind
from bot.domain.text import say
from bot.engine.ports import Place, Refused, Sent
from bot.slack.access import SlackAccess, web_client
from bot.slack.notifier import Notifier
from bot.workspace import Seed, Workspace

AT = datetime(2026, 1, 19, 2, 14, tzinfo=UTC)


@pytest.mark.usefixtures("connected")
def test_a_typed_command_arrives_and_can_be_answered(local: Any, inbox: Any, notifier: Notifier) -> None:
    assert local.do("command", user="lin", channel="clicks", text="/monitor ack <p99> & more") == {"ok": True}
    inbound = inbox.only()
    clicks = next(each["id"] for each in local.get("state")["channels"] if each["name"] == "clicks")
    assert inbound.trigger_id
    assert inbound == Inbound(
        identity=inbound.identity,
        kind=InboundKind.COMMAND,
        at=AT,
        person="U0LIN",
        person_name="lin",
        channel=clicks,
        text="ack <p99> & more",
        response_url=inbound.response_url,
        trigger_id=inbound.trigger_id,
    )
    place = Place(channel=inbound.channel, response_url=inbound.response_url)
    for text in ("Done", "BAD but done", "3", "4"):
        assert notifier.post("answer", place, Line(text=say(text), at=AT)) == Sent(None)
    answers = [each for each in local.get("messages?channel=clicks&user=lin") if each["ephemeral_to"]]
    assert [each["text"] for each in answers] == ["Done", "BAD but done", "3", "4"]
    assert all(each["blocks"] for each in answers)
    assert notifier.find("answer", place, AT) is None
    outcomes = [notifier.post("answer", place, Line(text=say(text), at=AT)) for text in ("5", "6")]
    assert isinstance(outcomes[-1], Refused)


@pytest.mark.usefixtures("connected")
def test_a_click_arrives_with_all_that_it_carries(local: Any, inbox: Any) -> None:
    client = web_client(local.access)
    client.conversations_join(channel=_id(local, "clicks"))
    elements = [_button("ack", value="p99:3"), _button("runbook", url="https://example.com")]
    at = client.chat_postMessage(
        channel="clicks", text="Alert", blocks=[{"type": "actions", "elements": elements}]
    )
    press = {"user": "mei", "channel": "clicks", "ts": at["ts"]}
    assert local.do("action", **press, action_id="runbook") == {"ok": True}
    assert local.do("action", **press, action_id="ack") == {"ok": True}
    inbound = inbox.only()
    assert inbound == Inbound(
        identity=inbound.identity,
        kind=InboundKind.ACTION,
        at=AT,
        person="U0MEI",
        person_name="mei",
        channel=at["channel"],
        action="ack",
        value="p99:3",
        message_ts=at["ts"],
        response_url=inbound.response_url,
        trigger_id=inbound.trigger_id,
    )


@pytest.mark.usefixtures("connected")
def test_a_mention_arrives_without_the_address(local: Any, inbox: Any) -> None:
    bot = local.get("state")["bot"]["id"]
    web_client(local.access).conversations_join(channel=_id(local, "clicks"))
    local.do("message", user="lin", channel="clicks", text=f"<@{bot}> status")
    inbound = inbox.only()
    assert (inbound.kind, inbound.person, inbound.text) == (InboundKind.MENTION, "U0LIN", "status")
    assert inbound.message_ts


@pytest.mark.usefixtures("connected")
def test_a_click_that_cannot_be_saved_is_told_to_the_one_who_clicked(local: Any, inbox: Any) -> None:
    client = web_client(local.access)
    client.conversations_join(channel=_id(local, "clicks"))
    at = client.chat_postMessage(
        channel="clicks", text="Alert", blocks=[{"type": "actions", "elements": [_button("ack")]}]
    )
    inbox.fails = OSError("the disk is full")
    local.do("action", user="mei", channel="clicks", ts=at["ts"], action_id="ack")
    private = [each for each in local.get("messages?channel=clicks&user=mei") if each["ephemeral_to"]]
    assert "could not note this" in private[-1]["text"]


def test_a_server_that_comes_and_goes_costs_one_line_each_time(inbox: Any, heard: Heard) -> None:
    workspace = Workspace(Seed("Test", ("oncall",), ()))
    workspace.start()
    access = SlackAccess("xoxb-local", "xapp-local", api_url=f"{workspace.url}/api/")
    workspace.stop()
    with connection(access, inbox) as opened:
        heard.wait("not connected to Slack")
        assert not opened.connected
        workspace.start()
        heard.wait("connected to Slack", times=2)
        workspace.stop()
        heard.wait("not connected to Slack", times=2)
        workspace.start()
        heard.wait("connected to Slack", times=4)
        assert opened.connected
    workspace.stop()
    assert [line.split(":")[0] for line in heard.lines] == [
        "not connected to Slack",
        "connected to Slack",
        "the connection to Slack is lost; connecting again",
        "not connected to Slack",
        "connected to Slack",
    ]


def test_no_proxy_leads_to_this_machine(
    local: Any, inbox: Any, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "example.com")
    with connection(local.access, inbox) as opened:
        heard.wait("connected to Slack")
        assert opened.connected
    assert web_client(local.access).auth_test()["ok"]
    assert os.environ["no_proxy"].startswith("example.com,")


def test_a_wrong_app_token_is_said_once_with_its_mend(local: Any, inbox: Any, heard: Heard) -> None:
    access = SlackAccess("xoxb-local", "xapp-wrong", api_url=local.access.api_url)
    with connection(access, inbox) as opened:
        heard.wait("SLACK_APP_TOKEN")
        assert not opened.connected
    assert len(heard.lines) == 1


def test_closing_takes_no_time_and_leaves_no_thread(local: Any, inbox: Any, heard: Heard) -> None:
    before = set(threading.enumerate())
    with connection(local.access, inbox):
        heard.wait("connected to Slack")
        started = time.monotonic()
    assert time.monotonic() - started < 1.5
    assert set(threading.enumerate()) <= before


def _id(local: Any, channel: str) -> str:
    return next(each["id"] for each in local.get("state")["channels"] if each["name"] == channel)


def _button(action: str, **more: str) -> dict[str, Any]:
    text = {"type": "plain_text", "text": action}
    return {"type": "button", "action_id": action, "text": text, **more}
