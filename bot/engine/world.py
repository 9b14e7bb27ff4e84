"""Everything the engine works with, in one value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.setup import Setup
from bot.engine.ledger import Store
from bot.engine.ports import Actions, Almanac, Ask, Bell, Clock, Courier, Crew, Door, Press


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything the engine works with. `awake_since` is when this process began to watch."""

    setup: Setup
    clock: Clock
    store: Store
    door: Door
    press: Press
    courier: Courier
    almanac: Almanac
    ask: Ask
    actions: Actions
    crew: Crew
    bell: Bell
    awake_since: datetime
