"""The course of a problem as it is observed: it begins, lasts, gets worse or better, and is over."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.alert import (
    Alert,
    AlertState,
    Effect,
    Judgement,
    Say,
    Severity,
    Subject,
    Transition,
    change,
    close,
)
from bot.domain.text import Span, say


def observe(alert: Alert | None, subject: Subject, seen: Judgement, now: datetime) -> Transition | None:
    """Judge one observation against the open alert of its fingerprint, if there is one."""
    if alert is None:
        return _begin(subject, seen.severity, seen, now) if seen.severity else None
    if seen.severity:
        return _still_bad(alert, seen.severity, seen, now)
    if seen.recovered:
        return _good(alert, seen, now)
    return _relapse(alert, seen, now) if alert.good_since else None


def _begin(subject: Subject, severity: Severity, seen: Judgement, now: datetime) -> Transition:
    digest = hashlib.sha256(f"{subject.fingerprint}@{now.isoformat()}".encode()).hexdigest()
    alert = Alert(
        id=digest[:10],
        subject=subject,
        severity=severity,
        state=AlertState.PENDING,
        version=0,
        turn=0,
        value=seen.value,
        limit=seen.limit,
        reason=seen.reason,
        began_at=now,
    )
    if subject.for_ > timedelta(0):
        return change(alert, now, "alert.pending", seen.reason)
    return _fire(alert, seen, now)


def _still_bad(alert: Alert, severity: Severity, seen: Judgement, now: datetime) -> Transition | None:
    if alert.state is AlertState.PENDING:
        if now - alert.began_at >= alert.subject.for_:
            return _fire(replace(alert, severity=severity), seen, now)
        return None
    if severity is alert.severity:
        return _relapse(alert, seen, now) if alert.good_since else None
    risen = severity is Severity.CRITICAL
    changed = replace(
        alert,
        severity=severity,
        value=seen.value,
        limit=seen.limit,
        reason=seen.reason,
        good_since=None,
    )
    if alert.state is AlertState.FIRING:
        changed = replace(changed, next_at=_chain_at(alert, changed, now))
    words = "Worse: {reason}" if risen else "Better, not yet good: {reason}"
    note = say(words, reason=seen.reason)
    return change(changed, now, "alert.severity", note, effects=(Say(effect=Effect.NOTE, text=note),))


def _chain_at(before: Alert, after: Alert, now: datetime) -> datetime | None:
    """When the chain of a firing alert goes on once its severity has changed."""
    if before.pages:
        return None
    # What never pages by itself has a chain only if somebody escalated it: that goes on.
    if not after.pages or after.exhausted:
        return before.next_at
    if after.paged_at is None:
        return now
    return max(now, after.paged_at + after.subject.policy.levels[after.level - 1].wait)


def _fire(alert: Alert, seen: Judgement, now: datetime) -> Transition:
    length = alert.subject.for_
    reason = say("{reason} for {span}", reason=seen.reason, span=Span.of(length)) if length else seen.reason
    fired = replace(
        alert,
        state=AlertState.FIRING,
        turn=alert.turn + 1,
        value=seen.value,
        limit=seen.limit,
        reason=reason,
        fired_at=now,
    )
    fired = replace(fired, next_at=now if fired.pages else None)
    return change(fired, now, "alert.firing", reason, effects=(Say(effect=Effect.CARD),))


def _good(alert: Alert, seen: Judgement, now: datetime) -> Transition | None:
    if alert.state is AlertState.PENDING:
        gone = replace(alert, state=AlertState.RESOLVED, turn=alert.turn + 1, resolved_at=now, next_at=None)
        reason = say("Good again before it had lasted long enough: {reason}", reason=seen.reason)
        return change(gone, now, "alert.resolved", reason)
    length = alert.subject.recover_for
    if length and alert.good_since is None:
        note = say("Good again, resolves if it stays so for {span}", span=Span.of(length))
        return change(replace(alert, good_since=now), now, "alert.recovering", note)
    if length and alert.good_since and now - alert.good_since < length:
        return None
    return close(alert, now, seen.reason, by=None)


def _relapse(alert: Alert, seen: Judgement, now: datetime) -> Transition:
    note = say("Bad again: {reason}", reason=seen.reason)
    return change(replace(alert, good_since=None), now, "alert.relapsed", note)
