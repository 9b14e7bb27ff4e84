"""Requests that are more than one, or ask for more than an answer."""

from __future__ import annotations

import base64
import json
import socket
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count

import pytest
from local_servers import Site, page

from checks.base import Situation
from checks.discretion import secrets_of
from checks.kinds.http import Http
from checks.kinds.http.options import HttpOptions
from checks.result import Result, State
from checks.runner import Guard, run

Ask = Callable[..., Result]


def figures(result: Result) -> dict[str, float]:
    return {" ".join((m.metric, *(v for _, v in m.labels))): m.value for m in result.measurements}


def as_json(value: object) -> bytes:
    return json.dumps(value).encode()


def echo(request: BaseHTTPRequestHandler) -> None:
    """Answers with what was asked."""
    length = int(request.headers.get("Content-Length") or 0)
    asked = {
        "path": request.path,
        "headers": dict(request.headers),
        "body": request.rfile.read(length).decode(),
    }
    page(as_json(asked))(request)


@pytest.mark.parametrize(
    ("options", "header"),
    [
        ({"bearer": "t0ken-of-mine"}, "Bearer t0ken-of-mine"),
        (
            {"basic": {"user": "vigil", "password": "hunter22"}},
            f"Basic {base64.b64encode(b'vigil:hunter22').decode()}",
        ),
        ({"headers": {"Authorization": "Token t0ken-of-mine"}}, "Token t0ken-of-mine"),
    ],
)
def test_who_asks_is_said_and_never_repeated(
    site: Site, situation: Situation, options: dict[str, object], header: str
) -> None:
    site.pages["/"] = echo
    read = HttpOptions.model_validate(
        {"url": f"{site.url}/", "expect": {"json": {"headers.X": "x"}}, **options}
    )
    result, _ = run("c", Http(read), situation, None, Guard(secrets=secrets_of(read)))
    assert "has no headers.X" in result.summary
    assert '"Authorization": "' in result.output
    for secret in ("t0ken-of-mine", "hunter22"):
        assert secret not in repr(result)
        assert secret not in repr(read)
    open_result, _ = run("c", Http(read), situation, None)
    assert header in open_result.output


@pytest.mark.parametrize(
    ("wanted", "complaint"),
    [
        # a value, as before
        ({"status": "up"}, ""),
        ({"status": "down"}, 'status is "up", not "down"'),
        # a condition on a number
        ({"queue.length": "< 100"}, ""),
        ({"queue.length": "outside 0..100"}, "queue.length is 12, not outside 0..100"),
        ({"status": "> 1"}, 'status is "up", not > 1'),
        # every member
        ({"parts.*.ok": True}, ""),
        ({"parts.*.load": "< 2"}, "parts.*.load is 2.5, not < 2"),
        ({"parts.*.none": 1}, "the body has no parts.*.none"),
        ({"parts.-1.load": 2.5}, ""),
    ],
)
def test_json_is_compared_by_value_or_by_condition(
    ask: Ask, site: Site, wanted: dict[str, object], complaint: str
) -> None:
    body = {
        "status": "up",
        "queue": {"length": 12},
        "parts": [{"ok": True, "load": 1}, {"ok": True, "load": 2.5}],
    }
    site.pages["/"] = page(as_json(body))
    result = ask("http", url=f"{site.url}/", expect={"json": wanted})
    assert result.state is (State.CRITICAL if complaint else State.OK)
    assert complaint in result.summary


def test_a_word_that_must_not_stand_in_the_body_is_critical(ask: Ask, site: Site) -> None:
    site.pages["/"] = page(b"Maintenance")
    result = ask("http", url=f"{site.url}/", expect={"lacks": "Maintenance"})
    assert result.summary.startswith("the body contains 'Maintenance'")


def test_numbers_of_the_body_are_measured(ask: Ask, site: Site) -> None:
    site.pages["/"] = page(as_json({"queue": {"length": 12}, "name": "x"}))
    assert figures(ask("http", url=f"{site.url}/", measure={"waiting": "queue.length"}))["waiting"] == 12
    result = ask("http", url=f"{site.url}/", measure={"waiting": "name"})
    assert result.summary.startswith('name is "x", not a number')


def test_a_burst_tells_how_latencies_are_spread(ask: Ask, site: Site) -> None:
    site.pages["/"] = page(b"ok")
    found = figures(ask("http", url=f"{site.url}/", count=20))
    assert found["http_up"] == 100
    assert (
        0
        < found["http_latency"]
        <= found["http_latency_p95"]
        <= found["http_latency_p99"]
        <= found["http_latency_max"]
        < 5
    )
    assert site.connections == 1


def test_some_of_a_burst_that_fail_are_a_warning_and_all_are_critical(ask: Ask, site: Site) -> None:
    turns = count()

    def every_fourth_fails(request: BaseHTTPRequestHandler) -> None:
        page(b"", status=503 if next(turns) % 4 == 0 else 200)(request)

    site.pages["/"] = every_fourth_fails
    result = ask("http", url=f"{site.url}/", count=8)
    assert (result.state, figures(result)["http_up"]) == (State.WARNING, 75)
    assert result.summary.startswith("2 of 8 failed (status 503")
    site.pages["/"] = page(b"", status=503)
    assert ask("http", url=f"{site.url}/", count=3).state is State.CRITICAL


def test_a_burst_ends_at_the_deadline(ask: Ask, listener: Callable[..., int]) -> None:
    def say_nothing(_: socket.socket, over: threading.Event) -> None:
        over.wait(5)

    started = time.monotonic()
    result = ask("http", url=f"http://127.0.0.1:{listener(say_nothing)}/", count=100, timeout_s=0.3)
    assert time.monotonic() - started < 1.5
    assert (result.state, result.summary) == (State.CRITICAL, "no answer within 0.3 s")


def test_steps_hand_on_what_they_kept_and_their_cookies(ask: Ask, site: Site) -> None:
    site.pages["/login"] = page(as_json({"data": {"token": "a/b c", "id": 7}}), Set_Cookie="seen=yes")
    site.pages["/orders/a%2Fb%20c"] = echo
    result = ask(
        "http",
        steps=[
            {
                "name": "log in",
                "url": f"{site.url}/login",
                "method": "POST",
                "keep": {"token": "data.token", "id": "data.id"},
            },
            {
                "url": f"{site.url}/orders/{{token}}?all={{unknown}}",
                "headers": {"X-Token": "{token}"},
                "method": "POST",
                "body": '{"id": {id}}',
                "expect": {
                    "json": {
                        "headers.X-Token": "a/b c",
                        "headers.Cookie": "seen=yes",
                        "body": '{"id": 7}',
                        "path": "/orders/a%2Fb%20c?all=%7Bunknown%7D",
                    }
                },
            },
        ],
    )
    assert result.state is State.OK, result
    assert set(figures(result)) == {
        "http_up",
        "http_latency",
        "http_step_latency log in",
        "http_step_latency 2",
    }
    assert result.summary.startswith("2 steps in 0.")


def test_the_step_that_fails_is_named_and_no_later_one_is_taken(ask: Ask, site: Site) -> None:
    site.pages["/a"] = page(as_json({}))
    result = ask(
        "http",
        steps=[
            {"name": "log in", "url": f"{site.url}/a", "keep": {"token": "token"}},
            {"url": f"{site.url}/b"},
        ],
    )
    assert result.state is State.CRITICAL
    assert result.summary.startswith("step log in: the body has no token in ")
    assert set(figures(result)) == {"http_up", "http_step_latency log in"}


def test_an_address_of_ipv6_is_asked(ask: Ask, site: Site) -> None:
    class OverIPv6(ThreadingHTTPServer):
        address_family = socket.AF_INET6

    class Hello(BaseHTTPRequestHandler):
        do_GET = page(b"hello")  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    with OverIPv6(("::1", 0), Hello) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        result = ask("http", url=f"http://[::1]:{server.server_address[1]}/")
    assert result.state is State.OK


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "write either `url` or `steps`"),
        ({"url": "http://a/", "steps": [{"url": "http://a/"}]}, "write either `url` or `steps`"),
        ({"steps": [{"url": "http://a/"}], "count": 2}, "`count` goes with `url`"),
        ({"steps": [{"url": "http://a/"}], "expect": {"status": 200}}, "each step has its own"),
        ({"steps": [{"url": "a"}]}, "not a web address"),
    ],
)
def test_options_that_make_no_sense_together_are_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        HttpOptions.model_validate(options)
