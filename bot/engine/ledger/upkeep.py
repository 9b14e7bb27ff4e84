"""The rows of the bot's own upkeep: tokens, wishes to read config.yaml, what may go, a count of all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.domain.bearer import Bearer
from bot.engine.ledger.outgoing import Lane


class Bearers(Protocol):
    """Programs that have a token."""

    def all(self) -> tuple[Bearer, ...]:
        """By name."""
        ...

    def keep(self, bearer: Bearer) -> bool:
        """False when one of this name is there already."""
        ...

    def revoke(self, name: str) -> bool:
        """False when there is none of this name."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reread:
    """Somebody wants config.yaml to be read again; `by` is a key of `people`, or a name behind `@`."""

    id: str
    at: datetime
    by: str


class Rereads(Protocol):
    """Wishes to read config.yaml again, for every process of the bot."""

    def ask(self, reread: Reread) -> None: ...

    def newest(self) -> Reread | None: ...


class Bygones(Protocol):
    """What has been done, and is kept only for a while."""

    def forget(self, before: datetime, most: int) -> bool:
        """Delete up to `most` messages that left, letters that were answered, and the like, before then.

        Messages about what is still open stay. True when there may be more.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How much there is of what, at one moment.

    `alerts`: open ones by (service, state, severity); `fired`: all that ever fired, by (service, severity);
    `waiting`: for each lane how many rows wait, and since when the oldest does; `watches`: those that have
    not ended, by (service, state).
    """

    alerts: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    fired: Mapping[tuple[str, str], int] = field(default_factory=dict)
    waiting: Mapping[Lane, tuple[int, datetime]] = field(default_factory=dict)
    watches: Mapping[tuple[str, str], int] = field(default_factory=dict)
