"""What people decide, written into the audit: one function a noun, called where the noun is saved."""

from __future__ import annotations

from datetime import datetime

from bot.domain.alerts.alert import Transition
from bot.domain.audit import Deed
from bot.domain.text import Text
from bot.domain.watches.listing import Listed
from bot.domain.watches.watch import WatchChange
from bot.engine.ledger import Ledger


def write_alert(ledger: Ledger, transition: Transition) -> None:
    """What a person did to an alert, before it is saved; what it did by itself is in its timeline."""
    if transition.by is None:
        return
    alert = transition.alert
    before = ledger.alerts.get(alert.id)
    ledger.audit.write(
        Deed(
            at=transition.at,
            person=transition.by,
            name=transition.event,
            service=alert.subject.service,
            subject=alert.subject.fingerprint,
            before=before.state if before else "",
            after=alert.state,
            reason=transition.reason,
        )
    )


def write_watch(ledger: Ledger, change: WatchChange) -> None:
    """What a person did to a watch, before it is saved."""
    if change.by is None:
        return
    before = ledger.watches.get(change.watch.id)
    ledger.audit.write(
        Deed(
            at=change.at,
            person=change.by,
            name=change.event,
            service=change.watch.service,
            subject=f"{change.watch.version} ({change.watch.id})",
            before=before.state if before else "",
            after=change.watch.state,
            reason=change.reason,
        )
    )


def write_entry(ledger: Ledger, entry: Listed, name: str, by: str, reason: Text, now: datetime) -> None:
    """What a person did to a line of an execution list: a gate decided, an item ticked, a remark."""
    before = ledger.entries.get(entry.id)
    ledger.audit.write(
        Deed(
            at=now,
            person=by,
            name=name,
            service=entry.service,
            subject=entry.id,
            before=before.entry.state if before else "",
            after=entry.entry.state,
            reason=reason,
        )
    )
