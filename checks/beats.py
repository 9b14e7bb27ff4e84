"""A job that must call in: what it said, when it is late, and what that means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from checks.base import Cursor
from checks.duration import in_words
from checks.result import State

MOST_RUNS = 20
"""So many runs of one job that have started and not ended are remembered; the oldest go first."""

LONGEST_RUN = timedelta(days=3)
"""An end that comes later after its start than this does not belong to it."""

BODY_LENGTH = 4096

PATIENCE = timedelta(minutes=15)
"""So long at most after it was away the bot waits for calls that it may have missed."""


class Said(StrEnum):
    """What a call says: the job has begun, went well, failed, or just something for its log."""

    START = "start"
    SUCCESS = "success"
    FAIL = "fail"
    LOG = "log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call. `run` tells runs apart that overlap; `exit_code` is of a job that sent one."""

    said: Said
    run: str = ""
    exit_code: int | None = None
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beats:
    """What is known of a job. `since`: from when on its calls are waited for; `running`: run → its start."""

    since: datetime
    called_at: datetime | None = None
    succeeded_at: datetime | None = None
    failed_at: datetime | None = None
    exit_code: int | None = None
    took_s: float | None = None
    running: Mapping[str, datetime] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How often a job must succeed, and how much later it may, or how long a run may take."""

    period: timedelta
    grace: timedelta


def heard(beats: Beats, call: Call, now: datetime) -> Beats:
    """What is known after a call."""
    beats = replace(beats, called_at=now, body=call.body[:BODY_LENGTH] or beats.body)
    if call.said is Said.LOG:
        return beats
    running = dict(beats.running)
    started = running.pop(call.run, None)
    if call.said is Said.START:
        newest = sorted({**running, call.run: now}.items(), key=lambda run: run[1])[-MOST_RUNS:]
        return replace(beats, running=dict(newest))
    took = now - started if started and now - started <= LONGEST_RUN else None
    ended = replace(beats, running=running, took_s=took.total_seconds() if took is not None else None)
    if call.said is Said.SUCCESS:
        return replace(ended, succeeded_at=now, failed_at=None, exit_code=None)
    return replace(ended, failed_at=now, exit_code=call.exit_code)


def due_at(beats: Beats, rhythm: Rhythm, listening_since: datetime | None = None) -> datetime | None:
    """When silence becomes a failure; None when it has failed already, until it calls again.

    Whoever was away could not hear a call: it may come until a period has passed again, at most PATIENCE.
    """
    if beats.failed_at:
        return None
    if beats.running:
        due = min(beats.running.values()) + rhythm.grace
    else:
        due = (beats.succeeded_at or beats.since) + rhythm.period + rhythm.grace
    return max(due, listening_since + min(rhythm.period, PATIENCE)) if listening_since else due


def stands(
    beats: Beats, rhythm: Rhythm, now: datetime, listening_since: datetime | None = None
) -> tuple[State, str]:
    """How the job stands, and why in a sentence."""
    if beats.failed_at:
        how = "said that it failed" if beats.exit_code is None else f"ended with exit code {beats.exit_code}"
        return State.CRITICAL, f"{how} {in_words(now - beats.failed_at)} ago"
    due = due_at(beats, rhythm, listening_since)
    late = due is not None and now >= due
    if beats.running:
        since = in_words(now - min(beats.running.values()))
        if late:
            return State.CRITICAL, f"started {since} ago and has not ended within {in_words(rhythm.grace)}"
        return State.OK, f"running for {since}"
    wanted = f"every {in_words(rhythm.period)}, at most {in_words(rhythm.grace)} late"
    if beats.succeeded_at is None:
        never = f"has never called in {in_words(now - beats.since)}"
        return (State.CRITICAL, f"{never}; wanted {wanted}") if late else (State.OK, "has not called yet")
    called = f"{in_words(now - beats.succeeded_at)}"
    if late:
        return State.CRITICAL, f"no success for {called}; wanted {wanted}"
    took = "" if beats.took_s is None else f", took {in_words(timedelta(seconds=beats.took_s))}"
    return State.OK, f"called {called} ago{took}"


def dump_beats(beats: Beats) -> Cursor:
    """As a cursor: what JSON can say."""
    told = {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(beats).items()
    }
    return {**told, "running": {run: at.isoformat() for run, at in beats.running.items()}}


def load_beats(cursor: Cursor) -> Beats:
    """What `dump_beats` wrote."""
    told: dict[str, Any] = dict(cursor)
    for name in ("since", "called_at", "succeeded_at", "failed_at"):
        told[name] = told[name] and datetime.fromisoformat(told[name])
    told["running"] = {run: datetime.fromisoformat(at) for run, at in told["running"].items()}
    return Beats(**told)
