"""Sections of a report about what was judged: the progress, gates and milestones, and the conclusion."""

from __future__ import annotations

from bot.domain.panel import Standing
from bot.domain.report.advice import advice_rows, work_rows
from bot.domain.report.facts import Facts
from bot.domain.report.report import ReportKind, Row, Section
from bot.domain.report.rows import section
from bot.domain.text import Text, say
from bot.domain.watches.listing import since_deployment
from bot.domain.watches.plan import EntryKind, EntryState
from bot.domain.watches.verdict import Finding, Outcome
from bot.domain.watches.watch import Stage


def progress(facts: Facts) -> Section:
    words = {Stage.DONE: say("done"), Stage.NOW: say("in progress"), Stage.AHEAD: say("ahead")}
    marks = {Stage.DONE: Standing.OK}
    stages = facts.progress.stages if facts.progress else ()
    rows = [Row(name=name, value=words[stage], standing=marks.get(stage)) for name, stage in stages]
    return section(say("Progress of the monitoring"), rows)


def acceptance(facts: Facts) -> Section:
    """Every gate with its criteria and their numbers."""
    rows: list[Row] = []
    for gate in facts.gates():
        name = say("Gate {after}", after=since_deployment(gate.entry.after or facts.until - facts.since))
        if gate.verdict is None:
            rows.append(Row(name=name, value=say("not judged yet"), standing=Standing.NO_DATA))
            continue
        outcome = _decided(gate.entry.state, gate.verdict.outcome)
        rows.append(
            Row(name=name, value=OUTCOMES[outcome], note=gate.decided, standing=MARKS[outcome], spoken=True)
        )
        for finding in sorted(gate.verdict.findings, key=lambda each: each.number or 0):
            rows.append(_finding(finding))
    return section(say("Acceptance criteria"), rows, say("the plan has no gate"))


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


def verdict(facts: Facts) -> tuple[Row, ...]:
    """How the last gate came out, for the head of a report that is about one; nothing before it is judged."""
    gates = [gate for gate in facts.gates() if gate.verdict]
    if facts.kind is ReportKind.SUMMARY:
        gates = [gate for gate in gates if gate.entry.at <= facts.until]  # it may be made anew after a week
    elif facts.kind is not ReportKind.FINAL:
        return ()
    if not gates or not gates[-1].verdict:
        return ()
    outcome = _decided(gates[-1].entry.state, gates[-1].verdict.outcome)
    if facts.watch and facts.watch.rolled_back:
        outcome = Outcome.FAILED
    return (Row(name=say("Verdict"), value=OUTCOMES[outcome], standing=MARKS[outcome], spoken=True),)


def conclusion(facts: Facts) -> Section:
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
    return Section(title=say("Conclusion"), rows=(row, *_what_follows(facts, row)))


def _what_follows(facts: Facts, row: Row) -> tuple[Row, ...]:
    """To go on as planned is no advice after a deployment that was not accepted."""
    if work := work_rows(facts):
        return work
    if facts.watch and facts.watch.rolled_back:
        return ()
    if row.standing is Standing.CRITICAL:
        return (Row(value=say("Decide: repair, roll back, or watch on more densely")),)
    return advice_rows(facts)


def milestones(facts: Facts) -> Section:
    rows = [
        Row(
            name=say("{after} after the deployment", after=since_deployment(each.entry.after)),
            value=OUTCOMES[each.verdict.outcome],
            standing=MARKS[each.verdict.outcome],
            spoken=True,
        )
        for each in facts.judged
        if each.entry.kind is EntryKind.MILESTONE and each.verdict and each.entry.after
    ]
    return section(say("Milestones"), rows, say("none was judged yet"))
