import contextlib
import socket
import threading
from collections.abc import Callable, Mapping
from http import HTTPStatus
from queue import Queue

import pytest
from asking import ask
from starlette.types import ASGIApp

from bot.web import Readiness, Served, SlackEvents, WebError, create_app, serve

Serve = Callable[[ASGIApp], Served]


def well() -> Readiness:
    return Readiness(database=True, slack=True, tick_age_s=0.1, page_overdue_s=None)


def nobody() -> None:
    """Wake nobody when an answer has left."""


def test_a_taken_port_is_one_clear_line(served: Serve) -> None:
    port = int(served(create_app(well)).url.rpartition(":")[2])
    with pytest.raises(WebError) as refused:
        serve(create_app(well), "127.0.0.1", port)
    assert str(refused.value) == f"port {port} is taken on 127.0.0.1; use --port with another one"


def test_an_address_of_another_machine_is_one_clear_line() -> None:
    # 192.0.2.0/24 is kept for documentation
    with pytest.raises(WebError, match=r"^cannot listen on 192\.0\.2\.1:0: .*; see --host and --port$"):
        serve(create_app(well), "192.0.2.1", 0)


def test_what_is_no_address_is_one_clear_line() -> None:
    with pytest.raises(WebError, match=r"^no such host is no address of this machine \(.*\); see --host$"):
        serve(create_app(well), "no such host", 0)


def test_a_stopped_server_frees_its_port() -> None:
    first = serve(create_app(well), "127.0.0.1", 0)
    port = int(first.url.rpartition(":")[2])
    first.stop()
    again = serve(create_app(well), "127.0.0.1", port)
    assert ask(f"{again.url}/healthz").status == 200
    again.stop()


def test_an_event_that_hangs_does_not_hold_up_the_end() -> None:
    begun, finish = threading.Event(), threading.Event()

    def hangs(body: bytes, headers: Mapping[str, str]) -> tuple[int, str, str]:
        begun.set()
        finish.wait(20)
        return 200, "text/plain", ""

    running = serve(create_app(well, SlackEvents(hangs, nobody)), "127.0.0.1", 0)
    with socket.create_connection(("127.0.0.1", int(running.url.rpartition(":")[2])), timeout=5) as client:
        client.sendall(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx")
        assert begun.wait(5)
        ending = threading.Thread(target=running.stop)
        ending.start()
        ending.join(5)
        assert not ending.is_alive()
    finish.set()


@pytest.mark.parametrize(
    ("path", "body", "status", "detail"),
    [
        # no such page
        ("/nope", None, 404, "there is no such path; /openapi.json has all"),
        # a page that is only read
        ("/healthz", b"x", 405, "this path takes GET, HEAD"),
        # no signing secret, no events
        ("/slack/events", b"x", 404, "there is no such path; /openapi.json has all"),
    ],
)
def test_every_error_is_a_problem_document(
    path: str, body: bytes | None, status: int, detail: str, served: Serve
) -> None:
    reply = ask(served(create_app(well)).url + path, body)
    assert (reply.status, reply.content_type) == (status, "application/problem+json")
    assert reply.json == {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }


def test_a_defect_tells_a_stranger_nothing(served: Serve) -> None:
    def broken() -> Readiness:
        raise LookupError("secret")

    reply = ask(f"{served(create_app(broken)).url}/readyz")
    assert (reply.status, reply.content_type) == (500, "application/problem+json")
    assert reply.json["detail"] == "a defect of Vigil; its log says more"


def test_health_does_not_wait_for_a_slow_event(served: Serve) -> None:
    begun, finish = threading.Event(), threading.Event()

    def slow(body: bytes, headers: Mapping[str, str]) -> tuple[int, str, str]:
        begun.set()
        finish.wait(10)
        return 200, "text/plain", ""

    url = served(create_app(well, SlackEvents(slow, nobody))).url
    event = threading.Thread(target=ask, args=(f"{url}/slack/events", b"x"))
    event.start()
    assert begun.wait(5)
    assert ask(f"{url}/healthz").status == 200
    assert event.is_alive()
    finish.set()
    event.join(5)


@pytest.mark.parametrize("piece", [b"x", b"X-Long: 1\r\n"])
def test_whoever_sends_a_head_without_an_end_is_hung_up_on(piece: bytes, served: Serve) -> None:
    port = int(served(create_app(well)).url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        with contextlib.suppress(ConnectionError):
            for _ in range(100):
                client.sendall(piece * 1000)
            assert client.recv(12) == b"HTTP/1.1 400"


def test_nobody_is_woken_before_the_answer_of_an_event_has_left(served: Serve) -> None:
    here, left_before = threading.Event(), Queue[bool]()
    events = SlackEvents(lambda *_: (200, "text/plain", "kept"), lambda: left_before.put(here.wait(5)))
    assert ask(f"{served(create_app(well, events)).url}/slack/events", b"x").body == "kept"
    here.set()
    assert left_before.get(timeout=6)


def test_a_huge_body_is_refused_before_anybody_reads_it(served: Serve) -> None:
    seen: list[bytes] = []

    def keep(body: bytes, headers: Mapping[str, str]) -> tuple[int, str, str]:
        seen.append(body)
        return 200, "text/plain", "kept"

    url = f"{served(create_app(well, SlackEvents(keep, nobody))).url}/slack/events"
    assert ask(url, b"x" * 1024 * 1024).body == "kept"
    refused = ask(url, b"x" * (1024 * 1024 + 1))
    assert (refused.status, refused.json["detail"]) == (413, "send at most 1048576 bytes")
    assert [len(body) for body in seen] == [1024 * 1024]
