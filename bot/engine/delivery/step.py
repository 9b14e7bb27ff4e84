"""What may become of a claimed row of the outbox without its being sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.engine.ledger import Delivery, Fate, Ledger


@dataclass(frozen=True, slots=True)
class Wait:
    """`held`: only because too much has gone to this very place lately."""

    until: datetime
    reason: str
    held: bool = False


@dataclass(frozen=True, slots=True)
class Drop:
    reason: str


def put_aside(ledger: Ledger, delivery: Delivery, step: Wait | Drop, now: datetime) -> None:
    """Write down that the row waits on, or that it need not go any more."""
    if isinstance(step, Wait):
        ledger.outbox.postpone(
            delivery.operation, step.until, step.reason, unsure=delivery.unsure, held=step.held
        )
    else:
        ledger.outbox.finish(delivery.operation, Fate.DROPPED, step.reason, None, now)
