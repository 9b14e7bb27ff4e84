"""What a child writes: read as it comes, and kept as far as there is room."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass, field

KEPT_BYTES = 64 * 1024
_CHUNK = 64 * 1024
_AT_ONCE = 16


@dataclass(slots=True)
class Kept:
    """The beginning and the end of a stream: constant memory, whatever is written."""

    most: int
    head: bytearray = field(default_factory=bytearray)
    tail: bytearray = field(default_factory=bytearray)
    left_out: int = 0

    def add(self, chunk: bytes) -> None:
        room = self.most // 2 - len(self.head)
        self.head += chunk[:room]
        self.tail += chunk[room:]
        if (surplus := len(self.tail) - self.most // 2) > 0:
            del self.tail[:surplus]
            self.left_out += surplus

    def text(self) -> str:
        middle = f"\n[{self.left_out} bytes left out]\n".encode() if self.left_out else b""
        return (bytes(self.head) + middle + bytes(self.tail)).decode("utf-8", errors="replace")


class Streams:
    """The two pipes of a child. Its own ends are `for_child`, to be closed here once it has them."""

    def __init__(self, most: int) -> None:
        self.out, self.err = Kept(most), Kept(most)
        self.for_child: list[int] = []
        self._kept: dict[int, Kept] = {}
        try:
            for kept in (self.out, self.err):
                reading, writing = os.pipe()
                self._kept[reading] = kept
                self.for_child.append(writing)
                os.set_blocking(reading, False)
        except OSError:
            self.hand_over()
            self.close()
            raise

    def hand_over(self) -> None:
        """The child has its ends."""
        while self.for_child:
            os.close(self.for_child.pop())

    @property
    def open(self) -> Collection[int]:
        """What has not come to its end."""
        return self._kept.keys()

    def read(self) -> None:
        """Read what is there; of what comes without end, a part."""
        for descriptor in tuple(self._kept):
            for _ in range(_AT_ONCE):
                try:
                    chunk = os.read(descriptor, _CHUNK)
                except BlockingIOError:
                    break
                if not chunk:
                    os.close(descriptor)
                    del self._kept[descriptor]
                    break
                self._kept[descriptor].add(chunk)

    def close(self) -> None:
        """Read no more."""
        while self._kept:
            os.close(self._kept.popitem()[0])
