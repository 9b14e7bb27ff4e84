"""Derived metrics and tiers, from a check's answer to alerts, on a real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import load
from bot.domain.measures.reading import Reading
from bot.domain.setup import Item
from bot.engine.alerts.findings import Asked
from bot.engine.alerts.observe import keep
from bot.engine.people.overview import panel
from bot.engine.watches.rounds import newest_made, round_row
from bot.engine.watches.watch import Start, start_watch
from bot.store import Database
from checks.result import Measurement, Result, State

T0 = datetime(2026, 1, 19, tzinfo=UTC)

CONFIG = """
service: orders
metrics:
  errors: {tier: 3}
  requests: {tier: 3}
  pushes: {tier: 3}
  latency: {tier: 3, unit: s}
  error_rate: {tier: 1, unit: "%", from: errors / requests * 100, critical: "> 1"}
  spare: {tier: 1, from: 1 - error_rate / 100, critical: "< 0.5"}
  push_rate: {tier: 1, unit: /s, from: "rate(pushes, 10m)"}
  latency_p90: {tier: 1, unit: s, from: latency, window: 10m, percentile: 90}
  latency_avg: {tier: 1, unit: s, from: latency, window: 10m}
  slower: {tier: 1, unit: s, from: latency_avg - baseline(latency_avg), no_data: 1h}
  cpu: {tier: 2, warning: "> 80"}
  size: {tier: 3, warning: "> 80"}
checks:
  errors: {kind: command, run: [cat, x], output: json, every: 1m}
  requests: {kind: command, run: [cat, x], output: json, every: 1m}
plan:
  phases: [{name: Day 1, day: 1, every: 30m}]
"""


class Desk:
    def __init__(self, folder: Path) -> None:
        (folder / "config.yaml").write_text(CONFIG)
        self.setup = load(folder / "config.yaml", {})
        self.service = self.setup.services["orders"]
        self.database = Database(self.setup.storage)

    def answers(self, check: str, minute: float, *, at_round: bool = False, **values: float) -> None:
        self.keeps(check, minute, at_round=at_round, **values)

    def result(self, check: str, minute: float, **values: float) -> Result:
        at = T0 + timedelta(minutes=minute)
        told = tuple(Measurement(metric=key, value=each) for key, each in values.items())
        return Result(
            check=check, state=State.OK, summary="-", measurements=told, started_at=at, duration_s=0.1
        )

    def keeps(
        self, check: str, minute: float, *, at_round: bool = False, **values: float
    ) -> tuple[Reading, ...]:
        """What follows from the answer."""
        result = self.result(check, minute, **values)
        asked = Asked(self.service.checks[check], result, None)
        with self.database.transaction() as rows:
            return keep(rows, self.setup, self.service, asked, result.started_at, at_round=at_round).made

    def newest(self) -> dict[str, float]:
        with self.database.reading() as rows:
            return {each.metric: each.value for each in rows.readings.newest("orders")}

    def open(self) -> list[str]:
        with self.database.reading() as rows:
            return [alert.subject.key for alert in rows.alerts.open_all()]

    def watch(self, minute: float) -> None:
        at = T0 + timedelta(minutes=minute)
        with self.database.transaction() as rows:
            start_watch(rows, self.service, Start(version="v1", deployed_at=at), at)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.database.close()


def test_a_ratio_follows_whichever_of_its_parts_was_measured_and_alerts_at_once(desk: Desk) -> None:
    desk.answers("errors", 0, errors=1)
    assert "error_rate" not in desk.newest()
    desk.answers("requests", 0.5, requests=1000)
    assert desk.newest()["error_rate"] == pytest.approx(0.1)
    desk.answers("errors", 1, errors=60)
    assert desk.open() == ["error_rate"]
    assert desk.newest()["spare"] == pytest.approx(0.94)  # made of what was made
    desk.answers("errors", 2, errors=0)
    assert desk.open() == []


def test_a_part_that_is_stale_makes_no_value(desk: Desk) -> None:
    desk.answers("errors", 0, errors=1)
    desk.answers("requests", 30, requests=1000)
    assert "error_rate" not in desk.newest()


def test_a_derived_value_is_stale_as_soon_as_one_of_its_parts_is(desk: Desk) -> None:
    desk.answers("errors", 0, errors=1)
    desk.answers("requests", 2, requests=1000)
    with desk.database.reading() as rows:
        known = {each.metric: each for each in rows.readings.newest("orders")}
    assert known["error_rate"].fresh_until == known["errors"].fresh_until


def test_a_rate_is_of_a_counter_that_may_start_anew(desk: Desk) -> None:
    for minute, pushes in enumerate((100, 160, 20, 80)):
        desk.answers("errors", minute, pushes=pushes)
    assert desk.newest()["push_rate"] == pytest.approx((60 + 20 + 60) / 180)


def test_percentiles_and_averages_roll(desk: Desk) -> None:
    for minute in range(20):
        desk.answers("errors", minute, latency=minute)
    newest = desk.newest()
    assert newest["latency_avg"] == pytest.approx(14.5)  # minutes 10 to 19
    assert newest["latency_p90"] == pytest.approx(18, rel=0.01)


def test_a_difference_to_the_baseline_is_to_the_mean_before_the_deployment(desk: Desk) -> None:
    for minute in range(5):
        desk.answers("errors", minute, latency=1)
    assert "slower" not in desk.newest()
    desk.watch(5)
    for minute in range(5, 60):
        desk.answers("errors", minute, latency=3)
    assert desk.newest()["slower"] == pytest.approx(2)


def test_a_measurement_of_a_derived_metrics_name_does_not_feed_it(desk: Desk) -> None:
    desk.answers("errors", 0, error_rate=99)
    assert desk.newest() == {}


def test_derived_metrics_stand_in_the_panel(desk: Desk) -> None:
    desk.answers("errors", 0, errors=1)
    desk.answers("requests", 0, requests=10)
    with desk.database.reading() as rows:
        shown = panel(rows, desk.setup, desk.service, T0)
    row = next(row for group in shown.groups for row in group.rows if row.metric == "error_rate")
    assert (row.value and row.value.value, str(row.standing)) == (pytest.approx(10), "critical")


# Tiers -------------------------------------------------------------------------------------------


def test_tier_2_is_judged_at_rounds_and_followed_from_then_on(desk: Desk) -> None:
    desk.watch(0)
    desk.answers("errors", 1, cpu=95)
    assert desk.open() == []  # no round yet
    desk.answers("errors", 2, at_round=True, cpu=95)
    assert desk.open() == ["cpu"]
    desk.answers("errors", 3, cpu=20)
    assert desk.open() == []


def test_tier_2_is_judged_when_it_is_measured_where_no_watch_holds_rounds(desk: Desk) -> None:
    desk.answers("errors", 1, cpu=95)
    assert desk.open() == ["cpu"]


def test_tier_3_never_alerts(desk: Desk) -> None:
    desk.answers("errors", 1, size=95)
    desk.watch(1)
    desk.answers("errors", 2, at_round=True, size=95)
    assert desk.open() == []


def test_tier_2_never_pages(desk: Desk) -> None:
    desk.answers("errors", 1, cpu=95)
    with desk.database.reading() as rows:
        assert [alert.pages for alert in rows.alerts.open_all()] == [False]


def test_a_round_shows_what_was_made_of_its_answers_beside_the_one_that_completed_it(desk: Desk) -> None:
    made = [
        desk.keeps("requests", 0, requests=100),
        desk.keeps("errors", 0, errors=3),
        desk.keeps("requests", 1, requests=200),
    ]
    assert [[each.metric for each in some] for some in made] == [
        [],
        ["error_rate", "spare"],
        ["error_rate", "spare"],
    ]
    assert [[each.metric for each in some] for some in newest_made(made)] == [[], [], ["error_rate", "spare"]]
    asked = Asked(desk.service.checks["requests"], desk.result("requests", 1, requests=200), None)
    row = round_row(desk.service, Item(check="requests"), asked, newest_made(made)[2])
    assert [(value.metric, value.value.value, value.standing.value) for value in row.values] == [
        ("requests", 200, "ok"),
        ("error_rate", 1.5, "critical"),
        ("spare", 0.985, "ok"),
    ]
    assert row.state is State.CRITICAL
