"""A watch and the lines of its execution list in words."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.domain.localtime import local_day
from bot.domain.text import Instant, say
from bot.domain.watches.listing import since_deployment
from bot.domain.watches.plan import Entry, EntryKind
from bot.domain.watches.watch import Watch
from bot.slack.cards.pen import Pen

REPORTS = {
    "hourly": say("hourly report"),
    "daily": say("daily report"),
    "weekly": say("weekly report"),
    "final": say("final report"),
}


def what(entry: Entry, pen: Pen) -> str:
    """`round: intensive`, `checkpoint: Stable for 4 hours`, `milestone: 4 h after the deployment`."""
    match entry.kind:
        case EntryKind.ROUND:
            return pen.write(say("round: {checklists}", checklists=pen.speaker.join(entry.checklists) or "–"))
        case EntryKind.CHECKPOINT:
            return pen.write(say("checkpoint: {label}", label=entry.label or "–"))
        case EntryKind.REPORT:
            return pen.write(REPORTS.get(entry.report) or say("report: {report}", report=entry.report))
        case EntryKind.GATE:
            after = since_deployment(entry.after)
            return pen.write(say("gate {after}: {criteria}", after=after, criteria=entry.criteria))
        case EntryKind.MILESTONE:
            after = since_deployment(entry.after)
            return pen.write(say("milestone: {after} after the deployment", after=after))


def watch_title(watch: Watch, pen: Pen) -> str:
    zone = ZoneInfo(watch.plan.zone)
    until = watch.ended_at or pen.now
    day = (local_day(zone, until) - local_day(zone, watch.deployed_at)).days + 1
    return pen.write(
        say(
            "Watch of {service} {version} – day {day}",
            service=watch.service,
            version=watch.version,
            day=max(day, 1),
        )
    )


def next_round(entry: Entry | None, pen: Pen) -> str:
    """`14:30, intensive`."""
    if entry is None:
        return pen.write(say("none is planned"))
    lists = pen.speaker.join(entry.checklists)
    if not lists:
        return pen.instant(entry.at)
    return pen.write(say("{at}, {checklists}", at=Instant(entry.at), checklists=lists))
