"""config.yaml is read again: a wish that every process of the bot finds, and what is told of how it went.

The wish is a row, so that each replica reads its own file. Those that find the same tell it once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.audit import Deed
from bot.domain.card import Line, Listing, Message
from bot.domain.changes import Change
from bot.domain.setup import Setup
from bot.domain.text import Name, Text, say
from bot.engine.ledger import Ledger, Parcel
from bot.engine.ledger.upkeep import Reread
from bot.engine.people.request import Request
from bot.engine.record import note

SIGNAL = "@SIGHUP"
"""Who wants it where a signal came."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one reading: `changes`, or the `faults` because of which the old one goes on.

    `later` are changes that count from the next start on.
    """

    changes: tuple[Change, ...] = ()
    later: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()


def reload_command(request: Request) -> Message:
    """`/monitor reload`: what comes of it is told in the channel."""
    wish(request.ledger, request.inbound.identity, request.person, request.now)
    return Line(text=say("config.yaml is being read again; what comes of it follows in the channel"))


def wish(ledger: Ledger, identity: str, by: str, now: datetime) -> None:
    """Let every process of the bot read its configuration again."""
    key = hashlib.sha256(f"{identity}/{now.isoformat()}".encode()).hexdigest()[:16]
    ledger.rereads.ask(Reread(id=key, at=now, by=by))


def orphaned(ledger: Ledger, old: Setup, new: Setup) -> tuple[str, ...]:
    """Services that are gone and of which something runs still: it would lose what it lives by."""
    gone = set(old.services) - set(new.services)
    busy = {watch.service for watch in ledger.watches.open_all()}
    busy |= {incident.service for incident in ledger.incidents.open_all()}
    busy |= {alert.subject.service for alert in ledger.alerts.open_all()}
    return tuple(sorted(gone & busy))


def tell(ledger: Ledger, setup: Setup, wanted: Reread, outcome: Outcome, now: datetime) -> None:
    """Say in the channels how it went, and write down who wanted it."""
    message = _message(wanted, outcome)
    seen = hashlib.sha256(repr(outcome).encode()).hexdigest()[:8]
    ledger.audit.write(
        Deed(
            at=now,
            person=wanted.by,
            name="config.refused" if outcome.faults else "config.reread",
            service="",
            subject="config.yaml",
            reason=message.text,
        )
    )
    for channel in dict.fromkeys(service.channel for service in setup.services.values()):
        operation = f"reread/{wanted.id}/{seen}/{channel}"
        told = note(operation, wanted.id, channel, Line(text=message.text), now)
        ledger.outbox.put(replace(told, parcel=Parcel.ANNOUNCE, body=message))


def _message(wanted: Reread, outcome: Outcome) -> Listing:
    who = Name(wanted.by)
    if outcome.faults:
        text = say(
            "{who} let config.yaml be read again, and it is not taken: the old one goes on. Errors: {count}; "
            "`vigil config check` tells when it is right",
            who=who,
            count=len(outcome.faults),
        )
        return Listing(text=text, lines=_plain(outcome.faults))
    later = [
        say("`{path}` has changed and counts from the next start on", path=path) for path in outcome.later
    ]
    lines = (*(each.text for each in outcome.changes), *later)
    if not lines:
        return Listing(text=say("{who} let config.yaml be read again: it says what it said before", who=who))
    text = say(
        "{who} let config.yaml be read again. Running watches keep their plan; everything else counts from "
        "now on. Changes: {count}",
        who=who,
        count=len(lines),
    )
    return Listing(text=text, lines=lines)


def _plain(lines: Sequence[str]) -> tuple[Text, ...]:
    return tuple(say("{line}", line=each) for each in lines)
