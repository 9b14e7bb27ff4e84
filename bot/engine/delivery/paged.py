"""What a page is about at the moment of sending: its alert, or one that rides on it, and how many more."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.alerts.alert import Alert, AlertState
from bot.engine.delivery.step import Drop
from bot.engine.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Paged:
    """`others` counts the alerts that fire beside it and were not paged for by themselves."""

    alert: Alert
    others: int


def paged(ledger: Ledger, operation: str, alert_id: str) -> Paged | Drop:
    """Nobody is woken for what is over or taken; but whoever rides on the page must not be lost with it."""
    alert = ledger.alerts.get(alert_id)
    rider, riders = ledger.alerts.riding(operation)
    if alert and alert.state is AlertState.FIRING:
        return Paged(alert, riders)
    if rider:
        return Paged(rider, riders - 1)
    return Drop(f"the alert is {alert.state}" if alert else "the alert is gone")
