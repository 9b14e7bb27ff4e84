"""One problem: pending → firing → acknowledged → resolved, and what a change of it consists of.

What changes an alert takes facts, an event and an instant and returns a Transition (what changed, why,
and what must be said) or a Refusal (why nothing changed). Nothing here knows where alerts are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from bot.domain.oncall.escalation import Policy
from bot.domain.text import Label, Quantity, Span, Text, say


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


class SuppressionKind(StrEnum):
    SILENCE = "silence"
    MAINTENANCE = "maintenance"
    INHIBITION = "inhibition"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """Why nobody hears of an alert.

    `source` is the ID of the silence or of the alert that is its cause, or the name of the maintenance
    window; `until` is when to look again (None: when the cause is over).
    """

    kind: SuppressionKind
    source: str
    until: datetime | None
    reason: Text


OPEN = frozenset({AlertState.PENDING, AlertState.FIRING, AlertState.ACKNOWLEDGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What an alert is about and how alerts about it behave. `tier` is None for a check without a metric.

    It fires once it has been bad for `for_` and in `max_attempts` results in a row; with `damped` it is
    quiet while it flaps. `links` are (name, URL) of what the alert itself brought. With `alone` its pages
    ride on no other alert's and carry none: it says that the paging of others hangs.
    """

    service: str
    channel: str
    key: str
    label: Label
    kind: AlertKind = AlertKind.BREACH
    labels: tuple[tuple[str, str], ...] = ()
    tier: int | None = None
    for_: timedelta = timedelta(0)
    recover_for: timedelta = timedelta(0)
    max_attempts: int = 1
    damped: bool = True
    policy: Policy
    links: tuple[tuple[str, str], ...] = ()
    alone: bool = False

    @property
    def fingerprint(self) -> str:
        """`orders/latency_p99`, with labels in braces and the kind behind a colon where they matter."""
        return _fingerprint(self.service, self.key, self.labels, self.kind)

    @property
    def pages(self) -> bool:
        """Only tier-1 breaches and failing checks without a metric wake anybody."""
        return self.kind is AlertKind.BREACH and self.tier in (None, 1)


@lru_cache(maxsize=16_384)
def _fingerprint(service: str, key: str, labels: tuple[tuple[str, str], ...], kind: AlertKind) -> str:
    """It is asked for at every measurement, and of each alert of a storm several times."""
    named = ",".join(f"{name}={value}" for name, value in sorted(labels))
    suffix = "" if kind is AlertKind.BREACH else f":{kind}"
    return f"{service}/{key}" + (f"{{{named}}}" if named else "") + suffix


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
class Recovery:
    """An action that was asked for when the alert fired. `worked` is None until it has ended."""

    action: str
    asked_at: datetime
    until: datetime
    worked: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One problem and all that is decided about it.

    `id` is a hash of the fingerprint and `began_at`: one fingerprint begins at most one life an instant.
    `turn` counts changes of `state` and whatever people do: a button carries the turn it was drawn in.
    `level` is the last level tried in this `cycle` (0: none yet) and `paged` the people whom the last
    page reached; `next_at` is when to look next (None: nothing is due).

    `worse_since` is when the values became critical, for as long as that has not lasted `for_` yet; it
    is None for an alert that has fired as critical or whose last value was not critical.
    `worst` is why it was critical, once it has been, even if it is a mere warning now.
    `took` are those of the last page who acknowledged where everybody must; `snoozed_until` is when who
    has it wants to be woken again. `recovery` is what is tried before anybody is woken.
    `given_back` is how the last who had it came not to have it, until the chain has said so.
    `attempts` counts the bad results in a row of a pending alert; `flapping` is the percent of change with
    which a fired alert flaps (None: it does not): it pages once and stays open until it settles.
    `quiet` is why nobody hears of it now. `card` is the alert whose card it stands on: its own, or that of
    the first of its group; None while nobody has heard of it. `rides` is the page that woke somebody for
    another alert and stands for this one too.
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
    attempts: int = 1
    flapping: float | None = None
    quiet: Suppression | None = None
    card: str | None = None
    rides: str | None = None
    worse_since: datetime | None = None
    worst: Text | None = None
    fired_at: datetime | None = None
    good_since: datetime | None = None
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    took: tuple[str, ...] = ()
    snoozed_until: datetime | None = None
    asked_at: datetime | None = None
    given_back: Text | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    level: int = 0
    cycle: int = 0
    paged: tuple[str, ...] = ()
    paged_at: datetime | None = None
    exhausted: bool = False
    recovery: Recovery | None = None
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


CARD, REDRAW = Say(effect=Effect.CARD), Say(effect=Effect.REDRAW)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Wake these people and user groups, each by these ways, and tell these channels."""

    cycle: int
    level: int
    people: tuple[str, ...]
    usergroups: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    by: tuple[str, ...] = ("slack",)
    reason: Text


@dataclass(frozen=True, slots=True)
class Try:
    """Carry out this action (a key of `actions`) to mend the problem before anybody is woken."""

    action: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """A change of one alert with its reason: audit row, timeline line and the source of every message."""

    event: str
    alert: Alert
    at: datetime
    reason: Text
    by: str | None = None
    effects: tuple[Say | Page | Try, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing changed, and this is why."""

    reason: Text


def change(
    alert: Alert,
    now: datetime,
    event: str,
    reason: Text,
    /,
    *,
    by: str | None = None,
    effects: tuple[Say | Page | Try, ...] = (),
    **fields: Any,
) -> Transition:
    """Set these fields, and number the change.

    An alert that has a card is always drawn anew, one that has none has no thread.
    """
    posts_card = CARD in effects
    card = alert.card or (alert.id if posts_card else None)
    changed = replace(alert, version=alert.version + 1, card=card, **fields)
    if card is None:
        noted = [each for each in effects if isinstance(each, Say) and each.effect is Effect.NOTE]
        effects = tuple(each for each in effects if each not in noted)
    elif not posts_card:
        effects = (*effects, REDRAW)
    return Transition(event=event, alert=changed, at=now, reason=reason, by=by, effects=effects)


def close(alert: Alert, now: datetime, reason: Text, by: str | None) -> Transition:
    """The end of an alert that has fired: by itself (`by` None) or by hand."""
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
