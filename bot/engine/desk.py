"""Where programs ask over HTTP: each question is one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.domain.alert import Refusal
from bot.domain.audit import Source
from bot.domain.permission import forbidden
from bot.domain.text import Text
from bot.domain.watch import Watch, WatchChange
from bot.engine.begin import Wanted, Wrong, begin
from bot.engine.heartbeat import Switchboard, hear
from bot.engine.told import GateTold, Speak, WatchTold, tell_gate, tell_watch
from bot.engine.watch import record_change
from bot.engine.world import World
from checks.beats import Call

API = "api"
"""Who programs are, in `permissions`."""

Decide = Callable[[Watch, datetime], WatchChange | Refusal]
"""What is to become of a watch at an instant, or why nothing is."""


class Desk:
    """Starts watches and tells of them; hears the jobs that call in."""

    def __init__(self, world: World, speak: Speak) -> None:
        self._world = world
        self._speak = speak
        self._switchboard = Switchboard(world.setup)

    def hear(self, key: str, call: Call) -> bool:
        """A job has called with this key. False when nobody has it."""
        found = self._switchboard.find(key)
        if found is None:
            return False
        hear(self._world, *found, call)
        return True

    def forbidden(self) -> Refusal | None:
        """Whether programs may not change watches: they act as the person `api`, where `people` has one."""
        person = API if API in self._world.setup.people else f"@{API}"
        return forbidden(self._world.setup, person, "watch", self._world.clock.now())

    def start(self, wanted: Wanted) -> WatchTold | Wrong:
        """May raise Outdated: the same was asked for at this very instant."""
        with self._world.store.transaction(Source.HTTP) as ledger:
            now = self._world.clock.now()
            begun = begin(ledger, self._world.setup, wanted, now)
            if isinstance(begun, Wrong):
                return begun
            told = tell_watch(ledger, begun, self._speak, now)
        self._world.bell.ring()
        return told

    def change(self, watch_id: str, decide: Decide) -> WatchTold | Refusal | None:
        """Change the course of a watch; None when there is none of that ID. May raise Outdated."""
        with self._world.store.transaction(Source.HTTP) as ledger:
            now = self._world.clock.now()
            found = ledger.watches.get(watch_id)
            if found is None:
                return None
            change = decide(found, now)
            if isinstance(change, Refusal):
                return change
            record_change(ledger, self._world.setup, change)
            told = tell_watch(ledger, change.watch, self._speak, now)
        self._world.bell.ring()
        return told

    def say(self, text: Text) -> str:
        """A sentence in the configured language."""
        return self._speak(text)

    def watches(self) -> tuple[WatchTold, ...]:
        """Those that have not ended, oldest first."""
        with self._world.store.reading() as ledger:
            now = self._world.clock.now()
            open_ones = ledger.watches.open_all()
            return tuple(tell_watch(ledger, each, self._speak, now) for each in open_ones)

    def watch(self, watch_id: str) -> WatchTold | None:
        with self._world.store.reading() as ledger:
            found = ledger.watches.get(watch_id)
            return tell_watch(ledger, found, self._speak, self._world.clock.now()) if found else None

    def gate(self, watch_id: str) -> GateTold | None:
        with self._world.store.reading() as ledger:
            found = ledger.watches.get(watch_id)
            return tell_gate(ledger, found, self._speak) if found else None
