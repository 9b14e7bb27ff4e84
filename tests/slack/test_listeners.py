"""What people do reaches the inbox before it is acknowledged."""

from __future__ import annotations

import hashlib
import hmac
import json
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt import App, BoltRequest, BoltResponse

from bot.slack.access import SlackAccess
from bot.slack.listeners import build_app

AT = datetime(2026, 1, 19, 2, 14, tzinfo=UTC)
NOBODY = SlackAccess("xoxb-x", "xapp-x", "a secret", api_url="http://127.0.0.1:1/api/")

COMMAND = {"command": "/monitor", "text": "status", "trigger_id": "1.2", "user_id": "U1", "channel_id": "C1"}
CLICK = {
    "type": "block_actions",
    "user": {"id": "U1"},
    "container": {"message_ts": "5.5", "channel_id": "C1"},
    "actions": [{"action_id": "no such\nbutton", "action_ts": "7.7", "value": "v", "type": "button"}],
}
MENTION = {
    "type": "event_callback",
    "event": {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "9.9", "text": "<@U0BOT> status"},
}
FORM = {
    "type": "view_submission",
    "user": {"id": "U1", "name": "lin"},
    "view": {
        "id": "V1",
        "hash": "1.a",
        "type": "modal",
        "callback_id": "vigil",
        "private_metadata": "tick r1/0",
        "blocks": [{"type": "section", "block_id": "x"}, {"type": "input", "block_id": "note"}],
        "state": {"values": {"note": {"note": {"type": "plain_text_input", "value": "done"}}}},
    },
}
HOME = {
    "type": "event_callback",
    "event_id": "Ev1",
    "event": {"type": "app_home_opened", "user": "U1", "channel": "D1", "tab": "home"},
}
SHORTCUT = {
    "type": "message_action",
    "callback_id": "note",
    "action_ts": "3.3",
    "trigger_id": "9.9",
    "user": {"id": "U1", "username": "lin"},
    "channel": {"id": "C1"},
    "message": {"ts": "5.5", "thread_ts": "5.0", "user": "U2", "text": "a &amp; b"},
}
REACTION = {
    "type": "event_callback",
    "event": {
        "type": "reaction_added",
        "user": "U1",
        "reaction": "memo",
        "item": {"type": "message", "channel": "C1", "ts": "5.5"},
    },
}


def build(inbox: Any, access: SlackAccess = NOBODY) -> App:
    return build_app(access, inbox, lambda: AT)


def deliver(app: App, body: dict[str, Any]) -> BoltResponse:
    return app.dispatch(BoltRequest(mode="socket_mode", body=body))


@pytest.mark.parametrize(
    ("body", "identity"),
    [
        (COMMAND, "command:1.2"),
        # an action ID that nobody knows any more is somebody's click all the same
        (CLICK, "action:7.7:U1:no such\nbutton:5.5"),
        (MENTION, "mention:C1:9.9"),
        (FORM, "form:V1:1.a"),
        (HOME, "home:Ev1"),
        (SHORTCUT, "shortcut:3.3:U1:5.5"),
        (REACTION, "reaction:C1:5.5"),
    ],
)
def test_what_a_person_does_is_kept_once_however_often_it_is_delivered(
    inbox: Any, body: dict[str, Any], identity: str
) -> None:
    app = build(inbox)
    assert [deliver(app, body).status for _ in range(2)] == [200, 200]
    assert list(inbox.inbounds) == [identity]
    assert inbox.inbounds[identity].at == AT


@pytest.mark.parametrize("kind", ["message", "member_joined_channel", "app_home_opened"])
def test_other_events_are_acknowledged_and_ignored(inbox: Any, kind: str) -> None:
    body = {"type": "event_callback", "event": {"type": kind, "user": "U1", "channel": "C1"}}
    assert deliver(build(inbox), body).status == 200
    assert inbox.taken == 0


def test_what_could_not_be_saved_is_told_to_the_one_who_typed_it(inbox: Any) -> None:
    inbox.fails = OSError("the disk is full")
    answer = deliver(build(inbox), COMMAND)
    said = json.loads(answer.body)
    assert (answer.status, said["response_type"]) == (200, "ephemeral")
    assert "could not note this" in said["text"]
    assert "try again" in said["text"]


def test_a_form_that_could_not_be_saved_stays_open_and_says_so(inbox: Any) -> None:
    inbox.fails = OSError("the disk is full")
    answer = deliver(build(inbox), FORM)
    said = json.loads(answer.body)
    assert (answer.status, said["response_action"]) == (200, "errors")
    assert "could not note this" in said["errors"]["note"]


@pytest.mark.parametrize("body", [HOME, CLICK, CLICK | {"response_url": "http://127.0.0.1:1/"}, MENTION])
def test_what_could_not_be_saved_nor_told_is_not_acknowledged(inbox: Any, body: dict[str, Any]) -> None:
    inbox.fails = OSError("the disk is full")
    assert deliver(build(inbox), body).status == 500


def test_a_request_that_nothing_listens_to_ends_without_a_traceback(
    inbox: Any, caplog: pytest.LogCaptureFixture
) -> None:
    view = {"type": "modal", "callback_id": "x"}
    answer = deliver(build(inbox), {"type": "view_submission", "user": {"id": "U1"}, "view": view})
    assert answer.status == 500
    [record] = caplog.records
    assert record.exc_info is None


def over_http(app: App, body: dict[str, str], secret: str) -> BoltResponse:
    raw, now = urlencode(body), str(int(time.time()))  # noqa: TID251 - Slack's signature ages by real time
    digest = hmac.new(secret.encode(), f"v0:{now}:{raw}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "content-type": ["application/x-www-form-urlencoded"],
        "x-slack-request-timestamp": [now],
        "x-slack-signature": [f"v0={digest}"],
    }
    return app.dispatch(BoltRequest(body=raw, headers=headers))


def test_over_http_only_signed_requests_are_heard(inbox: Any) -> None:
    app = build(inbox)
    assert over_http(app, COMMAND, "a secret").status == 200
    assert over_http(app, COMMAND | {"trigger_id": "3.4"}, "another secret").status == 401
    assert list(inbox.inbounds) == ["command:1.2"]


def test_without_a_signing_secret_nothing_is_heard_over_http(inbox: Any) -> None:
    app = build(inbox, SlackAccess("xoxb-x", "xapp-x"))
    assert over_http(app, COMMAND, "").status == 401
    assert inbox.taken == 0


@pytest.mark.parametrize("body", [COMMAND, CLICK, MENTION, FORM, HOME])
def test_a_request_costs_about_a_millisecond_at_most(inbox: Any, body: dict[str, Any]) -> None:
    app = build(inbox)
    durations = [_duration(lambda: deliver(app, body)) for _ in range(50)]
    assert statistics.median(durations) < 0.002


def _duration(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
