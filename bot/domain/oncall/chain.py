"""The escalation chain at work: what the clock does to an open alert, and what comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.alerts.alert import Alert, AlertState, Effect, Page, Refusal, Say, Transition, change
from bot.domain.alerts.response import ask, freed, give_back, outdated, wake
from bot.domain.oncall.escalation import Target
from bot.domain.oncall.recovery import begin, why_not_recovered
from bot.domain.oncall.roster import Reached
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
        return begin(alert, now) if _recovers_first(alert) else climb(alert, reach, now)
    if alert.snoozed_until is not None:
        return wake(alert, now)
    return ask(alert, now) if alert.asked_at is None else give_back(alert, None, now)


def first_level(alert: Alert, reach: Reach, now: datetime) -> Transition | None:
    """What the clock would do at the very moment in which an alert fires, if that is to wake somebody."""
    return None if _recovers_first(alert) else due(alert, reach, now)


def likewise(change: Transition, alert: Alert) -> Transition:
    """The same change of an alert that has just fired, as this one's had, and differs in what it is about."""
    same = replace(
        change.alert,
        id=alert.id,
        subject=alert.subject,
        value=alert.value,
        limit=alert.limit,
        reason=alert.reason,
        worst=alert.worst,
    )
    return replace(change, alert=same)


def _recovers_first(alert: Alert) -> bool:
    """Automatic recovery comes before level 1, once in the life of an alert."""
    return alert.subject.policy.recover is not None and alert.recovery is None and alert.paged_at is None


def next_rung(alert: Alert) -> Rung | None:
    """The rung after the last one tried; None when the chain ends there."""
    return next(_ahead(alert), None)


def _ahead(alert: Alert) -> Iterator[Rung]:
    """The rungs to come, each level once: one that has nobody now has nobody in the next cycle either."""
    policy = alert.subject.policy
    length = len(policy.levels)
    tried = alert.cycle * length + alert.level
    for number in range(tried, min(tried + length, length * (policy.repeat + 1))):
        yield Rung(number // length, number % length + 1)


def climb(alert: Alert, reach: Reach, now: datetime, by: str | None = None) -> Transition:
    """Page the next level that has anybody; empty ones are skipped aloud; at the end the channel is told."""
    said: list[Say | Page] = []
    rung = Rung(alert.cycle, alert.level)
    for rung in _ahead(alert):
        level = alert.subject.policy.levels[rung.level - 1]
        reached = reach(level.notify, now)
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
            channels=reached.channels,
            by=level.by,
            reason=reason,
        )
        # What flaps pages once by itself; who escalates it by hand sets the chain going.
        after = now + level.wait if alert.flapping is None or by else None
        return change(
            alert,
            now,
            "alert.escalated",
            reason,
            by=by,
            effects=(*said, page),
            cycle=rung.cycle,
            level=rung.level,
            paged=reached.people,
            paged_at=now,
            took=(),
            given_back=None,
            next_at=after,
        )
    return _exhausted(replace(alert, cycle=rung.cycle, level=rung.level), now, tuple(said))


def _paging_reason(alert: Alert, by: str | None) -> Text:
    if by:
        return say("escalated by {person}", person=Name(by))
    if alert.paged_at is None and alert.recovery is None:
        return say("first notification")
    if alert.given_back:
        return alert.given_back
    if alert.level == 0 and alert.recovery:
        return why_not_recovered(alert.recovery)
    return say("nobody acknowledged at level {level}", level=alert.level)


def _why_empty(reached: Reached) -> Text:
    return reached.gaps[0] if reached.gaps else say("it names nobody")


def _exhausted(alert: Alert, now: datetime, said: tuple[Say | Page, ...]) -> Transition:
    note = _why_exhausted(alert)
    done = replace(alert, exhausted=True, given_back=None, next_at=None)
    return change(done, now, "alert.exhausted", note, effects=(*said, Say(effect=Effect.ANNOUNCE, text=note)))


def _why_exhausted(alert: Alert) -> Text:
    policy = alert.subject.policy
    if not policy.levels:
        return say("Nobody is paged: the escalation policy {policy} has no levels", policy=policy.key)
    if alert.given_back:
        return say(
            "Nobody has it now, and the escalation chain is exhausted: {why}",
            why=alert.given_back,
        )
    return say("Nobody has acknowledged, and the escalation chain is exhausted")


def escalate(
    alert: Alert, by: str, reach: Reach, now: datetime, turn: int | None = None
) -> Transition | Refusal:
    """A person hands the alert up: the next level is paged at once, and an acknowledgement is undone."""
    if alert.state not in (AlertState.FIRING, AlertState.ACKNOWLEDGED):
        return Refusal(say("{alert} is not open; nothing was changed", alert=alert.subject.fingerprint))
    if refusal := outdated(alert, turn):
        return refusal
    if alert.quiet:
        return Refusal(
            say(
                "{alert} is quiet ({why}): nobody is paged; end that first",
                alert=alert.subject.fingerprint,
                why=alert.quiet.reason,
            )
        )
    climbed = climb(freed(alert), reach, now, by=by)
    if climbed.alert.exhausted:
        # Nobody was reached: whoever has the alert keeps it, and the chain keeps its time.
        return Refusal(
            say(
                "{alert} is at the end of its chain (level {level}): there is nobody above to page",
                alert=alert.subject.fingerprint,
                level=alert.level,
            )
        )
    return climbed


def next_step(alert: Alert, reach: Reach) -> NextStep | None:
    """What the clock will do next if nobody acts: the first rung with anybody, as the roster stands then."""
    if alert.state is not AlertState.FIRING or alert.next_at is None:
        return None
    for rung in _ahead(alert):
        reached = reach(alert.subject.policy.levels[rung.level - 1].notify, alert.next_at)
        if not reached.empty:
            return NextStep(rung=rung, people=reached.people, usergroups=reached.usergroups, at=alert.next_at)
    return None
