"""The faults of the sample, kept in a file so that they survive a restart."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

FAULTS = {
    "duplicate-orders": "Deduplication is broken: an order that a client sends again is stored again.",
    "failing-pushes": "The external API refuses most pushes: one in five fails after its retries.",
    "stuck-push-worker": "The push worker is stuck: every push fails until it is restarted.",
    "slow": "One request in twelve takes 11 to 12 seconds.",
    "errors": "One request in 25 is answered 500.",
    "dead": "The order port refuses connections.",
}


class Faults:
    """Which faults are on."""

    def __init__(self, path: Path) -> None:
        """Read `path`. Raises ValueError when it holds something else than a list of fault names."""
        self._path = path
        self._off = {name: asyncio.Event() for name in FAULTS}
        for name, event in self._off.items():
            if name not in _read(path):
                event.set()

    def is_on(self, name: str) -> bool:
        """Whether the fault is on."""
        return not self._off[name].is_set()

    def states(self) -> dict[str, bool]:
        """Return every fault and whether it is on."""
        return {name: self.is_on(name) for name in FAULTS}

    def turn(self, name: str, on: bool) -> None:
        """Switch one fault and save all. Raises OSError when the file cannot be written."""
        chosen = [each for each in FAULTS if (on if each == name else self.is_on(each))]
        draft = self._path.with_suffix(".new")
        draft.write_text(json.dumps({"on": chosen}) + "\n", encoding="utf-8")
        draft.replace(self._path)
        if on:
            self._off[name].clear()
        else:
            self._off[name].set()

    async def wait_off(self, name: str, seconds: float) -> None:
        """Wait until the fault is off, at most `seconds`."""
        try:
            async with asyncio.timeout(seconds):
                await self._off[name].wait()
        except TimeoutError:
            return


def _read(path: Path) -> list[str]:
    if not path.exists():
        return []
    wrong = ValueError(f'{path}: expected {{"on": [names of faults]}}; delete the file to switch all off')
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise wrong from None
    names = content.get("on") if isinstance(content, dict) else None
    if not isinstance(names, list) or not all(name in FAULTS for name in names):
        raise wrong
    return names
