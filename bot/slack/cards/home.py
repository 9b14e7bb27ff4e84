"""App Home: what waits for this person first, then everything that is watched."""

from __future__ import annotations

from bot.domain.alerts.alert import Alert, AlertState
from bot.domain.card import HomeView
from bot.domain.text import say
from bot.domain.watches.plan import Entry, EntryState
from bot.domain.watches.verdict import Outcome
from bot.domain.watches.watch import Watch
from bot.slack.cards import blocks as kit
from bot.slack.cards.alerts.alert import acknowledge_button
from bot.slack.cards.alerts.listing import alert_line
from bot.slack.cards.blocks import Block, View
from bot.slack.cards.oncall.shifts import shift_line
from bot.slack.cards.pen import Pen, line
from bot.slack.cards.signs import OUTCOMES, of_alert
from bot.slack.cards.watches.entries import what
from bot.slack.cards.watches.manual import manual_blocks
from bot.slack.cards.watches.panel import panel_in_short
from bot.slack.cards.watches.watch import watch_blocks

_ALERTS = 20
_WATCHES = 8
_PANELS = 8
_NEXT = 8


def home_view(home: HomeView, pen: Pen) -> View:
    """At most 100 blocks, whatever there is to show."""
    as_of = pen.write(say("as of {at}", at=pen.instant(home.at)))
    zone = pen.zone()
    return {
        "type": "home",
        "blocks": [
            kit.header(_headline(home, pen)),
            kit.section(_duty(home, pen)),
            *_mine(home, pen),
            *_alerts(home, pen),
            *_to_decide(home, pen),
            *_to_confirm(home, pen),
            *_watches(home, pen),
            *_panels(home, pen),
            *_next(home, pen),
            kit.context(f"{as_of} · {zone}"),
        ],
    }


def _headline(home: HomeView, pen: Pen) -> str:
    """The one thing to know: whether something waits for somebody."""
    waiting = _waiting(home)
    if waiting:
        worst = max((of_alert(alert) for alert in waiting), key=lambda sign: sign.rank)
        return worst.title(pen, pen.write(say("alerts nobody has taken: {count}", count=len(waiting))))
    if home.mine:
        return f":eyes: {pen.write(say('Taken by you: {count}', count=len(home.mine)))}"
    return f":large_green_circle: {pen.write(say('No alert waits for anybody'))}"


def _waiting(home: HomeView) -> list[Alert]:
    return [alert for alert in home.alerts if alert.state is AlertState.FIRING]


def _duty(home: HomeView, pen: Pen) -> str:
    if not home.shifts:
        return f":zzz: {pen.write(say('You are not on call now'))}"
    title = pen.write(say("You are on call"))
    return f"*{title}*\n{pen.fill([shift_line(shift, pen) for shift in home.shifts], 1500)}"


def _mine(home: HomeView, pen: Pen) -> list[Block]:
    if not home.mine:
        return []
    lines = [alert_line(alert, pen) for alert in home.mine]
    return [kit.section(f"*{pen.write(say('Taken by you'))}*\n{pen.fill(lines, 2500)}")]


def _alerts(home: HomeView, pen: Pen) -> list[Block]:
    mine = {alert.id for alert in home.mine}
    others = [alert for alert in home.alerts if alert.id not in mine]
    if not others:
        return []
    count = len(others)
    heading = (
        say("Other open alerts: {count}", count=count) if mine else say("Open alerts: {count}", count=count)
    )
    blocks = [_title(pen.write(heading))]
    for alert in others[:_ALERTS]:
        button = acknowledge_button(alert, pen) if alert.state is AlertState.FIRING else None
        blocks.append(kit.section(alert_line(alert, pen), most=400, accessory=button))
    return blocks + _more(len(others) - _ALERTS, pen)


def _to_decide(home: HomeView, pen: Pen) -> list[Block]:
    if not home.gates:
        return []
    lines = [_gate(watch, entry, pen) for watch, entry in home.gates]
    return [kit.section(f"*{pen.write(say('For a person to decide'))}*\n{pen.fill(lines, 1500)}")]


def _gate(watch: Watch, entry: Entry, pen: Pen) -> str:
    """`⚪ orders v1: gate 24 h: first-day · not answered by anybody yet`; its buttons are on its card."""
    failed = entry.state is EntryState.FAILED
    sign = OUTCOMES[Outcome.FAILED if failed else Outcome.INCONCLUSIVE]
    named = pen.named(line(f"{watch.service} {watch.version}"), what(entry, pen))
    why = f" · {kit.shorten(pen.write(entry.remark), 200)}" if entry.remark else ""
    return f"{sign.mark(pen)} {kit.shorten(named, 200)}{why}"


def _to_confirm(home: HomeView, pen: Pen) -> list[Block]:
    if not home.manuals:
        return []
    return [_title(pen.write(say("For a person to confirm"))), *manual_blocks(home.manuals, pen)]


def _watches(home: HomeView, pen: Pen) -> list[Block]:
    if not home.watches:
        return [kit.divider(), kit.section(pen.write(say("No watch is running")))]
    blocks = [kit.divider()]
    for watch, progress in home.watches[:_WATCHES]:
        blocks += watch_blocks(watch, progress, pen)
    return blocks + _more(len(home.watches) - _WATCHES, pen)


def _panels(home: HomeView, pen: Pen) -> list[Block]:
    blocks = [panel_in_short(panel, pen) for panel in home.panels[:_PANELS]]
    return blocks + _more(len(home.panels) - _PANELS, pen)


def _next(home: HomeView, pen: Pen) -> list[Block]:
    if not home.next_entries:
        return []
    lines = [
        f":hourglass_flowing_sand: {pen.instant(entry.at)} {kit.shorten(what(entry, pen), 200)}"
        for entry in home.next_entries[:_NEXT]
    ]
    return [kit.section(f"*{pen.write(say('Next'))}*\n{pen.fill(lines, 2000)}")]


def _title(words: str) -> Block:
    return kit.section(f"*{words}*")


def _more(count: int, pen: Pen) -> list[Block]:
    return [kit.context(pen.write(say("and {count} more", count=count)))] if count > 0 else []
