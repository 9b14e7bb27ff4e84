"""What people did and nobody has answered yet."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from bot.domain.events import Inbound


class Letters(Protocol):
    """What people did and nobody has answered yet."""

    def keep(self, inbound: Inbound) -> bool: ...

    def claim(
        self, now: datetime, until: datetime, busy: datetime | None = None
    ) -> tuple[Inbound, int] | None:
        """The oldest that is due, now mine until `until`, and the how manieth attempt at it this is.

        None while somebody has one for longer than `busy`: what people do is done in their order.
        """
        ...

    def done(self, identity: str, now: datetime) -> None: ...

    def unread(self, since: datetime) -> tuple[Inbound, ...]:
        """What came later than `since` and has not been answered yet."""
        ...
