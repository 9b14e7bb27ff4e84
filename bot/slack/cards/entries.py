"""Lines of the execution list: rounds, milestones and gates."""

from __future__ import annotations

from bot.domain.plan import Entry, EntryKind
from bot.domain.text import Instant, Span, say
from bot.domain.watch import Watch
from bot.slack.cards.pen import Pen


def what(entry: Entry, watch: Watch | None, pen: Pen) -> str:
    """`round: intensive`, `milestone: 4h after the deployment`, `gate: first-day`."""
    if entry.kind is EntryKind.ROUND:
        return pen.write(say("round: {checklists}", checklists=pen.speaker.join(entry.checklists)))
    if entry.kind is EntryKind.GATE:
        return pen.write(say("gate: {criteria}", criteria=entry.criteria))
    if watch is None:
        return pen.write(say("milestone"))
    length = Span.of(entry.at - watch.deployed_at)
    return pen.write(say("milestone: {span} after the deployment", span=length))


def next_round(entry: Entry | None, pen: Pen) -> str:
    """`14:30, intensive`."""
    if entry is None:
        return pen.write(say("none is planned"))
    lists = pen.speaker.join(entry.checklists)
    if not lists:
        return pen.instant(entry.at)
    return pen.write(say("{at}, {checklists}", at=Instant(entry.at), checklists=lists))
