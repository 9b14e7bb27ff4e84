"""Actions: what the bot may do to a service, and one run of one, from asked to known."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.oncall.escalation import Target
from bot.domain.text import Label, Name, Span, Text, say

LEASE = timedelta(seconds=10)
"""A run of which nothing is heard for so long belongs to a program that died."""

AGAIN_AFTER = timedelta(seconds=5)
"""How long after a failure a run is tried again, times the tries so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A URL to call with the facts as JSON. `private`: it may be an address inside this network."""

    url: str
    method: str = "POST"
    headers: Mapping[str, str] = field(default_factory=dict)
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A program (`run`, its arguments as a list) or a webhook.

    `who` may run it besides the bot itself: nobody named means everybody. With `confirm` a person is asked
    "sure?". `timeout` is for one try; after a failure it is tried `retries` times more. `secrets` are values
    it was configured with that nobody shall read.
    """

    key: str
    label: Label
    run: tuple[str, ...] = ()
    webhook: Webhook | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    timeout: timedelta = timedelta(seconds=30)
    retries: int = 0
    who: tuple[Target, ...] = ()
    confirm: bool = True
    secrets: tuple[str, ...] = ()


class RunState(StrEnum):
    ASKED = "asked"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What an action is told of the deployment. Text from outside: it never reaches a shell."""

    service: str
    version: str = ""
    previous_version: str = ""
    alert: str = ""
    watch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionRun:
    """One run. `id` comes from `key`, which names its cause: one cause never runs twice.

    `by` is a person, or None for the bot itself. `alert`, and the `step` of the `incident`, are what it was
    run for; `channel` is where its end is told. `attempts` counts tries that began; `look_at` is when to look
    next: to begin, or to find that whoever ran it has died. `reason` says how it ended.
    """

    id: str
    key: str
    service: str
    channel: str
    action: str
    label: Label
    facts: Facts
    by: str | None = None
    alert: str | None = None
    incident: str | None = None
    step: int | None = None
    state: RunState = RunState.ASKED
    asked_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    attempts: int = 0
    reason: Text | None = None
    output: str = ""
    look_at: datetime | None = None

    @property
    def ended(self) -> bool:
        return self.state not in (RunState.ASKED, RunState.RUNNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a try ended. `output` is capped and holds no secret."""

    succeeded: bool
    reason: Text
    output: str = ""


def run_id(key: str) -> str:
    """The ID of the run that this cause has."""
    return f"x{hashlib.sha256(key.encode()).hexdigest()[:9]}"


def begun(run: ActionRun, now: datetime) -> ActionRun:
    """A try begins."""
    return replace(
        run,
        state=RunState.RUNNING,
        started_at=run.started_at or now,
        attempts=run.attempts + 1,
        look_at=now + LEASE,
    )


def finished(run: ActionRun, ran: Ran, retries: int, now: datetime) -> ActionRun:
    """A try has ended: the run with it, unless it failed and may be tried again."""
    ended = replace(run, reason=ran.reason, output=ran.output)
    if not ran.succeeded and run.attempts <= retries:
        return replace(ended, state=RunState.ASKED, look_at=now + AGAIN_AFTER * run.attempts)
    state = RunState.SUCCEEDED if ran.succeeded else RunState.FAILED
    return replace(ended, state=state, ended_at=now, look_at=None)


def interrupted(run: ActionRun, now: datetime) -> ActionRun:
    """Whoever ran it has died: nobody knows what it did, so it is not run again by itself."""
    reason = say("interrupted, its outcome is unknown; run it again or verify")
    return replace(run, state=RunState.INTERRUPTED, reason=reason, ended_at=now, look_at=None)


def told(run: ActionRun) -> Text:
    """How the run stands, in a sentence."""
    by = Name(run.by) if run.by else say("the bot")
    if run.state is RunState.ASKED and run.attempts:
        return say(
            "{action} failed: {reason}; it is tried again",
            action=run.label,
            reason=run.reason or "",
        )
    if not run.ended:
        return say("{action} is run by {person}", action=run.label, person=by)
    lasted = Span.of((run.ended_at or run.asked_at) - (run.started_at or run.asked_at))
    reason = run.reason or say("no reason known")
    match run.state:
        case RunState.SUCCEEDED:
            return say(
                "{action} succeeded after {span}: {reason}", action=run.label, span=lasted, reason=reason
            )
        case RunState.FAILED:
            return say("{action} FAILED after {span}: {reason}", action=run.label, span=lasted, reason=reason)
        case _:
            return say("{action}: {reason}", action=run.label, reason=reason)
