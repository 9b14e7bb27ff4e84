"""Posting, redrawing and looking up, over real sockets."""

from __future__ import annotations

import logging
import re
import socket
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.alerts.alert import Alert, AlertState, Severity, Subject
from bot.domain.card import Line, PageMessage
from bot.domain.oncall.escalation import Policy
from bot.domain.text import Label, say
from bot.engine.ports import Gone, Later, Place, Posted, Refused, Sent, Unsure
from bot.locale import Speaker
from bot.slack.access import SlackAccess, web_client
from bot.slack.cards import Drawing
from bot.slack.notifier import Notifier

AT = datetime(2026, 1, 19, 2, 14, tzinfo=UTC)
DRAWING = Drawing(Speaker("en", "UTC"), lambda: AT)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
POSTS = Place(channel="posts")
FAULTS = Place(channel="faults")


def line(text: str) -> Line:
    return Line(text=say(text), at=AT)


def page(level: int, broadcast: bool) -> PageMessage:
    subject = Subject(
        service="orders",
        channel="posts",
        key="p99",
        label=Label("P99"),
        policy=Policy(key="default", levels=()),
    )
    alert = Alert(
        id="a1",
        subject=subject,
        severity=Severity.CRITICAL,
        state=AlertState.FIRING,
        version=1,
        turn=1,
        value=None,
        reason=say("P99 is high"),
        began_at=AT,
    )
    return PageMessage(
        alert=alert,
        people=(),
        usergroups=(),
        level=level,
        levels=2,
        reason=say("Wake up"),
        broadcast=broadcast,
    )


def posted(outcome: object) -> Posted:
    assert isinstance(outcome, Sent), outcome
    assert outcome.posted
    return outcome.posted


def test_a_post_joins_the_channel_and_carries_its_operation(local: Any, notifier: Notifier) -> None:
    at = posted(notifier.post("op-1", POSTS, line("Hello")))
    [message] = [each for each in local.get("messages?channel=posts") if each["ts"] == at.ts]
    assert message["text"] == "Hello"
    assert message["blocks"]
    assert message["metadata"] == {"event_type": "vigil", "event_payload": {"operation": "op-1"}}
    assert notifier.find("op-1", POSTS, LONG_AGO) == Sent(at)
    assert notifier.find("op-0", POSTS, LONG_AGO) is None


def test_a_reply_is_found_in_its_thread_and_not_in_the_channel(notifier: Notifier) -> None:
    head = posted(notifier.post("head", POSTS, line("Head")))
    thread = Place(channel=head.channel, thread_ts=head.ts)
    reply = posted(notifier.post("reply", thread, line("Reply")))
    assert notifier.find("reply", thread, LONG_AGO) == Sent(reply)
    assert notifier.find("reply", POSTS, LONG_AGO) is None
    assert notifier.find("reply", Place(channel="posts", thread_ts="1.000001"), LONG_AGO) is None


def test_a_reply_is_found_in_a_long_thread(notifier: Notifier) -> None:
    head = posted(notifier.post("long", POSTS, line("Long")))
    thread = Place(channel=head.channel, thread_ts=head.ts)
    for number in range(205):
        last = posted(notifier.post(f"long-{number}", thread, line("Step")))
    assert notifier.find("long-204", thread, LONG_AGO) == Sent(last)


def test_a_message_is_found_behind_many_later_ones_and_not_among_those_before_its_time(
    notifier: Notifier,
) -> None:
    place = Place(channel="quiet")
    first = posted(notifier.post("first", place, line("First")))
    for number in range(205):
        notifier.post(f"later-{number}", place, line("Later"))
    assert notifier.find("first", place, LONG_AGO) == Sent(first)
    assert notifier.find("first", place, datetime.fromtimestamp(float(first.ts), UTC)) == Sent(first)
    assert notifier.find("first", place, datetime(2100, 1, 1, tzinfo=UTC)) is None


def test_a_card_is_compared_by_all_that_was_drawn_in_a_thread_as_in_the_channel(
    local: Any, notifier: Notifier
) -> None:
    head = posted(notifier.post("compared", POSTS, line("Head")))
    thread = Place(channel=head.channel, thread_ts=head.ts)
    reply = posted(notifier.post("compared-reply", thread, line("Reply")))
    for at, said in ((head, "Head"), (reply, "Reply")):
        assert notifier.stands(at, line(said)) is True
        assert notifier.stands(at, line("Something else")) is False
    local.fault("conversations.replies", "error:internal_error")
    assert notifier.stands(head, line("Head")) is None
    with pytest.raises(Gone):
        notifier.stands(Posted(channel=head.channel, ts="1.000001"), line("Head"))


def test_a_page_whose_thread_takes_no_replies_goes_to_the_channel_and_a_note_does_not(
    local: Any, notifier: Notifier
) -> None:
    gone = Place(channel="posts", thread_ts="1.000001")
    at = posted(notifier.post("page-gone", gone, page(level=2, broadcast=True)))
    [message] = [each for each in local.get("messages?channel=posts") if each["ts"] == at.ts]
    assert message["thread_ts"] in (None, at.ts)
    assert notifier.find("page-gone", POSTS, LONG_AGO) == Sent(at)
    assert isinstance(notifier.post("note-gone", gone, line("Note")), Refused)


def test_what_slack_refuses_is_said_once_and_again_when_it_had_worked_between(
    notifier: Notifier, local: Any, caplog: pytest.LogCaptureFixture
) -> None:
    for effect in ("error:restricted_action", "error:restricted_action", None, "error:restricted_action"):
        if effect:
            local.fault("chat.postMessage", effect)
        notifier.post(f"refused-{effect}", POSTS, line("Once"))
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert len(told) == 2
    assert told[0].startswith("a message to #posts did not go: Slack refused it with restricted_action:")


def test_a_broadcast_page_stands_in_its_thread_and_in_the_channel(local: Any, notifier: Notifier) -> None:
    head = posted(notifier.post("page-head", POSTS, line("Head of the page")))
    thread = Place(channel="posts", thread_ts=head.ts)
    quiet = posted(notifier.post("page-1", thread, page(level=1, broadcast=False)))
    loud = posted(notifier.post("page-2", thread, page(level=2, broadcast=True)))
    shown = {each["ts"]: each for each in local.get("messages?channel=posts")}
    assert shown[loud.ts]["broadcast"]
    assert not shown.get(quiet.ts, {}).get("broadcast")
    assert notifier.find("page-2", thread, LONG_AGO) == Sent(loud)


def test_a_page_whose_head_could_not_be_posted_goes_to_the_channel(local: Any, notifier: Notifier) -> None:
    alone = posted(notifier.post("page-alone", POSTS, page(level=2, broadcast=True)))
    assert notifier.find("page-alone", POSTS, LONG_AGO) == Sent(alone)
    [message] = [each for each in local.get("messages?channel=posts") if each["ts"] == alone.ts]
    assert message["thread_ts"] in (None, alone.ts)


def test_a_redraw_changes_the_message_and_keeps_its_operation(local: Any, notifier: Notifier) -> None:
    at = posted(notifier.post("card", POSTS, line("Firing")))
    assert notifier.redraw(at, line("Resolved")) == Sent(at)
    [message] = [each for each in local.get("messages?channel=posts") if each["ts"] == at.ts]
    assert (message["text"], message["edits"]) == ("Resolved", 1)
    assert message["blocks"][0]["text"]["text"] == "Resolved"
    assert notifier.find("card", POSTS, LONG_AGO) == Sent(at)


def test_a_private_message_is_seen_by_one_person_and_cannot_be_looked_up(
    local: Any, notifier: Notifier
) -> None:
    place = Place(channel="posts", only_for="U0LIN")
    assert notifier.post("private", place, line("For Lin")) == Sent(None)
    [message] = [each for each in local.get("messages?channel=posts&user=lin") if each["text"] == "For Lin"]
    assert message["ephemeral_to"] == "U0LIN"
    assert notifier.find("private", place, LONG_AGO) is None


def test_blocks_that_slack_refuses_leave_the_text(
    local: Any, notifier: Notifier, caplog: pytest.LogCaptureFixture
) -> None:
    local.fault("chat.postMessage", "error:invalid_blocks")
    at = posted(notifier.post("bad", POSTS, line("Said")))
    local.fault("chat.update", "error:invalid_blocks")
    assert notifier.redraw(at, line("Changed")) == Sent(at)
    [message] = [each for each in local.get("messages?channel=posts") if each["ts"] == at.ts]
    assert (message["text"], message["blocks"]) == ("Changed", [])
    assert notifier.find("bad", POSTS, LONG_AGO) == Sent(at)
    assert [record.levelno for record in caplog.records] == [logging.WARNING, logging.WARNING]


def test_a_block_that_slack_would_refuse_is_said_in_words(local: Any, notifier: Notifier) -> None:
    at = posted(notifier.post("bad", POSTS, line("BAD but said")))
    assert local.blocks("posts", at.ts)[0]["text"]["text"] == "BAD but said"


def test_too_much_for_slack_is_shortened_with_the_whole_in_the_thread(local: Any, notifier: Notifier) -> None:
    at = posted(notifier.post("huge", POSTS, line("HUGE")))
    assert [block["type"] for block in local.blocks("posts", at.ts)] == [
        "section",
        "section",
        "section",
        "context",
    ]
    [attached] = [each for each in local.get("messages?channel=posts") if each["thread_ts"] == at.ts]
    [file] = attached["files"]
    assert (attached["text"], file["name"], file["size"]) == ("The whole message", "message.txt", 12_009)
    assert notifier.redraw(at, line("HUGE still")) == Sent(at)
    note = local.blocks("posts", at.ts)[-1]["elements"][0]["text"]
    link = rf"<http://.*/archives/{at.channel}/p{at.ts.replace('.', '')}\|The whole is in the thread>"
    assert re.fullmatch(rf"Shortened: Slack takes no more than this\. {link}", note)
    assert notifier.stands(at, line("HUGE still"))


def test_a_channel_nobody_knows_is_refused_with_its_mend(notifier: Notifier) -> None:
    outcome = notifier.post("lost", Place(channel="nowhere"), line("Lost"))
    assert isinstance(outcome, Refused)
    assert "#nowhere" in outcome.reason
    assert "config.yaml" in outcome.reason
    assert isinstance(notifier.find("lost", Place(channel="nowhere"), LONG_AGO), Refused)


def test_a_message_that_is_gone_cannot_be_redrawn(notifier: Notifier) -> None:
    channel = posted(notifier.post("gone", POSTS, line("Gone"))).channel
    outcome = notifier.redraw(Posted(channel=channel, ts="1.000001"), line("Back"))
    assert outcome == Refused(
        "Slack refused it with message_not_found: the message was deleted; a new one is needed"
    )


def test_an_id_needs_no_list_of_channels(local: Any, notifier: Notifier) -> None:
    ids = {each["name"]: each["id"] for each in local.get("state")["channels"]}
    local.fault("conversations.list", "error:missing_scope")
    place = Place(channel=ids["quiet"])
    at = posted(notifier.post("by-id", place, line("By ID")))
    assert notifier.find("by-id", place, LONG_AGO) == Sent(at)
    # the fault is still there: it was never called
    assert isinstance(notifier.find("by-id", FAULTS, LONG_AGO), Refused)
    assert notifier.find("by-id", FAULTS, LONG_AGO) is None


def test_channels_are_listed_once(local: Any, notifier: Notifier, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(local.workspace, "on_api_call", lambda method, _: calls.append(method))
    for name in ("#clicks", "faults", "#posts", "quiet"):
        assert notifier.find("nothing", Place(channel=name), LONG_AGO) is None
    assert calls.count("conversations.list") == 1


@pytest.mark.parametrize(
    ("effect", "arrived"),
    [("reset_before", False), ("reset_after", True), ("http_500", False)],
)
def test_a_broken_answer_is_unsure_and_a_look_tells(
    local: Any, notifier: Notifier, effect: str, arrived: bool
) -> None:
    assert notifier.find(effect, FAULTS, LONG_AGO) is None
    local.fault("chat.postMessage", effect)
    assert isinstance(notifier.post(effect, FAULTS, line(effect)), Unsure)
    found = notifier.find(effect, FAULTS, LONG_AGO)
    assert (isinstance(found, Sent) and found.posted is not None) is arrived
    assert (found is None) is not arrived
    assert local.texts("faults").count(effect) == int(arrived)


def test_an_answer_that_is_late_is_unsure_in_time(
    local: Any, notifier: Notifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.wire.TIMEOUT_S", 0.4)
    local.fault("chat.postMessage", "delay", delay_s=1.5)
    started = time.monotonic()
    assert notifier.post("late", FAULTS, line("late")) == Unsure("no answer in time")
    assert time.monotonic() - started < 1.2


def test_a_rate_limit_is_later_by_as_much_as_slack_says(local: Any, notifier: Notifier) -> None:
    local.fault("chat.postMessage", "ratelimited", retry_after=9)
    assert notifier.post("limited", FAULTS, line("limited")) == Later(
        9, "Slack asks to wait 9 s (ratelimited)"
    )
    assert notifier.find("limited", FAULTS, LONG_AGO) is None
    local.fault("conversations.history", "ratelimited", retry_after=3)
    assert isinstance(notifier.find("limited", FAULTS, LONG_AGO), Later)
    local.fault("chat.update", "ratelimited", retry_after=4)
    at = posted(notifier.post("limited", FAULTS, line("free")))
    assert isinstance(notifier.redraw(at, line("redrawn")), Later)


def test_a_failed_look_is_no_answer(local: Any, notifier: Notifier) -> None:
    assert notifier.find("any", FAULTS, LONG_AGO) is None
    local.fault("conversations.history", "http_500")
    assert isinstance(notifier.find("any", FAULTS, LONG_AGO), Unsure)


def test_a_server_that_is_down_has_certainly_not_taken_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        client = web_client(SlackAccess("xoxb-x", "", api_url=f"http://127.0.0.1:{port}/api/"))
        from_nowhere = Notifier(client, DRAWING)
        assert isinstance(from_nowhere.post("op", Place(channel="C0123"), line("Hello")), Later)
        assert isinstance(from_nowhere.redraw(Posted(channel="C0123", ts="1.1"), line("Hello")), Later)
        assert isinstance(from_nowhere.find("op", Place(channel="C0123"), LONG_AGO), Later)


def test_a_wrong_token_is_refused_with_its_mend(local: Any) -> None:
    client = web_client(SlackAccess("xoxb-wrong", "", api_url=local.access.api_url))
    outcome = Notifier(client, DRAWING).post("op", POSTS, line("Hello"))
    assert isinstance(outcome, Refused)
    assert "SLACK_BOT_TOKEN" in outcome.reason


def test_tokens_never_show() -> None:
    shown = repr(SlackAccess("xoxb-secret", "xapp-secret", "signing-secret"))
    assert "secret" not in shown
