"""Which alerts share a card, when its thread hears of it, and how urgent each is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from problems_of_orders import T0, firing

from bot.domain.alerts.alert import Alert, AlertKind, Severity
from bot.domain.alerts.grouping import (
    STORM,
    Group,
    Grouping,
    begin_group,
    group_key,
    joined,
    next_look,
    takes_in,
    woken_lately,
)
from bot.domain.alerts.priority import priority

SECOND = timedelta(seconds=1)
BY_SERVICE = Grouping()
BY_CLUSTER = Grouping(by=("cluster",))
GROUP = begin_group(BY_SERVICE, "a1", ("oncall/service=orders", "orders", "oncall"), T0)


@pytest.mark.parametrize(
    ("grouping", "is_open", "seconds", "joins"),
    [
        (BY_SERVICE, True, 0, True),  # at the same instant
        (BY_SERVICE, True, 9.9, True),  # within group_wait
        (BY_SERVICE, True, 10, False),  # later is a problem of its own
        (BY_SERVICE, False, 1, False),  # what is over takes nobody in
        (BY_CLUSTER, True, 86400, True),  # by label: for as long as it is open
        (BY_CLUSTER, False, 1, False),
        (replace(BY_SERVICE, wait=timedelta(0)), True, 0, False),  # every alert alone
    ],
)
def test_an_alert_joins_what_gathers(grouping: Grouping, is_open: bool, seconds: float, joins: bool) -> None:
    assert takes_in(grouping, GROUP, is_open, T0 + seconds * SECOND) is joins


@pytest.mark.parametrize(
    ("grouping", "labels", "key"),
    [
        (BY_SERVICE, {"service": "orders", "host": "a"}, "oncall/service=orders"),
        (BY_CLUSTER, {"service": "orders", "cluster": "x"}, "oncall/cluster=x"),
        (BY_CLUSTER, {"service": "orders"}, "oncall/cluster="),  # a label that is absent is empty
        (Grouping(by=()), {"service": "orders"}, "oncall/"),  # everything of a channel
    ],
)
def test_a_group_is_named_by_what_its_alerts_have_in_common(
    grouping: Grouping, labels: dict[str, str], key: str
) -> None:
    assert group_key(grouping, labels, "oncall") == key


def seconds_until(group: Group) -> float:
    return (next_look(BY_SERVICE, group) - T0).total_seconds()


def test_the_thread_hears_after_the_wait_and_then_at_intervals() -> None:
    assert seconds_until(GROUP) == 4 * 3600  # alone there is nothing to tell but that it is open
    more = joined(GROUP)
    assert (more.size, seconds_until(more)) == (2, 10)
    told = replace(more, told_at=T0 + 10 * SECOND)
    assert seconds_until(told) == 310
    assert seconds_until(replace(told, news=False)) == 4 * 3600


@pytest.mark.parametrize(
    ("riders", "seconds", "lately"),
    [
        (0, 9.9, True),
        (0, 10, False),
        (STORM - 1, 10, False),
        (STORM, 10, True),  # a storm
        (STORM, 299.9, True),
        (STORM, 300, False),
    ],
)
def test_nobody_is_woken_again_within_the_wait_and_in_a_storm_within_the_interval(
    riders: int, seconds: float, lately: bool
) -> None:
    assert woken_lately(BY_SERVICE, T0, riders, T0 + seconds * SECOND) is lately


@pytest.mark.parametrize(
    ("tier", "severity", "kind", "expected"),
    [
        (1, Severity.CRITICAL, AlertKind.BREACH, 0),
        (None, Severity.CRITICAL, AlertKind.BREACH, 0),  # a failing check, or an alert from elsewhere
        (1, Severity.WARNING, AlertKind.BREACH, 1),
        (2, Severity.CRITICAL, AlertKind.BREACH, 1),
        (2, Severity.WARNING, AlertKind.BREACH, 2),
        (3, Severity.CRITICAL, AlertKind.BREACH, 2),
        (3, Severity.WARNING, AlertKind.BREACH, 3),
        (1, Severity.WARNING, AlertKind.NO_DATA, 2),  # missing is gentler than bad
        (3, Severity.WARNING, AlertKind.NO_DATA, 3),
        (None, Severity.WARNING, AlertKind.ERROR, 3),
    ],
)
def test_priority_is_by_tier_and_severity(
    tier: int | None, severity: Severity, kind: AlertKind, expected: int
) -> None:
    alert: Alert = firing(tier=tier)
    assert priority(replace(alert, severity=severity, subject=replace(alert.subject, kind=kind))) == expected
