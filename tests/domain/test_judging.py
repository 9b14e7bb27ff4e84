"""A stretch of a watch is judged by what was seen in it; what was not seen never passes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from problems_of_orders import subject
from watch_of_orders import DEPLOYED, HOUR, spoken

from bot.domain.alerts.alert import Alert, AlertKind, AlertState, Severity
from bot.domain.panel import PanelRow, Standing
from bot.domain.text import Label, Quantity, say
from bot.domain.watches.judging import judge, judge_checkpoint
from bot.domain.watches.verdict import Evidence, Outcome, Verdict
from checks.threshold import Condition

UNTIL = DEPLOYED + 4 * HOUR
PASSED, FAILED, INCONCLUSIVE = Outcome.PASSED, Outcome.FAILED, Outcome.INCONCLUSIVE


def value(
    standing: Standing, number: float | None = 0.2, target: str | None = "< 1", name: str = "P99 latency"
) -> PanelRow:
    return PanelRow(
        metric=name,
        label=Label(name),
        value=None if number is None else Quantity(number, "s"),
        target=Condition.parse(target) if target else None,
        unit="s",
        standing=standing,
        measured_at=None if number is None else UNTIL - HOUR,
    )


BREACH = say("{metric} {value} {limit}", metric=Label("latency"), value="12 s", limit="> 10 s")


def alert(
    *,
    severity: Severity = Severity.CRITICAL,
    tier: int | None = 1,
    kind: AlertKind = AlertKind.BREACH,
    hours: tuple[float, float | None] = (1, 2),
    eased: bool = False,
) -> Alert:
    """It fired so many hours after the deployment and was over after so many (None: not yet)."""
    fired, over = hours
    resolved_at = None if over is None else DEPLOYED + over * HOUR
    return Alert(
        id="a1",
        subject=subject(tier=tier, kind=kind),
        severity=severity,
        state=AlertState.FIRING if over is None else AlertState.RESOLVED,
        version=1,
        turn=1,
        value=None,
        reason=BREACH,
        worst=BREACH if severity is Severity.CRITICAL or eased else None,
        began_at=DEPLOYED,
        fired_at=DEPLOYED + fired * HOUR,
        resolved_at=resolved_at,
    )


GOOD = Evidence(
    since=DEPLOYED,
    until=UNTIL,
    alerts=(),
    urgent=(value(Standing.OK),) * 5,
    rounds_passed=36,
    rounds_failed=0,
    rounds_missed=0,
    open_manuals=(),
)


def told(verdict: Verdict) -> list[tuple[str, str]]:
    return [(finding.outcome.value, spoken(finding.text)) for finding in verdict.findings]


def test_a_clean_stretch_passes_with_its_numbers():
    verdict = judge(GOOD)
    assert verdict.outcome is PASSED
    assert told(verdict) == [
        ("passed", "0 critical alerts"),
        ("passed", "5 of 5 tier-1 values on target"),
        ("passed", "36 of 36 rounds held"),
    ]


CRITICAL_NOW = value(Standing.CRITICAL, 12.1)


@pytest.mark.parametrize(
    ("changes", "outcome", "said"),
    [
        # a critical alert of tier 1 that is over
        (
            {"alerts": (alert(),)},
            FAILED,
            "latency 12 s > 10 s; from 01:00 for 1h",
        ),
        # one that still is
        ({"alerts": (alert(hours=(3, None)),)}, FAILED, "latency 12 s > 10 s; since 03:00, 1h so far"),
        # one that was over only after the stretch
        ({"alerts": (alert(hours=(3, 9)),)}, FAILED, "latency 12 s > 10 s; since 03:00, 1h so far"),
        # a check without a metric pages too
        ({"alerts": (alert(tier=None),)}, FAILED, "latency 12 s > 10 s; from 01:00 for 1h"),
        # it was critical and has eased since
        (
            {"alerts": (alert(severity=Severity.WARNING, eased=True),)},
            FAILED,
            "latency 12 s > 10 s; from 01:00 for 1h",
        ),
        # rolled back
        ({"rolled_back": True}, FAILED, "the deployment was rolled back"),
        # bad at this moment, although no alert has fired yet
        ({"urgent": (CRITICAL_NOW,)}, FAILED, "P99 latency is 12.1 s now, target < 1"),
        (
            {"urgent": (value(Standing.CRITICAL, 12.1, None),)},
            FAILED,
            "P99 latency is 12.1 s now",
        ),
        # nobody knows
        (
            {"urgent": (value(Standing.STALE),)},
            INCONCLUSIVE,
            "P99 latency: no fresh value, the last is 200 ms at 03:00",
        ),
        ({"urgent": (value(Standing.NO_DATA, None),)}, INCONCLUSIVE, "P99 latency: no value"),
        # it was silent for a while, and nobody knows what it would have said
        (
            {"alerts": (alert(kind=AlertKind.NO_DATA, severity=Severity.WARNING),)},
            INCONCLUSIVE,
            "latency 12 s > 10 s; from 01:00 for 1h",
        ),
        ({"rounds_missed": 3}, INCONCLUSIVE, "3 of 39 rounds were missed"),
        (
            {"urgent": (), "rounds_passed": 0},
            INCONCLUSIVE,
            "nothing was measured and no round was held",
        ),
        (
            {"urgent": (), "rounds_passed": 0, "rounds_missed": 2},
            INCONCLUSIVE,
            "2 of 2 rounds were missed",
        ),
        (
            {"open_manuals": (Label("Feedback"), Label("On call"))},
            INCONCLUSIVE,
            "not confirmed by anybody: Feedback, On call",
        ),
        # mentioned without failing
        (
            {"alerts": (alert(severity=Severity.WARNING),)},
            PASSED,
            "latency 12 s > 10 s; from 01:00 for 1h",
        ),
        ({"alerts": (alert(tier=2),)}, PASSED, "latency 12 s > 10 s; from 01:00 for 1h"),
        (
            {"alerts": (alert(tier=2, kind=AlertKind.NO_DATA),)},
            PASSED,
            "latency 12 s > 10 s; from 01:00 for 1h",
        ),
        ({"alerts": (alert(tier=2),)}, PASSED, "0 critical alerts"),
        (
            {"urgent": (value(Standing.WARNING, 1.2), value(Standing.OK))},
            PASSED,
            "P99 latency is 1.2 s now, target < 1",
        ),
        (
            {"urgent": (value(Standing.WARNING, 1.2), value(Standing.OK))},
            PASSED,
            "1 of 2 tier-1 values on target",
        ),
        ({"rounds_passed": 34, "rounds_failed": 2}, PASSED, "2 of 36 rounds held were not in order"),
        ({"rounds_passed": 34, "rounds_failed": 2}, PASSED, "36 of 36 rounds held"),
        # a short stretch without a round, with values; a service without tier-1 metrics, with rounds
        ({"rounds_passed": 0}, PASSED, "5 of 5 tier-1 values on target"),
        ({"urgent": ()}, PASSED, "36 of 36 rounds held"),
        # an alert that only threatened never fired
        ({"alerts": (replace(alert(), fired_at=None),)}, PASSED, "0 critical alerts"),
    ],
)
def test_what_was_seen_decides(changes: dict[str, object], outcome: Outcome, said: str):
    verdict = judge(replace(GOOD, **changes))  # type: ignore[arg-type]
    assert verdict.outcome is outcome
    assert (outcome.value, said) in told(verdict)


def test_a_failure_leaves_no_claim_that_there_were_no_critical_alerts():
    assert "0 critical alerts" not in [said for _, said in told(judge(replace(GOOD, alerts=(alert(),))))]


def test_of_many_alerts_three_are_named_and_the_rest_counted():
    verdict = judge(replace(GOOD, alerts=tuple(alert(hours=(1 + n / 10, 2)) for n in range(5))))
    failed = [said for outcome, said in told(verdict) if outcome == "failed"]
    assert len(failed) == 4
    assert failed[-1] == "and 2 more such alerts"
    three = judge(replace(GOOD, alerts=tuple(alert(hours=(1 + n / 10, 2)) for n in range(3))))
    assert [said for outcome, said in told(three) if "more" in said] == []


def test_the_worst_comes_first():
    verdict = judge(
        replace(GOOD, open_manuals=(Label("x"),), urgent=(value(Standing.OK), CRITICAL_NOW), rounds_missed=1)
    )
    assert [outcome for outcome, _ in told(verdict)] == [
        "failed",
        "failed",
        "inconclusive",
        "inconclusive",
        "passed",
    ]


def test_at_a_checkpoint_open_items_are_mentioned_only_since_they_have_their_own_time():
    evidence = replace(GOOD, open_manuals=(Label("Feedback"),))
    assert judge_checkpoint(evidence).outcome is PASSED
    assert ("passed", "not confirmed by anybody: Feedback") in told(judge_checkpoint(evidence))
    assert judge_checkpoint(replace(GOOD, rounds_missed=1)) == judge(replace(GOOD, rounds_missed=1))


_ORDER = [PASSED, INCONCLUSIVE, FAILED]
values = st.sampled_from(Standing).map(
    lambda standing: value(standing, None if standing is Standing.NO_DATA else 0.5)
)
alerts = st.builds(
    alert,
    severity=st.sampled_from(Severity),
    tier=st.sampled_from([None, 1, 2, 3]),
    kind=st.sampled_from(AlertKind),
    hours=st.sampled_from([(1, 2), (1, None), (3, 9)]),
    eased=st.booleans(),
)
counts = st.integers(0, 3)
evidences = st.builds(
    Evidence,
    since=st.just(DEPLOYED),
    until=st.just(UNTIL),
    alerts=st.lists(alerts, max_size=5).map(tuple),
    urgent=st.lists(values, max_size=4).map(tuple),
    rounds_passed=counts,
    rounds_failed=counts,
    rounds_missed=counts,
    open_manuals=st.lists(st.just(Label("x")), max_size=2).map(tuple),
    rolled_back=st.booleans(),
)


@given(evidences)
def test_nothing_unknown_passes_and_the_worst_finding_decides(evidence: Evidence):
    verdict = judge(evidence)
    assert verdict.outcome is max((each.outcome for each in verdict.findings), key=_ORDER.index)
    assert [*verdict.findings] == sorted(verdict.findings, key=lambda each: -_ORDER.index(each.outcome))
    if verdict.outcome is PASSED:
        assert all(row.standing in (Standing.OK, Standing.WARNING) for row in evidence.urgent)
        assert evidence.urgent or evidence.rounds_passed + evidence.rounds_failed
        assert not any((evidence.rounds_missed, evidence.open_manuals, evidence.rolled_back))
        assert not any(each.pages for each in evidence.alerts)
    assert _ORDER.index(judge_checkpoint(evidence).outcome) <= _ORDER.index(verdict.outcome)


@given(evidences, alerts, values)
def test_more_bad_news_never_makes_a_verdict_better(evidence: Evidence, more: Alert, row: PanelRow):
    before = _ORDER.index(judge(evidence).outcome)
    seen = bool(evidence.urgent or evidence.rounds_passed or evidence.rounds_failed)
    assert _ORDER.index(judge(replace(evidence, alerts=(*evidence.alerts, more))).outcome) >= before
    assert _ORDER.index(judge(replace(evidence, rolled_back=True)).outcome) == 2
    missed = replace(evidence, rounds_missed=evidence.rounds_missed + 1)
    assert _ORDER.index(judge(missed).outcome) >= max(1, before)
    if seen:
        assert _ORDER.index(judge(replace(evidence, urgent=(*evidence.urgent, row))).outcome) >= before
