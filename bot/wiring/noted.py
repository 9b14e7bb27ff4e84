"""What leaves for people is written to the log too."""

from __future__ import annotations

import logging
from datetime import datetime

from bot.engine.ledger import Delivery, Lane
from bot.engine.ports import Outcome, Sent
from bot.engine.world import Left

log = logging.getLogger(__name__)

_WAKING = {Lane.PAGE: "slack", Lane.CALL: ""}


def noted(left: Left) -> Left:
    """The same, and each try to wake somebody is a line of the log."""

    def tried(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
        if delivery.lane in _WAKING:
            facts = {
                "alert": delivery.subject,
                "operation": delivery.operation,
                "way": _WAKING[delivery.lane] or delivery.place.channel,
                "outcome": type(outcome).__name__.lower(),
                "why": None if isinstance(outcome, Sent) else outcome.reason,
            }
            log.info("page", extra=facts)
        left(delivery, outcome, now)

    return tried
