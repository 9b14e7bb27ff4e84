"""Watches and their gates as programs read them: one shape for the command line and for HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.text import Text, say
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import EntryKind, EntryState
from bot.domain.watches.progress import progress
from bot.domain.watches.verdict import Finding, Outcome
from bot.domain.watches.watch import Stage, Watch, WatchState
from bot.engine.ledger import Ledger
from bot.engine.people.show import execution_list

Speak = Callable[[Text], str]
"""Says a sentence in the configured language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTold:
    """A part of the plan, as people call it."""

    name: str
    state: Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class DenserTold:
    """Denser monitoring: a round every so many seconds."""

    every_s: float
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchTold:
    """A watch. Times are in its plan's zone; `done` and `total` count entries of its execution list."""

    id: str
    service: str
    version: str
    owner: str | None
    state: WatchState
    deployed_at: datetime
    started_at: datetime
    paused_until: datetime | None
    day: int
    done: int
    total: int
    stages: tuple[StageTold, ...]
    denser: DenserTold | None
    rolled_back: bool
    ended_at: datetime | None


class GateState(StrEnum):
    """What a pipeline waits for; PENDING has not been judged yet."""

    PENDING = "pending"
    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingTold:
    """One thing that was looked at, in a sentence with the numbers.

    Of a criterion also what it asks, the number that was found with its unit, the limit, the part (0 to 1)
    of the time that has data, and the few rows that decide.
    """

    outcome: Outcome
    text: str
    criterion: str | None = None
    value: float | None = None
    unit: str | None = None
    limit: str | None = None
    coverage: float | None = None
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GateTold:
    """How the last gate that was judged came out, else the next one that will be.

    `gate` is its time since the deployment (`24h`, `7d`), `at` when it was judged or will be.
    """

    watch: str
    service: str
    version: str
    gate: str | None
    state: GateState
    at: datetime | None
    findings: tuple[FindingTold, ...]


def tell_watch(ledger: Ledger, watch: Watch, speak: Speak, now: datetime) -> WatchTold:
    far = progress(watch, execution_list(ledger, watch), now)
    zone = ZoneInfo(watch.plan.zone)
    denser = watch.denser
    return WatchTold(
        id=watch.id,
        service=watch.service,
        version=watch.version,
        owner=watch.owner,
        state=watch.state,
        deployed_at=watch.deployed_at.astimezone(zone),
        started_at=watch.started_at.astimezone(zone),
        paused_until=_local(watch.paused_until, zone),
        day=far.day,
        done=far.done,
        total=far.total,
        stages=tuple(StageTold(name=speak(name), state=stage) for name, stage in far.stages),
        denser=DenserTold(every_s=denser.every.total_seconds(), until=denser.until.astimezone(zone))
        if denser
        else None,
        rolled_back=watch.rolled_back,
        ended_at=_local(watch.ended_at, zone),
    )


def tell_gate(ledger: Ledger, watch: Watch, speak: Speak) -> GateTold:
    """The gates of a watch in one answer; a deployment that was rolled back has failed."""
    gates = [each for each in ledger.entries.of_watch(watch.id) if each.entry.kind is EntryKind.GATE]
    gate = _telling(gates)
    at = (gate.ran_at or gate.entry.at) if gate else None
    return GateTold(
        watch=watch.id,
        service=watch.service,
        version=watch.version,
        gate=_since_deployment(gate, watch) if gate else None,
        state=GateState.FAILED if watch.rolled_back else _state(gate),
        at=_local(watch.ended_at if watch.rolled_back else at, ZoneInfo(watch.plan.zone)),
        findings=tuple(_finding(finding, speak) for finding in _findings(watch, gate)),
    )


def _finding(finding: Finding, speak: Speak) -> FindingTold:
    asked = finding.criterion
    return FindingTold(
        outcome=finding.outcome,
        text=speak(finding.text),
        criterion=speak(say("{item}", item=asked)) if asked else None,
        value=finding.value.value if finding.value else None,
        unit=finding.value.unit if finding.value else None,
        limit=speak(finding.limit) if finding.limit else None,
        coverage=finding.coverage,
        rows=tuple(speak(row) for row in finding.rows),
    )


def _telling(gates: Sequence[Listed]) -> Listed | None:
    """The last gate that was judged, else the first that will be, else the last of those that never were."""
    judged = [each for each in gates if each.verdict]
    waiting = [each for each in gates if each.entry.state is EntryState.PENDING]
    return next(iter([*judged[::-1], *waiting, *gates[::-1]]), None)


_STATES = {
    EntryState.PENDING: GateState.PENDING,
    EntryState.PASSED: GateState.PASSED,
    EntryState.FAILED: GateState.FAILED,
}


def _state(gate: Listed | None) -> GateState:
    """What nobody has judged, or ever will, is inconclusive."""
    return _STATES.get(gate.entry.state, GateState.INCONCLUSIVE) if gate else GateState.INCONCLUSIVE


def _findings(watch: Watch, gate: Listed | None) -> Iterator[Finding]:
    if watch.rolled_back:
        yield Finding(outcome=Outcome.FAILED, text=say("the deployment was rolled back"))
    if gate is None:
        yield Finding(outcome=Outcome.INCONCLUSIVE, text=say("The plan has no gate"))
    elif gate.verdict:
        if gate.decided:
            yield Finding(outcome=Outcome(_state(gate).value), text=gate.decided)
        yield from gate.verdict.findings
    elif gate.remark:
        yield Finding(outcome=Outcome.INCONCLUSIVE, text=gate.remark)


def _since_deployment(gate: Listed, watch: Watch) -> str:
    """`24h`, `7d`, `90m`: as the configuration writes it."""
    seconds = round((gate.entry.after or gate.entry.at - watch.deployed_at).total_seconds())
    if seconds % 86400 == 0 and seconds > 86400:
        return f"{seconds // 86400}d"
    if seconds % 3600 == 0:
        return f"{seconds // 3600}h"
    return f"{seconds // 60}m" if seconds % 60 == 0 else f"{seconds}s"


def _local(at: datetime | None, zone: ZoneInfo) -> datetime | None:
    return at.astimezone(zone) if at else None
