"""The escalation chain at work: what the clock does to an open alert, and what comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.alert import (
    Alert,
    AlertState,
    Effect,
    Page,
    Refusal,
    Say,
    Transition,
    ask,
    change,
    unacknowledge,
)
from bot.domain.escalation import Target
from bot.domain.roster import Reached
from bot.domain.text import Name, Text, say

Reach = Callable[[Iterable[Target], datetime], Reached]


@dataclass(frozen=True, slots=True)
class Rung:
    """A level of a cycle: `level` counts from 1, `cycle` from 0."""

    cycle: int
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """What the card promises: who comes next, at which level, when."""

    rung: Rung
    people: tuple[str, ...]
    usergroups: tuple[str, ...]
    at: datetime


def due(alert: Alert, reach: Reach, now: datetime) -> Transition | None:
    """What the clock does now: the next level, a question to the acknowledger, or nothing."""
    if alert.next_at is None or alert.next_at > now:
        return None
    if alert.state is AlertState.FIRING:
        return climb(alert, reach, now)
    if alert.state is AlertState.ACKNOWLEDGED and alert.asked_at is None:
        return ask(alert, now)
    if alert.state is AlertState.ACKNOWLEDGED:
        given_back = unacknowledge(alert, None, now)
        return None if isinstance(given_back, Refusal) else given_back
    return None


def next_rung(alert: Alert) -> Rung | None:
    """The rung after the last one paged; None when the chain ends there."""
    policy = alert.subject.policy
    if alert.level < len(policy.levels):
        return Rung(alert.cycle, alert.level + 1)
    if policy.levels and alert.cycle < policy.repeat:
        return Rung(alert.cycle + 1, 1)
    return None


def climb(alert: Alert, reach: Reach, now: datetime, by: str | None = None) -> Transition:
    """Page the next level that has anybody; empty ones are skipped aloud; at the end the channel is told."""
    said: list[Say | Page] = []
    here = alert
    while rung := next_rung(here):
        level = here.subject.policy.levels[rung.level - 1]
        reached = reach(level.notify, now)
        here = replace(here, cycle=rung.cycle, level=rung.level)
        if reached.empty:
            skipped = say("Level {level} was skipped: {why}", level=rung.level, why=_why_empty(reached))
            said.append(Say(effect=Effect.ANNOUNCE, text=skipped))
            continue
        reason = _paging_reason(alert, by)
        page = Page(
            cycle=rung.cycle,
            level=rung.level,
            people=reached.people,
            usergroups=reached.usergroups,
            by=level.by,
            reason=reason,
        )
        paged = replace(
            here,
            state=AlertState.FIRING,
            paged=reached.people,
            paged_at=now,
            next_at=now + level.wait,
        )
        return change(paged, now, "alert.escalated", reason, by=by, effects=(*said, page))
    return _exhausted(here, now, tuple(said))


def _paging_reason(alert: Alert, by: str | None) -> Text:
    if by:
        return say("escalated by {person}", person=Name(by))
    if alert.paged_at is None:
        return say("first notification")
    return say("nobody acknowledged at level {level}", level=alert.level)


def _why_empty(reached: Reached) -> Text:
    return reached.gaps[0] if reached.gaps else say("it names nobody")


def _exhausted(alert: Alert, now: datetime, said: tuple[Say | Page, ...]) -> Transition:
    note = (
        say("Nobody has acknowledged, and the escalation chain is exhausted")
        if alert.subject.policy.levels
        else say(
            "Nobody is paged: the escalation policy {policy} has no levels", policy=alert.subject.policy.key
        )
    )
    done = replace(alert, exhausted=True, next_at=None)
    return change(done, now, "alert.exhausted", note, effects=(*said, Say(effect=Effect.ANNOUNCE, text=note)))


def escalate(
    alert: Alert, by: str, reach: Reach, now: datetime, turn: int | None = None
) -> Transition | Refusal:
    """A person hands the alert up: the next level is paged at once, and an acknowledgement is undone."""
    if alert.state not in (AlertState.FIRING, AlertState.ACKNOWLEDGED):
        return Refusal(say("{alert} is not open; nothing was changed", alert=alert.subject.fingerprint))
    if turn is not None and turn != alert.turn:
        return Refusal(
            say(
                "{alert} has changed since that card was drawn; nothing was changed. Look at it again",
                alert=alert.subject.fingerprint,
            )
        )
    if next_rung(alert) is None:
        return Refusal(
            say(
                "{alert} is at the end of its chain (level {level}): there is nobody above to page",
                alert=alert.subject.fingerprint,
                level=alert.level,
            )
        )
    freed = alert
    if alert.state is AlertState.ACKNOWLEDGED:
        freed = replace(
            alert,
            state=AlertState.FIRING,
            turn=alert.turn + 1,
            acknowledged_at=None,
            acknowledged_by=None,
            asked_at=None,
        )
    return climb(freed, reach, now, by=by)


def next_step(alert: Alert, reach: Reach) -> NextStep | None:
    """What the clock will do next if nobody acts: the first rung with anybody, as the roster stands then."""
    if alert.state is not AlertState.FIRING or alert.next_at is None:
        return None
    here = alert
    while rung := next_rung(here):
        reached = reach(here.subject.policy.levels[rung.level - 1].notify, alert.next_at)
        if not reached.empty:
            return NextStep(rung=rung, people=reached.people, usergroups=reached.usergroups, at=alert.next_at)
        here = replace(here, cycle=rung.cycle, level=rung.level)
    return None
