"""An incident: one run of a playbook, with everything that was done in it, and what a change of it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.domain.alerts.alert import Refusal
from bot.domain.incident.playbook import Meaning, Option, Playbook, Step, StepKind
from bot.domain.panel import RoundRow
from bot.domain.text import Instant, Label, Name, Text, say


class StepState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"


ENDED = frozenset({StepState.DONE, StepState.SKIPPED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How one step stands: by whom, since when, how it came out. `tries` counts the runs of its action.
    `well_since` is when its checks came to be in order."""

    state: StepState = StepState.WAITING
    by: str | None = None
    began_at: datetime | None = None
    at: datetime | None = None
    note: str = ""
    said: Text | None = None
    rows: tuple[RoundRow, ...] = ()
    tries: int = 0
    look_at: datetime | None = None
    well_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """Something to look at, and who did."""

    label: Label
    by: str | None = None
    at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`by` is None for the clock. `reason` is in the person's words."""

    option: Option
    by: str | None
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """When rolling back falls due: counted from `began_at`. It runs until `stopped_at`.

    `demanded_at` is when the decision was last demanded, `demands` how often. `unattended`: the alert is
    over after what the bot did by itself, and nobody has taken it in hand.
    """

    began_at: datetime
    due_at: datetime | None
    extended_at: datetime | None = None
    warned: bool = False
    demands: int = 0
    demanded_at: datetime | None = None
    why: Text | None = None
    unattended: bool = False
    stopped_at: datetime | None = None
    stopped: Text | None = None

    @property
    def runs(self) -> bool:
        return self.stopped_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolling:
    """The rollback itself, which has a limit of its own."""

    began_at: datetime
    due_at: datetime
    late: bool = False
    ended_at: datetime | None = None
    succeeded: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """`steps` and `items` go with those of the playbook. `turn` counts what a button must not miss.

    `lead` is who leads. `alert` is the newest one it is about; `thread` is whose thread it is told in: that
    of its first alert, else of its own card. `outcome` says how it ended; `verified`
    whether the checks passed afterwards.
    """

    id: str
    service: str
    channel: str
    alert: str | None
    thread: str
    playbook: Playbook
    watch: str | None
    version: str
    opened_at: datetime
    opened_by: str | None
    revision: int = 0
    turn: int = 0
    lead: str | None = None
    steps: tuple[Progress, ...] = ()
    items: tuple[Ticked, ...] = ()
    decisions: tuple[Decision, ...] = ()
    clock: Clock
    rolling: Rolling | None = None
    verified: bool | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    outcome: Text | None = None

    @property
    def open(self) -> bool:
        return self.closed_at is None

    @property
    def decision(self) -> Decision | None:
        """The last one."""
        return self.decisions[-1] if self.decisions else None

    @property
    def rolling_back(self) -> bool:
        return self.rolling is not None and self.rolling.ended_at is None

    @property
    def undecided(self) -> bool:
        """Whether rolling back is still a question."""
        means = self.decision.option.means if self.decision else None
        return self.open and means not in (Meaning.ROLL_BACK, Meaning.ACCEPT)

    def current(self) -> int | None:
        """The first step that has not ended; None when all have."""
        return next((at for at, each in enumerate(self.steps) if each.state not in ENDED), None)

    def find(self, kind: StepKind) -> int | None:
        """The first step of that kind."""
        return next((at for at, each in enumerate(self.playbook.steps) if each.kind is kind), None)

    def step(self, number: int) -> tuple[Step, Progress]:
        return self.playbook.steps[number], self.steps[number]

    def with_step(self, number: int, progress: Progress) -> Incident:
        return replace(self, steps=(*self.steps[:number], progress, *self.steps[number + 1 :]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Run an action for a step; `by` is who decided it, None for the bot."""

    step: int
    action: str
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Page whoever comes next, and tell the channel, why a person must decide now."""

    why: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Announce:
    """Tell the channel."""

    text: Text


@dataclass(frozen=True, slots=True)
class RolledBack:
    """The deployment was taken back: its watch has failed."""


Effect = Act | Demand | Announce | RolledBack


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What changed, with its reason: a line of the timeline, and what must follow. `quiet`: no line in the
    thread, because another one says it."""

    event: str
    incident: Incident
    at: datetime
    reason: Text
    by: str | None = None
    note: str = ""
    quiet: bool = False
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A line of the timeline. `note` is in a person's words."""

    at: datetime
    event: str
    reason: Text
    by: str | None = None
    note: str = ""


def changed(
    incident: Incident,
    now: datetime,
    event: str,
    reason: Text,
    *,
    by: str | None = None,
    effects: tuple[Effect, ...] = (),
    quiet: bool = False,
    turns: bool = False,
) -> Change:
    """Number the change. `turns`: buttons drawn before it are too late."""
    numbered = replace(incident, revision=incident.revision + 1, turn=incident.turn + turns)
    return Change(event=event, incident=numbered, at=now, reason=reason, by=by, effects=effects, quiet=quiet)


def over(incident: Incident) -> Refusal | None:
    """Why nothing can be done any more."""
    if incident.closed_at is None:
        return None
    return Refusal(
        say(
            "The playbook {playbook} was closed at {at}; nothing was changed",
            playbook=incident.playbook.label,
            at=Instant(incident.closed_at),
        )
    )


def outdated(incident: Incident, turn: int | None) -> Refusal | None:
    """A button drawn before the last decision is too late. `turn` None: no button, a command."""
    if turn is None or turn == incident.turn:
        return None
    last = incident.decision
    if last is None:
        return Refusal(say("The playbook has gone on since that card was drawn; nothing was changed"))
    return Refusal(
        say(
            "{person} was faster, at {at}: {decision}; nothing was changed",
            person=Name(last.by) if last.by else say("the clock"),
            at=Instant(last.at),
            decision=last.option.label,
        )
    )
