"""The rollback clock: it counts down, warns, can be extended, and at zero acts or demands a decision."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.alerts.alert import Refusal
from bot.domain.incident.decision import decide, rollback_option
from bot.domain.incident.playbook import Rollback
from bot.domain.incident.state import Announce, Change, Clock, Demand, Incident, changed, over
from bot.domain.text import Instant, Name, Span, Text, say

LONGEST_EXTENSION = timedelta(hours=4)
_FINE = timedelta(minutes=2)
"""So close to zero the card is drawn anew more often."""


def started(rollback: Rollback | None, now: datetime) -> Clock:
    """The clock of an incident that begins now."""
    after = rollback.after if rollback else None
    return Clock(began_at=now, due_at=now + after if after else None)


def warns_at(clock: Clock) -> datetime | None:
    """Two thirds of the time, of what is left from the last extension on."""
    since = clock.extended_at or clock.began_at
    return since + (clock.due_at - since) * 2 / 3 if clock.due_at else None


MOST_UNATTENDED = 6
"""So often people are asked to go on with what the bot began: a chain of three levels, twice."""

LEAP = timedelta(minutes=5)
"""A running bot looks every minute. One that is so late has slept, or its machine's clock was set forward."""


def tick(
    incident: Incident, now: datetime, trend: Text | None = None, overslept: timedelta = timedelta(0)
) -> Change | None:
    """What the clock does now; None when it is not time. `trend`: what a metric does that makes it due.

    `overslept`: how much later than it wanted a bot that ran all the time looks. After a leap of the
    machine's clock nothing is rolled back unasked, for the time may not have passed at all.
    """
    if late := _overrun(incident, now):
        return late
    clock, rollback = incident.clock, incident.playbook.rollback
    if not incident.undecided or not clock.runs or rollback is None:
        return None
    why = _due(incident, now, trend)
    if clock.unattended and clock.demands >= MOST_UNATTENDED and _may_demand(clock, rollback, now):
        return _exhausted(incident, now)
    if why and _may_demand(clock, rollback, now):
        leapt = say(
            "{why} (the machine's clock leapt by {span}, or it slept)", why=why, span=Span.of(overslept)
        )
        return _zero(incident, leapt if overslept >= LEAP else why, now, by_itself=overslept < LEAP)
    warns = warns_at(clock)
    if warns and not clock.warned and now >= warns and clock.due_at and now < clock.due_at:
        left = Span.of(clock.due_at - now)
        warned = replace(incident, clock=replace(clock, warned=True))
        reason = say(
            "{span} left to repair it; at {at} rolling back is due", span=left, at=Instant(clock.due_at)
        )
        return changed(warned, now, "clock.warned", reason)
    return None


def _due(incident: Incident, now: datetime, trend: Text | None) -> Text | None:
    clock = incident.clock
    if clock.due_at and now >= clock.due_at and clock.unattended:
        return say("nobody has gone on with what the bot began")
    if clock.due_at and now >= clock.due_at:
        return say("it is not resolved within {span}", span=Span.of(clock.due_at - clock.began_at))
    return trend or (clock.why if clock.demands else None)


def _may_demand(clock: Clock, rollback: Rollback, now: datetime) -> bool:
    return clock.demanded_at is None or now >= clock.demanded_at + rollback.repeat


def _zero(incident: Incident, why: Text, now: datetime, *, by_itself: bool) -> Change:
    option, rollback = rollback_option(incident), incident.playbook.rollback
    by_itself = by_itself and not incident.clock.unattended
    if by_itself and rollback and rollback.automatic and option and not incident.clock.demands:
        reason = say("rolled back by itself: {why}", why=why)
        change = decide(incident, (option, ""), None, now)
        assert isinstance(change, Change)  # noqa: S101 - nobody has decided yet
        told = Announce(text=say("{playbook}: {what}", playbook=incident.playbook.label, what=reason))
        return replace(change, reason=reason, effects=(told, *change.effects))
    clock = replace(incident.clock, warned=True, demands=incident.clock.demands + 1, demanded_at=now, why=why)
    question = say("Roll back or not? A person has to decide: {why}", why=why)
    return changed(
        replace(incident, clock=clock), now, "clock.demanded", question, effects=(Demand(why=question),)
    )


def _exhausted(incident: Incident, now: datetime) -> Change:
    why = say("nobody came, asked {count} times", count=incident.clock.demands)
    stopped = replace(incident.clock, stopped_at=now, stopped=why)
    reason = say("The clock is stopped: {why}", why=why)
    told = Announce(text=say("{playbook}: {what}", playbook=incident.playbook.label, what=reason))
    return changed(
        replace(incident, clock=stopped), now, "clock.stopped", reason, effects=(told,), turns=True
    )


def _overrun(incident: Incident, now: datetime) -> Change | None:
    rolling = incident.rolling
    if rolling is None or rolling.ended_at or rolling.late or now < rolling.due_at:
        return None
    reason = say(
        "The rollback is not through after {span}, its limit", span=Span.of(rolling.due_at - rolling.began_at)
    )
    late = replace(incident, rolling=replace(rolling, late=True))
    return changed(late, now, "rollback.late", reason, effects=(Demand(why=reason),))


def extend(incident: Incident, by: str, length: timedelta, why: str, now: datetime) -> Change | Refusal:
    """`by` takes more time, and says why."""
    if refusal := over(incident):
        return refusal
    clock, why = incident.clock, why.strip()
    if clock.due_at is None:
        return Refusal(say("This playbook has no deadline; nothing was changed"))
    if not incident.undecided or not clock.runs:
        return Refusal(say("The clock has been stopped: {why}", why=clock.stopped or say("it was decided")))
    if not timedelta(0) < length <= LONGEST_EXTENSION:
        most = Span.of(LONGEST_EXTENSION)
        return Refusal(say("The time is extended by at most {most} at once; nothing was changed", most=most))
    if not why:
        return Refusal(say("More time takes a reason; nothing was changed"))
    due_at = max(clock.due_at, now) + length
    longer = replace(
        clock, due_at=due_at, extended_at=now, warned=False, demands=0, demanded_at=None, why=None
    )
    reason = say(
        "{person} extends the time by {span}, until {at}: {why}",
        person=Name(by),
        span=Span.of(length),
        at=Instant(due_at),
        why=why,
    )
    return changed(
        replace(incident, clock=longer),
        now,
        "clock.extended",
        reason,
        by=by,
        effects=(Announce(text=reason),),
    )


def next_look(incident: Incident, now: datetime) -> datetime | None:
    """When something is due next, or the countdown on the card has to be drawn anew."""
    if not incident.open:
        return None
    moments = [each.look_at for each in incident.steps if each.look_at]
    if incident.rolling and not incident.rolling.ended_at and not incident.rolling.late:
        moments.append(incident.rolling.due_at)
    rollback, clock = incident.playbook.rollback, incident.clock
    if incident.undecided and clock.runs and rollback:
        moments += _clock_moments(clock, rollback, now)
    return min(moments, default=None)


TREND_EVERY = timedelta(seconds=30)


def _clock_moments(clock: Clock, rollback: Rollback, now: datetime) -> list[datetime]:
    moments = [now + TREND_EVERY] if rollback.trends and not clock.demands else []
    if clock.demanded_at:
        return [*moments, clock.demanded_at + rollback.repeat]
    if clock.due_at is None:
        return moments
    left = clock.due_at - now
    beat = timedelta(seconds=15) if left <= _FINE else timedelta(minutes=1)
    redraws_at = (
        clock.due_at - (left - timedelta(microseconds=1)) // beat * beat if left > beat else clock.due_at
    )
    warns = warns_at(clock)
    return [*moments, redraws_at, *([warns] if warns and not clock.warned and warns > now else [])]
