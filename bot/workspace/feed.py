"""Tells every open page what changed, as server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

_KEEP_ALIVE_S = 20.0


class Feed:
    def __init__(self) -> None:
        self._readers: set[asyncio.Queue[str | None]] = set()

    def publish(self, kind: str, **facts: Any) -> None:
        if not self._readers:
            return
        line = "event: change\ndata: " + json.dumps({"kind": kind, **facts}) + "\n\n"
        for reader in self._readers:
            reader.put_nowait(line)

    async def lines(self) -> AsyncIterator[str]:
        """What one page reads until it leaves or the workspace stops."""
        reader: asyncio.Queue[str | None] = asyncio.Queue()
        self._readers.add(reader)
        try:
            yield ": connected\n\n"
            while True:
                try:
                    line = await asyncio.wait_for(reader.get(), _KEEP_ALIVE_S)
                except TimeoutError:
                    line = ": still here\n\n"
                if line is None:
                    return
                yield line
        finally:
            self._readers.discard(reader)

    def close(self) -> None:
        for reader in self._readers:
            reader.put_nowait(None)
