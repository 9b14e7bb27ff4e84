"""Everything the engine works with, in one value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.setup import Setup
from bot.engine.delivery.in_hand import InHand
from bot.engine.ledger import Delivery, Store
from bot.engine.measures.answers import Tray
from bot.engine.ports import Actions, Almanac, Ask, Bell, Clock, Courier, Crew, Door, Outcome, Press

Left = Callable[[Delivery, Outcome, datetime], None]


def unnoticed(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """Nobody counts."""


def online() -> str:
    """Nothing is wrong with this machine's network."""
    return ""


def nobody(name: str) -> bool:
    """No process is known to be gone."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything the engine works with.

    `awake_since` is when this process began to watch; `left` is told of every try to hand something over;
    `cut_off` tells why this machine is offline, or nothing, in two seconds at most. `me` names this process,
    `gone` tells whether another one is known to be there no more.
    """

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
    left: Left = unnoticed
    cut_off: Callable[[], str] = online
    me: str | None = None
    gone: Callable[[str], bool] = nobody
    tray: Tray = field(default_factory=Tray)
    in_hand: InHand = field(default_factory=InHand)
