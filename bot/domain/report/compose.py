"""Facts → a report: its head and its sections, in the form of the plan's templates."""

from __future__ import annotations

from collections.abc import Callable

from bot.domain.panel import Standing
from bot.domain.report.advice import advice_rows
from bot.domain.report.compared import arithmetic, before_and_after
from bot.domain.report.errors import error_rows
from bot.domain.report.facts import PERFORMANCE, SYSTEM, Facts
from bot.domain.report.judged import acceptance, conclusion, milestones, progress, verdict
from bot.domain.report.report import ReportKind, Row, Section
from bot.domain.report.rows import (
    alert_rows,
    first_tiers,
    metric_row,
    people_rows,
    problem_rows,
    remark_rows,
    response_rows,
    section,
    total_row,
)
from bot.domain.text import Instant, Label, Name, Quantity, Span, Text, say
from bot.domain.watches.plan import EntryState
from bot.domain.watches.watch import Watch


def title(facts: Facts) -> Text:
    """As the plan's templates are headed, with the day or the hour."""
    match facts.kind:
        case ReportKind.HOURLY:
            return say("Monitoring report – {at}", at=facts.minute(facts.until))
        case ReportKind.DAILY:
            return say("Daily monitoring summary – {day}", day=facts.date(facts.since))
        case ReportKind.WEEKLY:
            return say("Weekly monitoring summary – {day}", day=facts.date(facts.until))
        case ReportKind.SUMMARY:
            return say("24-hour monitoring summary – {day}", day=facts.date(facts.until))
        case ReportKind.FINAL:
            return say("Final acceptance – {day}", day=facts.date(facts.until))
    return say("Before and after – {day}", day=facts.date(facts.until))


def head(facts: Facts) -> tuple[Row, ...]:
    """What is reported about, of which time, and by whom."""
    span = say("{since} to {until}", since=facts.minute(facts.since), until=facts.minute(facts.until))
    by = Name(facts.responsible) if facts.responsible else say("Vigil")
    watched = f" {facts.watch.version}" if facts.watch else ""
    subject = Row(name=say("Deployment"), value=Label(f"{facts.service}{watched}"))
    taken_back = tuple(map(_taken_back, facts.rolled_back))
    if facts.kind is ReportKind.HOURLY:
        return subject, *taken_back, Row(name=say("Time"), value=span), Row(name=say("Checked by"), value=by)
    cycle = Row(name=say("Monitored for"), value=Span.of(facts.until - facts.since), note=span)
    day = Row(name=say("Date"), value=Label(facts.date(facts.since)))
    return (
        *((day,) if facts.kind is ReportKind.DAILY else ()),
        subject,
        *verdict(facts),
        *taken_back,
        cycle,
        Row(name=say("Responsible"), value=by),
    )


def _taken_back(watch: Watch) -> Row:
    told = say(
        "{version} at {at} by {person}",
        version=watch.version,
        at=Instant(watch.ended_at or watch.started_at),
        person=Name(watch.ended_by or ""),
    )
    return Row(name=say("Rolled back"), value=told, standing=Standing.CRITICAL)


def sections(facts: Facts) -> tuple[Section, ...]:
    """The sections of this kind of report, in their order."""
    return tuple(build(facts) for build in _SECTIONS[facts.kind])


# --- sections ---------------------------------------------------------------------------------------------


def _key_figures(facts: Facts) -> Section:
    rows = [metric_row(facts, each, trend=False) for each in facts.metrics.values() if each.tier == 1]
    return section(say("Key metrics"), rows)


def _system(facts: Facts) -> Section:
    rows = [metric_row(facts, each, trend=False) for each in facts.in_group(SYSTEM) if each.tier <= 2]
    return section(say("State of the system"), rows)


def _figures_in_sum(facts: Facts) -> Section:
    totals = [row for each in facts.metrics.values() if (row := total_row(facts, each))]
    rows = [metric_row(facts, each, trend=True) for each in first_tiers(facts)]
    system = [metric_row(facts, each, trend=True) for each in facts.in_group(SYSTEM)]
    return section(say("Key metrics in summary"), [*totals, *rows, *system])


def _performance(facts: Facts) -> Section:
    rows = [metric_row(facts, each, trend=True) for each in facts.in_group(PERFORMANCE)]
    return section(say("Performance analysis"), [*rows, _trend(facts)])


def _trend(facts: Facts) -> Row:
    """One line for all: which metrics moved against the day before."""
    moved = [
        each.label
        for each in facts.metrics.values()
        if (lately := facts.lately.get(each.key)) and lately.before and _moved(facts, each.key)
    ]
    known = [
        each for each in facts.lately.values() if each.before and each.before.count and each.summary.count
    ]
    if not known:
        return Row(name=say("Trend"), standing=Standing.NO_DATA)
    if not moved:
        return Row(name=say("Trend"), value=say("steady"), standing=Standing.OK)
    named = (
        moved[0] if len(moved) == 1 else say("{first} and {count} more", first=moved[0], count=len(moved) - 1)
    )
    return Row(name=say("Trend"), value=say("changed: {metrics}", metrics=named), standing=Standing.WARNING)


def _moved(facts: Facts, key: str) -> bool:
    now, before = facts.lately[key].summary.mean, facts.lately[key].before
    if now is None or before is None or before.mean is None:
        return False
    return abs(now - before.mean) > facts.tolerance * abs(before.mean)


def _alerts(facts: Facts) -> Section:
    return Section(title=say("Alerts in this time"), rows=tuple(alert_rows(facts)))


def _alert_statistics(facts: Facts) -> Section:
    rows = (*alert_rows(facts), *error_rows(facts), *response_rows(facts))
    return Section(title=say("Alert statistics"), rows=rows)


def _problems(facts: Facts) -> Section:
    return section(say("Problems"), problem_rows(facts), say("none"))


def _problems_solved(facts: Facts) -> Section:
    return section(say("Problems and solutions"), problem_rows(facts), say("no serious problem"))


def _remarks(facts: Facts) -> Section:
    return section(say("Remarks"), remark_rows(facts), say("nobody remarked anything"))


def _next(facts: Facts) -> Section:
    rows = list(advice_rows(facts))
    if facts.next_round:
        rows.append(Row(name=say("Next round"), value=Instant(facts.next_round.at)))
    return section(say("Next steps"), rows)


def _feedback(facts: Facts) -> Section:
    return section(say("Feedback"), people_rows(facts), say("nobody was asked in this time"))


def _advice(facts: Facts) -> Section:
    return section(say("Recommendation"), advice_rows(facts))


def _rounds(facts: Facts) -> Section:
    """The execution list in numbers."""
    names = {
        EntryState.PASSED: say("Rounds in order"),
        EntryState.FAILED: say("Rounds not in order"),
        EntryState.MISSED: say("Missed rounds"),
    }
    rows = [Row(name=name, value=Quantity(len(facts.rounds_in(state)))) for state, name in names.items()]
    return section(say("Execution list"), rows)


_DAY = (_figures_in_sum, _performance, _alert_statistics, _problems_solved, _feedback)
_SECTIONS: dict[ReportKind, tuple[Callable[[Facts], Section], ...]] = {
    ReportKind.HOURLY: (_key_figures, _system, _alerts, _problems, _remarks, _next),
    ReportKind.DAILY: (*_DAY, _advice),
    ReportKind.WEEKLY: (*_DAY, _rounds, before_and_after, milestones, _advice),
    ReportKind.SUMMARY: (*_DAY, _rounds, before_and_after, acceptance, _advice),
    ReportKind.BASELINE: (before_and_after, arithmetic),
    ReportKind.FINAL: (progress, acceptance, *_DAY, _rounds, before_and_after, milestones, conclusion),
}
