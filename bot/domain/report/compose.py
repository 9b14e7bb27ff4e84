"""Facts → a report: its head and its sections, in the form of the plan's templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.domain.measures.baseline import Change, Comparison
from bot.domain.panel import Standing
from bot.domain.report.facts import PERFORMANCE, SYSTEM, Facts
from bot.domain.report.report import Grid, ReportKind, Row, Section
from bot.domain.report.rows import (
    advice_rows,
    alert_rows,
    first_tiers,
    metric_row,
    people_rows,
    problem_rows,
    remark_rows,
    total_row,
)
from bot.domain.text import Instant, Label, Name, Quantity, Span, Text, say
from bot.domain.watches.plan import EntryKind, EntryState
from bot.domain.watches.verdict import Finding, Outcome
from bot.domain.watches.watch import Stage

_UNSEEN = 0.005
"""A change below half a per cent is none to people."""


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
    watched = facts.watch.version if facts.watch else "–"
    subject = Row(name=say("Deployment"), value=Label(f"{facts.service} {watched}"))
    if facts.kind is ReportKind.HOURLY:
        return subject, Row(name=say("Time"), value=span), Row(name=say("Checked by"), value=by)
    cycle = Row(name=say("Monitored for"), value=Span.of(facts.until - facts.since), note=span)
    day = Row(name=say("Date"), value=Label(facts.date(facts.since)))
    return (
        *((day,) if facts.kind is ReportKind.DAILY else ()),
        subject,
        cycle,
        Row(name=say("Responsible"), value=by),
    )


def sections(facts: Facts) -> tuple[Section, ...]:
    """The sections of this kind of report, in their order."""
    return tuple(build(facts) for build in _SECTIONS[facts.kind])


# --- sections ---------------------------------------------------------------------------------------------


def _key_figures(facts: Facts) -> Section:
    rows = [metric_row(facts, each, trend=False) for each in facts.metrics.values() if each.tier == 1]
    return _section(say("Key metrics"), rows)


def _system(facts: Facts) -> Section:
    rows = [metric_row(facts, each, trend=False) for each in facts.in_group(SYSTEM) if each.tier <= 2]
    return _section(say("State of the system"), rows)


def _figures_in_sum(facts: Facts) -> Section:
    totals = [row for each in facts.metrics.values() if (row := total_row(facts, each))]
    rows = [metric_row(facts, each, trend=True) for each in first_tiers(facts)]
    system = [metric_row(facts, each, trend=True) for each in facts.in_group(SYSTEM)]
    return _section(say("Key metrics in summary"), [*totals, *rows, *system])


def _performance(facts: Facts) -> Section:
    rows = [metric_row(facts, each, trend=True) for each in facts.in_group(PERFORMANCE)]
    return _section(say("Performance analysis"), [*rows, _trend(facts)])


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
    return Section(title=say("Alerts in this time"), rows=tuple(alert_rows(facts, statistics=False)))


def _alert_statistics(facts: Facts) -> Section:
    return Section(title=say("Alert statistics"), rows=tuple(alert_rows(facts, statistics=True)))


def _problems(facts: Facts) -> Section:
    return _section(say("Problems"), problem_rows(facts), say("none"))


def _problems_solved(facts: Facts) -> Section:
    return _section(say("Problems and solutions"), problem_rows(facts), say("no serious problem"))


def _remarks(facts: Facts) -> Section:
    return _section(say("Remarks"), remark_rows(facts), say("nobody remarked anything"))


def _next(facts: Facts) -> Section:
    rows = list(advice_rows(facts))
    if facts.next_round:
        rows.append(Row(name=say("Next round"), value=Instant(facts.next_round.at)))
    return _section(say("Next steps"), rows)


def _feedback(facts: Facts) -> Section:
    return _section(say("Feedback"), people_rows(facts), say("nobody was asked in this time"))


def _advice(facts: Facts) -> Section:
    return _section(say("Recommendation"), advice_rows(facts))


def _rounds(facts: Facts) -> Section:
    """The execution list in numbers."""
    names = {
        EntryState.PASSED: say("Rounds in order"),
        EntryState.FAILED: say("Rounds not in order"),
        EntryState.MISSED: say("Missed rounds"),
    }
    rows = [Row(name=name, value=Quantity(len(facts.rounds_in(state)))) for state, name in names.items()]
    return _section(say("Execution list"), rows)


def _before_and_after(facts: Facts) -> Section:
    head_ = (say("Metric"), say("Before"), say("After"), say("Change"), say("State"))
    if not facts.compared:
        nothing = say("no data: there is no baseline of the time before")
        return Section(title=say("Before and after"), rows=(Row(value=nothing, standing=Standing.NO_DATA),))
    grid = Grid(head=head_, rows=tuple(compared_cells(each) for each in facts.compared))
    return Section(title=say("Before and after"), grid=grid)


def compared_cells(each: Comparison) -> tuple[Text | Label | Quantity | None, ...]:
    """A line of the baseline table: metric, before, after, change, state."""
    before, after = each.before, each.after
    change: Text | Quantity | None = None
    if each.change is not None:
        little = each.verdict is Change.SAME and abs(each.change) < _UNSEEN
        change = say("no change") if little else Quantity(each.change * 100, "%")
    return (
        each.label,
        None if before is None else Quantity(before, each.unit),
        None if after is None else Quantity(after, each.unit),
        change,
        CHANGES[each.verdict],
    )


CHANGES: dict[Change, Text] = {
    Change.SAME: say("same"),
    Change.BETTER: say("better"),
    Change.WORSE: say("worse"),
    Change.NO_DATA: say("no data"),
}


def _arithmetic(facts: Facts) -> Section:
    """Why each metric is judged as it is."""
    rows = [
        Row(name=each.label, value=each.reason, standing=_CHANGE_MARKS[each.verdict], spoken=True)
        for each in facts.compared
    ]
    return _section(say("Why"), rows, say("there is no baseline to compare with"))


_CHANGE_MARKS = {
    Change.SAME: Standing.OK,
    Change.BETTER: Standing.OK,
    Change.WORSE: Standing.WARNING,
    Change.NO_DATA: Standing.NO_DATA,
}


def _progress(facts: Facts) -> Section:
    words = {Stage.DONE: say("done"), Stage.NOW: say("in progress"), Stage.AHEAD: say("ahead")}
    marks = {Stage.DONE: Standing.OK}
    stages = facts.progress.stages if facts.progress else ()
    rows = [Row(name=name, value=words[stage], standing=marks.get(stage)) for name, stage in stages]
    return _section(say("Progress of the monitoring"), rows)


def _acceptance(facts: Facts) -> Section:
    """Every gate with its criteria and their numbers."""
    rows: list[Row] = []
    for gate in facts.gates():
        name = say("Gate {after}", after=Span.of(gate.entry.after or facts.until - facts.since))
        if gate.verdict is None:
            rows.append(Row(name=name, value=say("not judged yet"), standing=Standing.NO_DATA))
            continue
        outcome = _decided(gate.entry.state, gate.verdict.outcome)
        rows.append(
            Row(name=name, value=OUTCOMES[outcome], note=gate.decided, standing=MARKS[outcome], spoken=True)
        )
        for finding in sorted(gate.verdict.findings, key=lambda each: each.number or 0):
            rows.append(_finding(finding))
    return _section(say("Acceptance criteria"), rows, say("the plan has no gate"))


def _finding(finding: Finding) -> Row:
    told = say("{outcome}, {found}", outcome=OUTCOMES[finding.outcome], found=finding.text)
    return Row(name=finding.criterion, value=told, standing=MARKS[finding.outcome], spoken=True)


def _decided(state: EntryState, outcome: Outcome) -> Outcome:
    """What a person decided about a gate counts more than what could not be told."""
    return {EntryState.PASSED: Outcome.PASSED, EntryState.FAILED: Outcome.FAILED}.get(state, outcome)


OUTCOMES: dict[Outcome, Text] = {
    Outcome.PASSED: say("PASSED"),
    Outcome.INCONCLUSIVE: say("INCONCLUSIVE"),
    Outcome.FAILED: say("FAILED"),
}
MARKS = {
    Outcome.PASSED: Standing.OK,
    Outcome.INCONCLUSIVE: Standing.NO_DATA,
    Outcome.FAILED: Standing.CRITICAL,
}


def _conclusion(facts: Facts) -> Section:
    gates = facts.gates()
    if facts.watch and facts.watch.rolled_back:
        row = Row(value=say("The deployment was rolled back: it has failed"), standing=Standing.CRITICAL)
    elif not gates or gates[-1].verdict is None:
        row = Row(value=say("The last gate has not been judged"), standing=Standing.NO_DATA)
    else:
        outcome = _decided(gates[-1].entry.state, gates[-1].verdict.outcome)
        said = {
            Outcome.PASSED: say("The deployment is accepted: routine monitoring goes on"),
            Outcome.FAILED: say("The deployment is not accepted"),
            Outcome.INCONCLUSIVE: say("Not decided: what is missing stands above"),
        }
        row = Row(value=said[outcome], standing=MARKS[outcome], spoken=True)
    return Section(title=say("Conclusion"), rows=(row, *advice_rows(facts)))


def _milestones(facts: Facts) -> Section:
    rows = [
        Row(
            name=say("{after} after the deployment", after=Span.of(each.entry.after)),
            value=OUTCOMES[each.verdict.outcome],
            standing=MARKS[each.verdict.outcome],
            spoken=True,
        )
        for each in facts.judged
        if each.entry.kind is EntryKind.MILESTONE and each.verdict and each.entry.after
    ]
    return _section(say("Milestones"), rows, say("none was judged yet"))


def _section(name: Text, rows: Iterable[Row], empty: Text | None = None) -> Section:
    found = tuple(rows)
    return Section(title=name, rows=found or ((Row(value=empty),) if empty else (Row(value=say("no data")),)))


_DAY = (_figures_in_sum, _performance, _alert_statistics, _problems_solved, _feedback)
_SECTIONS: dict[ReportKind, tuple[Callable[[Facts], Section], ...]] = {
    ReportKind.HOURLY: (_key_figures, _system, _alerts, _problems, _remarks, _next),
    ReportKind.DAILY: (*_DAY, _advice),
    ReportKind.WEEKLY: (*_DAY, _rounds, _before_and_after, _milestones, _advice),
    ReportKind.SUMMARY: (*_DAY, _rounds, _before_and_after, _acceptance, _advice),
    ReportKind.BASELINE: (_before_and_after, _arithmetic),
    ReportKind.FINAL: (_progress, _acceptance, *_DAY, _rounds, _before_and_after, _milestones, _conclusion),
}
