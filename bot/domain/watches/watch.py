"""A watch: one run of a plan over one deployment, with the plan it started with, and its life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.text import Text
from bot.domain.watches.plan import Entry, EntryKind, EntryState, Plan


class WatchState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Denser:
    """Denser monitoring: a round every so often from `since` (no round) to `until`, asked for by a person."""

    since: datetime
    every: timedelta
    until: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """`version` is the deployed version; `plan` the one it started with; `deployed_at` the plan's zero.

    `revision` counts changes. `paused_until` ends a pause by itself; `reminded_at` is when the channel
    was last told of the pause. `next_at` is when to look next (None: it has ended).
    """

    id: str
    service: str
    channel: str
    version: str
    owner: str | None
    deployed_at: datetime
    started_at: datetime
    plan: Plan
    revision: int = 0
    state: WatchState = WatchState.RUNNING
    paused_at: datetime | None = None
    paused_until: datetime | None = None
    paused_by: str | None = None
    reminded_at: datetime | None = None
    denser: Denser | None = None
    rolled_back: bool = False
    ended_at: datetime | None = None
    ended_by: str | None = None
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """Entries still pending from `since` on become not applicable, with this remark.

    Only rounds before `rounds_until`, if given; only these `entries` (instant and kind), if given.
    """

    since: datetime
    remark: Text
    rounds_until: datetime | None = None
    entries: frozenset[tuple[datetime, EntryKind]] | None = None

    def closes(self, entry: Entry) -> bool:
        return (
            entry.state is EntryState.PENDING
            and entry.at >= self.since
            and (self.rounds_until is None or self._is_round_before(entry, self.rounds_until))
            and (self.entries is None or (entry.at, entry.kind) in self.entries)
        )

    @staticmethod
    def _is_round_before(entry: Entry, until: datetime) -> bool:
        return entry.kind is EntryKind.ROUND and entry.at < until


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchChange:
    """What changed in a watch and why: entries to add to its list, entries to close, a line to say.

    `remind` is the person who is asked about it.
    """

    event: str
    watch: Watch
    at: datetime
    reason: Text
    by: str | None = None
    enter: tuple[Entry, ...] = ()
    close: Closing | None = None
    remind: str | None = None


class Stage(StrEnum):
    """A part of the plan's progress."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a watch is: its day (1 is the deployment's), entries done of all, and its stages in order."""

    day: int
    done: int
    total: int
    stages: tuple[tuple[Text, Stage], ...]
