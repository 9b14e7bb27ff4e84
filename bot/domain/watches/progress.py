"""How far a watch is, and what belongs to today."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.localtime import local_day
from bot.domain.text import Text, say
from bot.domain.watches.extension import last_day
from bot.domain.watches.plan import Entry, EntryKind, EntryState, Plan
from bot.domain.watches.watch import Progress, Stage, Watch

_DONE = frozenset({EntryState.PASSED, EntryState.FAILED, EntryState.MISSED})
_OPEN = frozenset({EntryState.PENDING, EntryState.RUNNING})
_EARLY_DAYS_END = 3
"""The plan tells the days right after the deployment's from the rest."""


def progress(watch: Watch, entries: Sequence[Entry], now: datetime) -> Progress:
    """How far a watch is; of one that has ended, how far it came. Not applicable entries do not count."""
    zone, now = ZoneInfo(watch.plan.zone), min(now, watch.ended_at or now)
    day = max(1, (local_day(zone, now) - local_day(zone, watch.deployed_at)).days + 1)
    return Progress(
        day=day,
        done=sum(entry.state in _DONE for entry in entries),
        total=sum(entry.state is not EntryState.NOT_APPLICABLE for entry in entries),
        stages=tuple(_stages(watch.plan, entries, day)),
    )


def today(entries: Sequence[Entry], zone: str, now: datetime) -> tuple[Entry, ...]:
    """The entries of the local day of `now`; `zone` is an IANA name."""
    here = ZoneInfo(zone)
    day = local_day(here, now)
    return tuple(entry for entry in entries if local_day(here, entry.at) == day)


def _stages(plan: Plan, entries: Sequence[Entry], day: int) -> Iterator[tuple[Text, Stage]]:
    # A report that sums up may come on the day after the last one that is watched.
    watched = (phase.last_day or phase.first_day or 0 for phase in plan.phases)
    last = max(watched, default=0) or last_day(plan)
    if last == 0:
        open_ = not entries or any(entry.state in _OPEN for entry in entries)
        yield say("Monitoring"), Stage.NOW if open_ else Stage.DONE
        return
    yield say("Deployment day"), _stage(1, 1, day)
    if last > 1:
        early = min(last, _EARLY_DAYS_END)
        yield _days(2, early), _stage(2, early, day)
    if last > _EARLY_DAYS_END:
        yield _days(_EARLY_DAYS_END + 1, last), _stage(_EARLY_DAYS_END + 1, last, day)
    gates = [entry.state for entry in entries if entry.kind is EntryKind.GATE]
    if gates:
        ahead = Stage.NOW if day > last else Stage.AHEAD
        yield say("Final evaluation"), Stage.DONE if gates[-1] in _DONE else ahead


def _days(first: int, last: int) -> Text:
    return (
        say("Day {day}", day=first) if first == last else say("Days {first}–{last}", first=first, last=last)
    )


def _stage(first: int, last: int, day: int) -> Stage:
    if day > last:
        return Stage.DONE
    return Stage.NOW if day >= first else Stage.AHEAD
