"""Answers that are none: each means "unsure", and nothing is ever raised."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import pytest

from bot.domain.card import Line
from bot.domain.text import say
from bot.engine.ports import Later, Place, Refused, Unsure
from bot.locale import Speaker
from bot.slack.access import SlackAccess, web_client
from bot.slack.cards import Drawing
from bot.slack.notifier import Notifier
from bot.slack.wire import Exchange, Failure

DRAWING = Drawing(Speaker("en", "UTC"), lambda: datetime(2026, 1, 19, tzinfo=UTC))
BODY = b'{"ok": true, "ts": "1.1", "channel": "C1"}'


def http(body: bytes, head: bytes = b"200 OK", more: bytes = b"") -> bytes:
    length = b"Content-Length: %d\r\n" % len(body)
    return b"HTTP/1.1 " + head + b"\r\n" + length + more + b"Connection: close\r\n\r\n" + body


@contextmanager
def answering(raw: bytes) -> Iterator[str]:
    """A server that reads one request and answers with these bytes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError), server.accept()[0] as peer:
                peer.recv(65536)
                peer.sendall(raw)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        thread.join(timeout=5)


def call(url: str) -> object:
    return Exchange(web_client(SlackAccess("xoxb-x", "", api_url=url))).call(
        "chat.postMessage", {"text": "x"}
    )


def respond(url: str) -> object:
    return Exchange(web_client(SlackAccess("xoxb-x", ""))).respond(url, {"text": "x"})


NO_ANSWERS = [
    http(b"<html>Sign in to the hotel's network</html>"),
    http(b""),
    http(b"[]"),
    http(b"null"),
    http(b'"ok"'),
    http(b"\xff\xfe"),
    http(BODY, more=b"Content-Type: application/json; charset=no-such\r\n"),
    b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + BODY,
    b"SSH-2.0-OpenSSH_9.6\r\n",
    b"",
    http(b"<html>Bad gateway</html>", b"502 Bad Gateway"),
    http(b"\xff", b"500 Internal Server Error"),
    http(b"<html>Log in to the proxy</html>", b"403 Forbidden"),
]


@pytest.mark.parametrize("raw", NO_ANSWERS)
def test_an_answer_that_cannot_be_read_is_unsure(raw: bytes) -> None:
    with answering(raw) as url:
        answer = call(url)
    assert isinstance(answer, Failure)
    assert isinstance(answer.outcome, Unsure)


def test_a_good_answer_is_handed_over() -> None:
    with answering(http(BODY)) as url:
        assert call(url) == {"ok": True, "ts": "1.1", "channel": "C1"}


@pytest.mark.parametrize(
    ("raw", "kind", "says"),
    [
        (http(b'{"ok": false, "error": "used_url"}', b"404 Not Found"), Refused, "used_url"),
        (http(b"no_service", b"404 Not Found"), Refused, "no_service"),
        (http(b"", b"429 Too Many Requests", b"Retry-After: 6\r\n"), Later, "6 s"),
        (http(b"", b"500 Internal Server Error"), Unsure, "HTTP 500"),
        (http(b"<html>", b"404 Not Found"), Unsure, "HTTP 404"),
        (b"", Unsure, "connection broke"),
    ],
)
def test_what_a_response_url_answers(raw: bytes, kind: type[object], says: str) -> None:
    with answering(raw) as url:
        failure = respond(url)
    assert isinstance(failure, Failure)
    assert isinstance(failure.outcome, kind)
    assert says in failure.outcome.reason


def test_a_response_url_that_accepts_is_no_failure() -> None:
    with answering(http(b"ok")) as url:
        assert respond(url) is None


@pytest.mark.parametrize("ask", [call, respond])
def test_an_address_that_is_none_is_refused(ask: Callable[[str], object]) -> None:
    failure = ask("ftp://127.0.0.1/")
    assert isinstance(failure, Failure)
    assert isinstance(failure.outcome, Refused)


def test_the_calls_for_one_message_share_one_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.slack.wire.TIMEOUT_S", 0.2)
    failure = call("http://127.0.0.1:1/")
    assert failure == Failure("", Later(1.0, "Slack answers too slowly"))


def test_a_missing_scope_is_named() -> None:
    with answering(http(b'{"ok": false, "error": "missing_scope", "needed": "channels:join"}')) as url:
        failure = call(url)
    assert isinstance(failure, Failure)
    assert isinstance(failure.outcome, Refused)
    assert "channels:join" in failure.outcome.reason


def test_a_post_that_does_not_say_where_it_stands_is_unsure() -> None:
    with answering(http(b'{"ok": true}')) as url:
        notifier = Notifier(web_client(SlackAccess("xoxb-x", "", api_url=url)), DRAWING)
        outcome = notifier.post("op", Place(channel="C0123"), Line(text=say("Hello")))
    assert isinstance(outcome, Unsure)
