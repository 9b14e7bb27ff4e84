"""A plan made longer: what reaches its last day goes on, and its end moves along."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from bot.domain.localtime import DAY
from bot.domain.watches.plan import Checkpoint, Phase, Plan, ReportDue

Line = TypeVar("Line", Checkpoint, ReportDue)


def last_day(plan: Plan) -> int:
    """The last day (1 is the deployment's) that has anything at local times; 0 when no day has."""
    days = [phase.last_day or phase.first_day for phase in plan.phases if phase.first_day is not None]
    days += [point.last_day for point in plan.checkpoints] + [due.last_day for due in plan.reports]
    return max((day or 0 for day in days), default=0)


def extended(plan: Plan, days: int) -> Plan:
    """The plan with `days` more days, each like its last one; the last gate and its milestone move along.

    Phases, checkpoints and reports of several days that reach the last day go on; checkpoints and reports
    of the last day alone move with it. In a plan of one day only the latest of each does: the others
    belong to the deployment.
    """
    last, end = last_day(plan), max((gate.after for gate in plan.gates), default=None)
    # Reports may stand on a day after the last phase: the phases go on all the same.
    paced = last_day(replace(plan, checkpoints=(), reports=()))
    longest = max((phase.before for phase in plan.phases if phase.before is not None), default=None)
    more = days * DAY
    return replace(
        plan,
        phases=tuple(_longer(phase, days, paced, longest) for phase in plan.phases),
        milestones=tuple(after + more if after == end else after for after in plan.milestones),
        gates=tuple(
            replace(gate, after=gate.after + more) if gate.after == end else gate for gate in plan.gates
        ),
        checkpoints=_along(plan.checkpoints, days, last),
        reports=_along(plan.reports, days, last),
    )


def _longer(phase: Phase, days: int, last: int, longest: timedelta | None) -> Phase:
    if phase.first_day is not None:
        reached = phase.last_day or phase.first_day
        return replace(phase, last_day=reached + days) if reached == last else phase
    # A relative phase is the plan's end only where no phase by calendar outlasts it.
    if phase.before is not None and phase.before == longest and phase.before >= (last - 1) * DAY:
        return replace(phase, before=phase.before + days * DAY)
    return phase


def _along(lines: tuple[Line, ...], days: int, last: int) -> tuple[Line, ...]:
    latest = max((line.at for line in lines if line.last_day == last), default=None)
    moved: list[Line] = []
    for line in lines:
        if line.last_day != last:
            moved.append(line)
        elif line.first_day < last:
            moved.append(replace(line, last_day=last + days))
        elif last > 1 or line.at == latest:
            moved.append(replace(line, first_day=last + days, last_day=last + days))
        else:
            moved.append(line)
    return tuple(moved)
