"""The calendar of a watch: phases become rounds, milestones and gates in the plan's time zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import chain
from zoneinfo import ZoneInfo

from bot.domain.criteria.criterion import Criteria, Criterion
from bot.domain.localtime import DAY, instant, local_day, wall
from bot.domain.localtime import MIDNIGHT_AFTER as MIDNIGHT_AFTER
from bot.domain.oncall.escalation import Target
from bot.domain.text import Label, Text

ROUTINE = "Routine"
"""The phase of the rounds that go on after the last gate."""

FOLLOW_UP = "Follow-up"
"""That of the tasks which a gate leaves to people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch with one cadence.

    By calendar: `first_day`..`last_day` (1 is the deployment's local day) with `at`, or with `every`
    inside `since`..`until` (None: the whole local day; `until` may be MIDNIGHT_AFTER).
    Relative: `after`..`before` from the deployment's instant, with `every`.
    """

    name: str
    checklists: tuple[str, ...]
    first_day: int | None = None
    last_day: int | None = None
    since: time | None = None
    until: time | None = None
    after: timedelta | None = None
    before: timedelta | None = None
    every: timedelta | None = None
    at: tuple[time, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """What follows a gate: a report, an action and a playbook by name, tasks to tick, words to say.

    `remind` is how long a task may stay open.
    """

    report: str = ""
    action: str = ""
    playbook: str = ""
    tasks: tuple[Label, ...] = ()
    remind: timedelta | None = None
    words: Label | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A moment that decides, `after` the deployment, by the criteria of that name; and what follows."""

    after: timedelta
    criteria: str
    on_pass: Follow | None = None
    on_fail: Follow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A line of the execution list that has no checks of its own: `at` on each day, local time.

    People are asked the questions of its `checklists`.
    """

    label: Label
    first_day: int
    last_day: int
    at: time
    checklists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDue:
    """A report (daily, weekly, final) that falls due `at` on each day, local time.

    Each of `sign` has to sign it; whoever has not after `remind` is reminded.
    """

    report: str
    first_day: int
    last_day: int
    at: time
    sign: tuple[Target, ...] = ()
    remind: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Routine:
    """What goes on after the last gate: every so many weeks (or days) at a local time."""

    every: timedelta
    at: time
    checklists: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The whole calendar; `zone` is an IANA name."""

    zone: str
    phases: tuple[Phase, ...] = ()
    milestones: tuple[timedelta, ...] = ()
    gates: tuple[Gate, ...] = ()
    checkpoints: tuple[Checkpoint, ...] = ()
    reports: tuple[ReportDue, ...] = ()
    routine: Routine | None = None
    criteria: tuple[Criteria, ...] = ()

    def criteria_of(self, key: str) -> tuple[Criterion, ...]:
        """The criteria of this name; none where nothing is declared under it."""
        return next((each.criteria for each in self.criteria if each.key == key), ())


class EntryKind(StrEnum):
    """In the order in which entries of one instant stand: what is judged comes after what measures."""

    ROUND = "round"
    CHECKPOINT = "checkpoint"
    MILESTONE = "milestone"
    GATE = "gate"
    REPORT = "report"


class EntryState(StrEnum):
    NOT_APPLICABLE = "not_applicable"
    PENDING = "pending"
    RUNNING = "running"
    PASSED = "passed"
    FAILED = "failed"
    MISSED = "missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of the execution list: what is due at an instant (UTC).

    `label` is a checkpoint's, `criteria` a gate's, `report` a report's, `after` the time since the
    deployment of a milestone or gate; the rest belongs to rounds. `remark` says why it stands so,
    `notes` what people added.
    """

    at: datetime
    kind: EntryKind
    phases: tuple[str, ...] = ()
    checklists: tuple[str, ...] = ()
    criteria: str = ""
    label: Label | None = None
    report: str = ""
    after: timedelta | None = None
    state: EntryState = EntryState.PENDING
    remark: Text | None = None
    notes: tuple[str, ...] = ()


def calendar(plan: Plan, deployed_at: datetime, started_at: datetime) -> tuple[Entry, ...]:
    """The whole execution list without the routine, in order; one entry a kind and instant.

    What was due before `started_at` is not applicable; everything else is pending. The plan has no
    `problems`.
    """
    zone, deployed_at = ZoneInfo(plan.zone), deployed_at.astimezone(UTC)
    entries: dict[tuple[datetime, int], Entry] = {}
    for entry in chain(
        _rounds(plan, zone, deployed_at), _dated(plan, zone, deployed_at), _elapsed(plan, deployed_at)
    ):
        place = entry.at, list(EntryKind).index(entry.kind)
        entries[place] = _merged(entries[place], entry) if place in entries else entry
    return tuple(
        replace(entry, state=EntryState.NOT_APPLICABLE) if entry.at < started_at else entry
        for _, entry in sorted(entries.items())
    )


def routine_rounds(plan: Plan, deployed_at: datetime, after: datetime, count: int) -> tuple[Entry, ...]:
    """The next `count` rounds of the routine that are due later than `after`.

    The first is due at the routine's time of day once a full period has passed, by the clock on the wall,
    since the last gate (without gates: since the last entry of the calendar, or the deployment).
    """
    if plan.routine is None:
        return ()
    zone, routine = ZoneInfo(plan.zone), plan.routine
    first = wall(zone, last_gate(plan, deployed_at)) + routine.every
    day = first.date() if first.time() <= routine.at else first.date() + DAY
    day += routine.every * max(0, (local_day(zone, after) - day) // routine.every)
    rounds: list[Entry] = []
    while len(rounds) < count:
        at = instant(zone, day, routine.at)
        if at > after:
            rounds.append(
                Entry(at=at, kind=EntryKind.ROUND, phases=(ROUTINE,), checklists=routine.checklists)
            )
            after = at
        day += routine.every
    return tuple(rounds)


def last_gate(plan: Plan, deployed_at: datetime) -> datetime:
    """When the last gate is due; without gates the last entry of the calendar, or the deployment."""
    if plan.gates:
        return deployed_at + max(gate.after for gate in plan.gates)
    return max((entry.at for entry in calendar(plan, deployed_at, deployed_at)), default=deployed_at)


def _rounds(plan: Plan, zone: ZoneInfo, deployed_at: datetime) -> Iterator[Entry]:
    for phase in plan.phases:
        for at in _round_times(phase, zone, deployed_at):
            yield Entry(at=at, kind=EntryKind.ROUND, phases=(phase.name,), checklists=phase.checklists)


def _round_times(phase: Phase, zone: ZoneInfo, deployed_at: datetime) -> Iterator[datetime]:
    if phase.first_day is None:
        if phase.before is not None:
            after = deployed_at + (phase.after or timedelta(0))
            yield from _steps(after, deployed_at + phase.before, phase.every)
        return
    for day in _days(zone, deployed_at, phase.first_day, phase.last_day):
        yield from (instant(zone, day, at) for at in phase.at)
        since = instant(zone, day, phase.since or time.min)
        yield from _steps(since, instant(zone, day, phase.until or MIDNIGHT_AFTER), phase.every)


def _days(zone: ZoneInfo, deployed_at: datetime, first_day: int, last_day: int | None) -> Iterator[date]:
    start = local_day(zone, deployed_at)
    return (start + DAY * (number - 1) for number in range(first_day, (last_day or first_day) + 1))


def _steps(since: datetime, until: datetime, every: timedelta | None) -> Iterator[datetime]:
    """From `since`, every so much elapsed time, before `until`."""
    while every is not None and since < until:
        yield since
        since += every


def _dated(plan: Plan, zone: ZoneInfo, deployed_at: datetime) -> Iterator[Entry]:
    """Checkpoints and reports."""
    for point in plan.checkpoints:
        for day in _days(zone, deployed_at, point.first_day, point.last_day):
            yield Entry(
                at=instant(zone, day, point.at),
                kind=EntryKind.CHECKPOINT,
                label=point.label,
                checklists=point.checklists,
            )
    for due in plan.reports:
        for day in _days(zone, deployed_at, due.first_day, due.last_day):
            yield Entry(at=instant(zone, day, due.at), kind=EntryKind.REPORT, report=due.report)


def _elapsed(plan: Plan, deployed_at: datetime) -> Iterator[Entry]:
    """Milestones and gates."""
    for after in plan.milestones:
        yield Entry(at=deployed_at + after, kind=EntryKind.MILESTONE, after=after)
    for gate in plan.gates:
        yield Entry(
            at=deployed_at + gate.after, kind=EntryKind.GATE, criteria=gate.criteria, after=gate.after
        )


def _merged(first: Entry, second: Entry) -> Entry:
    return replace(
        first,
        phases=tuple(dict.fromkeys(first.phases + second.phases)),
        checklists=tuple(dict.fromkeys(first.checklists + second.checklists)),
        label=_joined(first.label, second.label),
        criteria=second.criteria,
        report=second.report,
    )


def _joined(first: Label | None, second: Label | None) -> Label | None:
    """Both labels: checkpoints of one instant, as happens when their times fall into one gap."""
    if first is None or second is None or first == second:
        return first or second
    zh = f"{first.zh or first.en}；{second.zh or second.en}" if first.zh or second.zh else None
    return Label(f"{first.en}; {second.en}", zh)
