"""Where programs ask over HTTP: each question is one transaction."""

from __future__ import annotations

from bot.engine.begin import Wanted, Wrong, begin
from bot.engine.told import GateTold, Speak, WatchTold, tell_gate, tell_watch
from bot.engine.world import World


class Desk:
    """Starts watches and tells of them."""

    def __init__(self, world: World, speak: Speak) -> None:
        self._world = world
        self._speak = speak

    def start(self, wanted: Wanted) -> WatchTold | Wrong:
        """May raise Outdated: the same was asked for at this very instant."""
        with self._world.store.transaction() as ledger:
            now = self._world.clock.now()
            begun = begin(ledger, self._world.setup, wanted, now)
            if isinstance(begun, Wrong):
                return begun
            told = tell_watch(ledger, begun, self._speak, now)
        self._world.bell.ring()
        return told

    def watch(self, watch_id: str) -> WatchTold | None:
        with self._world.store.reading() as ledger:
            found = ledger.watches.get(watch_id)
            return tell_watch(ledger, found, self._speak, self._world.clock.now()) if found else None

    def gate(self, watch_id: str) -> GateTold | None:
        with self._world.store.reading() as ledger:
            found = ledger.watches.get(watch_id)
            return tell_gate(ledger, found, self._speak) if found else None
