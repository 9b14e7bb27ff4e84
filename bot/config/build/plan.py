"""The plan of a watch, from its words."""

from __future__ import annotations

from bot.config.build.criteria import build_follow
from bot.config.model.plan import PhaseWords, PlanWords
from bot.domain.watches.plan import Checkpoint, Gate, Phase, Plan, ReportDue, Routine


def build_plan(words: PlanWords, zone: str) -> Plan:
    """The calendar, in `zone`."""
    routine = words.routine
    return Plan(
        zone=zone,
        phases=tuple(_phase(phase) for phase in words.phases),
        milestones=words.milestones,
        gates=tuple(
            Gate(
                after=gate.at,
                criteria=gate.criteria,
                on_pass=build_follow(gate.on_pass),
                on_fail=build_follow(gate.on_fail),
            )
            for gate in words.gates
        ),
        checkpoints=tuple(
            Checkpoint(
                label=one.label.label(),
                first_day=one.span()[0],
                last_day=one.span()[1],
                at=at,
                checklists=one.checklist or (),
            )
            for one in words.checkpoints
            for at in one.at
        ),
        reports=tuple(
            ReportDue(
                report=one.report,
                first_day=one.span()[0],
                last_day=one.span()[1],
                at=at,
                sign=one.sign,
                remind=one.remind,
            )
            for one in words.reports
            for at in one.at
        ),
        routine=Routine(every=routine.every, at=routine.at, checklists=routine.checklist or ())
        if routine
        else None,
    )


def _phase(words: PhaseWords) -> Phase:
    first, last = words.days or (words.day, words.day)
    return Phase(
        name=words.name or _covered(words),
        checklists=words.checklist or (),
        first_day=first,
        last_day=last,
        since=words.since,
        until=words.to,
        after=words.after,
        before=words.until,
        every=words.every,
        at=words.at or (),
    )


def _covered(words: PhaseWords) -> str:
    if words.days:
        return f"Days {words.days[0]}-{words.days[1]}"
    if words.day:
        return f"Day {words.day}"
    return f"After {words.after}" if words.after else "After the deployment"
