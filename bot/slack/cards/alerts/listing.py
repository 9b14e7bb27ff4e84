"""The open alerts, the most urgent first, perhaps with a button on each."""

from __future__ import annotations

from bot.domain.alerts.alert import Alert, AlertState
from bot.domain.alerts.priority import priority
from bot.domain.alerts.response import listed
from bot.domain.card import AlertList
from bot.domain.text import Instant, Name, Text, say
from bot.slack.cards import blocks as kit
from bot.slack.cards.alerts.alert import VERBS, alert_button, began, reason, subject
from bot.slack.cards.blocks import Drawn
from bot.slack.cards.pen import Pen, line
from bot.slack.cards.signs import WELL, of_alert

LINE = 330
"""Characters of one alert in a list of them."""

_SHOWN = 20
_NAMED = 4


def draw_alerts(card: AlertList, pen: Pen) -> Drawn:
    if not card.alerts:
        nothing = f":{WELL.emoji}: {pen.write(say('No open alerts'))}"
        return Drawn(nothing, [kit.section(nothing)])
    heading = pen.write(say("Open alerts: {count}", count=len(card.alerts)))
    first = of_alert(card.alerts[0]).title(pen, reason(card.alerts[0], pen))
    text = kit.shorten(pen.speaker.sentences(heading, first), 600)
    ask = pen.write(say("{verb}: which one?", verb=VERBS[card.choose])) if card.choose in VERBS else heading
    shown = card.alerts[:_SHOWN]
    blocks = [kit.section(f"*{ask}*")]
    for alert in shown:
        button = alert_button(alert, card.choose, pen) if card.choose else None
        blocks.append(kit.section(alert_line(alert, pen), most=LINE, accessory=button))
    left = len(card.alerts) - len(shown)
    more = pen.write(say("and {count} more", count=left)) if left else ""
    blocks.append(kit.context(" · ".join(part for part in (more, pen.zone()) if part)))
    return Drawn(text, blocks)


def alert_line(alert: Alert, pen: Pen) -> str:
    """What it is, how bad, since when, and who has it: two lines of LINE characters at most."""
    title = kit.shorten(f"{of_alert(alert).mark(pen)} {subject(alert, pen)}", 120)
    why = kit.shorten(pen.write(alert.reason), 100)
    since = pen.write(say("since {at}", at=began(alert, pen)))
    standing = pen.write(_standing(alert, pen))
    known = f"{title}\n{why} · {since} · {standing} · P{priority(alert)}"
    # What ends in the middle of a code span would show its sign.
    fingerprint = line(alert.subject.fingerprint).replace("`", "'")
    return f"{known} · `{kit.shorten(fingerprint, max(8, min(80, LINE - len(known) - 5)))}`"


def _standing(alert: Alert, pen: Pen) -> Text:
    if alert.state is AlertState.RESOLVED:
        return say("resolved at {at}", at=Instant(alert.resolved_at or pen.now))
    if alert.state is AlertState.ACKNOWLEDGED:
        return say("taken by {person}", person=Name(alert.acknowledged_by or ""))
    if alert.level and alert.paged:
        people = listed(alert.paged[:_NAMED])
        return say("level {level}: {people}; not taken", level=alert.level, people=people)
    if alert.level:
        return say("level {level}, not taken", level=alert.level)
    return say("not taken")
