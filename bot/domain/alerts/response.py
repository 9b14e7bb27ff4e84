"""What people and the clock do to a problem: take it, give it back, close it, ask who has it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.alerts.alert import Alert, AlertState, Effect, Refusal, Say, Transition, change, close
from bot.domain.text import Instant, Name, Span, Text, say

ANSWER_WITHIN = timedelta(minutes=5)
"""How long a person who acknowledged may take to answer "is it still yours?"."""


def acknowledge(alert: Alert, by: str, now: datetime) -> Transition | Refusal:
    """`by` takes the alert: its escalation stops, and after `resolve_within` they are asked how it goes.

    Who is asked may keep it, and anybody else may take it over. Where everybody of the level must
    acknowledge, it stops with the last of them.
    """
    if alert.state is AlertState.ACKNOWLEDGED and alert.asked_at is None:
        return Refusal(_already(alert))
    if alert.state not in (AlertState.FIRING, AlertState.ACKNOWLEDGED):
        return Refusal(_not_open(alert))
    missing = missing_of(replace(alert, took=(*alert.took, by)))
    return _one_of_several(alert, by, missing, now) if missing else _taken(alert, by, now)


def missing_of(alert: Alert) -> tuple[str, ...]:
    """Who must still acknowledge, where everybody of the level that was paged last has to."""
    if alert.state is not AlertState.FIRING or not alert.level:
        return ()
    level = alert.subject.policy.levels[alert.level - 1]
    return tuple(key for key in alert.paged if key not in alert.took) if level.everyone else ()


def _one_of_several(alert: Alert, by: str, missing: tuple[str, ...], now: datetime) -> Transition | Refusal:
    """The escalation goes on until the others have acknowledged too."""
    others = listed(missing)
    if by not in alert.paged:
        why = "Everybody of level {level} must acknowledge: {people} still. `/monitor take` takes it alone"
        return Refusal(say(why, level=alert.level, people=others))
    if by in alert.took:
        return Refusal(say("You have acknowledged; {people} must too", people=others))
    note = say("Acknowledged by {person}; {people} must too", person=Name(by), people=others)
    one = replace(alert, took=(*alert.took, by), turn=alert.turn + 1)
    effects = (Say(effect=Effect.NOTE, text=note),)
    return change(one, now, "alert.acknowledged_in_part", note, by=by, effects=effects)


def listed(people: tuple[str, ...]) -> Text:
    """`Lin Wei, Chen Jie`: people by name in a sentence."""
    first, *rest = people
    if not rest:
        return say("{person}", person=Name(first))
    return say("{person}, {others}", person=Name(first), others=listed(tuple(rest)))


def take_over(alert: Alert, by: str, now: datetime) -> Transition | Refusal:
    """`by` has the alert from now on, whoever had it and whoever else must acknowledge."""
    if alert.state not in (AlertState.FIRING, AlertState.ACKNOWLEDGED):
        return Refusal(_not_open(alert))
    before = alert.acknowledged_by
    if before == by and alert.asked_at is None and alert.snoozed_until is None:
        return Refusal(_already(alert))
    taken = _taken(alert, by, now)
    if before in (None, by):
        return taken
    note = say("Taken over by {person} from {before}", person=Name(by), before=Name(before or ""))
    return change(
        replace(taken.alert, version=alert.version),
        now,
        "alert.acknowledged",
        note,
        by=by,
        effects=(Say(effect=Effect.NOTE, text=note),),
    )


def _taken(alert: Alert, by: str, now: datetime) -> Transition:
    within = alert.subject.policy.resolve_within
    taken = replace(
        alert,
        state=AlertState.ACKNOWLEDGED,
        turn=alert.turn + 1,
        acknowledged_at=now,
        acknowledged_by=by,
        took=(),
        snoozed_until=None,
        asked_at=None,
        given_back=None,
        next_at=now + within if within else quiet_end(alert),
    )
    stops = alert.state is AlertState.FIRING and alert.next_at is not None
    note = say(
        "Acknowledged by {person}; the escalation stops" if stops else "Acknowledged by {person}",
        person=Name(by),
    )
    return change(
        taken, now, "alert.acknowledged", note, by=by, effects=(Say(effect=Effect.NOTE, text=note),)
    )


SNOOZE = timedelta(hours=1)
LONGEST_SNOOZE = timedelta(days=7)


def snooze(alert: Alert, by: str, length: timedelta, now: datetime) -> Transition | Refusal:
    """`by` has the alert and wants to be woken again after `length`, unless it is over by then."""
    if alert.state not in (AlertState.FIRING, AlertState.ACKNOWLEDGED):
        return Refusal(_not_open(alert))
    if not timedelta(0) < length <= LONGEST_SNOOZE:
        return Refusal(say("An alert sleeps {span} at most", span=Span.of(LONGEST_SNOOZE)))
    until = now + length
    asleep = replace(_taken(alert, by, now).alert, version=alert.version, snoozed_until=until, next_at=until)
    note = say("Snoozed by {person} until {at}", person=Name(by), at=Instant(until))
    return change(asleep, now, "alert.snoozed", note, by=by, effects=(Say(effect=Effect.NOTE, text=note),))


def wake(alert: Alert, now: datetime) -> Transition:
    """A snooze is over: the level that was paged last is paged again."""
    why = say("the snooze of {person} is over", person=Name(alert.acknowledged_by or ""))
    woken = replace(
        freed(alert),
        level=max(alert.level - 1, 0),
        given_back=why,
        next_at=now if alert.pages else None,
    )
    note = say("The snooze of {person} is over", person=Name(alert.acknowledged_by or ""))
    return change(woken, now, "alert.unacknowledged", note, effects=(Say(effect=Effect.NOTE, text=note),))


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
    person = Name(by or alert.acknowledged_by or "")
    why = say("given back by {person}" if by else "no answer from {person}", person=person)
    given = replace(freed(alert), given_back=why, next_at=now if going_on else quiet_end(alert))
    key = (
        ("Given back by {person}; the escalation goes on" if going_on else "Given back by {person}")
        if by
        else ("No answer from {person}; the escalation goes on" if going_on else "No answer from {person}")
    )
    note = say(key, person=person)
    return change(
        given, now, "alert.unacknowledged", note, by=by, effects=(Say(effect=Effect.NOTE, text=note),)
    )


def quiet_end(alert: Alert) -> datetime | None:
    """When to look whether a quiet alert is quiet still."""
    return alert.quiet.until if alert.quiet else None


def freed(alert: Alert) -> Alert:
    """The alert in nobody's hands, its chain free to be climbed."""
    return replace(
        alert,
        state=AlertState.FIRING,
        turn=alert.turn + 1,
        acknowledged_at=None,
        acknowledged_by=None,
        took=(),
        snoozed_until=None,
        asked_at=None,
        exhausted=False,
    )


def resolve(alert: Alert, by: str, now: datetime, turn: int | None = None) -> Transition | Refusal:
    """Close by hand. A value that is still bad opens a new alert at its next measurement."""
    if alert.state not in (AlertState.FIRING, AlertState.ACKNOWLEDGED):
        return Refusal(_not_open(alert))
    if refusal := outdated(alert, turn):
        return refusal
    return close(alert, now, say("closed by {person}", person=Name(by)), by=by)


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
