"""What a page is about at the moment of sending: its alert, or one that rides on it, and how many more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.alerts.alert import Alert, AlertState
from bot.domain.commands import Command, parse
from bot.domain.events import Inbound, InboundKind
from bot.engine.delivery.step import Drop, Wait
from bot.engine.ledger import Ledger

READ_WITHIN = timedelta(seconds=2)
"""So long a page waits for a press that is kept and not carried out yet; no longer, whatever holds it up."""

_SOON = timedelta(milliseconds=200)
_COMMANDS = frozenset({"ack", "take", "snooze", "resolve", "silence"})
_BUTTONS = frozenset({"ack", "take", "snooze", "resolve", "ack-all", "resolve-all"})


@dataclass(frozen=True, slots=True)
class Paged:
    """`others` counts the alerts that fire beside it and were not paged for by themselves."""

    alert: Alert
    others: int


def paged(ledger: Ledger, operation: str, alert_id: str, now: datetime) -> Paged | Wait | Drop:
    """Nobody is woken for what is over, taken or quiet; what rides on the page is not lost with it."""
    alert = ledger.alerts.get(alert_id)
    rider, riders = ledger.alerts.riding(operation)
    if alert and alert.state is AlertState.FIRING and not (alert.quiet and rider):
        found = Paged(alert, riders)
    elif rider:
        found = Paged(rider, riders - 1)
    else:
        return Drop(f"the alert is {alert.state}" if alert else "the alert is gone")
    if any(_may_take(each, found.alert) for each in ledger.letters.unread(now - READ_WITHIN)):
        return Wait(now + _SOON, "somebody may have taken the alert just now")
    return found


def _may_take(inbound: Inbound, alert: Alert) -> bool:
    """Whether this may stop the page of an alert, once it is carried out."""
    if inbound.kind is InboundKind.ACTION:
        verb, _, rest = inbound.value.partition(":")
        return verb in _BUTTONS and rest.partition(":")[0] in (alert.id, alert.card)
    if inbound.kind is InboundKind.FORM:
        return inbound.value.partition(" ")[0] == "silence"
    command = parse(inbound.text)
    return isinstance(command, Command) and command.word in _COMMANDS
