"""The execution list: every planned round, checkpoint, milestone, gate and report is a row with its state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.panel import RoundRow
from bot.domain.text import Label, Span, Text, say
from bot.domain.watches.plan import Entry, EntryState
from bot.domain.watches.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What a person added to an entry."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manual:
    """A manual item of a round: only a person can confirm it. `remind` is how long it may stay open.

    It is reminded once after `remind`, and given up as not done after twice that.
    """

    ask: Label
    remind: timedelta
    on_failure: Label | None = None
    done_at: datetime | None = None
    done_by: str | None = None
    note: str = ""
    reminded_at: datetime | None = None
    given_up_at: datetime | None = None

    @property
    def open(self) -> bool:
        return self.done_at is None and self.given_up_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a person says to a question among a gate's criteria; `number` is its place among them."""

    number: int
    yes: bool
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A row of an execution list, or a round by hand (`watch` is None, `asked_by` a person).

    `channel` is where its card stands; `entry` what was planned, with its present state; `remark` is why
    it stands so; `ran_at` is when it ran. `rows`, `gone` (checklists that are configured no more),
    `between`, `manuals` and `outcome` (how the checks came out) belong to rounds, and to checkpoints that
    ask people, `verdict` and what a person `decided` to milestones and gates, `answers` to gates that ask
    people. `about` is the watch of a report by hand, `corrects` the report that it makes anew, for the
    reason in its remarks. `next_at` is when to look next (None: nothing is due).
    """

    id: str
    service: str
    channel: str
    watch: str | None
    entry: Entry
    asked_by: str | None = None
    remark: Text | None = None
    remarks: tuple[Remark, ...] = ()
    ran_at: datetime | None = None
    rows: tuple[RoundRow, ...] = ()
    gone: tuple[str, ...] = ()
    between: tuple[Text, ...] = ()
    manuals: tuple[Manual, ...] = ()
    outcome: EntryState | None = None
    verdict: Verdict | None = None
    decided: Text | None = None
    answers: tuple[Answer, ...] = ()
    about: str = ""
    corrects: str = ""
    next_at: datetime | None = None


def since_deployment(after: timedelta | None) -> Text | Span:
    """`24 h`, `7 d`: how long after the deployment a milestone or gate is due."""
    hours, minutes = divmod(after or timedelta(0), timedelta(hours=1))
    days, odd_hours = divmod(hours, 24)
    if minutes or hours < 1 or (days > 2 and odd_hours):
        return Span.of(after or timedelta(0))
    return say("{days} d", days=days) if days > 2 else say("{hours} h", hours=hours)
