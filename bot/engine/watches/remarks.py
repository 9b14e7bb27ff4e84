"""Remarks: what people add to a line of the execution list, by command or by button."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.alerts.alert import Refusal
from bot.domain.card import Line, Message
from bot.domain.localtime import local_day
from bot.domain.text import Name, say
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import EntryKind
from bot.domain.watches.ticking import remark
from bot.domain.watches.watch import Watch
from bot.engine.acting.audit import write_entry
from bot.engine.ledger import Parcel
from bot.engine.people.request import Request
from bot.engine.record import redraw

_DAY = timedelta(days=1)


def remark_command(request: Request) -> Message:
    """`/monitor remark [VERSION] 14:00 TEXT`: add to the newest line of that local time."""
    first, text = request.arguments[0], " ".join(request.arguments[1:])
    watches = request.ledger.watches.open_all()
    if named := [watch for watch in watches if first in (watch.id, watch.version)]:
        watches = tuple(named)
        first, _, text = text.partition(" ")
    for watch in reversed(watches):  # `/monitor plan` shows the newest, too
        entries = request.ledger.entries.of_watch(watch.id)
        if (listed := _at_time(watch, entries, first.zfill(5), request.now)) is not None:
            return add_remark(request, listed, text)
    return Line(text=say("No entry of today is due at {time}; `/monitor plan` lists them", time=first))


def _at_time(watch: Watch, entries: Iterable[Listed], time: str, now: datetime) -> Listed | None:
    """The newest entry of that local time within a day, else the one that is still due today."""
    zone = ZoneInfo(watch.plan.zone)
    of_time = [each for each in entries if f"{each.entry.at.astimezone(zone):%H:%M}" == time]
    past = [each for each in of_time if now - _DAY < each.entry.at <= now]
    today = [each for each in of_time if local_day(zone, each.entry.at) == local_day(zone, now)]
    at = max((each.entry.at for each in past), default=None) or min(
        (each.entry.at for each in today), default=None
    )
    due = [each for each in of_time if each.entry.at == at]
    # Rounds and what is judged have a button of their own; most checkpoints have no card.
    points = [each for each in due if each.entry.kind is EntryKind.CHECKPOINT]
    return next(iter([*points, *due]), None)


def add_remark(request: Request, listed: Listed, text: str) -> Line:
    remarked = remark(listed, request.person, text, request.now)
    if isinstance(remarked, Refusal):
        return Line(text=remarked.reason)
    reason = say("{person} remarks: {text}", person=Name(request.person), text=text)
    write_entry(request.ledger, remarked, "remark", request.person, reason, request.now)
    request.ledger.entries.save(remarked)
    if listed.ran_at:
        parcel = Parcel.VERDICT_CARD if listed.verdict and not listed.manuals else Parcel.ROUND_CARD
        request.ledger.outbox.put(redraw(parcel, listed.id, listed.channel, request.now))
    return Line(text=say("Noted"))
