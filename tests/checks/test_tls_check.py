import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from checks.base import Situation
from checks.kinds.tls import Tls, TlsOptions
from checks.result import Result, State
from checks.runner import run

Serve = Callable[..., int]
REAL_NOW = datetime.fromtimestamp(Path("/proc/self").stat().st_mtime, UTC)
"""Certificates are checked against the machine's own clock."""


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def serve(listener: Serve) -> Callable[[trustme.LeafCert], str]:
    """A server that shows this certificate; answers its address."""

    def start(certificate: trustme.LeafCert) -> str:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)

        def shake_hands(connection: socket.socket, over: threading.Event) -> None:
            with (
                contextlib.suppress(ssl.SSLError),
                context.wrap_socket(connection, server_side=True) as secured,
            ):
                secured.recv(1)

        return f"localhost:{listener(shake_hands)}"

    return start


@pytest.fixture
def trusting(tmp_path: Path, authority: trustme.CA) -> dict[str, str]:
    authority.cert_pem.write_to_path(str(tmp_path / "authorities.pem"))
    return {"authorities": "authorities.pem"}


@pytest.fixture
def asked(tmp_path: Path) -> Callable[..., Result]:
    """Ask at an instant of the real calendar, `before` a certificate expires."""

    def ask(address: str, now: datetime, timeout_s: float = 5, **options: object) -> Result:
        tls = Tls(TlsOptions.model_validate({"address": address, **options}))
        return run("tls", tls, Situation(now=now, timeout_s=timeout_s, folder=tmp_path), None)[0]

    return ask


def figures(result: Result) -> dict[str, float]:
    return {m.metric: m.value for m in result.measurements}


@pytest.mark.parametrize(
    ("left", "state"),
    [
        (timedelta(days=15), State.OK),
        (timedelta(days=14), State.WARNING),
        (timedelta(days=3), State.CRITICAL),
    ],
)
def test_the_days_left_are_measured_and_judged(
    asked: Callable[..., Result],
    serve: Callable[[trustme.LeafCert], str],
    trusting: dict[str, str],
    authority: trustme.CA,
    left: timedelta,
    state: State,
) -> None:
    ends = (REAL_NOW + timedelta(days=30)).replace(microsecond=0)
    address = serve(authority.issue_cert("localhost", not_after=ends))
    result = asked(address, ends - left, **trusting)
    assert (result.state, figures(result)["tls_days_left"]) == (state, left.days), result
    assert result.summary == f"expires {ends:%Y-%m-%d}, in {left.days} days"
    assert figures(result)["tls_up"] == 100
    assert 0 < figures(result)["tls_latency"] < 5
    assert "issued by" in result.output


def test_the_first_of_the_chain_that_expires_counts(
    asked: Callable[..., Result],
    serve: Callable[[trustme.LeafCert], str],
    trusting: dict[str, str],
    authority: trustme.CA,
) -> None:
    between = authority.create_child_ca()
    result = asked(serve(between.issue_cert("localhost")), REAL_NOW, **trusting)
    assert result.state is State.OK, result
    assert len(result.output.splitlines()) == 2


@pytest.mark.parametrize("fault", ["expired", "unknown", "name"])
def test_a_certificate_that_is_not_trusted_is_critical_and_still_looked_at(
    asked: Callable[..., Result],
    serve: Callable[[trustme.LeafCert], str],
    trusting: dict[str, str],
    authority: trustme.CA,
    fault: str,
) -> None:
    certificate, words, options = {
        "expired": (
            authority.issue_cert("localhost", not_after=REAL_NOW - timedelta(days=1)),
            "certificate has expired; expired ",
            trusting,
        ),
        "unknown": (
            authority.issue_cert("localhost"),
            "unable to get local issuer certificate; expires ",
            {},
        ),
        "name": (authority.issue_cert("shop.example.com"), "Hostname mismatch", trusting),
    }[fault]
    result = asked(serve(certificate), REAL_NOW, **options)
    assert result.state is State.CRITICAL
    assert result.summary.startswith("not trusted: ")
    assert words in result.summary
    assert figures(result)["tls_up"] == 0
    assert "tls_days_left" in figures(result)


def test_the_name_to_be_shown_may_be_another_than_the_host(
    asked: Callable[..., Result],
    serve: Callable[[trustme.LeafCert], str],
    trusting: dict[str, str],
    authority: trustme.CA,
) -> None:
    address = serve(authority.issue_cert("shop.example.com"))
    assert asked(address, REAL_NOW, server_name="shop.example.com", **trusting).state is State.OK


def test_a_server_that_speaks_no_tls_is_critical(asked: Callable[..., Result], listener: Serve) -> None:
    def speak_plainly(connection: socket.socket, _: threading.Event) -> None:
        connection.recv(1024)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    result = asked(f"127.0.0.1:{listener(speak_plainly)}", REAL_NOW)
    assert (result.state, result.summary.startswith("no TLS: ")) == (State.CRITICAL, True)


@pytest.mark.parametrize("drip", [b"", b"\x16"])
def test_a_handshake_without_end_is_left_in_time(
    asked: Callable[..., Result], listener: Serve, drip: bytes
) -> None:
    def dawdle(connection: socket.socket, over: threading.Event) -> None:
        for byte in b"\x16\x03\x03\x40\x00" + b"\x02" * 10_000:
            if over.wait(0.02):
                return
            connection.sendall(bytes([byte]) if drip else b"")

    started = time.monotonic()
    result = asked(f"127.0.0.1:{listener(dawdle)}", REAL_NOW, timeout_s=0.3)
    assert time.monotonic() - started < 1.5
    assert (result.state, result.summary) == (State.CRITICAL, "no answer within 0.3 s")


def test_authorities_that_cannot_be_read_are_unknown(asked: Callable[..., Result]) -> None:
    result = asked("localhost:1", REAL_NOW, authorities="no.pem")
    assert (result.state, result.summary) == (State.UNKNOWN, "the authorities in no.pem cannot be read")
