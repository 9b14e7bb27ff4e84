"""Flapping: whether a problem comes and goes too often for each coming to be news.

The arithmetic is that of Nagios: of the last 21 results each change counts, the oldest 0.75, the newest
1.25; from 30 % on the problem flaps, and it has settled once no more than 20 % are left.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.alerts.alert import (
    Alert,
    AlertState,
    Effect,
    Judgement,
    Say,
    Severity,
    Transition,
    change,
    close,
)
from bot.domain.text import Quantity, say

RESULTS = 21
LOW, HIGH = 20.0, 30.0
"""Percent of change at which flapping ends and begins."""

_OLDEST, _NEWEST = 0.75, 1.25
_LETTERS = {None: "o", Severity.WARNING: "w", Severity.CRITICAL: "c"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Swings:
    """The last results of one fingerprint, oldest first: o(k), w(arning), c(ritical)."""

    results: str = "o" * RESULTS
    flapping: bool = False

    @property
    def percent(self) -> float:
        """How much of all that could have changed did, newer changes counting more."""
        changes = RESULTS - 1
        step = (_NEWEST - _OLDEST) / (changes - 1)
        weights = (
            _OLDEST + number * step
            for number, (one, two) in enumerate(zip(self.results, self.results[1:], strict=False))
            if one != two
        )
        return 100 * sum(weights) / changes

    @property
    def steady(self) -> bool:
        """All well for as long as is remembered: nothing worth keeping."""
        return not self.flapping and set(self.results) == {"o"}


STEADY = Swings()


def swing(before: Swings, seen: Judgement) -> Swings:
    """The results with one more. A value between the limits changes nothing, so it repeats the last."""
    between = seen.severity is None and not seen.recovered
    letter = before.results[-1] if between else _LETTERS[seen.severity]
    if not before.flapping and before.results == letter * RESULTS:
        return before
    after = Swings(results=(before.results + letter)[-RESULTS:], flapping=before.flapping)
    if after.flapping:
        return after if after.percent > LOW else Swings(results=after.results)
    return Swings(results=after.results, flapping=True) if after.percent >= HIGH else after


def begin_flapping(alert: Alert, swings: Swings, now: datetime) -> Transition:
    """A fired alert begins to flap: one that has paged is quiet from now on, and it stays open."""
    reason = say(
        "Flapping: {percent} of the last {count} results changed; quiet until it settles",
        percent=Quantity(round(swings.percent, 1), "%"),
        count=RESULTS,
    )
    quiet = alert.state is AlertState.FIRING and alert.paged_at is not None and alert.quiet is None
    flapping = replace(
        alert,
        flapping=round(swings.percent, 1),
        good_since=None,
        next_at=None if quiet else alert.next_at,
    )
    return change(flapping, now, "alert.flapping", reason, effects=(Say(effect=Effect.NOTE, text=reason),))


def settle(alert: Alert, swings: Swings, seen: Judgement, now: datetime) -> Transition:
    """An alert flaps no more: what is good is over, what is bad goes on where it was."""
    settled = say(
        "Settled, {percent} of the last {count} results changed: {reason}",
        percent=Quantity(round(swings.percent, 1), "%"),
        count=RESULTS,
        reason=seen.reason,
    )
    steady = replace(alert, flapping=None)
    if seen.recovered and not alert.subject.recover_for:
        return close(steady, now, settled, by=None)
    going_on = alert.state is AlertState.FIRING and alert.pages and not alert.exhausted
    next_at = chain_at(alert, now) if going_on else alert.next_at
    if seen.recovered:
        # It is most likely over soon: nobody is woken before that is known.
        next_at = next_at and max(next_at, now + alert.subject.recover_for)
    steady = replace(steady, good_since=now if seen.recovered else None, next_at=next_at)
    return change(steady, now, "alert.settled", settled, effects=(Say(effect=Effect.NOTE, text=settled),))


def chain_at(alert: Alert, now: datetime) -> datetime | None:
    """When the chain of an alert that nobody has goes on: as soon as the last page has had its wait.

    What is quiet is looked at again when that may be over.
    """
    if alert.quiet:
        return alert.quiet.until
    if alert.paged_at is None:
        trying = alert.recovery and alert.recovery.worked is None
        return max(now, alert.recovery.until) if alert.recovery and trying else now
    return max(now, alert.paged_at + alert.subject.policy.levels[alert.level - 1].wait)
