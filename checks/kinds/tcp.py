"""A port: does it accept, how fast, and does it say what it should."""

from __future__ import annotations

import socket
import statistics
import time
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from checks.base import Answer, CouldNotMeasure, Cursor, Options, Situation
from checks.network.reach import (
    Deadline,
    Down,
    Silent,
    as_address,
    connect,
    is_this_machine,
    refused,
    split_address,
)
from checks.numbers import plain
from checks.result import Measurement, State

_HEARD_BYTES = 64 * 1024


class TcpOptions(Options):
    """Measures `tcp_up` (the share of connections that were accepted, %) and `tcp_latency` (s, their median
    time to connect: the network's latency, like ping's).
    """

    address: Annotated[str, AfterValidator(as_address)] = Field(
        description="Whom to call: `host:port`, such as db.example.com:5432 or [::1]:25."
    )
    count: int = Field(
        default=1, ge=1, le=100, description="How often to connect; a part that fails is a warning."
    )
    send: str = Field(default="", description='Text to send, such as "PING\\r\\n".')
    expect: str = Field(default="", description="Text that must come, such as +PONG or 220.")


class Tcp:
    """Refused, silent or of other words is CRITICAL: that was found out.

    Where no name could be resolved nothing was, nor where what it says has no end, or comes too slowly.
    """

    name: ClassVar[str] = "tcp"
    options_model: ClassVar[type[Options]] = TcpOptions

    def __init__(self, options: TcpOptions) -> None:
        self._options = options
        self._host, self._port = split_address(options.address)

    def probe(self, situation: Situation, cursor: Cursor | None) -> tuple[Answer, Cursor | None]:
        deadline = Deadline(situation.timeout_s)
        count = self._options.count
        seconds: list[float] = []
        failures: list[Down] = []
        for turn in range(count):
            # Each has its part of the time that is left.
            try:
                part = Deadline(deadline.left() / (count - turn))
                seconds.append(self._connect(part))
            except Down as down:
                failures.append(down)
        return self._answer(seconds, failures), cursor

    def _connect(self, deadline: Deadline) -> float:
        """Seconds it took to connect. Raises Down."""
        started = time.monotonic()
        with connect(self._host, self._port, deadline) as connection:
            took = time.monotonic() - started
            try:
                self._talk(connection, deadline)
            except OSError as error:
                raise refused(error, deadline) from error
        return took

    def _talk(self, connection: socket.socket, deadline: Deadline) -> None:
        if self._options.send:
            connection.settimeout(deadline.left())
            connection.sendall(self._options.send.encode())
        expected, heard = self._options.expect.encode(), b""
        try:
            while expected not in heard:
                heard += self._heard_next(connection, deadline, heard)
        except (TimeoutError, Silent):
            if not heard:
                raise
            span = f"{plain(round(deadline.seconds, 2))} s"
            raise CouldNotMeasure(
                f"{self._options.expect!r} did not come within {span}: it speaks too slowly",
                "raise `timeout`",
            ) from None

    def _heard_next(self, connection: socket.socket, deadline: Deadline, heard: bytes) -> bytes:
        if len(heard) > _HEARD_BYTES:
            raise CouldNotMeasure(
                f"no {self._options.expect!r} in 64 KiB, perhaps without end", "correct `expect`"
            )
        connection.settimeout(deadline.left())
        chunk = connection.recv(4096)
        if not chunk:
            said = heard[:80].decode(errors="replace")
            raise Down(f"it said {said!r}, not {self._options.expect!r}", reached=True)
        return chunk

    def _answer(self, seconds: list[float], failures: list[Down]) -> Answer:
        asked = len(seconds) + len(failures)
        up = Measurement(metric="tcp_up", value=round(100 * len(seconds) / asked, 3), unit="%")
        reached = bool(seconds) or is_this_machine(self._host) or any(each.reached for each in failures)
        if not seconds:
            return Answer(
                state=State.CRITICAL, summary=str(failures[-1]), measurements=(up,), reached=reached
            )
        took = statistics.median(seconds)
        latency = Measurement(metric="tcp_latency", value=round(took, 6), unit="s")
        summary = f"connected in {took * 1000:.1f} ms"
        if failures:
            summary = f"{len(failures)} of {asked} failed ({failures[-1]}), others {summary}"
        state = State.WARNING if failures else State.OK
        return Answer(state=state, summary=summary, measurements=(up, latency))
