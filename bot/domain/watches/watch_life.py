"""What people and the clock do to a watch: pause, resume, extend, densify, stop, roll back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.alerts.alert import Refusal
from bot.domain.localtime import DAY
from bot.domain.text import Instant, Name, Span, Text, say
from bot.domain.watches.extension import extended
from bot.domain.watches.outlook import ahead
from bot.domain.watches.plan import last_gate
from bot.domain.watches.watch import Closing, Denser, Watch, WatchChange, WatchState

LONGEST_PAUSE = timedelta(hours=24)
MOST_DAYS = 30
SHORTEST_CADENCE, LONGEST_CADENCE = timedelta(minutes=1), timedelta(hours=12)
MOST_DENSER_ROUNDS = 500


def pause(watch: Watch, by: str, until: datetime, now: datetime) -> WatchChange | Refusal:
    """No rounds until `until`, at most LONGEST_PAUSE away. Alerts, sampling and judging go on."""
    if refusal := _not_running(watch):
        return refusal
    if until <= now:
        return Refusal(say("A pause must end later than now, not at {at}", at=Instant(until)))
    if until - now > LONGEST_PAUSE:
        return Refusal(
            say(
                "A pause may last {most} at most, not until {at}",
                most=Span.of(LONGEST_PAUSE),
                at=Instant(until),
            )
        )
    paused = replace(
        watch,
        state=WatchState.PAUSED,
        paused_at=now,
        paused_until=until,
        paused_by=by,
        reminded_at=None,
    )
    reason = say(
        "Paused by {person} until {at}: no rounds until then; alerts and sampling go on",
        person=Name(by),
        at=Instant(until),
    )
    return _change(paused, now, "watch.paused", reason, by=by)


def resume(watch: Watch, by: str, now: datetime) -> WatchChange | Refusal:
    """A paused watch runs again before its pause is over."""
    if watch.state is WatchState.RUNNING:
        return Refusal(say("The watch of {service} is running already", service=watch.service))
    if refusal := already_ended(watch):
        return refusal
    return _resumed(watch, by, now)


def extend(watch: Watch, by: str, days: int, now: datetime) -> WatchChange | Refusal:
    """The plan goes on for 1 to MOST_DAYS more days, like its last one; its end moves along."""
    if refusal := already_ended(watch):
        return refusal
    if not 1 <= days <= MOST_DAYS:
        return Refusal(
            say("A watch is extended by 1 to {most} whole days, not by {days}", most=MOST_DAYS, days=days)
        )
    reason = say("Extended by {span} by {person}", span=Span.of(days * DAY), person=Name(by))
    longer = replace(watch, plan=extended(watch.plan, days))
    change = _relisted(watch, _change(longer, now, "watch.extended", reason, by=by))
    if last_gate(longer.plan, watch.deployed_at) <= now or not change.enter:
        return Refusal(
            say("Even {days} days longer, nothing of the plan is left to do; extend by more", days=days)
        )
    return change


def stop(watch: Watch, by: str, why: str, now: datetime) -> WatchChange | Refusal:
    """The end of a watch; `why` is in the person's words and may be empty."""
    why = why.strip()
    reason = (
        say("Stopped by {person}: {why}", person=Name(by), why=why)
        if why
        else say("Stopped by {person}", person=Name(by))
    )
    return _end(watch, by, now, "watch.stopped", reason)


ROLLED_BACK = "watch.rolled_back"
"""The event that a deployment was taken back."""


def roll_back(watch: Watch, by: str, now: datetime) -> WatchChange | Refusal:
    """The deployment was taken back: the watch has ended and has failed."""
    reason = say("Rolled back by {person}; the watch has ended", person=Name(by))
    return _end(replace(watch, rolled_back=True), by, now, ROLLED_BACK, reason)


def densify(watch: Watch, by: str, every: timedelta, until: datetime, now: datetime) -> WatchChange | Refusal:
    """Rounds of the plan's densest checklists `every` so often until `until`, beside the planned ones.

    They take the place of denser rounds that were asked for earlier.
    """
    if refusal := _not_running(watch) or _no_cadence(every, until, now):
        return refusal
    denser = Denser(every=every, until=until, by=by, since=_whole_minute(now))
    reason = say(
        "Denser monitoring, asked for by {person}: a round every {every} until {at}",
        person=Name(by),
        every=Span.of(every),
        at=Instant(until),
    )
    densified = replace(watch, denser=denser)
    return _relisted(watch, _change(densified, now, "watch.densified", reason, by=by))


def next_due(watch: Watch) -> datetime | None:
    """When the clock next changes this watch by itself; None when it does not."""
    return min(
        (at for at in (_reminder_at(watch), watch.paused_until, _denser_until(watch)) if at), default=None
    )


def due(watch: Watch, now: datetime) -> WatchChange | None:
    """The next thing that the clock does by itself, if it is due; ask again until there is none."""
    if watch.paused_until and watch.paused_until <= now:
        return _resumed(watch, None, now)
    reminder, denser_until = _reminder_at(watch), _denser_until(watch)
    if watch.paused_until and reminder and reminder <= now:
        reason = say(
            "Still paused, until {at}, by {person}: no rounds until then; alerts and sampling go on",
            at=Instant(watch.paused_until),
            person=Name(watch.paused_by or ""),
        )
        reminded = _change(replace(watch, reminded_at=now), now, "watch.reminded", reason)
        return replace(reminded, remind=watch.paused_by)
    if denser_until and denser_until <= now:
        reason = say("The time of denser monitoring is over: back to the plan's cadence")
        return _change(replace(watch, denser=None), now, "watch.eased", reason)
    return None


def _change(watch: Watch, now: datetime, event: str, reason: Text, by: str | None = None) -> WatchChange:
    numbered = replace(watch, revision=watch.revision + 1, next_at=next_due(watch))
    return WatchChange(event=event, watch=numbered, at=now, reason=reason, by=by)


def _relisted(before: Watch, change: WatchChange) -> WatchChange:
    """The change with what it adds to the list of entries still ahead, and what it closes there."""
    old, new = ahead(before, change.at), ahead(change.watch, change.at)
    dropped = frozenset(place for place in old if place not in new)
    return replace(
        change,
        enter=tuple(sorted((new[place] for place in new if place not in old), key=lambda entry: entry.at)),
        close=Closing(since=change.at, remark=change.reason, entries=dropped) if dropped else None,
    )


def _resumed(watch: Watch, by: str | None, now: datetime) -> WatchChange:
    reason = (
        say("Resumed by {person} after {span}", person=Name(by), span=_paused_for(watch, now))
        if by
        else say("The pause is over after {span}: rounds go on", span=_paused_for(watch, now))
    )
    # Rounds of the pause that nobody has looked at yet, because Vigil was away, are no missed ones.
    skipped = Closing(
        since=watch.paused_at or now,
        rounds_until=min(now, watch.paused_until or now),
        remark=say("paused by {person}", person=Name(watch.paused_by or "")),
    )
    resumed = _change(_unpaused(watch, WatchState.RUNNING), now, "watch.resumed", reason, by=by)
    return replace(resumed, close=skipped)


def _paused_for(watch: Watch, now: datetime) -> Span:
    return Span.of(now - (watch.paused_at or now))


def _unpaused(watch: Watch, state: WatchState) -> Watch:
    return replace(watch, state=state, paused_at=None, paused_until=None, paused_by=None, reminded_at=None)


def _end(watch: Watch, by: str, now: datetime, event: str, reason: Text) -> WatchChange | Refusal:
    if refusal := already_ended(watch):
        return refusal
    ended = replace(_unpaused(watch, WatchState.ENDED), denser=None, ended_at=now, ended_by=by)
    # Overdue entries are closed as well: nobody will hold them after the end.
    close = Closing(since=watch.deployed_at, remark=reason)
    return replace(_change(ended, now, event, reason, by=by), close=close)


def already_ended(watch: Watch) -> Refusal | None:
    """Why nothing can be done to a watch that has ended."""
    if watch.state is not WatchState.ENDED:
        return None
    return Refusal(
        say(
            "The watch of {service} was ended by {person} at {at}; nothing was changed",
            service=watch.service,
            person=Name(watch.ended_by or ""),
            at=Instant(watch.ended_at or watch.started_at),
        )
    )


def _not_running(watch: Watch) -> Refusal | None:
    if watch.state is WatchState.PAUSED:
        return Refusal(
            say(
                "The watch of {service} is paused by {person} until {at}; resume it first",
                service=watch.service,
                person=Name(watch.paused_by or ""),
                at=Instant(watch.paused_until or watch.started_at),
            )
        )
    return already_ended(watch)


def _no_cadence(every: timedelta, until: datetime, now: datetime) -> Refusal | None:
    if not SHORTEST_CADENCE <= every <= LONGEST_CADENCE:
        return Refusal(
            say(
                "Denser rounds come every {least} to {most}, not every {every}",
                least=Span.of(SHORTEST_CADENCE),
                most=Span.of(LONGEST_CADENCE),
                every=Span.of(every),
            )
        )
    count = (until - _whole_minute(now)) // every
    if count < 1:
        return Refusal(
            say("{at} is too early for even one round every {every}", at=Instant(until), every=Span.of(every))
        )
    if count > MOST_DENSER_ROUNDS:
        return Refusal(
            say(
                "That would be {count} rounds; write a shorter time or a longer interval, for at most {most}",
                count=count,
                most=MOST_DENSER_ROUNDS,
            )
        )
    return None


def _whole_minute(at: datetime) -> datetime:
    """Denser rounds begin with the minute, so that they coincide with planned ones where they meet."""
    return at.astimezone(UTC).replace(second=0, microsecond=0)


def _reminder_at(watch: Watch) -> datetime | None:
    if watch.paused_at is None or watch.paused_until is None or watch.reminded_at is not None:
        return None
    return watch.paused_at + (watch.paused_until - watch.paused_at) / 2


def _denser_until(watch: Watch) -> datetime | None:
    return watch.denser.until if watch.denser else None
