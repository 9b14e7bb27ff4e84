"""Cards and lists of watches: rounds, verdicts, reports, plans."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.panel import Panel, RoundRow
from bot.domain.report.filed import Filed
from bot.domain.text import Text
from bot.domain.watches.listing import Manual, Remark
from bot.domain.watches.plan import Entry
from bot.domain.watches.verdict import Finding, Verdict
from bot.domain.watches.watch import Progress, Watch


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
    now, and of new types of errors. `follows`: it is no round but what a gate or checkpoint leaves to do.
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
    follows: bool = False


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
    """Watches with their progress, and buttons for what can be done to each; `services` can be watched."""

    watches: tuple[tuple[Watch, Progress], ...]
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelCard:
    """The answer to `/monitor status`: one panel a service."""

    panels: tuple[Panel, ...]
    watches: tuple[Watch, ...] = field(default=())
