"""The course of a problem as it is observed: it begins, lasts, gets worse or better, and is over."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.alerts.alert import (
    CARD,
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
from bot.domain.alerts.flapping import STEADY, Swings, begin_flapping, chain_at, settle
from bot.domain.text import Span, Text, say


def observe(
    alert: Alert | None, subject: Subject, seen: Judgement, now: datetime, swings: Swings = STEADY
) -> Transition | None:
    """Judge one observation against the open alert of its fingerprint, if there is one.

    `swings` are the last results of the fingerprint, this one among them.
    """
    if alert is None:
        return _begin(subject, seen.severity, seen, now, swings) if seen.severity else None
    known = replace(alert, worse_since=_worse_since(alert, seen, now))
    return _judge(known, seen, now, swings) or (_flip(known, seen, now) if known != alert else None)


def _judge(alert: Alert, seen: Judgement, now: datetime, swings: Swings) -> Transition | None:
    if alert.flapping is not None and not swings.flapping:
        return settle(alert, swings, seen, now)
    if alert.fired_at and swings.flapping:
        return _unsteady(alert, seen, now, swings)
    if seen.severity:
        return _still_bad(alert, seen.severity, seen, now, swings)
    if seen.recovered:
        return _good(alert, seen, now)
    return _relapse(alert, seen, now) if alert.good_since else None


def _unsteady(alert: Alert, seen: Judgement, now: datetime, swings: Swings) -> Transition | None:
    """While it flaps an alert stays open and as bad as it has been; only what is worse still is news."""
    if alert.flapping is None:
        return begin_flapping(alert, swings, now)
    risen = seen.severity is Severity.CRITICAL and alert.severity is Severity.WARNING
    if risen and _has_lasted(alert, Severity.CRITICAL, now):
        return _turn(alert, Severity.CRITICAL, seen, now)
    return None


def _worse_since(alert: Alert, seen: Judgement, now: datetime) -> datetime | None:
    fired_as_critical = alert.fired_at and alert.severity is Severity.CRITICAL
    if seen.severity is not Severity.CRITICAL or fired_as_critical:
        return None
    return alert.worse_since or now


def _flip(alert: Alert, seen: Judgement, now: datetime) -> Transition:
    """Keep since when values are critical, or that they are no longer, so that a restart knows it."""
    if alert.state is AlertState.PENDING:
        return change(alert, now, "alert.pending", seen.reason)
    if alert.worse_since is None:
        return change(alert, now, "alert.eased", say("No longer critical: {reason}", reason=seen.reason))
    reason = say(
        "Critical now, counts as worse if it stays so for {span}: {reason}",
        span=Span.of(alert.subject.for_),
        reason=seen.reason,
    )
    return change(alert, now, "alert.worsening", reason)


def alert_id(fingerprint: str, began_at: datetime) -> str:
    """What an alert is called that begins then."""
    return hashlib.sha256(f"{fingerprint}@{began_at.isoformat()}".encode()).hexdigest()[:10]


def _begin(
    subject: Subject, severity: Severity, seen: Judgement, now: datetime, swings: Swings
) -> Transition:
    alert = Alert(
        id=alert_id(subject.fingerprint, now),
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
    if subject.for_ > timedelta(0) or subject.max_attempts > 1:
        pending = replace(alert, worse_since=_worse_since(alert, seen, now))
        return change(pending, now, "alert.pending", _attempted(pending, seen))
    return _fire(alert, seen, now, swings)


def _attempted(alert: Alert, seen: Judgement) -> Text:
    """Why it is bad, and in which attempt of how many where several have to be."""
    most = alert.subject.max_attempts
    if most == 1:
        return seen.reason
    return say("{reason} (attempt {number} of {most})", reason=seen.reason, number=alert.attempts, most=most)


def _still_bad(
    alert: Alert, severity: Severity, seen: Judgement, now: datetime, swings: Swings
) -> Transition | None:
    lasted = _has_lasted(alert, severity, now)
    if alert.state is AlertState.PENDING:
        tried = replace(alert, attempts=alert.attempts + 1)
        if lasted and tried.attempts >= alert.subject.max_attempts:
            return _fire(replace(tried, severity=severity), seen, now, swings)
        if tried.attempts > alert.subject.max_attempts:
            return None
        return change(tried, now, "alert.pending", _attempted(tried, seen))
    if severity is alert.severity or not lasted:
        return _relapse(alert, seen, now) if alert.good_since else None
    return _turn(alert, severity, seen, now)


def _has_lasted(alert: Alert, severity: Severity, now: datetime) -> bool:
    """Critical counts from the first of the critical values, a warning from the first bad one of all."""
    since = alert.worse_since if severity is Severity.CRITICAL else alert.began_at
    return since is not None and now - since >= alert.subject.for_


def _lasting(alert: Alert, severity: Severity, seen: Judgement, now: datetime) -> Text:
    length = alert.subject.for_
    if not length:
        return seen.reason
    if severity is Severity.CRITICAL:
        return say("{reason} for {span}", reason=seen.reason, span=Span.of(length))
    # Other values than this one's kind may lie between: critical ones, or ones between the limits.
    lasted = Span.of(now - alert.began_at)
    return say("{reason}; the problem has lasted {span}", reason=seen.reason, span=lasted)


def _turn(alert: Alert, severity: Severity, seen: Judgement, now: datetime) -> Transition:
    """A fired alert takes on the other severity."""
    risen = severity is Severity.CRITICAL
    reason = _lasting(alert, severity, seen, now) if risen else seen.reason
    changed = replace(
        alert,
        severity=severity,
        value=seen.value,
        limit=seen.limit,
        reason=reason,
        good_since=None,
        worse_since=None,
        worst=reason if risen else alert.worst,
    )
    if alert.state is AlertState.FIRING:
        changed = replace(changed, next_at=_chain_at(alert, changed, now))
    note = say("Worse: {reason}" if risen else "Better, not yet good: {reason}", reason=reason)
    return change(changed, now, "alert.severity", note, effects=(Say(effect=Effect.NOTE, text=note),))


def _chain_at(before: Alert, after: Alert, now: datetime) -> datetime | None:
    """When the chain of a firing alert goes on once its severity has changed."""
    if before.quiet:
        return before.next_at
    if before.pages:
        return None
    # What never pages by itself has a chain only if somebody escalated it: that goes on.
    if not after.pages or after.exhausted:
        return before.next_at
    quiet = after.flapping is not None and after.paged_at is not None
    return None if quiet else chain_at(after, now)


def _fire(alert: Alert, seen: Judgement, now: datetime, swings: Swings) -> Transition:
    reason = _lasting(alert, alert.severity, seen, now) if alert.subject.for_ else _attempted(alert, seen)
    return change(
        alert,
        now,
        "alert.firing",
        reason,
        effects=(CARD,),
        state=AlertState.FIRING,
        turn=alert.turn + 1,
        value=seen.value,
        limit=seen.limit,
        reason=reason,
        worse_since=None,
        worst=reason if alert.severity is Severity.CRITICAL else None,
        flapping=round(swings.percent, 1) if swings.flapping else None,
        fired_at=now,
        next_at=now if alert.pages else None,
    )


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
