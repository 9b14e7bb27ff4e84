"""One door for every kind of message."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never

from bot.domain.card import (
    AlertCard,
    AlertList,
    HelpCard,
    Line,
    Message,
    OnCallList,
    PageMessage,
    PanelCard,
    PlanList,
    Reminder,
    RoundCard,
    VerdictCard,
    WatchCard,
    WatchList,
)
from bot.locale import Speaker
from bot.slack.cards.alert import draw_alert
from bot.slack.cards.alerts import draw_alerts
from bot.slack.cards.blocks import Drawn
from bot.slack.cards.help import draw_help
from bot.slack.cards.oncall import draw_oncall
from bot.slack.cards.page import draw_page, draw_reminder
from bot.slack.cards.panel import draw_panels
from bot.slack.cards.pen import Pen
from bot.slack.cards.plain import draw_line
from bot.slack.cards.plan import draw_plan
from bot.slack.cards.round import draw_round
from bot.slack.cards.verdict import draw_verdict
from bot.slack.cards.watch import draw_watch, draw_watches


def draw(message: Message, speaker: Speaker, now: datetime) -> Drawn:
    """The message in the speaker's language and zone. `now` (aware) is what ages are counted from."""
    pen = Pen(speaker, now)
    match message:
        case AlertCard():
            return draw_alert(message, pen)
        case PageMessage():
            return draw_page(message, pen)
        case Reminder():
            return draw_reminder(message, pen)
        case Line():
            return draw_line(message, pen)
        case AlertList():
            return draw_alerts(message, pen)
        case OnCallList():
            return draw_oncall(message, pen)
        case HelpCard():
            return draw_help(message, pen)
        case PanelCard():
            return draw_panels(message, pen)
        case WatchCard() | RoundCard() | PlanList() | VerdictCard() | WatchList():
            return _of_a_watch(message, pen)
        case _:
            assert_never(message)


def _of_a_watch(message: WatchCard | RoundCard | PlanList | VerdictCard | WatchList, pen: Pen) -> Drawn:
    match message:
        case WatchCard():
            return draw_watch(message, pen)
        case RoundCard():
            return draw_round(message, pen)
        case PlanList():
            return draw_plan(message, pen)
        case VerdictCard():
            return draw_verdict(message, pen)
        case WatchList():
            return draw_watches(message, pen)
