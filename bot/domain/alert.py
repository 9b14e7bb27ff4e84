"""The life of one problem: pending → firing → acknowledged → resolved.

Every function takes facts, an event and an instant and returns a Transition (what changed, why, and
what must be said) or a Refusal (why nothing changed). Nothing here knows where alerts are kept.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.escalation import Policy
from bot.domain.text import Instant, Label, Name, Quantity, Span, Text, say


class AlertState(StrEnum):
    PENDING = "pending"
    FIRING = "firing"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class AlertKind(StrEnum):
    """A breach, silence and a check that cannot run are three different things."""

    BREACH = "breach"
    NO_DATA = "no_data"
    ERROR = "error"


class Severity(StrEnum):
    WARNING = "warning"
    CRITICAL = "critical"


OPEN = frozenset({AlertState.PENDING, AlertState.FIRING, AlertState.ACKNOWLEDGED})
ANSWER_WITHIN = timedelta(minutes=5)
"""How long a person who acknowledged may take to answer "is it still yours?"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an alert is about and how alerts about it behave. `tier` is None for a check without a metric."""

    service: str
    channel: str
    key: str
    label: Label
    kind: AlertKind = AlertKind.BREACH
    labels: tuple[tuple[str, str], ...] = ()
    tier: int | None = None
    for_: timedelta = timedelta(0)
    recover_for: timedelta = timedelta(0)
    policy: Policy

    @property
    def fingerprint(self) -> str:
        """`orders/latency_p99`, with labels in braces and the kind behind a colon where they matter."""
        labels = ",".join(f"{name}={value}" for name, value in sorted(self.labels))
        suffix = "" if self.kind is AlertKind.BREACH else f":{self.kind}"
        return f"{self.service}/{self.key}" + (f"{{{labels}}}" if labels else "") + suffix

    @property
    def pages(self) -> bool:
        """Only tier-1 breaches and failing checks without a metric wake anybody."""
        return self.kind is AlertKind.BREACH and self.tier in (None, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What one observation says: bad (`severity`), good (`recovered`), or neither, between the limits.

    `limit` is the condition in words that a bad value met (or, for a target, should have met).
    """

    severity: Severity | None
    recovered: bool
    value: Quantity | None = None
    limit: Text | None = None
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One problem and all that is decided about it.

    `turn` counts changes of `state` and whatever people do: a button carries the turn it was drawn in.
    `level` is the last level tried in this `cycle` (0: none yet) and `paged` the people whom the last
    page reached; `next_at` is when to look next (None: nothing is due).
    """

    id: str
    subject: Subject
    severity: Severity
    state: AlertState
    version: int
    turn: int
    value: Quantity | None
    limit: Text | None = None
    reason: Text
    began_at: datetime
    fired_at: datetime | None = None
    good_since: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    asked_at: datetime | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    level: int = 0
    cycle: int = 0
    paged: tuple[str, ...] = ()
    paged_at: datetime | None = None
    exhausted: bool = False
    next_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.state in OPEN

    @property
    def pages(self) -> bool:
        return self.subject.pages and self.severity is Severity.CRITICAL


class Effect(StrEnum):
    """What must leave the house because of a transition; pages carry more and are a type of their own."""

    CARD = "card"
    REDRAW = "redraw"
    NOTE = "note"
    ANNOUNCE = "announce"
    REMIND = "remind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """A card to post or redraw, a note in the thread, a line in the channel, or a reminder to a person."""

    effect: Effect
    text: Text | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Wake these people: `level` of `levels`, each by these ways."""

    cycle: int
    level: int
    people: tuple[str, ...]
    usergroups: tuple[str, ...] = ()
    by: tuple[str, ...] = ("slack",)
    reason: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A change of one alert with its reason: audit row, timeline line and the source of every message."""

    event: str
    alert: Alert
    at: datetime
    reason: Text
    by: str | None = None
    effects: tuple[Say | Page, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing changed, and this is why."""

    reason: Text


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
    return _resolve(alert, now, seen.reason, by=None)


def _relapse(alert: Alert, seen: Judgement, now: datetime) -> Transition:
    note = say("Bad again: {reason}", reason=seen.reason)
    return change(replace(alert, good_since=None), now, "alert.relapsed", note)


def _resolve(alert: Alert, now: datetime, reason: Text, by: str | None) -> Transition:
    lasted = Span.of(now - (alert.fired_at or alert.began_at))
    resolved = replace(
        alert,
        state=AlertState.RESOLVED,
        turn=alert.turn + 1,
        resolved_at=now,
        resolved_by=by,
        next_at=None,
    )
    note = say("Resolved after {span}: {reason}", span=lasted, reason=reason)
    return change(resolved, now, "alert.resolved", note, by=by, effects=(Say(effect=Effect.NOTE, text=note),))


def acknowledge(alert: Alert, by: str, now: datetime) -> Transition | Refusal:
    """`by` takes the alert: its escalation stops, and after `resolve_within` they are asked how it goes."""
    if alert.state is AlertState.ACKNOWLEDGED and alert.acknowledged_by != by:
        return Refusal(_already(alert))
    if alert.state is AlertState.ACKNOWLEDGED and alert.asked_at is None:
        return Refusal(_already(alert))
    if alert.state not in (AlertState.FIRING, AlertState.ACKNOWLEDGED):
        return Refusal(_not_open(alert))
    within = alert.subject.policy.resolve_within
    taken = replace(
        alert,
        state=AlertState.ACKNOWLEDGED,
        turn=alert.turn + 1,
        acknowledged_at=now,
        acknowledged_by=by,
        asked_at=None,
        next_at=now + within if within else None,
    )
    note = say("Acknowledged by {person}; the escalation stops", person=Name(by))
    return change(
        taken, now, "alert.acknowledged", note, by=by, effects=(Say(effect=Effect.NOTE, text=note),)
    )


def unacknowledge(
    alert: Alert, by: str | None, now: datetime, turn: int | None = None
) -> Transition | Refusal:
    """Nobody has the alert any more; the chain goes on at the next level. `turn`: the one a button showed."""
    if alert.state is not AlertState.ACKNOWLEDGED:
        return Refusal(_not_acknowledged(alert))
    if refusal := outdated(alert, turn):
        return refusal
    return give_back(alert, by, now)


def give_back(alert: Alert, by: str | None, now: datetime) -> Transition:
    """An acknowledged alert is nobody's again. `by` is None when the acknowledger did not answer.

    A chain that was exhausted says so anew: nobody has the alert, and that must not stay unsaid.
    """
    going_on = alert.pages
    given = replace(freed(alert), next_at=now if going_on else None)
    key = (
        ("Given back by {person}; the escalation goes on" if going_on else "Given back by {person}")
        if by
        else ("No answer from {person}; the escalation goes on" if going_on else "No answer from {person}")
    )
    note = say(key, person=Name(by or alert.acknowledged_by or ""))
    return change(
        given, now, "alert.unacknowledged", note, by=by, effects=(Say(effect=Effect.NOTE, text=note),)
    )


def freed(alert: Alert) -> Alert:
    """The alert in nobody's hands, its chain free to be climbed."""
    return replace(
        alert,
        state=AlertState.FIRING,
        turn=alert.turn + 1,
        acknowledged_at=None,
        acknowledged_by=None,
        asked_at=None,
        exhausted=False,
    )


def resolve(alert: Alert, by: str, now: datetime, turn: int | None = None) -> Transition | Refusal:
    """Close by hand. A value that is still bad opens a new alert at its next measurement."""
    if alert.state not in (AlertState.FIRING, AlertState.ACKNOWLEDGED):
        return Refusal(_not_open(alert))
    if refusal := outdated(alert, turn):
        return refusal
    return _resolve(alert, now, say("closed by {person}", person=Name(by)), by=by)


def ask(alert: Alert, now: datetime) -> Transition:
    """`resolve_within` is over: ask the person who acknowledged; silence for ANSWER_WITHIN gives it back."""
    note = say(
        "Acknowledged at {at} and still open: is it still yours? Acknowledge again within {span}, "
        "or the escalation goes on",
        at=Instant(alert.acknowledged_at or now),
        span=Span.of(ANSWER_WITHIN),
    )
    asked = replace(alert, asked_at=now, next_at=now + ANSWER_WITHIN)
    effects = (Say(effect=Effect.REMIND, text=note, person=alert.acknowledged_by),)
    return change(asked, now, "alert.asked", note, effects=effects)


def _already(alert: Alert) -> Text:
    return say(
        "{alert} is already acknowledged by {person}, since {at}",
        alert=alert.subject.fingerprint,
        person=Name(alert.acknowledged_by or ""),
        at=Instant(alert.acknowledged_at or alert.began_at),
    )


def _not_open(alert: Alert) -> Text:
    if alert.state is AlertState.PENDING:
        return say("{alert} is not firing yet", alert=alert.subject.fingerprint)
    return say(
        "{alert} was resolved at {at}; nothing was changed",
        alert=alert.subject.fingerprint,
        at=Instant(alert.resolved_at or alert.began_at),
    )


def _not_acknowledged(alert: Alert) -> Text:
    if alert.state is AlertState.FIRING:
        return say("{alert} is not acknowledged by anybody", alert=alert.subject.fingerprint)
    return _not_open(alert)


def outdated(alert: Alert, turn: int | None) -> Refusal | None:
    """A button drawn before the alert last changed hands is too late. `turn` None: no button, a command."""
    if turn is None or turn == alert.turn:
        return None
    return Refusal(
        say(
            "{alert} has changed since that card was drawn; nothing was changed. Look at it again",
            alert=alert.subject.fingerprint,
        )
    )


def change(
    alert: Alert,
    now: datetime,
    event: str,
    reason: Text,
    *,
    by: str | None = None,
    effects: tuple[Say | Page, ...] = (),
) -> Transition:
    """Number the change; an alert that has a card is always drawn anew."""
    changed = replace(alert, version=alert.version + 1)
    posts_card = any(isinstance(effect, Say) and effect.effect is Effect.CARD for effect in effects)
    if alert.fired_at and not posts_card:
        effects = (*effects, Say(effect=Effect.REDRAW))
    return Transition(event=event, alert=changed, at=now, reason=reason, by=by, effects=effects)
