"""What makes a plan impossible to carry out, said before a watch starts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain, combinations

from bot.domain.localtime import DAY, MIDNIGHT_AFTER
from bot.domain.watches.plan import Phase, Plan


def problems(plan: Plan) -> tuple[tuple[str, str], ...]:
    """What makes a plan impossible to carry out: pairs (path below `plan`, what is wrong and what to write).

    Paths are dotted and in the words of config.yaml: `phases.0.every`, `gates.1.at`, `routine.every`.
    """
    phases = (_phase_problems(f"phases.{n}", phase) for n, phase in enumerate(plan.phases))
    return (
        *chain.from_iterable(phases),
        *_overlaps(plan.phases),
        *_moment_problems(plan),
        *_dated_problems(plan),
    )


def _phase_problems(path: str, phase: Phase) -> Iterator[tuple[str, str]]:
    first, (since, until) = phase.first_day, _window(phase)
    if first is None and phase.before is None:
        yield path, "has no days and no end; write `day: 1`, or `after: 0h` and `until: 4h`"
    elif first is None and until <= since:
        yield f"{path}.until", "is not later than `after`; write a longer time"
    elif first is not None and until <= since:
        yield f"{path}.to", 'is not later than `from`; write a later time, such as "24:00", or two phases'
    if first is not None:
        yield from _day_problems(path, first, phase.last_day or first)
    if first is None and phase.at:
        yield f"{path}.at", "needs days to be local times of; write `day: 1`, or `every` instead of `at`"
    elif (phase.every is None) == (not phase.at):
        yield path, 'needs one cadence; write either `every: 30m` or `at: ["09:00", "21:00"]`'
    elif phase.every is not None and phase.every <= timedelta(0):
        yield f"{path}.every", "is not longer than nothing; write for example `30m`"


def _window(phase: Phase) -> tuple[timedelta, timedelta]:
    """Elapsed since the deployment, or since midnight by the clock on the wall."""
    if phase.first_day is None:
        return phase.after or timedelta(0), phase.before or timedelta(0)
    since, until = phase.since or time.min, phase.until or MIDNIGHT_AFTER
    midnight = datetime.combine(date.min, time.min)
    return datetime.combine(date.min, since) - midnight, datetime.combine(date.min, until) - midnight


def _day_problems(path: str, first: int, last: int) -> Iterator[tuple[str, str]]:
    if first < 1:
        word = "day" if first == last else "days"
        yield f"{path}.{word}", f"day {first} is before the deployment; the first day is 1"
    if last < first:
        yield f"{path}.days", f"the span ends before it begins; write `{last}-{first}`"


def _overlaps(phases: tuple[Phase, ...]) -> Iterator[tuple[str, str]]:
    """Two cadences at one time contradict each other; times given by `at` come in addition."""
    paced = [(n, phase) for n, phase in enumerate(phases) if phase.every is not None]
    for (_, one), (n, other) in combinations(paced, 2):
        day = max(one.first_day or 0, other.first_day or 0)
        shared = day <= min(one.last_day or one.first_day or 0, other.last_day or other.first_day or 0)
        (since, until), (also_since, also_until) = _window(one), _window(other)
        of_one_kind = (one.first_day is None) == (other.first_day is None)
        if of_one_kind and shared and max(since, also_since) < min(until, also_until):
            when = f"on day {day}" if day else "after the deployment"
            yield (
                f"phases.{n}",
                f"`{other.name}` and `{one.name}` both have a cadence at one time {when}; "
                "end one where the other begins, or write the times of one as `at`",
            )


def _moment_problems(plan: Plan) -> Iterator[tuple[str, str]]:
    for n, after in enumerate(plan.milestones):
        if after <= timedelta(0):
            yield f"milestones.{n}", "is not after the deployment; write for example `1h`"
    last = timedelta(0)
    for n, gate in enumerate(plan.gates):
        if gate.after <= last:
            yield (
                f"gates.{n}.at",
                "is not later than the gate before it (or the deployment); order gates by time",
            )
        last = max(last, gate.after)
    if plan.routine is not None and (plan.routine.every < DAY or plan.routine.every % DAY):
        yield "routine.every", "is not a whole number of days; write for example `1 week`"


def _end(plan: Plan) -> int | None:
    """The last day of the plan: of its phases, or the one on which its last gate decides."""
    days = [phase.last_day or phase.first_day for phase in plan.phases if phase.first_day is not None]
    if not days:
        return None
    return max([*(day or 0 for day in days), *(gate.after // DAY + 1 for gate in plan.gates)])


def _outside(path: str, day: int, end: int | None) -> Iterator[tuple[str, str]]:
    if end is not None and day > end + 1:
        yield f"{path}.day", f"day {day} is outside the plan, which ends on day {end}; write an earlier day"


def _dated_problems(plan: Plan) -> Iterator[tuple[str, str]]:
    end = _end(plan)
    for n, point in enumerate(plan.checkpoints):
        yield from _day_problems(f"checkpoints.{n}", point.first_day, point.last_day)
        yield from _outside(f"checkpoints.{n}", point.last_day, end)
    for n, due in enumerate(plan.reports):
        yield from _day_problems(f"reports.{n}", due.first_day, due.last_day)
        yield from _outside(f"reports.{n}", due.last_day, end)
    for (_, one), (n, other) in combinations(enumerate(plan.reports), 2):
        day = max(one.first_day, other.first_day)
        if one.at == other.at and day <= min(one.last_day, other.last_day):
            yield (
                f"reports.{n}.at",
                f"`{one.report}` and `{other.report}` fall due together on day {day}; move one",
            )
