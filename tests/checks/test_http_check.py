import errno
import gzip
import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pycurl
import pytest
from local_servers import Site, page

from checks.base import CouldNotMeasure, Situation
from checks.kinds.http import Http
from checks.kinds.http.options import HttpOptions
from checks.network.call import NoReply
from checks.network.failure import failed
from checks.network.heard import BODY_BYTES
from checks.result import Result, State
from checks.runner import run

Ask = Callable[..., Result]
Listener = Callable[[Callable[[socket.socket, threading.Event], None]], int]


class Greets(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        page(b"hello")(self)

    def log_message(self, *_: object) -> None:
        pass


class ThreadingHTTPServer6(ThreadingHTTPServer):
    address_family = socket.AF_INET6


def figures(result: Result) -> dict[str, float]:
    return {m.metric: m.value for m in result.measurements}


def test_a_good_answer_is_ok_with_its_latency(ask: Ask, site: Site) -> None:
    site.pages["/"] = page(b"hello")
    result = ask("http", url=f"{site.url}/")
    assert result.state is State.OK
    assert figures(result)["http_up"] == 100
    assert 0 < figures(result)["http_latency"] < 5
    assert [(m.metric, m.unit) for m in result.measurements] == [("http_up", "%"), ("http_latency", "s")]
    assert result.summary.startswith("200 OK in 0.")
    assert result.output == "200 OK\nhello"


@pytest.mark.parametrize(
    ("status", "expected", "state"),
    [
        (200, None, State.OK),
        (204, None, State.OK),
        (399, None, State.OK),  # without a wish, anything that is no error
        (404, None, State.CRITICAL),
        (503, None, State.CRITICAL),
        (404, 404, State.OK),
        (200, 404, State.CRITICAL),
        (201, [200, 201], State.OK),
        (202, [200, 201], State.CRITICAL),
    ],
)
def test_the_status_is_judged(
    ask: Ask, site: Site, status: int, expected: int | list[int] | None, state: State
) -> None:
    site.pages["/"] = page(status=status)
    expect = {} if expected is None else {"status": expected}
    result = ask("http", url=f"{site.url}/", expect=expect)
    assert result.state is state
    assert figures(result)["http_up"] == (100 if state is State.OK else 0)
    assert "http_latency" in figures(result)  # it did answer


def test_a_wrong_status_names_what_was_expected(ask: Ask, site: Site) -> None:
    site.pages["/"] = page(status=503)
    result = ask("http", url=f"{site.url}/", expect={"status": [200, 204]})
    assert result.summary.startswith("status 503 Service Unavailable, not 200 or 204 in 0.")


@pytest.mark.parametrize("below", ["1us", 0.000001])
def test_a_slow_answer_is_a_warning_and_counts_as_up(ask: Ask, site: Site, below: object) -> None:
    site.pages["/"] = page()
    below = 0.000001 if below == "1us" else below
    result = ask("http", url=f"{site.url}/", expect={"below": below})
    assert result.state is State.WARNING
    assert result.summary.endswith("slower than 1e-06 s")
    assert figures(result)["http_up"] == 100
    assert ask("http", url=f"{site.url}/", expect={"below": "5s"}).state is State.OK


BODY = {"database": {"state": "up", "replicas": [{"lag": 0.5}, {"lag": None}]}, "ready": True, "count": 1}


@pytest.mark.parametrize(
    ("expect", "complaint"),
    [
        ({"contains": '"up"'}, None),
        ({"contains": "down"}, "the body does not contain 'down'"),
        ({"json": {"database.state": "up", "ready": True, "count": 1}}, None),
        ({"json": {"database.replicas.0.lag": 0.5, "database.replicas.1.lag": None}}, None),
        ({"json": {"database.state": "down"}}, 'database.state is "up", not "down"'),
        ({"json": {"ready": 1}}, "ready is true, not 1"),  # which Python takes for equal
        ({"json": {"count": True}}, "count is 1, not true"),
        ({"json": {"database.status": "up"}}, "the body has no database.status"),
        ({"json": {"database.replicas.2.lag": 0}}, "the body has no database.replicas.2.lag"),
        ({"json": {"database.replicas.x": 0}}, "the body has no database.replicas.x"),
        ({"json": {"count.of": 0}}, "the body has no count.of"),
    ],
)
def test_the_body_is_judged(ask: Ask, site: Site, expect: dict[str, object], complaint: str | None) -> None:
    site.pages["/"] = page(json.dumps(BODY).encode())
    result = ask("http", url=f"{site.url}/", expect=expect)
    assert result.state is (State.CRITICAL if complaint else State.OK)
    assert figures(result)["http_up"] == (0 if complaint else 100)
    assert result.summary.startswith(complaint or "200 OK")


@pytest.mark.parametrize("body", [b"<html>", b"", b"[" * 100_000, b"\xff\xfe"])
def test_a_body_that_is_not_json_is_critical(ask: Ask, site: Site, body: bytes) -> None:
    site.pages["/"] = page(body)
    result = ask("http", url=f"{site.url}/", expect={"json": {"a": 1}})
    assert result.state is State.CRITICAL
    assert result.summary.startswith("the body is not JSON")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/plain; charset=gbk", "订单".encode("gbk")),
        ("text/plain", "订单".encode()),  # UTF-8 unless it says otherwise
        ("text/plain; charset=no-such-charset", "订单".encode()),
    ],
)
def test_the_body_is_read_in_its_own_charset(ask: Ask, site: Site, kind: str, body: bytes) -> None:
    site.pages["/"] = page(body, Content_Type=kind)
    assert ask("http", url=f"{site.url}/", expect={"contains": "订单"}).state is State.OK


def test_method_headers_and_body_are_sent(ask: Ask, site: Site) -> None:
    heard: list[tuple[str, str | None, bytes]] = []

    def listen(request: BaseHTTPRequestHandler) -> None:
        length = int(request.headers.get("Content-Length", 0))
        heard.append((request.command, request.headers.get("X-Token"), request.rfile.read(length)))
        page()(request)

    site.pages["/"] = listen
    ask("http", url=f"{site.url}/", method="POST", headers={"X-Token": "t"}, body="订")
    assert heard == [("POST", "t", "订".encode())]


def test_redirects_are_followed_unless_told_not_to(ask: Ask, site: Site) -> None:
    site.pages |= {"/old": page(b"moved", 302, Location="/new"), "/new": page(b"here")}
    assert ask("http", url=f"{site.url}/old").output == "200 OK\nhere"
    kept = ask("http", url=f"{site.url}/old", follow_redirects=False, expect={"status": 302})
    assert kept.state is State.OK


@pytest.mark.parametrize(
    ("location", "summary"),
    [
        ("ftp://127.0.0.1/", "redirects to what is no web address"),
        ("http://[::1", "redirects to what is no web address"),
    ],
)
def test_a_redirect_to_nowhere_is_critical(ask: Ask, site: Site, location: str, summary: str) -> None:
    site.pages["/"] = page(b"", 302, Location=location)
    result = ask("http", url=f"{site.url}/")
    assert (result.state, result.summary, figures(result)) == (State.CRITICAL, summary, {"http_up": 0})


def test_redirects_without_end_leave_open_how_the_service_is(ask: Ask, site: Site) -> None:
    site.pages["/"] = page(b"", 302, Location="/")
    result = ask("http", url=f"{site.url}/")
    assert (result.state, result.summary) == (State.UNKNOWN, "redirects without end")
    assert figures(result) == {}


@pytest.mark.parametrize(
    ("family", "state"), [("any", State.OK), ("ipv4", State.OK), ("ipv6", State.CRITICAL)]
)
def test_only_addresses_of_the_wanted_family_are_called(
    ask: Ask, site: Site, family: str, state: State
) -> None:
    site.pages["/"] = page(b"hello")  # it listens on 127.0.0.1 alone
    url = site.url.replace("127.0.0.1", "localhost")
    assert ask("http", url=url, family=family).state in (state, State.UNKNOWN if family == "ipv6" else state)


def test_an_address_of_the_sixth_version_is_asked(ask: Ask) -> None:
    server = ThreadingHTTPServer6(("::1", 0), Greets)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        assert ask("http", url=f"http://[::1]:{server.server_address[1]}/", family="ipv6").state is State.OK
    finally:
        server.shutdown()
        server.server_close()


def test_nobody_listening_is_critical(ask: Ask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    result = ask("http", url=f"http://127.0.0.1:{port}/")
    assert (result.state, result.summary) == (State.CRITICAL, "the connection is refused")
    assert figures(result) == {"http_up": 0}


def test_a_name_that_cannot_be_resolved_is_unknown(ask: Ask) -> None:
    result = ask("http", url="http://no-such-host.invalid/?token=secret")
    assert result.state is State.UNKNOWN
    assert result.summary == "the name no-such-host.invalid cannot be resolved"
    assert result.measurements == ()
    assert "secret" not in repr(result)


def endless(connection: socket.socket, over: threading.Event, piece: bytes) -> None:
    while not over.is_set():
        connection.sendall(piece)


def drip(connection: socket.socket, over: threading.Event) -> None:
    while not over.wait(0.02):
        connection.sendall(b"a")


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "greeting",
    [
        b"HTTP/1.1 200 O",  # the status line drips
        HEAD + b"X-Slow: ",  # a header drips
        HEAD + b"Content-Length: 9999\r\n\r\n",  # the body drips
        HEAD + b"Connection: close\r\n\r\n",  # as long as the connection lasts
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n2000\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 9999\r\n\r\n",
    ],
)
def test_a_server_that_drips_is_unknown_at_the_deadline(
    ask: Ask, listener: Listener, greeting: bytes
) -> None:
    gone = threading.Event()

    def talk(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(4096)
        connection.sendall(greeting)
        try:
            drip(connection, over)
        finally:
            gone.set()

    result = ask("http", url=f"http://127.0.0.1:{listener(talk)}/", timeout_s=0.3)
    assert result.state is State.UNKNOWN
    if b"302" in greeting:  # whose body nobody waits for
        assert result.summary in ("redirects without end", "no whole answer within 0.3 s: it came too slowly")
    else:
        assert result.summary == "no whole answer within 0.3 s: it came too slowly"
    assert figures(result) == {}
    assert result.duration_s < 1.3
    assert gone.wait(1), "the connection is still open"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_silent_server_is_critical_at_the_deadline(ask: Ask, listener: Listener, scheme: str) -> None:
    port = listener(lambda connection, over: over.wait(5) and None)
    result = ask("http", url=f"{scheme}://127.0.0.1:{port}/", timeout_s=0.1)
    assert (result.state, result.summary) == (State.CRITICAL, "no answer within 0.1 s")
    assert result.duration_s < 1


def test_a_dripping_handshake_is_unknown_at_the_deadline(ask: Ask, listener: Listener) -> None:
    def talk(connection: socket.socket, over: threading.Event) -> None:
        connection.sendall(b"\x16\x03\x03\x20\x00")  # a long TLS record begins
        drip(connection, over)

    result = ask("http", url=f"https://127.0.0.1:{listener(talk)}/", timeout_s=0.1)
    assert result.state is State.UNKNOWN
    assert result.duration_s < 1


@pytest.mark.parametrize(
    "answer",
    [
        b"\x00\x01\x02garbage\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000,
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000,
        b"",
    ],
)
def test_what_is_not_http_is_critical(ask: Ask, listener: Listener, answer: bytes) -> None:
    def talk(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(4096)
        connection.sendall(answer)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(4096)

    result = ask("http", url=f"http://127.0.0.1:{listener(talk)}/")
    assert result.state is State.CRITICAL
    assert result.summary.startswith("no proper answer: ")
    assert len(result.summary) > len("no proper answer: ")
    assert figures(result) == {"http_up": 0}


def test_a_reset_connection_is_critical(ask: Ask, listener: Listener) -> None:
    def talk(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(4096)
        linger_zero = b"\x01\x00\x00\x00\x00\x00\x00\x00"
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_zero)

    result = ask("http", url=f"http://127.0.0.1:{listener(talk)}/")
    assert (result.state, figures(result)) == (State.CRITICAL, {"http_up": 0})
    assert result.summary == "no proper answer: Connection reset by peer"


@pytest.mark.parametrize("bomb", [False, True])
def test_an_endless_body_is_unknown_and_takes_no_memory(ask: Ask, listener: Listener, bomb: bool) -> None:
    def talk(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(4096)
        connection.sendall(HEAD + (b"Content-Encoding: gzip\r\n" if bomb else b"") + b"\r\n")
        endless(connection, over, gzip.compress(b"a" * 50_000_000) if bomb else b"a" * 65536)

    before = psutil.Process().memory_info().rss
    result = ask("http", url=f"http://127.0.0.1:{listener(talk)}/", expect={"json": {"a": 1}})
    assert (result.state, result.summary) == (
        State.UNKNOWN,
        "the body is longer than 16 MiB, perhaps without end",
    )
    assert psutil.Process().memory_info().rss - before < 16 * BODY_BYTES


def test_of_a_long_body_the_first_mebibyte_is_judged(ask: Ask, site: Site) -> None:
    site.pages["/"] = page(b"[" + b" " * 3 * BODY_BYTES + b"1]")
    assert ask("http", url=f"{site.url}/").state is State.OK
    result = ask("http", url=f"{site.url}/", expect={"json": {"0": 1}})
    assert (result.state, result.summary.startswith("the body is longer than 1 MiB")) == (
        State.CRITICAL,
        True,
    )


def test_the_endless_body_of_a_redirect_is_not_read(ask: Ask, site: Site) -> None:
    def redirect(request: BaseHTTPRequestHandler) -> None:
        request.send_response(302)
        request.send_header("Location", "/new")
        request.end_headers()
        endless(request.connection, threading.Event(), b"a" * 65536)

    site.pages |= {"/old": redirect, "/new": page(b"here")}
    result = ask("http", url=f"{site.url}/old", timeout_s=2)
    assert (result.state, result.output) == (State.OK, "200 OK\nhere")
    assert result.duration_s < 1


def test_one_connection_serves_many_probes(site: Site, situation: Situation) -> None:
    site.pages["/"] = page(b"hello")
    kind = Http(HttpOptions(url=f"{site.url}/"))
    for _ in range(5):
        assert run("c", kind, situation, None)[0].state is State.OK
    assert site.connections == 1


def test_a_kept_connection_that_the_server_has_closed_is_no_outage(
    listener: Listener, situation: Situation
) -> None:
    asked = threading.Semaphore(0)

    def talk(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(4096)
        connection.sendall(HEAD + b"Content-Length: 2\r\n\r\nok")
        # The next request arrives, and only then the server, which had given up waiting, closes.
        if connection.recv(4096):
            asked.release()

    kind = Http(HttpOptions(url=f"http://127.0.0.1:{listener(talk)}/"))
    for _ in range(3):
        assert run("c", kind, situation, None)[0].state is State.OK
    assert asked.acquire(timeout=1)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_server_that_always_hangs_up_is_an_outage(
    listener: Listener, situation: Situation, method: str
) -> None:
    port = listener(lambda connection, over: connection.recv(4096) and None)
    kind = Http(HttpOptions(url=f"http://127.0.0.1:{port}/", method=method))
    for _ in range(3):
        assert run("c", kind, situation, None)[0].state is State.CRITICAL


def test_what_must_not_be_sent_twice_never_meets_a_closed_connection(
    site: Site, situation: Situation
) -> None:
    site.pages["/"] = page(b"hello")
    kind = Http(HttpOptions(url=f"{site.url}/", method="POST"))
    for _ in range(3):
        assert run("c", kind, situation, None)[0].state is State.OK
    assert site.connections == 3


def test_a_machine_without_a_network_found_nothing_out() -> None:
    failure = NoReply(pycurl.E_COULDNT_CONNECT, "Immediate connect fail", errno.ENETUNREACH)
    with pytest.raises(CouldNotMeasure, match="no way to the network"):
        failed(failure, "example.invalid", 1)


def test_several_threads_may_ask_at_once(site: Site, situation: Situation) -> None:
    def whole(request: BaseHTTPRequestHandler) -> None:
        page(request.path.encode() * 1000)(request)

    site.pages["/"] = whole
    kind = Http(HttpOptions(url=f"{site.url}/", expect={"contains": "/" * 1000}))
    with ThreadPoolExecutor(8) as threads:
        results = list(threads.map(lambda _: run("c", kind, situation, None)[0], range(64)))
    assert {result.state for result in results} == {State.OK}


def test_no_cookie_is_carried_from_one_probe_to_the_next(site: Site, situation: Situation) -> None:
    sent: list[str | None] = []

    def bake(request: BaseHTTPRequestHandler) -> None:
        sent.append(request.headers.get("Cookie"))
        page(Set_Cookie="visit=1")(request)

    site.pages["/"] = bake
    kind = Http(HttpOptions(url=f"{site.url}/"))
    for _ in range(2):
        run("c", kind, situation, None)
    assert sent == [None, None]


@pytest.fixture
def secure(openssl: str, tmp_path: Path, listener: Listener) -> str:
    """The address of an HTTPS server whose certificate, signed by itself, lies in the folder."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    request = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*request, *names, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    def talk(connection: socket.socket, over: threading.Event) -> None:
        with context.wrap_socket(connection, server_side=True) as safe:
            path = (safe.recv(4096).split() or [b"", b""])[1]
            safe.sendall(HEAD + b"Content-Length: 6\r\n\r\n" + (b"" if path == b"/slow" else b"secret"))
            drip(safe, over)

    return f"https://127.0.0.1:{listener(talk)}"


def test_a_certificate_is_trusted_by_file_by_order_or_not_at_all(ask: Ask, secure: str) -> None:
    assert ask("http", url=secure, verify="certificate.pem").state is State.OK
    distrusted = ask("http", url=secure)
    assert distrusted.state is State.UNKNOWN
    assert distrusted.summary == "no trusted connection: self-signed certificate"
    assert figures(distrusted) == {}


def test_no_certificate_is_asked_for_when_told_so(ask: Ask, secure: str) -> None:
    assert ask("http", url=secure, verify=False).state is State.OK


def test_a_missing_file_of_authorities_is_unknown(ask: Ask, secure: str) -> None:
    result = ask("http", url=secure, verify="nowhere.pem")
    assert result.state is State.UNKNOWN
    assert "nowhere.pem" in result.summary
    assert result.hint == "correct the check's `verify`"


def test_a_dripping_body_over_tls_is_unknown_at_the_deadline(ask: Ask, secure: str) -> None:
    result = ask("http", url=f"{secure}/slow", verify="certificate.pem", timeout_s=0.1)
    assert result.state is State.UNKNOWN or result.output.endswith("aaaaaa")


def test_a_server_that_speaks_no_tls_is_unknown(ask: Ask, site: Site) -> None:
    result = ask("http", url=site.url.replace("http", "https"))
    assert result.state is State.UNKNOWN
    assert result.summary.startswith("no trusted connection: ")


def test_a_dead_proxy_is_unknown_since_it_is_on_this_side(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{door.getsockname()[1]}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
    result = ask("http", url="http://example.invalid/")
    assert (result.state, result.summary) == (State.UNKNOWN, "the proxy does not let through")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_is_never_asked_through_a_proxy(
    ask: Ask, site: Site, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    site.pages |= {"/old": page(b"", 302, Location="/"), "/": page(b"hello")}
    assert ask("http", url=f"{site.url.replace('127.0.0.1', host)}/old").state is State.OK


@pytest.mark.parametrize(
    "url", ["", "example.com", "ftp://example.com/", "http://", "http:///x", "http://[::1", "//h/"]
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="not a web address; write one"):
        HttpOptions(url=url)


@pytest.mark.parametrize(
    "expect", [{"below": True}, {"below": "fast"}, {"status": "ok"}, {"json": {"a": [1]}}, {"contians": "x"}]
)
def test_a_wrong_expectation_is_refused(expect: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="expect"):
        HttpOptions.model_validate({"url": "http://127.0.0.1/", "expect": expect})


@pytest.mark.parametrize("value", ["secret\nX: y", "secret 订"])
def test_a_header_that_cannot_be_sent_is_unknown(ask: Ask, site: Site, value: str) -> None:
    result = ask("http", url=site.url, headers={"X-Token": value})
    assert (result.state, result.summary) == (State.UNKNOWN, "a header cannot be sent")
    assert "secret" not in repr(result)
