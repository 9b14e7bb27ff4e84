"""What leaves first, claimed in the transaction that decides on it, on its way to the thread of its lane."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from bot.engine.ledger import Delivery, Lane


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row of the outbox that is ours since then."""

    delivery: Delivery
    since: datetime


class InHand:
    """Rows that are ours and are not sent yet, a lane each. Safe from several threads.

    Nothing here needs to outlive the program: a row is free again when its lease ends.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[Lane, deque[Claimed]] = {lane: deque() for lane in Lane}
        self._busy: set[Lane] = set()

    def free(self, lane: Lane) -> bool:
        """Whether what is handed over now is sent at once."""
        return lane not in self._busy and not self._waiting[lane]

    def put(self, claimed: Claimed) -> None:
        """Hand it over."""
        self._waiting[claimed.delivery.lane].append(claimed)

    @contextmanager
    def sending(self, lane: Lane) -> Iterator[Claimed | None]:
        """The thread of the lane sends something: what was handed over, if something was."""
        with self._lock:
            self._busy.add(lane)
            claimed = self._waiting[lane].popleft() if self._waiting[lane] else None
        try:
            yield claimed
        finally:
            self._busy.discard(lane)

    def agenda(self) -> Mapping[str, datetime]:
        """For each lane in which something was handed over since when that waits."""
        with self._lock:
            return {lane.value: rows[0].since for lane, rows in self._waiting.items() if rows}

    def left(self) -> list[Claimed]:
        """What nobody will send any more."""
        with self._lock:
            left = [claimed for rows in self._waiting.values() for claimed in rows]
            for rows in self._waiting.values():
                rows.clear()
            return left
