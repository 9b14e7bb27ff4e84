"""What people did and nobody has answered yet."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.events import Inbound


class Letters(Protocol):
    """What people did and nobody has answered yet."""

    def keep(self, inbound: Inbound) -> bool: ...

    def claim(self, now: datetime, until: datetime) -> tuple[Inbound, int] | None:
        """The oldest that is due, now mine until `until`, and the how manieth attempt at it this is."""
        ...

    def done(self, identity: str, now: datetime) -> None: ...

    def unread(self, since: datetime) -> tuple[Inbound, ...]:
        """What came later than `since` and has not been answered yet."""
        ...
