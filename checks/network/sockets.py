"""The sockets that libcurl asks for: where they may lead, and how much has come by them."""

from __future__ import annotations

import ipaddress
import socket
import struct
from typing import Any

import pycurl

_TCP_INFO_BYTES, _TCP_INFO_RECEIVED = 136, 128
"""The size of Linux's `tcp_info` up to the number of bytes received, and where that stands."""


class Sockets:
    """The sockets of one exchange. `refused` is an address that may not be called."""

    def __init__(self, *, public_only: bool) -> None:
        self.refused = ""
        self._public_only = public_only
        self._opened: list[socket.socket] = []

    def __enter__(self) -> Sockets:
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._opened:
            each.close()  # libcurl has a descriptor of its own

    def open(self, _purpose: int, whom: Any) -> Any:
        """Called by libcurl for each address it tries."""
        family, kind, protocol, address = whom
        # Asked of the address itself: a name may stand for another one at each look-up.
        host = address[0].decode() if isinstance(address[0], bytes) else address[0]
        if self._public_only and not _is_public(host):
            self.refused = host
            return pycurl.SOCKET_BAD
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


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global
