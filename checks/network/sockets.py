"""The sockets that libcurl asks for: where they may lead, and how much has come by them."""

from __future__ import annotations

import ipaddress
import socket
import struct
from typing import Any

import pycurl

from checks.deadline import TooLate, within
from checks.network.call import NoReply, PrivateAddress

_TCP_INFO_BYTES, _TCP_INFO_RECEIVED = 136, 128
"""The size of Linux's `tcp_info` up to the number of bytes received, and where that stands."""


class Sockets:
    """The sockets of one exchange."""

    def __init__(self) -> None:
        self._opened: list[socket.socket] = []

    def __enter__(self) -> Sockets:
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._opened:
            each.close()  # libcurl has a descriptor of its own

    def open(self, _purpose: int, whom: Any) -> Any:
        """Called by libcurl for each address it tries."""
        family, kind, protocol, _address = whom
        opened = socket.socket(family, kind, protocol)
        self._opened.append(opened)
        return opened

    @property
    def received(self) -> int:
        """How many bytes have come, as the kernel counts them: libcurl counts whole lines."""
        try:
            return sum(_bytes_received(each) for each in self._opened)
        except (OSError, AttributeError, struct.error):  # not on Linux
            return 0


def _bytes_received(opened: socket.socket) -> int:
    told = opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO_BYTES)
    return int(struct.unpack_from("Q", told, _TCP_INFO_RECEIVED)[0])


def public_addresses(host: str, port: int, seconds: float) -> list[str]:
    """All that the name stands for now, in the order in which they are to be tried.

    Raises PrivateAddress if one of them is of this machine or of a private network, NoReply if there is none.
    """
    try:
        found = within(seconds, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except TooLate:
        raise NoReply(pycurl.E_OPERATION_TIMEDOUT, "Resolving timed out") from None
    except (OSError, UnicodeError) as error:
        words = getattr(error, "strerror", "") or "it is no name"
        raise NoReply(pycurl.E_COULDNT_RESOLVE_HOST, words) from error
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    for address in addresses:
        if not _is_public(address):
            raise PrivateAddress(address)
    return addresses


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global
