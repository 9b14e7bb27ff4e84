"""Connections that are made, or given up, by a deadline."""

from __future__ import annotations

import errno
import ipaddress
import socket
import time
from typing import Any

from checks.base import CouldNotMeasure
from checks.deadline import TooLate, within
from checks.numbers import plain


class Deadline:
    """So many seconds from now."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends = time.monotonic() + seconds

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self._ends

    def left(self) -> float:
        """Seconds until then. Raises Silent when it has passed."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise Silent(self.seconds)
        return left


class Down(Exception):  # noqa: N818 - it is an answer, named as one
    """It was found out that the other side does not serve: the text says how.

    `reached` tells whether anything of it answered at all.
    """

    def __init__(self, how: str, *, reached: bool) -> None:
        super().__init__(how)
        self.reached = reached


class Silent(Down):
    """No answer came in time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"no answer within {plain(round(seconds, 2))} s", reached=False)


def split_address(text: str, port: int | None = None) -> tuple[str, int]:
    """`host:port`, `[::1]:port`, or the host alone where there is a usual `port`. Raises ValueError."""
    host, colon, given = text.rpartition(":")
    if not colon or text.endswith("]"):
        host, given = text, str(port or "")
    if not host.strip("[]") or " " in host or not given.isdecimal() or not 0 < int(given) < 65536:
        raise ValueError(f"{text!r} is no address; write host:port, such as db.example.com:5432")
    return host.strip("[]"), int(given)


def as_address(text: str) -> str:
    """The text itself, if it is `host:port`. Raises ValueError."""
    split_address(text)
    return text


def is_this_machine(host: str) -> bool:
    """Whether this is a name or address of this machine's own."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def addresses(host: str, port: int, deadline: Deadline) -> list[tuple[socket.AddressFamily, Any]]:
    """What the name stands for. Raises CouldNotMeasure where nobody knows."""
    try:
        found = within(deadline.left(), lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except TooLate:
        raise CouldNotMeasure(
            f"the name {host} was not resolved within {plain(deadline.seconds)} s",
            "look at the DNS",
            reached=False,
        ) from None
    except (OSError, UnicodeError) as error:
        raise CouldNotMeasure(
            f"the name {host} cannot be resolved", "correct it, or look at the DNS", reached=False
        ) from error
    return [(family, address) for family, _, _, _, address in found]


def connect(host: str, port: int, deadline: Deadline) -> socket.socket:
    """Connect to the first address that accepts. Raises Down or CouldNotMeasure."""
    reason: OSError = OSError(errno.EHOSTUNREACH, "no address")
    for family, address in addresses(host, port, deadline):
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(deadline.left())
            connection.connect(address)
        except OSError as error:
            connection.close()
            reason = error
        else:
            return connection
    raise refused(reason, deadline) from reason


def refused(error: OSError, deadline: Deadline) -> Down | CouldNotMeasure:
    """What a failure to connect or to speak means."""
    match error.errno:
        case errno.ENETUNREACH:
            return CouldNotMeasure(
                "this machine has no way to the network", "look at its routes", reached=False
            )
        case errno.ECONNREFUSED:
            return Down("the connection is refused", reached=True)
        case errno.ECONNRESET | errno.EPIPE:
            return Down("the connection was cut", reached=True)
    if isinstance(error, TimeoutError):
        return Silent(deadline.seconds)
    return Down(error.strerror or str(error), reached=False)
