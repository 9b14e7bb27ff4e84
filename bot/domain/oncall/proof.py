"""The proof that every due escalation ran: from the transitions of an alert alone.

Each transition wrote down when the alert is to be looked at next. So the next transition must come by then;
and where none has come, nobody looked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

LATE = timedelta(minutes=1)
"""A step may come so late: then something is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A transition as far as the proof needs it: its number, when it came, and when the next was due."""

    version: int
    at: datetime
    event: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A step that was due and came late, or has not come at all (`came_at` None). `after` is the one before.

    With `lost` the numbers of the transitions have a hole there.
    """

    after: str
    due_at: datetime
    came_at: datetime | None
    lost: bool = False


def proof(steps: Sequence[Step], now: datetime, late: timedelta = LATE) -> tuple[Late, ...]:
    """What did not run when it was due; () proves that everything did. `steps` are in order."""
    return tuple(_late(steps, now, late))


def _late(steps: Sequence[Step], now: datetime, late: timedelta) -> Iterator[Late]:
    for step, following in pairwise(steps):
        if following.version != step.version + 1:
            yield Late(after=step.event, due_at=step.at, came_at=following.at, lost=True)
        elif step.next_at and following.at > step.next_at + late:
            yield Late(after=step.event, due_at=step.next_at, came_at=following.at)
    if steps and (due := steps[-1].next_at) and now > due + late:
        yield Late(after=steps[-1].event, due_at=due, came_at=None)
