"""The live card of one alert, and what other cards say of an alert."""

from __future__ import annotations

import re
from typing import Literal

from bot.blockkit import limits
from bot.domain.alerts.alert import Alert, AlertKind, AlertState, Severity
from bot.domain.alerts.flapping import RESULTS
from bot.domain.alerts.priority import priority
from bot.domain.alerts.response import listed, missing_of
from bot.domain.alerts.trend import Trend, novelty, sparkline
from bot.domain.card import AlertCard, Tried
from bot.domain.oncall.chain import NextStep, next_rung
from bot.domain.oncall.escalation import SLACK
from bot.domain.oncall.recovery import watching
from bot.domain.text import Instant, Name, Quantity, Span, Text, say
from bot.slack.cards import blocks as kit
from bot.slack.cards.blocks import Block, Drawn
from bot.slack.cards.pen import Pen, line
from bot.slack.cards.signs import of_alert

OPEN_TO_PEOPLE = (AlertState.FIRING, AlertState.ACKNOWLEDGED)
_LINKABLE = re.compile(r"https?://[^\s<>|]{1,1000}")
_LINKS = 2400


def draw_alert(card: AlertCard, pen: Pen) -> Drawn:
    alert = card.alert
    sign = of_alert(alert)
    blocks = [
        kit.header(sign.title(pen, subject(alert, pen))),
        kit.section(pen.write(alert.reason), most=1000),
        kit.fields(_fields(card, pen)),
        kit.context(_footer(card, pen), most=limits.TEXT_OBJECT),
    ]
    if card.novelty:
        blocks.insert(2, kit.context(pen.write(novelty(card.novelty))))
    if alert.state in OPEN_TO_PEOPLE:
        blocks.append(_buttons(alert, pen))
    standing = pen.write(_next(card, pen))
    if card.next:
        standing = pen.named(_next_title(alert), standing)
    said = pen.speaker.sentences(sign.title(pen, reason(alert, pen)), standing)
    return Drawn(kit.shorten(said, 900), blocks)


def subject(alert: Alert, pen: Pen) -> str:
    """`P99 latency`, with what tells it from others of its kind: `Disk (mount=/var)`."""
    labels = ", ".join(f"{name}={value}" for name, value in alert.subject.labels)
    return pen.label(alert.subject.label) + (f" ({line(labels)})" if labels else "")


def reason(alert: Alert, pen: Pen) -> str:
    """`orders: P99 latency 12.1 s > 10 s`."""
    return kit.shorten(pen.named(line(alert.subject.service), pen.write(alert.reason)), 500)


def began(alert: Alert, pen: Pen) -> str:
    return pen.instant(alert.fired_at or alert.began_at)


def acknowledge_button(alert: Alert, pen: Pen) -> Block:
    return alert_button(alert, "ack", pen, style="primary")


def acknowledge_all_button(card: str, pen: Pen) -> Block:
    """Take every alert on this card that nobody has."""
    return kit.button(pen.write(say("Acknowledge all")), f"group.ack.{card}", f"ack-all:{card}")


def alert_button(alert: Alert, verb: str, pen: Pen, *, style: Literal["primary"] | None = None) -> Block:
    """A button that does `verb` to this alert as it stands in this turn."""
    words = pen.write(VERBS[verb]) if verb in VERBS else line(verb)
    return kit.button(words, f"alert.{verb}.{alert.id}", _value(verb, alert), style=style)


VERBS = {
    "ack": say("Acknowledge"),
    "unack": say("Un-acknowledge"),
    "resolve": say("Resolve"),
    "take": say("Take over"),
    "snooze": say("Snooze for an hour"),
    "escalate": say("Escalate"),
    "escalate-ask": say("Escalate…"),
    "silence": say("Silence…"),
    "run": say("Run checks again"),
}


def _value(verb: str, alert: Alert) -> str:
    return f"{verb}:{alert.id}:{alert.turn}"


def _fields(card: AlertCard, pen: Pen) -> list[tuple[str, str]]:
    alert = card.alert
    value: Quantity | None = card.value or alert.value
    now = pen.quantity(value) if value else pen.write(say("no value"))
    if value and alert.limit and alert.state is not AlertState.RESOLVED:
        now = pen.write(say("{value} ({limit})", value=value, limit=alert.limit))
    # A check's own state, and an alert from elsewhere, has no value that could be missing.
    measured = [(pen.write(say("Value now")), now)] if value or alert.subject.tier else []
    found = [
        *measured,
        (pen.write(say("Since")), _since(alert, pen)),
        (pen.write(say("Service")), f"{line(alert.subject.service)} · P{priority(alert)}"),
    ]
    if card.trend:
        found.append((pen.write(say("Trend")), _trend(card.trend, pen)))
    if alert.flapping is not None and alert.state is not AlertState.RESOLVED:
        found.append((pen.write(say("Flapping")), _flapping(alert.flapping, pen)))
    if alert.level:
        found.append((pen.write(say("Paged")), _level(card, pen)))
    found.append((pen.write(_next_title(alert)), pen.write(_next(card, pen))))
    return found


def _since(alert: Alert, pen: Pen) -> str:
    if alert.resolved_at is None:
        return began(alert, pen)
    lasted = Span.of(alert.resolved_at - (alert.fired_at or alert.began_at))
    return pen.write(say("{at}, for {span}", at=Instant(alert.fired_at or alert.began_at), span=lasted))


def _trend(trend: Trend, pen: Pen) -> str:
    words = say("{low} to {high} since {at}", low=trend.low, high=trend.high, at=Instant(trend.since))
    return f"{sparkline(trend.values)}\n{pen.write(words)}"


def _flapping(percent: float, pen: Pen) -> str:
    changed = say(
        "{percent} of the last {count} results changed", percent=Quantity(percent, "%"), count=RESULTS
    )
    return pen.write(changed)


def _level(card: AlertCard, pen: Pen) -> str:
    alert = card.alert
    place = pen.write(say("Level {level} of {levels}", level=alert.level, levels=card.levels))
    shown = [pen.named(place, pen.names(alert.paged, 120)) if alert.paged else place]
    ways = {key: _ways([each for each in card.tried if each.person == key], pen) for key in alert.paged}
    if len(set(ways.values())) == 1:
        shown += [pen.write(say("by {ways}", ways=each)) for each in {*ways.values()} if each]
    else:
        shown += [pen.named(pen.name(key), line(each)) for key, each in ways.items() if each]
    return pen.fill(shown, 280)


def _ways(tried: list[Tried], pen: Pen) -> str:
    """`Slack, phone (on its way)`: by which ways a page goes to one person; not escaped yet."""
    return pen.speaker.join([_way(each, pen) for each in tried])


def _way(tried: Tried, pen: Pen) -> str:
    way = way_in_words(tried.way, pen)
    if tried.went:
        return way
    return pen.speaker.say(say("{way} (on its way)" if tried.went is None else "{way} (failed)", way=way))


_WAYS = {SLACK: say("Slack"), "phone": say("phone"), "email": say("e-mail"), "sms": say("SMS")}


def way_in_words(way: str, pen: Pen) -> str:
    """A way to reach somebody: one that everybody names alike in the reader's language; not escaped yet."""
    return pen.speaker.say(_WAYS[way]) if way in _WAYS else way


def _next_title(alert: Alert) -> Text:
    waits = alert.state is AlertState.FIRING and alert.pages and not (alert.quiet or alert.exhausted)
    return say("Next") if waits else say("Standing")


def _next(card: AlertCard, pen: Pen) -> Text:
    """Who has it, or what happens if nobody takes it."""
    alert = card.alert
    if alert.state is AlertState.RESOLVED:
        at = Instant(alert.resolved_at or pen.now)
        if alert.resolved_by:
            return say("Resolved by {person} at {at}", person=Name(alert.resolved_by), at=at)
        return say("Resolved by itself at {at}", at=at)
    if alert.quiet and alert.state is AlertState.FIRING:
        return say("Quiet: {why}", why=alert.quiet.reason)
    if alert.state is AlertState.ACKNOWLEDGED:
        who, at = Name(alert.acknowledged_by or ""), Instant(alert.acknowledged_at or pen.now)
        if alert.snoozed_until:
            return say("Snoozed by {person} until {at}", person=who, at=Instant(alert.snoozed_until))
        return say("Acknowledged by {person} at {at}", person=who, at=at)
    if not alert.pages:
        return _why_no_page(alert)
    if alert.flapping is not None and card.next is None:
        return say("Quiet until it settles")
    if alert.exhausted:
        return say("Escalation chain exhausted, nobody has acknowledged")
    if card.next is None:
        return say("Nobody above is left to page")
    if watching(alert):
        people = _who(card.next, pen)
        return say(
            "Watching; pages {people} at {at} unless it recovers", people=people, at=Instant(card.next.at)
        )
    following = coming(card.next, pen)
    missing = missing_of(alert)
    if alert.took and missing:
        return say("{people} must acknowledge too; {next}", people=listed(missing), next=following)
    return following


def _why_no_page(alert: Alert) -> Text:
    if alert.subject.kind is not AlertKind.BREACH:
        return say("No page: a value is missing, not bad")
    if alert.severity is Severity.WARNING:
        return say("No page: a warning")
    return say("No page: tier {tier}", tier=alert.subject.tier or 0)


def _who(step: NextStep, pen: Pen) -> str:
    groups = tuple(pen.speaker.say(say("user group {group}", group=group)) for group in step.usergroups)
    people = tuple(pen.speaker.name(person) for person in step.people)
    return pen.speaker.join((*people[:10], *groups[:10]))


def coming(step: NextStep, pen: Pen) -> Text:
    who = _who(step, pen)
    if not who:
        return say("Level {level} at {at}", level=step.rung.level, at=Instant(step.at))
    return say("Level {level}, {people} at {at}", level=step.rung.level, people=who, at=Instant(step.at))


def _footer(card: AlertCard, pen: Pen) -> str:
    fingerprint = kit.shorten(line(card.alert.subject.fingerprint).replace("`", "'"), 250)
    zone = pen.zone()
    # Not one piece longer than half of the room, because a link that is cut is none.
    links = [link for name, url in card.links if len(link := _link(name, url, pen)) <= _LINKS // 2]
    return " · ".join(part for part in (f"`{fingerprint}`", pen.fill(links, _LINKS, " · "), zone) if part)


def _link(name: str, url: str, pen: Pen) -> str:
    # A bar ends the address: what comes after it would be the name.
    words = kit.shorten(line(name).replace("|", "/"), 60)
    if _LINKABLE.fullmatch(url):
        return f"<{kit.escape(url)}|{words}>"
    return pen.named(words, kit.shorten(line(url), 200))


def _buttons(alert: Alert, pen: Pen) -> Block:
    sure = (pen.write(say("Yes")), pen.write(say("Cancel")))
    closing = kit.confirmed(
        alert_button(alert, "resolve", pen),
        pen.write(say("Resolve this alert?")),
        pen.write(say("It closes for everybody. If the value is still bad, a new alert opens.")),
        sure,
    )
    menu = kit.overflow(f"alert.more.{alert.id}", _more(alert, pen))
    if alert.state is AlertState.ACKNOWLEDGED:
        return kit.actions(alert_button(alert, "take", pen), closing, menu)
    return kit.actions(acknowledge_button(alert, pen), closing, menu)


def alert_menu(alert: Alert, pen: Pen) -> Block:
    """What can be done to one of several alerts; whoever would wake somebody is asked again."""
    verbs = ["ack" if alert.state is AlertState.FIRING else "unack", "resolve", "snooze", "silence"]
    if next_rung(alert) and alert.quiet is None:
        verbs.append("escalate-ask")
    return kit.overflow(
        f"alert.menu.{alert.id}", [(pen.write(VERBS[verb]), _value(verb, alert)) for verb in verbs]
    )


def _more(alert: Alert, pen: Pen) -> list[tuple[str, str]]:
    verbs = ["silence", "run"]
    if next_rung(alert) and alert.quiet is None:
        verbs.insert(0, "escalate-ask")
    verbs.insert(0, "snooze")
    if missing_of(alert):
        verbs.insert(0, "take")
    if alert.state is AlertState.ACKNOWLEDGED:
        verbs.insert(0, "unack")
    return [(pen.write(VERBS[verb]), _value(verb, alert)) for verb in verbs]
