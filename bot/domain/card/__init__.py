"""What is shown to people, as values: the engine fills them in, `slack/cards` draws them."""

from __future__ import annotations

from bot.domain.card.alert import (
    AlertCard,
    AlertList,
    ErrorList,
    GroupCard,
    PageMessage,
    SilenceList,
    SureOfSilence,
    Told,
    Tried,
)
from bot.domain.card.incident import ActionList, Offer, PlaybookCard, PlaybookList, PostMortemCard
from bot.domain.card.oncall import CoverageCard, HandoffCard, OnCallList
from bot.domain.card.plain import Choice, Form, HelpCard, HomeView, Line, Listing, Reminder
from bot.domain.card.watch import (
    PanelCard,
    PlanList,
    ReportCard,
    RoundCard,
    VerdictCard,
    WatchCard,
    WatchList,
    WhyCard,
)

__all__ = [
    "ActionList",
    "AlertCard",
    "AlertList",
    "Choice",
    "CoverageCard",
    "ErrorList",
    "Form",
    "GroupCard",
    "HandoffCard",
    "HelpCard",
    "HomeView",
    "Line",
    "Listing",
    "Message",
    "Offer",
    "OnCallList",
    "PageMessage",
    "PanelCard",
    "PlanList",
    "PlaybookCard",
    "PlaybookList",
    "PostMortemCard",
    "Reminder",
    "ReportCard",
    "RoundCard",
    "SilenceList",
    "SureOfSilence",
    "Told",
    "Tried",
    "VerdictCard",
    "WatchCard",
    "WatchList",
    "WhyCard",
]

Message = (
    AlertCard
    | GroupCard
    | PageMessage
    | Reminder
    | Line
    | Listing
    | Choice
    | WatchCard
    | RoundCard
    | AlertList
    | ErrorList
    | OnCallList
    | HandoffCard
    | CoverageCard
    | PlanList
    | HelpCard
    | PanelCard
    | VerdictCard
    | WatchList
    | ActionList
    | WhyCard
    | SilenceList
    | SureOfSilence
    | PlaybookCard
    | PlaybookList
    | PostMortemCard
    | ReportCard
)
"""What is posted. A Form and a HomeView are no messages: they are opened and published."""
