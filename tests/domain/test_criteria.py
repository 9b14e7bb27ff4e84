"""What a gate asks: tables of pasts and findings."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from pasts import DAY, HOUR, T0, Values, flat, grounds, metric
from problems_of_orders import NOBODY_HOME, happened, saw, subject

from bot.domain.alerts.alert import Alert
from bot.domain.alerts.course import observe
from bot.domain.criteria.criterion import Criterion, Incident, Rule
from bot.domain.criteria.grounds import Grounds
from bot.domain.criteria.prove import prove, title
from bot.domain.measures.baseline import compare
from bot.domain.measures.history import Sample
from bot.domain.measures.sampling import sample_of
from bot.domain.panel import RoundRow
from bot.domain.setup import Tolerance
from bot.domain.text import Label, Text
from bot.domain.watches.listing import Answer, Listed
from bot.domain.watches.plan import Entry, EntryKind, EntryState
from bot.domain.watches.verdict import Finding
from bot.locale import Speaker
from checks.result import State
from checks.threshold import Condition

CLEAN = flat(0.0)
HOLE = flat(0.0, but=(3, 6))
STOPPED = flat(0.0, but=(20, 24))
BEGUN_LATE = flat(0.0, but=(0, 2))
SHORT_BREAK = flat(0.0, but=(3, 3.9))
SPIKE = flat(lambda hour: 0.3 if 14 <= hour < 14.05 else 0.0)


def said(text: Text | Label) -> str:
    speaker = Speaker("en", "Asia/Shanghai", {"lin": "Lin"})
    return speaker.label(text) if isinstance(text, Label) else speaker.say(text, T0)


def rule(kind: Rule, *subjects: str, limit: str = "", **more: object) -> Criterion:
    return Criterion(  # type: ignore[arg-type]
        rule=kind, subjects=subjects, limit=Condition.parse(limit) if limit else None, **more
    )


def judged(criterion: Criterion, on: Grounds) -> Finding:
    verdict = prove((criterion,), on)
    assert len(verdict.findings) == 1
    assert verdict.outcome is verdict.findings[0].outcome
    return verdict.findings[0]


def told(criterion: Criterion, on: Grounds) -> tuple[str, str]:
    finding = judged(criterion, on)
    return finding.outcome.value, said(finding.text)


ALWAYS = rule(Rule.ALWAYS, "m", limit="= 0")
AVERAGE = rule(Rule.AVERAGE, "m", limit="< 0.5")
P99 = rule(Rule.PERCENTILE, "m", limit="< 5")


@pytest.mark.parametrize(
    ("criterion", "values", "outcome", "words"),
    [
        (ALWAYS, CLEAN, "passed", "all 288 values = 0%"),
        (ALWAYS, SPIKE, "failed", "m was 0.3%, not = 0%"),  # one value is enough
        (ALWAYS, HOLE, "inconclusive", "all 252 values = 0%, but data is missing: "
         "m: no values from 02:55 to 06:00, for 3h 5m"),
        (ALWAYS, STOPPED, "inconclusive", None),
        (ALWAYS, BEGUN_LATE, "inconclusive", None),
        (ALWAYS, SHORT_BREAK, "passed", None),  # under an hour, and under 5% of the hours
        (ALWAYS, [], "inconclusive", "m: no values"),
        (ALWAYS, flat(lambda h: 0.3 if h < 1 else 0.0, but=(3, 6)), "failed", None),  # bad is bad
        (AVERAGE, flat(0.4), "passed", "average 0.4%"),
        (AVERAGE, flat(0.5), "failed", "average 0.5%, not < 0.5%"),  # at the limit it does not hold
        (AVERAGE, flat(lambda h: 6.0 if h < 1 else 0.0), "passed", "average 0.25%"),  # a bad hour may be
        (AVERAGE, flat(0.4, but=(3, 6)), "inconclusive", None),
        (AVERAGE, [], "inconclusive", "m: no values"),
        (P99, flat(lambda h: 9.0 if h < 0.3 else 1.0), "failed", None),  # 4 of 288 are over one per cent
        (P99, flat(lambda h: 9.0 if h < 0.1 else 1.0), "passed", None),  # 2 of 288 are not
        (P99, flat(1.0, but=(0, 4)), "inconclusive", None),
        (rule(Rule.AVERAGE, "m", limit="> 95"), flat(99.0), "passed", None),
        (rule(Rule.AVERAGE, "m", limit="> 95"), flat(90.0), "failed", "average 90%, not > 95%"),
        (rule(Rule.DATA_COMPLETE, "m"), CLEAN, "passed", "1 of 1 metrics complete"),
        (rule(Rule.DATA_COMPLETE, "m"), HOLE, "inconclusive", None),
        (rule(Rule.DATA_COMPLETE, "m", gap=timedelta(hours=4), coverage=0.8), HOLE, "passed", None),
        (rule(Rule.DATA_COMPLETE, "m", gap=timedelta(minutes=10), coverage=0.1), flat(0.0, but=(3.2, 3.7)),
         "inconclusive", "1 of 1 metrics complete, but data is missing: m: no values for 35m at a stretch"),
        (rule(Rule.DATA_COMPLETE, "m", "n"), CLEAN, "inconclusive", None),  # nothing of n
        (rule(Rule.NO_SWINGS, "m"), flat(lambda h: 100 + h % 7), "passed", None),
        (rule(Rule.NO_SWINGS, "m"), flat(lambda h: 100 + h % 7 + (200 if 5 <= h < 6 else 0)), "failed",
         None),
        (rule(Rule.NO_SWINGS, "m"), flat(lambda h: 100 + (20 if 5 <= h < 6 else 0)), "passed",
         None),  # a trifle
        (rule(Rule.NO_SWINGS, "m"), HOLE, "inconclusive", None),
        (rule(Rule.NO_SWINGS, "m"), [], "inconclusive", None),
    ],
)  # fmt: skip
def test_metrics(criterion: Criterion, values: Values, outcome: str, words: str | None) -> None:
    found = told(criterion, grounds({"m": values}, metric("m")))
    assert found[0] == outcome
    assert words is None or found[1] == words


def test_a_failure_names_when_and_what() -> None:
    spike = grounds({"m": SPIKE}, metric("m"), offences={0: (Sample(at=T0 + 14 * HOUR, value=0.3),)})
    finding = judged(ALWAYS, spike)
    assert said(finding.text) == "m was 0.3% at 14:00, not = 0%"
    assert [said(row) for row in finding.rows] == ["14:00: 0.3%"]


def test_the_worst_hours_are_the_rows_that_decide_about_an_average() -> None:
    finding = judged(AVERAGE, grounds({"m": flat(lambda h: h // 1)}, metric("m")))
    assert [said(row)[:23] for row in finding.rows] == [
        f"from {hour}:00: average {hour}%" for hour in (23, 22, 21)
    ]


def test_a_finding_carries_value_limit_and_coverage() -> None:
    finding = judged(AVERAGE, grounds({"m": flat(0.4, but=(3, 6))}, metric("m")))
    assert finding.value is not None
    assert finding.limit is not None
    assert (finding.value.value, said(finding.limit), finding.coverage, finding.number) == (
        pytest.approx(0.4), "< 0.5%", 21 / 24, 0,
    )  # fmt: skip


def test_three_hours_of_seven_days_are_missed_although_nearly_all_is_there() -> None:
    week = grounds({"m": flat(0.0, 7 * DAY, but=(50, 53))}, metric("m"), length=7 * DAY)
    assert told(ALWAYS, week)[0] == "inconclusive"
    assert told(ALWAYS, grounds({"m": flat(0.0, 7 * DAY)}, metric("m"), length=7 * DAY))[0] == "passed"


# --- alerts and rounds ------------------------------------------------------------------------------------

WATCHED = {"m": CLEAN}
TIER_1 = metric("m", tier=1)


def alert(word: str = "c", key: str = "latency_p99", resolved: bool = True) -> Alert:
    fired = happened(observe(None, replace(subject(NOBODY_HOME), key=key), saw(word), T0 + HOUR)).alert
    return replace(fired, resolved_at=T0 + 2 * HOUR) if resolved else fired


def round_(state: EntryState, *rows: tuple[str, State], hour: float = 1) -> Listed:
    held = state in (EntryState.PASSED, EntryState.FAILED)
    at = T0 + hour * HOUR
    return Listed(
        id=f"r{hour}",
        service="orders",
        channel="oncall",
        watch="w",
        entry=Entry(at=at, kind=EntryKind.ROUND, state=state),
        ran_at=at if held else None,
        outcome=state if held else None,
        rows=tuple(RoundRow(check=key, label=Label(key), state=each, summary="so") for key, each in rows),
    )


def incidents(kind: Rule, *what: Incident, limit: str = "", of: tuple[str, ...] = ()) -> Criterion:
    return rule(kind, *of, limit=limit, incidents=what)


NO_CRITICAL = incidents(Rule.NONE_OF, Incident.CRITICAL_ALERTS)
PASSED, FAILED, MISSED = EntryState.PASSED, EntryState.FAILED, EntryState.MISSED


@pytest.mark.parametrize(
    ("criterion", "facts", "outcome", "words"),
    [
        (NO_CRITICAL, {}, "passed", "0 critical alerts"),
        (NO_CRITICAL, {"alerts": (alert("w"),)}, "passed", None),  # a warning is none
        (NO_CRITICAL, {"alerts": (alert(),)}, "failed",
         "1 critical alerts: P99 latency 12 s, at 01:00 for 1h"),
        (NO_CRITICAL, {"alerts": (alert(resolved=False),)}, "failed",
         "1 critical alerts: P99 latency 12 s, since 01:00"),
        (incidents(Rule.NONE_OF, Incident.WARNING_ALERTS), {"alerts": (alert("w"),)}, "failed", None),
        (incidents(Rule.NONE_OF, Incident.CRITICAL_ALERTS, of=("m",)), {"alerts": (alert(),)},
         "passed", None),
        (incidents(Rule.NONE_OF, Incident.CRITICAL_ALERTS, of=("m",)), {"alerts": (alert(key="m"),)},
         "failed", None),
        (incidents(Rule.COUNT, Incident.CRITICAL_ALERTS, limit="<= 1"), {"alerts": (alert(),)},
         "passed", None),
        (incidents(Rule.COUNT, Incident.CRITICAL_ALERTS, limit="<= 1"), {"alerts": (alert(), alert(key="m"))},
         "failed", None),
        (incidents(Rule.COUNT, Incident.CRITICAL_ALERTS, limit=">= 1"), {}, "failed", "0 critical alerts"),
        (incidents(Rule.NONE_OF, Incident.MISSED_ROUNDS), {"rounds": (round_(PASSED),)}, "passed", None),
        (incidents(Rule.NONE_OF, Incident.MISSED_ROUNDS), {"rounds": (round_(MISSED),)}, "failed", None),
        (incidents(Rule.NONE_OF, Incident.FAILED_ROUNDS), {"rounds": (round_(FAILED),)}, "failed", None),
        (rule(Rule.CHECKS_PASSED, "host"), {"rounds": (round_(PASSED, ("host", State.OK)),)},
         "passed", "1 of 1 passed"),
        (rule(Rule.CHECKS_PASSED, "host"),
         {"rounds": (round_(PASSED, ("host", State.OK)), round_(FAILED, ("host", State.WARNING), hour=2))},
         "failed", "1 of 2 passed"),
        (rule(Rule.CHECKS_PASSED, "host", limit=">= 50"),
         {"rounds": (round_(PASSED, ("host", State.OK)), round_(FAILED, ("host", State.WARNING), hour=2))},
         "passed", None),
        (rule(Rule.CHECKS_PASSED, "host"), {"rounds": (round_(PASSED, ("other", State.OK)),)},
         "inconclusive", "no round has asked them"),
        (rule(Rule.CHECKS_PASSED, "host"),
         {"rounds": (round_(PASSED, ("host", State.OK)), round_(PASSED, ("host", State.UNKNOWN), hour=2))},
         "inconclusive", "1 of 1 passed, but only 50% could be asked"),
        (rule(Rule.CHECKS_PASSED, "host"),
         {"rounds": (round_(PASSED, ("host", State.OK)), round_(MISSED, hour=2))},
         "inconclusive", None),
    ],
)  # fmt: skip
def test_incidents_and_checks(
    criterion: Criterion, facts: dict[str, object], outcome: str, words: str | None
) -> None:
    found = told(criterion, grounds(WATCHED, TIER_1, **facts))
    assert found[0] == outcome
    assert words is None or found[1] == words


def test_no_alert_proves_nothing_where_nobody_looked() -> None:
    assert told(NO_CRITICAL, grounds({"m": HOLE}, TIER_1))[0] == "inconclusive"
    assert told(NO_CRITICAL, grounds({}, metric("m", tier=2)))[0] == "inconclusive"
    assert told(NO_CRITICAL, grounds({}, metric("m", tier=2), rounds=(round_(PASSED),)))[0] == "passed"


def test_what_is_measured_at_rounds_only_is_complete_when_no_round_was_missed() -> None:
    at_rounds = [(T0 + hour * HOUR, 0.0) for hour in (1, 9, 17)]
    rounds = tuple(round_(PASSED, hour=hour) for hour in (1, 9, 17))
    assert told(ALWAYS, grounds({"m": at_rounds}, metric("m"), rounds=rounds))[0] == "passed"
    missed = (*rounds, round_(MISSED, hour=20))
    assert told(ALWAYS, grounds({"m": at_rounds}, metric("m"), rounds=missed)) == (
        "inconclusive",
        "all 3 values = 0%, but data is missing: m: only 75% of the time has values",
    )


# --- the baseline, people, the whole ----------------------------------------------------------------------


def test_no_worse_than_before() -> None:
    slow = metric("m", target="< 500")
    values = {"m": flat(100.0)}
    before = sample_of([100.0 + n for n in range(20)])
    worse = compare(slow, before, sample_of([200.0 + n for n in range(20)]), Tolerance())
    same = compare(slow, before, before, Tolerance())
    unknown = compare(slow, before, sample_of([]), Tolerance())
    criterion = rule(Rule.AS_BEFORE, "m")
    assert told(criterion, grounds(values, slow, compared={"m": worse}))[0] == "failed"
    assert told(criterion, grounds(values, slow, compared={"m": same}))[0] == "passed"
    assert told(criterion, grounds(values, slow, compared={"m": unknown}))[0] == "inconclusive"
    assert told(criterion, grounds(values, slow)) == (
        "inconclusive",
        "there is no baseline to compare with",
    )


def test_people_are_asked_and_the_newest_answer_counts() -> None:
    asked = rule(Rule.ASKED, label=Label("Are users content?"))
    yes = Answer(number=0, yes=True, by="lin", at=T0)
    no = replace(yes, yes=False, at=T0 + HOUR)
    assert told(asked, grounds({})) == ("inconclusive", "nobody has answered yet")
    assert told(asked, grounds({}, answers=(yes,))) == ("passed", "yes, says Lin at 00:00")
    assert told(asked, grounds({}, answers=(yes, no))) == ("failed", "no, says Lin at 01:00")
    assert told(asked, grounds({}, answers=(replace(yes, number=1),)))[0] == "inconclusive"
    assert judged(asked, grounds({})).asks


def test_one_failure_fails_the_gate_and_what_is_missing_never_passes_it() -> None:
    clean, spike, hole = (grounds({"m": each}, TIER_1) for each in (CLEAN, SPIKE, HOLE))
    both = (ALWAYS, NO_CRITICAL)
    assert prove(both, clean).outcome.value == "passed"
    assert prove(both, spike).outcome.value == "failed"
    assert prove(both, hole).outcome.value == "inconclusive"
    assert [each.number for each in prove((NO_CRITICAL, ALWAYS), spike).findings] == [1, 0]  # worst first


def test_what_was_rolled_back_never_passes() -> None:
    verdict = prove((ALWAYS,), grounds({"m": CLEAN}, TIER_1, rolled_back=True))
    assert verdict.outcome.value == "failed"
    assert said(verdict.findings[0].text) == "the deployment was rolled back"


def test_no_criteria_prove_nothing() -> None:
    assert prove((), grounds({})).outcome.value == "inconclusive"


@pytest.mark.parametrize(
    ("criterion", "words"),
    [
        (replace(ALWAYS, label=Label("Ours")), "Ours"),
        (ALWAYS, "m always = 0%"),
        (AVERAGE, "m on average < 0.5%"),
        (P99, "m, P99 < 5%"),
        (NO_CRITICAL, "no critical alerts"),
        (incidents(Rule.NONE_OF, Incident.CRITICAL_ALERTS, Incident.MISSED_ROUNDS),
         "no critical alerts, missed rounds"),
        (rule(Rule.AS_BEFORE, "m"), "no worse than before the deployment"),
        (rule(Rule.ASKED), "asked of people"),
        (rule(Rule.NO_SWINGS, "m"), "no abnormal swings"),
        (incidents(Rule.COUNT, Incident.WARNING_ALERTS, limit="<= 3"), "warning alerts <= 3"),
        (rule(Rule.CHECKS_PASSED, "host", "disk"), "checks passed: host, disk"),
    ],
)  # fmt: skip
def test_a_criterion_without_a_label_says_what_it_asks(criterion: Criterion, words: str) -> None:
    assert said(title(criterion, grounds({}, metric("m")))) == words
