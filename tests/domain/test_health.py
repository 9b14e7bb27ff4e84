"""What an observation means: tables of values and limits."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.domain.alerts.alert import Severity
from bot.domain.alerts.health import judge_ability, judge_measurement, judge_result
from bot.domain.setup import Metric
from bot.domain.text import Label, Quantity, say
from checks.result import Measurement, Result, State
from checks.threshold import Condition

NAME = Label("P99 latency", "P99 延迟")
LIMITS = ("target", "warning", "critical", "recovery")


def metric(unit: str = "s", **limits: str) -> Metric:
    assert set(limits) <= set(LIMITS)
    conditions = {name: Condition.parse(text) for name, text in limits.items()}
    return Metric(key="latency_p99", label=NAME, unit=unit, **conditions)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("limits", "value", "severity", "recovered"),
    [
        ({}, 99, None, True),  # nothing is asked of it
        ({"target": "< 1"}, 0.5, None, True),  # on target
        ({"target": "< 1"}, 1, Severity.WARNING, False),  # a target missed is a warning
        ({"target": "< 1", "warning": "> 5"}, 3, None, True),  # unless `warning` is given
        ({"target": "< 1", "warning": "> 5"}, 5, None, True),  # at the limit it does not hold
        ({"target": "< 1", "warning": "> 5"}, 6, Severity.WARNING, False),
        ({"target": "= 0", "critical": "> 0.1"}, 0.05, Severity.WARNING, False),  # off target, not critical
        ({"target": "= 0", "critical": "> 0.1"}, 0.1, Severity.WARNING, False),  # at the limit
        ({"target": "= 0", "critical": "> 0.1"}, 0.11, Severity.CRITICAL, False),  # critical wins
        ({"target": "= 0", "critical": "> 0.1"}, 0, None, True),
        ({"warning": "> 5", "critical": "> 10"}, 12, Severity.CRITICAL, False),  # both hold: the worse one
        ({"warning": "> 5", "recovery": "< 4"}, 4.5, None, False),  # neither bad nor over
        ({"warning": "> 5", "recovery": "< 4"}, 4, None, False),  # at the limit of recovery
        ({"warning": "> 5", "recovery": "< 4"}, 3.9, None, True),  # over
        ({"warning": "> 5", "recovery": "< 9"}, 6, Severity.WARNING, False),  # bad before recovered
        ({"critical": "outside 0..4"}, 5, Severity.CRITICAL, False),
        ({"critical": "outside 0..4"}, 4, None, True),  # inside, at its edge
        ({"critical": "< 99"}, 98.5, Severity.CRITICAL, False),  # too little, as of availability
    ],
)
def test_a_value_is_held_against_its_limits(
    limits: dict[str, str], value: float, severity: Severity | None, recovered: bool
) -> None:
    seen = judge_measurement(metric(**limits), Measurement(metric="latency_p99", value=value))
    assert (seen.severity, seen.recovered, seen.value) == (severity, recovered, Quantity(value, "s"))


@pytest.mark.parametrize(
    ("limits", "value", "reason"),
    [
        (
            {"critical": "> 10"},
            12.1,
            say(
                "{metric} {value} {limit}",
                metric=NAME,
                value=Quantity(12.1, "s"),
                limit=say("{operator} {limit}", operator=">", limit=Quantity(10, "s")),
            ),
        ),
        (
            {"critical": "outside 0..4"},
            5,
            say(
                "{metric} {value} {limit}",
                metric=NAME,
                value=Quantity(5, "s"),
                limit=say("outside {low} to {high}", low=Quantity(0, "s"), high=Quantity(4, "s")),
            ),
        ),
        (
            {"target": "< 1"},
            2,
            say(
                "{metric} {value} {limit}",
                metric=NAME,
                value=Quantity(2, "s"),
                limit=say(
                    "off target {target}",
                    target=say("{operator} {limit}", operator="<", limit=Quantity(1, "s")),
                ),
            ),
        ),
        ({"target": "< 1"}, 0.5, say("{metric} {value}", metric=NAME, value=Quantity(0.5, "s"))),
    ],
)
def test_the_reason_carries_the_value_and_the_limit(
    limits: dict[str, str], value: float, reason: object
) -> None:
    seen = judge_measurement(metric(**limits), Measurement(metric="x", value=value))
    assert seen.reason == reason
    assert seen.limit == dict(seen.reason.params).get("limit")


@pytest.mark.parametrize(("unit", "shown"), [("s", "s"), ("", "ms")])  # config's unit wins over the probe's
def test_a_value_is_told_in_the_unit_of_its_metric(unit: str, shown: str) -> None:
    seen = judge_measurement(metric(unit), Measurement(metric="x", value=3, unit="ms"))
    assert seen.value == Quantity(3, shown)


def result(state: State) -> Result:
    when = datetime(2026, 1, 19, tzinfo=UTC)
    return Result(check="notion-api", state=state, summary="503 from api", started_at=when, duration_s=0.1)


@pytest.mark.parametrize(
    ("state", "severity", "recovered"),
    [
        (State.OK, None, True),
        (State.WARNING, Severity.WARNING, False),
        (State.CRITICAL, Severity.CRITICAL, False),
        (State.UNKNOWN, None, False),  # could not find out: neither bad nor good
    ],
)
def test_a_check_without_a_metric_is_judged_by_its_state(
    state: State, severity: Severity | None, recovered: bool
) -> None:
    seen = judge_result(NAME, result(state))
    assert (seen.severity, seen.recovered, seen.value) == (severity, recovered, None)
    assert seen.reason == say("{check}: {summary}", check=NAME, summary="503 from api")


@pytest.mark.parametrize("state", list(State))
def test_being_unable_to_measure_is_a_warning_of_its_own_kind(state: State) -> None:
    seen = judge_ability(NAME, result(state))
    if state is State.UNKNOWN:
        assert (seen.severity, seen.recovered) == (Severity.WARNING, False)
        assert seen.reason == say("{check} could not measure: {summary}", check=NAME, summary="503 from api")
    else:
        assert (seen.severity, seen.recovered) == (None, True)
        assert seen.reason == say("{check} measures again", check=NAME)
