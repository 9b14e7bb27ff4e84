"""An engine over a real database, with only what a test gives it of the world."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import MISSING, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.clock import HeldClock
from bot.config import load
from bot.engine.world import World
from bot.scheduler import OwnHands
from bot.store import Database


class Silent:
    """A bell that nobody hears."""

    def ring(self) -> None: ...

    def wake(self, topic: str) -> None: ...


@contextmanager
def engine_room(folder: Path, config: str, now: datetime, **given: object) -> Iterator[tuple[World, Any]]:
    """A world and its database; what was not given is None."""
    (folder / "config.yaml").write_text(config)
    setup = load(folder / "config.yaml", {})
    database = Database(setup.storage)
    needed = (each.name for each in fields(World) if each.default is each.default_factory is MISSING)
    parts: dict[str, Any] = dict.fromkeys(needed)
    parts |= {"setup": setup, "clock": HeldClock(now), "store": database, "awake_since": now}
    parts |= {"crew": OwnHands(), "bell": Silent()}
    try:
        yield World(**parts | given), database
    finally:
        database.close()
