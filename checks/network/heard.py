"""What comes back in an exchange: the lines of its head, and as much of its body as is wanted."""

from __future__ import annotations

import codecs
import re

from checks.network.call import Reply

BODY_BYTES = 1024 * 1024
MOST_BYTES = 16 * 1024 * 1024
"""A body that is longer may be endless, and a small one may swell to it."""

_REDIRECTS = {301, 302, 303, 307, 308}
_CHARSET = re.compile(r"charset=[\"']?([\w.:-]+)", re.I)


class Heard:
    """What comes back: lines of the head, and the first MiB of the body."""

    def __init__(self, follow_redirects: bool) -> None:
        self.lines: list[bytes] = []
        self.length = 0
        self.enough = False
        self._body = bytearray()
        self._follow = follow_redirects
        self._leads_on: bool | None = None

    def take(self, chunk: bytes) -> int | None:
        """Keep what is wanted of the body; anything but None ends the exchange."""
        self.length += len(chunk)
        self._body += chunk[: BODY_BYTES - len(self._body)]
        if self._leads_on is None:
            self._leads_on = self._follow and self.location is not None
        # Nobody reads the body of a redirect: a hostile server would never end it.
        self.enough = self._leads_on or self.length > MOST_BYTES
        return -1 if self.enough else None

    @property
    def whole_head(self) -> bool:
        return bool(self.lines) and not self.lines[-1].strip()

    @property
    def _head(self) -> list[str]:
        """The lines of the last head: before it there may be those of a proxy, or of a `100 Continue`."""
        first = max(n for n, line in enumerate(self.lines) if line.startswith(b"HTTP/"))
        return [line.decode("latin-1").strip() for line in self.lines[first:]]

    @property
    def status(self) -> int:
        return int(self._head[0].split()[1])

    @property
    def location(self) -> str | None:
        return self._named("location") if self.status in _REDIRECTS else None

    def _named(self, name: str) -> str | None:
        for line in self._head[1:]:
            if line[: len(name)].lower() == name and line[len(name) : len(name) + 1] == ":":
                return line[len(name) + 1 :].strip()
        return None

    def reply(self, seconds: float) -> Reply:
        _version, status, *reason = self._head[0].split(maxsplit=2)
        return Reply(
            status=int(status),
            reason=" ".join(reason),
            body=bytes(self._body),
            charset=_charset(self._named("content-type") or ""),
            cut_short=self.length > len(self._body),
            seconds=seconds,
        )


def _charset(content_type: str) -> str:
    """The charset the server names, else UTF-8."""
    named = _CHARSET.search(content_type)
    try:
        return codecs.lookup(named[1]).name if named else "utf-8"
    except (LookupError, ValueError):
        return "utf-8"
