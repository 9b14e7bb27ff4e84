"""What is shown to people, as values: the engine fills them in, `slack/cards` draws them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.domain.alert import Alert
from bot.domain.chain import NextStep
from bot.domain.plan import Entry
from bot.domain.rotation import Shift
from bot.domain.setup import Person
from bot.domain.text import Label, Quantity, Text
from bot.domain.watch import Watch
from checks.result import State
from checks.threshold import Condition


class Standing(StrEnum):
    """How a value of the panel stands. Stale is never shown as healthy."""

    OK = "ok"
    WARNING = "warning"
    CRITICAL = "critical"
    STALE = "stale"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelRow:
    """One value beside its target, with the time it was measured."""

    metric: str
    label: Label
    value: Quantity | None
    target: Condition | None
    unit: str
    standing: Standing
    measured_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelGroup:
    """Rows under one heading: a group of metrics, in the order of config.yaml."""

    key: str
    rows: tuple[PanelRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemLine:
    """One line of "state of": production, monitoring, alert rules, on-call team."""

    label: Text
    standing: Standing
    detail: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """The plan's live panel of one service at `at`."""

    service: str
    at: datetime
    groups: tuple[PanelGroup, ...]
    critical: int
    warning: int
    system: tuple[SystemLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCard:
    """The live card of one alert. `value` is the newest one and `next` what the clock does if nobody acts.

    `levels` is the length of the chain.
    """

    alert: Alert
    value: Quantity | None
    levels: int
    next: NextStep | None
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMessage:
    """A page: the only message that mentions anybody. `broadcast` shows it in the channel too."""

    alert: Alert
    people: tuple[Person, ...]
    usergroups: tuple[str, ...]
    level: int
    levels: int
    reason: Text
    broadcast: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """A question to one person in a thread, with a mention."""

    person: Person
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One sentence: a timeline note, an announcement, a short answer, a refusal."""

    text: Text
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchCard:
    """The live card of a watch: what is watched since when, the panel, and the next round."""

    watch: Watch
    panel: Panel
    next_round: Entry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundRow:
    """One item of a round's checklist with its outcome; `on_failure` is what the plan says to do."""

    label: Label
    state: State
    summary: str
    values: tuple[PanelRow, ...] = ()
    on_failure: Label | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundCard:
    """One round, worst rows first. `asked_by` is the person of a round by hand; `asks` are manual items."""

    service: str
    at: datetime
    checklists: tuple[str, ...]
    rows: tuple[RoundRow, ...]
    asks: tuple[Label, ...]
    asked_by: str | None
    next_round: Entry | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertList:
    """Alerts, the most urgent first. `choose` is the verb offered as a button on each, if any."""

    alerts: tuple[Alert, ...]
    choose: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallList:
    """Who is on call by schedule, and who would be paged right now, by service and level."""

    shifts: tuple[Shift, ...]
    would_page: tuple[tuple[str, int, tuple[str, ...], str], ...] = ()
    """(policy, level, people, why nobody where nobody)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanList:
    """The execution list of a watch for some days; `whole` when nothing was left out."""

    watch: Watch | None
    entries: tuple[Entry, ...]
    whole: bool
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpCard:
    """The commands; `unknown` is the word that was not understood and `nearest` the closest command."""

    unknown: str = ""
    nearest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelCard:
    """The answer to `/monitor status`: one panel a service."""

    panels: tuple[Panel, ...]
    watches: tuple[Watch, ...] = field(default=())


Message = (
    AlertCard
    | PageMessage
    | Reminder
    | Line
    | WatchCard
    | RoundCard
    | AlertList
    | OnCallList
    | PlanList
    | HelpCard
    | PanelCard
)
