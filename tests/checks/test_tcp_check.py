import socket
import threading
import time
from collections.abc import Callable

import pytest

from checks.kinds.tcp import TcpOptions
from checks.network.reach import split_address
from checks.result import Result, State

Ask = Callable[..., Result]
Serve = Callable[..., int]


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def hang_up(_: socket.socket, __: threading.Event) -> None:
    pass


def figures(result: Result) -> dict[str, float]:
    return {m.metric: m.value for m in result.measurements}


def test_a_port_that_accepts_is_up_and_its_latency_is_measured(ask: Ask, listener: Serve) -> None:
    result = ask("tcp", address=f"127.0.0.1:{listener(hang_up)}", count=5)
    assert result.state is State.OK
    found = figures(result)
    assert found["tcp_up"] == 100
    assert 0 < found["tcp_latency"] < 1
    assert result.summary.startswith("connected in ")


def test_an_ipv6_address_is_called(ask: Ask) -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
        assert ask("tcp", address=f"[::1]:{server.getsockname()[1]}").state is State.OK


def test_a_port_that_refuses_is_down(ask: Ask) -> None:
    result = ask("tcp", address=f"localhost:{closed_port()}")
    assert (result.state, result.summary) == (State.CRITICAL, "the connection is refused")
    assert figures(result) == {"tcp_up": 0}


def test_some_that_fail_of_many_are_a_warning(ask: Ask, listener: Serve) -> None:
    calls = iter(range(100))

    def speak_to_every_other(connection: socket.socket, _: threading.Event) -> None:
        if next(calls) % 2:
            connection.sendall(b"220 hello\r\n")

    result = ask("tcp", address=f"127.0.0.1:{listener(speak_to_every_other)}", count=4, expect="220")
    assert result.state is State.WARNING
    assert figures(result)["tcp_up"] == 50
    assert result.summary.startswith("2 of 4 failed (")


def test_what_is_said_is_compared(ask: Ask, listener: Serve) -> None:
    def answer(connection: socket.socket, _: threading.Event) -> None:
        connection.sendall(b"+PONG\r\n" if connection.recv(64) == b"PING\r\n" else b"-ERR\r\n")

    address = f"127.0.0.1:{listener(answer)}"
    assert ask("tcp", address=address, send="PING\r\n", expect="+PONG").state is State.OK
    result = ask("tcp", address=address, send="PONG\r\n", expect="+PONG")
    assert (result.state, result.summary) == (State.CRITICAL, r"it said '-ERR\r\n', not '+PONG'")


@pytest.mark.parametrize(
    ("chunk", "state", "summary"),
    [
        (b"", State.CRITICAL, "no answer within 0.3 s"),
        (b"x", State.UNKNOWN, "'220' did not come within 0.3 s: it speaks too slowly"),
        (b"y" * 65536, State.UNKNOWN, "no '220' in 64 KiB, perhaps without end"),
    ],
)
def test_a_server_that_never_says_it_is_left_in_time(
    ask: Ask, listener: Serve, chunk: bytes, state: State, summary: str
) -> None:
    def babble(connection: socket.socket, over: threading.Event) -> None:
        while not over.wait(0.005):
            connection.sendall(chunk)

    started = time.monotonic()
    result = ask("tcp", address=f"127.0.0.1:{listener(babble)}", expect="220", timeout_s=0.3)
    assert time.monotonic() - started < 1.5
    assert (result.state, result.summary) == (state, summary)


def test_a_name_nobody_knows_is_unknown(ask: Ask) -> None:
    result = ask("tcp", address="no-such-name.invalid:80")
    assert result.state is State.UNKNOWN
    assert "no-such-name.invalid" in result.summary or result.offline


@pytest.mark.parametrize("address", ["db", "db:", ":5", "db:0", "db:99999", "a b:5", "[::1]"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="is no address; write host:port"):
        TcpOptions(address=address)


def test_addresses_are_read_with_their_port_or_the_usual_one() -> None:
    assert split_address("db.example.com:5432") == ("db.example.com", 5432)
    assert split_address("[::1]:25") == ("::1", 25)
    assert split_address("example.com", 443) == ("example.com", 443)
    assert split_address("[::1]", 443) == ("::1", 443)
