"""What is shown to people, as values: the engine fills them in, `slack/cards` draws them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.alerts.alert import Alert, AlertState, Severity
from bot.domain.alerts.quiet.silence import Silence, Wish
from bot.domain.alerts.trend import Novelty, Trend
from bot.domain.incident.postmortem import PostMortem
from bot.domain.incident.state import Incident
from bot.domain.measures.errors import ErrorType
from bot.domain.oncall.chain import NextStep
from bot.domain.oncall.coverage import Coverage, WouldPage
from bot.domain.oncall.override import Kept
from bot.domain.oncall.rotation import Shift
from bot.domain.panel import Panel, RoundRow
from bot.domain.report.filed import Filed
from bot.domain.setup import Person
from bot.domain.text import Label, Quantity, Text
from bot.domain.watches.listing import Manual, Remark
from bot.domain.watches.plan import Entry
from bot.domain.watches.verdict import Finding, Verdict
from bot.domain.watches.watch import Progress, Watch


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
    trend: Trend | None = None
    novelty: Novelty | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCard:
    """The live card of several alerts. `id` is that of the first of them; `alerts` are the worst.

    `counts` are (state, severity, how many) of all of them; `next` is the first thing the clock does.
    """

    id: str
    service: str
    since: datetime
    alerts: tuple[Alert, ...]
    counts: tuple[tuple[AlertState, Severity, int], ...]
    next: NextStep | None

    def count(self, *states: AlertState) -> int:
        """How many of them stand so; without states, all."""
        return sum(count for state, _, count in self.counts if not states or state in states)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMessage:
    """A page: the only message that mentions anybody. `broadcast` shows it in the channel too.

    `others` counts the alerts it stands for beside its own.
    """

    alert: Alert
    people: tuple[Person, ...]
    usergroups: tuple[str, ...]
    level: int
    levels: int
    reason: Text
    broadcast: bool
    others: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A page as it is told to one person beside Slack; `why` says why by this way, if the level did not."""

    alert: Alert
    person: Person
    level: int
    levels: int
    reason: Text
    why: Text | None = None


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
    """The live card of a watch: what is watched since when, how far it is, the panel, the next round."""

    watch: Watch
    panel: Panel
    next_round: Entry | None
    progress: Progress | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundCard:
    """One round, worst rows first.

    `id` names the round on its buttons. `version` is that of its watch, `asked_by` the person of a round
    by hand; `manuals` are the items only people can confirm, `gone` checklists that are configured no
    more. `between` tells of tier-1 alerts that came and went since the round before, although all is well
    now, and of new types of errors.
    """

    id: str
    service: str
    version: str = ""
    at: datetime
    checklists: tuple[str, ...]
    rows: tuple[RoundRow, ...]
    manuals: tuple[Manual, ...]
    asked_by: str | None
    next_round: Entry | None
    gone: tuple[str, ...] = ()
    between: tuple[Text, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertList:
    """Alerts, the most urgent first. `choose` is the verb offered as a button on each, if any."""

    alerts: tuple[Alert, ...]
    choose: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorList:
    """Types of errors, new ones first. `known` counts those that are known, shown or not."""

    errors: tuple[ErrorType, ...]
    known: int
    watches: tuple[Watch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallList:
    """Who is on call by schedule, who would be paged right now, and what people have changed by hand."""

    shifts: tuple[Shift, ...]
    would_page: tuple[WouldPage, ...] = ()
    overrides: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffCard:
    """A hand-off, with what whoever takes over must know: `shift` is the new one, `before` left.

    `fired` are the alerts of the shift that ended, `open` those that still are; `silenced` what is quiet
    until when, `overdue` what was not done, `ahead` what comes next.
    """

    shift: Shift
    before: tuple[str, ...]
    since: datetime | None
    fired: tuple[Alert, ...] = ()
    open: tuple[Alert, ...] = ()
    silenced: tuple[Text, ...] = ()
    overdue: tuple[Text, ...] = ()
    ahead: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageCard:
    """What is missing in a stretch to come; `facts` are what Slack says: channels, user groups."""

    coverage: Coverage
    facts: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanList:
    """The execution list of a watch for some days; `whole` when nothing was left out."""

    watch: Watch | None
    entries: tuple[Entry, ...]
    whole: bool
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictCard:
    """A judged milestone or gate with its evidence. `asks` are the verbs a person may choose from.

    Verbs: `densify`, `go-on`, `roll-back` for a failed gate; `pass`, `fail` for an inconclusive one whose
    questions are answered.
    `decided` tells what was chosen, once it was.
    """

    id: str
    watch: Watch
    entry: Entry
    verdict: Verdict
    asks: tuple[str, ...] = ()
    decided: Text | None = None
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportCard:
    """A report as a message; `signs`: it can be signed, and corrected once it is."""

    filed: Filed
    signs: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyCard:
    """Why a gate has not passed: what did not, each with the few rows that decide."""

    entry: Entry
    findings: tuple[Finding, ...]
    decided: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchList:
    """Watches with their progress, and buttons for what can be done to each; `services` can be watched.

    `asked` says what must be chosen among them.
    """

    watches: tuple[tuple[Watch, Progress], ...]
    services: tuple[str, ...]
    asked: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookCard:
    """The live card of an incident. `value` is the newest one of its alert's series."""

    incident: Incident
    alert: Alert | None = None
    value: Quantity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookList:
    """Open incidents, and playbooks (service, key, label) that can be opened."""

    open: tuple[Incident, ...]
    playbooks: tuple[tuple[str, str, Label], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostMortemCard:
    """A post-mortem to be read in Slack."""

    post_mortem: PostMortem


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An action that may be run on a service; `who` may run it, nobody named means everybody."""

    service: str
    action: str
    label: Label
    who: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionList:
    """Actions that may be run."""

    actions: tuple[Offer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A modal that asks for what a command needs.

    `verb` is `watch-start`, `watch-pause`, `watch-extend`, `watch-stop`, `watch-densify`, `tick`, `remark`,
    `action`, `silence`, `rollback` or one of a playbook's, which begin with `playbook-`; `subject` the watch,
    or `ROUND:NUMBER` of a manual item, or the entry, or `SERVICE/ACTION`, or the alert, or the service, or
    `INCIDENT:WHAT`; `title` names it. `given` is what stands in its fields already.
    """

    verb: str
    subject: str
    title: Text
    services: tuple[str, ...] = ()
    given: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceList:
    """What is quiet: silences with how many open alerts each covers, and maintenance windows."""

    silences: tuple[tuple[Silence, int], ...]
    windows: tuple[tuple[str, str, datetime | None, datetime | None], ...] = ()
    """(name, matchers, until when it is open now, next beginning)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SureOfSilence:
    """A question before everything is silenced, with a button that says yes to this wish."""

    why: Text
    wish: Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    """App Home of one person at `at`: what is watched, what comes next, what waits, what is mine."""

    at: datetime
    panels: tuple[Panel, ...]
    watches: tuple[tuple[Watch, Progress], ...]
    next_entries: tuple[Entry, ...]
    manuals: tuple[tuple[str, int, Manual], ...]
    """(round, number, item) of every open manual item."""
    alerts: tuple[Alert, ...]
    mine: tuple[Alert, ...]
    """Alerts this person has acknowledged."""
    shifts: tuple[Shift, ...]
    """Schedules in which this person is on call now."""
    gates: tuple[tuple[Watch, Entry], ...] = ()
    """Gates that wait for a person's answer or decision; the remark of each says why."""


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
    | GroupCard
    | PageMessage
    | Reminder
    | Line
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
