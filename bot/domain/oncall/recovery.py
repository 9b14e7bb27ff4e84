"""What is tried before anybody is woken: one action, quietly, and so long for it to help."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.domain.alerts.alert import Alert, AlertState, Effect, Recovery, Say, Transition, Try, change
from bot.domain.text import Instant, Text, say


def begin(alert: Alert, now: datetime) -> Transition:
    """Ask for the action of the policy's `recover`; level 1 is paged at the end of its time."""
    recover = alert.subject.policy.recover
    if recover is None:
        raise ValueError("the policy has no `recover`")
    until = now + recover.within
    note = say(
        "Automatic recovery: {action} runs; watching until {at}", action=recover.action, at=Instant(until)
    )
    tried = replace(alert, recovery=Recovery(action=recover.action, asked_at=now, until=until), next_at=until)
    effects = (Say(effect=Effect.NOTE, text=note), Try(recover.action))
    return change(tried, now, "recovery.started", note, effects=effects)


def ended(alert: Alert, worked: bool, why: Text, now: datetime) -> Transition | None:
    """The action has ended: where it failed, level 1 is paged now. None when nobody waits for it any more."""
    if alert.recovery is None or alert.recovery.worked is not None:
        return None
    waits = alert.state is AlertState.FIRING and alert.paged_at is None
    known = replace(alert, recovery=replace(alert.recovery, worked=worked))
    if waits and not worked and alert.next_at is not None:
        known = replace(known, next_at=min(now, alert.next_at))
    action = alert.recovery.action
    if worked:
        note = say("Automatic recovery: {action} has run; watching whether it helps", action=action)
    else:
        note = say("Automatic recovery: {action} failed: {why}", action=action, why=why)
    return change(known, now, "recovery.finished", note, effects=(Say(effect=Effect.NOTE, text=note),))


def watching(alert: Alert) -> bool:
    """Whether nobody has been woken yet because it may still recover by itself."""
    return (
        alert.state is AlertState.FIRING
        and alert.recovery is not None
        and alert.paged_at is None
        and alert.next_at is not None
    )


def why_not_recovered(recovery: Recovery) -> Text:
    """Why level 1 is paged although something was tried."""
    if recovery.worked is False:
        return say("automatic recovery failed: {action}", action=recovery.action)
    return say("automatic recovery did not help in time: {action}", action=recovery.action)
