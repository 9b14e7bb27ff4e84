"""When a check cannot reach another machine, somebody must look whether this one is offline."""

from __future__ import annotations

from datetime import datetime

from bot.engine.ledger import Ledger
from bot.engine.ledger.oncall import Duty

NETWORK = "network/"
"""Duties of this kind: one a service, as long as this machine may be offline."""


def suspect(ledger: Ledger, service: str, now: datetime) -> None:
    """Let somebody look at this machine's own network now, and as long as it is gone."""
    key = f"{NETWORK}{service}"
    ledger.duties.enter(Duty(key=key, at=now))
    ledger.duties.hasten(key, now)
