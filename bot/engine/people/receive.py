"""What people do is kept before it is acknowledged."""

from __future__ import annotations

from bot.domain.events import Inbound
from bot.engine.ledger import Store
from bot.engine.ports import Bell


class Reception:
    """Implements ports.Inbox over the store."""

    def __init__(self, store: Store, bell: Bell) -> None:
        self._store = store
        self._bell = bell

    def take(self, inbound: Inbound) -> bool:
        with self._store.transaction() as ledger:
            new = ledger.letters.keep(inbound)
        self._bell.ring()
        return new
