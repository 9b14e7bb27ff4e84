"""One thing a person asked for, with everything needed to answer it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.events import Inbound
from bot.engine.ledger import Ledger
from bot.engine.world import World


@dataclass(frozen=True, slots=True)
class Request:
    """`person` is a key of `people` (or a stranger's name); `arguments` is what followed the command."""

    ledger: Ledger
    world: World
    inbound: Inbound
    person: str
    arguments: tuple[str, ...]
    now: datetime

    def without_arguments(self) -> Request:
        return replace(self, arguments=())
