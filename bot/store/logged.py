"""What is on disk now, for whoever reads the log."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence

from bot.domain.alerts.alert import Transition

log = logging.getLogger(__name__)

SINGLY = 20
"""Of more alerts than these that change alike in one transaction, none has a line of its own in the log."""


def log_changes(changes: Sequence[Transition]) -> None:
    """A line a change; of a storm a line an event. Why it changed stands in the alert's timeline."""
    counts = Counter(each.event for each in changes)
    for change in changes:
        if counts[change.event] > SINGLY:
            continue
        alert = change.alert
        facts = {
            "alert": alert.id,
            "fingerprint": alert.subject.fingerprint,
            "severity": alert.severity.value,
            "by": change.by,
        }
        log.info(change.event, extra=facts)
    for name, count in counts.items():
        if count > SINGLY:
            log.info(name, extra={"alerts": count})
