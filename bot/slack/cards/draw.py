"""One door for everything that is drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from bot.domain.card import (
    ActionList,
    AlertCard,
    AlertList,
    Choice,
    CoverageCard,
    ErrorList,
    Form,
    GroupCard,
    HandoffCard,
    HelpCard,
    HomeView,
    Line,
    Listing,
    Message,
    OnCallList,
    PageMessage,
    PanelCard,
    PlanList,
    PlaybookCard,
    PlaybookList,
    PostMortemCard,
    Reminder,
    ReportCard,
    RoundCard,
    SilenceList,
    SureOfSilence,
    VerdictCard,
    WatchCard,
    WatchList,
    WhyCard,
)
from bot.domain.text import Text
from bot.locale import Speaker
from bot.slack.cards.alerts.alert import draw_alert
from bot.slack.cards.alerts.errors import draw_errors
from bot.slack.cards.alerts.group import draw_group
from bot.slack.cards.alerts.listing import draw_alerts
from bot.slack.cards.alerts.page import draw_page, draw_reminder
from bot.slack.cards.alerts.silences import draw_silences, draw_sure
from bot.slack.cards.blocks import Drawn, View
from bot.slack.cards.forms import form_view
from bot.slack.cards.help import draw_choice, draw_help
from bot.slack.cards.home import home_view
from bot.slack.cards.incident.actions import draw_actions
from bot.slack.cards.incident.playbook import draw_playbook, draw_playbooks
from bot.slack.cards.incident.postmortem import draw_post_mortem
from bot.slack.cards.oncall.handoff import draw_coverage, draw_handoff
from bot.slack.cards.oncall.shifts import draw_oncall
from bot.slack.cards.pen import Pen
from bot.slack.cards.plain import draw_line
from bot.slack.cards.watches.panel import draw_panels
from bot.slack.cards.watches.plan import draw_plan
from bot.slack.cards.watches.report import draw_report
from bot.slack.cards.watches.round import draw_round
from bot.slack.cards.watches.verdict import draw_verdict
from bot.slack.cards.watches.watch import draw_watch, draw_watches
from bot.slack.cards.watches.why import draw_why


def draw(message: Message, speaker: Speaker, now: datetime) -> Drawn:
    """The message in the speaker's language and zone. `now` (aware) is what ages are counted from."""
    pen = Pen(speaker, now)
    match message:
        case AlertCard() | GroupCard():
            return draw_alert(message, pen) if isinstance(message, AlertCard) else draw_group(message, pen)
        case PageMessage():
            return draw_page(message, pen)
        case Reminder():
            return draw_reminder(message, pen)
        case Line() | Listing():
            return draw_line(message, pen)
        case AlertList() | ErrorList():
            return draw_alerts(message, pen) if isinstance(message, AlertList) else draw_errors(message, pen)
        case OnCallList() | HandoffCard() | CoverageCard():
            return _of_oncall(message, pen)
        case HelpCard() | Choice():
            return draw_help(message, pen) if isinstance(message, HelpCard) else draw_choice(message, pen)
        case PanelCard():
            return draw_panels(message, pen)
        case SilenceList() | SureOfSilence():
            return _of_quiet(message, pen)
        case ActionList() | PlaybookCard() | PlaybookList() | PostMortemCard():
            return _of_an_incident(message, pen)
        case WatchCard() | RoundCard() | PlanList() | VerdictCard() | WatchList() | WhyCard() | ReportCard():
            return _of_a_watch(message, pen)
        case _:
            assert_never(message)


def draw_form(form: Form, speaker: Speaker, now: datetime) -> View:
    """The modal that asks for what `form` needs."""
    return form_view(form, Pen(speaker, now))


def draw_home(home: HomeView, speaker: Speaker, now: datetime) -> View:
    """App Home of one person."""
    return home_view(home, Pen(speaker, now))


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that can be drawn, at the instant it is asked for, in the language of the channel it is for."""

    speaker: Speaker
    now: Callable[[], datetime]

    def message(self, message: Message, channel: str = "") -> Drawn:
        return draw(message, self.speaker.in_channel(channel), self.now())

    def words(self, text: Text, channel: str = "") -> str:
        """One sentence, ready to be sent."""
        return Pen(self.speaker.in_channel(channel), self.now()).write(text)

    def form(self, form: Form, channel: str = "") -> View:
        return draw_form(form, self.speaker.in_channel(channel), self.now())

    def home(self, home: HomeView) -> View:
        return draw_home(home, self.speaker, self.now())


def _of_quiet(message: SilenceList | SureOfSilence, pen: Pen) -> Drawn:
    return draw_silences(message, pen) if isinstance(message, SilenceList) else draw_sure(message, pen)


def _of_an_incident(message: ActionList | PlaybookCard | PlaybookList | PostMortemCard, pen: Pen) -> Drawn:
    match message:
        case ActionList():
            return draw_actions(message, pen)
        case PlaybookCard():
            return draw_playbook(message, pen)
        case PlaybookList():
            return draw_playbooks(message, pen)
        case PostMortemCard():
            return draw_post_mortem(message, pen)


def _of_a_watch(
    message: WatchCard | RoundCard | PlanList | VerdictCard | WatchList | WhyCard | ReportCard, pen: Pen
) -> Drawn:
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
        case WhyCard():
            return draw_why(message, pen)
        case ReportCard():
            return draw_report(message, pen)


def _of_oncall(message: OnCallList | HandoffCard | CoverageCard, pen: Pen) -> Drawn:
    match message:
        case OnCallList():
            return draw_oncall(message, pen)
        case HandoffCard():
            return draw_handoff(message, pen)
        case CoverageCard():
            return draw_coverage(message, pen)
