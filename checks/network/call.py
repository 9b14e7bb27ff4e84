"""A request, how it is sent, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import pycurl


class Family(StrEnum):
    """Which addresses of a name are called."""

    ANY = "any"
    IPV4 = "ipv4"
    IPV6 = "ipv6"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server answered after any redirects; at most 1 MiB of body, `seconds` until its end."""

    status: int
    reason: str
    body: bytes
    charset: str
    cut_short: bool
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """How a request is sent. `verify`: whether the certificate must be valid, or by which authorities' file.

    With `public_only` nothing is sent to an address of this machine or of a private network.
    """

    follow_redirects: bool
    verify: bool | str
    timeout_s: float
    family: Family = Family.ANY
    public_only: bool = False


class PrivateAddress(Exception):  # noqa: N818 - a fact about the address
    """The host stands for an address that may not be called."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} is a private address")
        self.address = address


class NoReply(Exception):  # noqa: N818 - it is an answer, named as one
    """Why there is no whole answer: libcurl's `code`, its words, and the system's `errno` where it has one.

    `begun`: some of an answer had come. `proxied`: a proxy was asked.
    """

    def __init__(
        self, code: int, words: str = "", errno: int = 0, *, begun: bool = False, proxied: bool = False
    ) -> None:
        super().__init__(words)
        self.code = code
        self.errno = errno
        self.begun = begun
        self.proxied = proxied

    @property
    def timed_out(self) -> bool:
        """Whether the deadline has passed."""
        return bool(self.code == pycurl.E_OPERATION_TIMEDOUT)
