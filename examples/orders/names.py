"""A name server that knows one answer: every name is this machine. It plays the external API's DNS."""

from __future__ import annotations

import asyncio
import errno
import socket

from wire import HOST

HEADER = 12
ANSWER = b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04" + socket.inet_aton(HOST)


class NameServer(asyncio.DatagramProtocol):
    """Answers questions for A records (RFC 1035, 4.1); others it knows nothing about."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.DatagramTransport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        end = data.find(b"\0", HEADER) + 5
        if len(data) < end or end < HEADER + 5:
            return
        known = data[end - 4 : end] == b"\x00\x01\x00\x01"
        counts = b"\x00\x01" + (b"\x00\x01" if known else b"\x00\x00") + b"\x00\x00\x00\x00"
        flags = bytes([0x84 | data[2] & 1, 0x80])
        self._transport.sendto(
            data[:2] + flags + counts + data[HEADER:end] + (ANSWER if known else b""), addr
        )


async def serve_names(port: int) -> asyncio.DatagramTransport:
    """Answer on this port of loopback. Raises OSError when it is taken."""
    loop = asyncio.get_running_loop()
    try:
        return (await loop.create_datagram_endpoint(NameServer, (HOST, port)))[0]
    except OSError as error:
        why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be used: {error.strerror}"
        raise OSError(f"port {port} (UDP) on {HOST} {why}; choose another --port") from error
