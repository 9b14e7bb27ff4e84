"""What people do is kept before it is acknowledged."""

from __future__ import annotations

from bot.domain.events import Inbound
from bot.engine.ledger import Store


class Reception:
    """Implements ports.Inbox over the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def take(self, inbound: Inbound) -> bool:
        with self._store.transaction() as ledger:
            return ledger.letters.keep(inbound)
