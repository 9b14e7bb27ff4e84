"""A gate's criteria and what is stored → the verdict, a finding a criterion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.domain.criteria.criterion import Criterion, Rule
from bot.domain.criteria.found import limit_of
from bot.domain.criteria.grounds import Grounds
from bot.domain.criteria.incidents import INCIDENTS, checks_passed, count_of, none_of
from bot.domain.criteria.several import as_before, data_complete, no_swings
from bot.domain.criteria.values import always, average, percentile
from bot.domain.text import Instant, Label, Name, Text, enumerated, say
from bot.domain.watches.listing import Answer
from bot.domain.watches.verdict import Finding, Outcome, Verdict

_WORST_FIRST = (Outcome.FAILED, Outcome.INCONCLUSIVE, Outcome.PASSED)


def prove(criteria: tuple[Criterion, ...], grounds: Grounds) -> Verdict:
    """The worst finding decides. A deployment that was rolled back has failed, whatever else was found."""
    findings = [
        replace(_JUDGES[each.rule](each, number, grounds), number=number, criterion=title(each, grounds))
        for number, each in enumerate(criteria)
    ]
    if grounds.rolled_back:
        findings.append(Finding(outcome=Outcome.FAILED, text=say("the deployment was rolled back")))
    return settled(findings)


def settled(findings: list[Finding]) -> Verdict:
    """The verdict of these findings, worst first. Nothing asked is nothing proven."""
    if not findings:
        nothing = Finding(outcome=Outcome.INCONCLUSIVE, text=say("there are no criteria"))
        return Verdict(outcome=Outcome.INCONCLUSIVE, findings=(nothing,))
    ordered = sorted(findings, key=lambda finding: _WORST_FIRST.index(finding.outcome))
    return Verdict(outcome=ordered[0].outcome, findings=tuple(ordered))


def title(criterion: Criterion, grounds: Grounds) -> Label | Text:
    """What it asks, in the team's words, else in ours."""
    if criterion.label:
        return criterion.label
    what = enumerated([grounds.label(key) for key in criterion.subjects])
    limit: Text | str = limit_of(criterion, grounds) or ""
    match criterion.rule:
        case Rule.ALWAYS:
            return say("{metric} always {limit}", metric=what, limit=limit)
        case Rule.AVERAGE:
            return say("{metric} on average {limit}", metric=what, limit=limit)
        case Rule.PERCENTILE:
            return say("{metric}, P{p} {limit}", metric=what, p=criterion.percentile, limit=limit)
        case Rule.NONE_OF | Rule.COUNT:
            kinds = enumerated([INCIDENTS[each] for each in criterion.incidents])
            if criterion.rule is Rule.NONE_OF:
                return say("no {incidents}", incidents=kinds)
            return say("{incidents} {limit}", incidents=kinds, limit=limit)
        case Rule.CHECKS_PASSED:
            return say("checks passed: {checks}", checks=what)
        case Rule.DATA_COMPLETE:
            return say("monitoring data complete")
        case Rule.NO_SWINGS:
            return say("no abnormal swings")
        case Rule.AS_BEFORE:
            return say("no worse than before the deployment")
    return say("asked of people")


def _asked(criterion: Criterion, number: int, grounds: Grounds) -> Finding:
    answer = next((each for each in reversed(grounds.answers) if each.number == number), None)
    if answer is None:
        return Finding(outcome=Outcome.INCONCLUSIVE, text=say("nobody has answered yet"), asks=True)
    return _answered(Finding(outcome=Outcome.INCONCLUSIVE, text=Text(""), asks=True), answer)


def _answered(finding: Finding, answer: Answer) -> Finding:
    person, at = Name(answer.by), Instant(answer.at)
    if answer.yes:
        return replace(
            finding, outcome=Outcome.PASSED, text=say("yes, says {person} at {at}", person=person, at=at)
        )
    return replace(
        finding, outcome=Outcome.FAILED, text=say("no, says {person} at {at}", person=person, at=at)
    )


def with_answer(verdict: Verdict, answer: Answer) -> Verdict:
    """The verdict once a person has answered one of its questions; the rest stands as it was judged."""
    return settled(
        [
            _answered(each, answer) if each.asks and each.number == answer.number else each
            for each in verdict.findings
        ]
    )


_JUDGES: dict[Rule, Callable[[Criterion, int, Grounds], Finding]] = {
    Rule.ALWAYS: always,
    Rule.AVERAGE: average,
    Rule.PERCENTILE: percentile,
    Rule.NONE_OF: none_of,
    Rule.COUNT: count_of,
    Rule.CHECKS_PASSED: checks_passed,
    Rule.DATA_COMPLETE: data_complete,
    Rule.ASKED: _asked,
    Rule.NO_SWINGS: no_swings,
    Rule.AS_BEFORE: as_before,
}
