"""From a check's answer to readings and alerts, on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import load
from bot.domain.alerts.alert import Alert
from bot.domain.setup import Setup
from bot.engine.alerts.findings import Asked
from bot.engine.alerts.observe import keep
from bot.store import Database
from checks.result import Measurement, Result, State

T0 = datetime(2026, 1, 19, tzinfo=UTC)

CONFIG = """
service: orders
metrics:
  throughput: {tier: 1, critical: "< 10", for: 1m}
  cpu: {tier: 2, warning: "> 80"}
checks:
  throughput: {kind: command, run: [cat, x], output: json, every: 10s}
  health: {kind: http, url: "http://127.0.0.1:9/", metrics: {http_latency: cpu}, every: 10s}
  notion: {kind: command, run: [cat, x], output: exit, every: 10s}
  patient: {kind: command, run: [cat, x], output: exit, every: 1h, max_attempts: 3}
  restless: {kind: command, run: [cat, x], output: exit, every: 10s, flapping: false}
"""


class Desk:
    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.database = Database(setup.storage)

    def answers(self, check: str, minute: float, state: State = State.OK, **values: list[float]) -> None:
        """The check answers so many minutes after the start; a metric may be told of more than once."""
        at = T0 + timedelta(minutes=minute)
        told = tuple(Measurement(metric=key, value=each) for key, many in values.items() for each in many)
        result = Result(
            check=check, state=state, summary="-", measurements=told, started_at=at, duration_s=0.1
        )
        service = self.setup.services["orders"]
        with self.database.transaction() as rows:
            keep(rows, self.setup, service, Asked(service.checks[check], result, None), at)

    def lacks_a_network(self, check: str, minute: float) -> None:
        """The check finds that the bot's own machine is offline."""
        at = T0 + timedelta(minutes=minute)
        result = Result(
            check=check, state=State.UNKNOWN, summary="-", started_at=at, duration_s=0.1, offline=True
        )
        service = self.setup.services["orders"]
        with self.database.transaction() as rows:
            keep(rows, self.setup, service, Asked(service.checks[check], result, None), at)

    def open(self) -> dict[str, Alert]:
        with self.database.reading() as rows:
            return {alert.subject.fingerprint: alert for alert in rows.alerts.open_all()}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "config.yaml").write_text(CONFIG)
    made = Desk(load(tmp_path / "config.yaml", {}))
    yield made
    made.database.close()


def test_a_check_that_bears_the_name_of_its_metric_does_not_end_the_metrics_alert(desk: Desk) -> None:
    desk.answers("throughput", 0, throughput=[3])
    desk.answers("throughput", 1, throughput=[3])
    assert {key: alert.state for key, alert in desk.open().items()} == {"orders/throughput": "firing"}


def test_a_check_that_bears_the_name_of_its_metric_has_an_alert_of_its_own(desk: Desk) -> None:
    desk.answers("throughput", 0, State.CRITICAL, throughput=[100])
    assert list(desk.open()) == ["orders/throughput{check=throughput}"]
    desk.answers("throughput", 1, State.OK, throughput=[100])
    assert desk.open() == {}


@pytest.mark.parametrize(
    ("values", "left"),
    [
        ([95, 95], {"orders/cpu"}),  # twice bad is one alert
        ([95, 20], set()),  # the last word counts
        ([20, 95], {"orders/cpu"}),
        ([95, 20, 95], {"orders/cpu"}),  # bad again is another alert
        ([95, 20, 95, 20], set()),
    ],
)
def test_an_answer_may_speak_of_one_series_twice(desk: Desk, values: list[float], left: set[str]) -> None:
    desk.answers("throughput", 0, cpu=values)
    assert set(desk.open()) == left


def test_what_is_bad_well_and_bad_again_at_one_moment_is_two_alerts(desk: Desk) -> None:
    for values in ([95], [20], [95], [20, 95]):
        desk.answers("throughput", 0, cpu=values)
    with desk.database.reading() as rows:
        found = sorted(
            rows.alerts.fired_between("orders", T0, T0 + timedelta(minutes=1)), key=lambda a: a.began_at
        )
    assert [(each.began_at - T0) // timedelta(microseconds=1) for each in found] == [0, 1, 2]
    assert [each.open for each in found] == [False, False, True]


def test_a_check_without_a_metric_is_judged_by_its_own_state_and_pages(desk: Desk) -> None:
    desk.answers("notion", 0, State.CRITICAL)
    (alert,) = desk.open().values()
    assert (alert.subject.fingerprint, alert.pages, alert.state) == ("orders/notion", True, "firing")


def test_a_check_that_feeds_a_metric_wakes_nobody_by_its_own_state(desk: Desk) -> None:
    desk.answers("health", 0, State.CRITICAL)
    (alert,) = desk.open().values()
    assert (alert.subject.fingerprint, alert.pages) == ("orders/health", False)


def test_a_check_that_cannot_measure_is_a_gentler_alert_of_its_own_kind(desk: Desk) -> None:
    desk.answers("notion", 0, State.UNKNOWN)
    desk.answers("notion", 1, State.UNKNOWN)
    (alert,) = desk.open().values()
    assert (alert.subject.fingerprint, alert.pages, alert.state) == ("orders/notion:error", False, "firing")
    desk.answers("notion", 2)
    assert desk.open() == {}


def test_what_flaps_stays_one_alert_across_answers_and_settles(desk: Desk) -> None:
    for minute in range(6):
        desk.answers("health", minute, State.OK if minute % 2 else State.CRITICAL)
    (alert,) = desk.open().values()
    assert (alert.subject.fingerprint, alert.flapping) == ("orders/health", 35.5)
    for minute in range(6, 30):
        desk.answers("health", minute)
    assert desk.open() == {}


def test_a_check_that_may_flap_opens_an_alert_each_time(desk: Desk) -> None:
    for minute in range(12):
        desk.answers("restless", minute, State.OK if minute % 2 else State.CRITICAL)
    assert desk.open() == {}


def test_a_check_is_critical_once_it_failed_as_often_as_it_may(desk: Desk) -> None:
    states = []
    for minute in range(3):
        desk.answers("patient", minute, State.CRITICAL)
        states += [alert.state for alert in desk.open().values()]
    assert states == ["pending", "pending", "firing"]


def test_nobody_is_blamed_while_the_bots_own_machine_is_offline(desk: Desk) -> None:
    desk.answers("notion", 0, State.CRITICAL)
    before = desk.open()
    for minute in (1, 2, 3):
        desk.lacks_a_network("notion", minute)
        desk.lacks_a_network("health", minute)
    assert desk.open() == before
