"""This machine is offline: whoever is on call is told by what remains, and nobody else is blamed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from engine_room import engine_room

from bot.domain.alerts.alert import Alert
from bot.engine.alerts.escalate import escalate_due
from bot.engine.alerts.findings import Asked
from bot.engine.alerts.observe import keep
from bot.engine.ledger import Lane
from bot.engine.oncall.duties import duty_due, enlist_duties
from bot.engine.world import World
from bot.store import Database
from checks.result import Result, State

T0 = datetime(2026, 1, 19, tzinfo=UTC)
CONFIG = """
service: orders
people:
  lin: {name: Lin Wei, slack: U0LIN, email: lin@example.com}
channels:
  email: "mailto://127.0.0.1:25?to={email}&from=vigil%40example.com&mode=insecure"
escalations:
  default: {levels: [{notify: [person:lin], wait: 10m}]}
checks:
  shop: {kind: http, url: "http://shop.example.com/", every: 10s}
"""


@dataclass
class Line:
    """The way out of this machine."""

    cut: str = ""

    def __call__(self) -> str:
        return self.cut


@dataclass
class Watchman:
    world: World
    database: Database
    line: Line

    def asks(self, at: datetime, *, offline: bool) -> None:
        """The check is asked, and then whatever is due is done."""
        result = Result(
            check="shop",
            state=State.UNKNOWN if offline else State.OK,
            summary="-",
            started_at=at,
            duration_s=0.1,
            offline=offline,
        )
        service = self.world.setup.services["orders"]
        with self.database.transaction() as rows:
            keep(rows, self.world.setup, service, Asked(service.checks["shop"], result, None), at)
        duty_due(self.world, at)
        escalate_due(self.world, at)

    def open(self) -> list[Alert]:
        with self.database.reading() as rows:
            return list(rows.alerts.open_all())

    def calls(self, at: datetime) -> list[str]:
        """The ways by which somebody is told because of it now."""
        found = []
        with self.database.transaction() as rows:
            while each := rows.outbox.claim(Lane.CALL, at, at + timedelta(seconds=20)):
                found.append(each.operation.rpartition("/call/")[2])
        return found


@pytest.fixture
def watchman(tmp_path: Path) -> Iterator[Watchman]:
    line = Line()
    with engine_room(tmp_path, CONFIG, T0, cut_off=line) as (world, database):
        enlist_duties(world, T0)
        yield Watchman(world, database, line)


def after(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def test_a_machine_that_stays_offline_is_an_alert_of_its_own_which_pages_by_what_remains(
    watchman: Watchman,
) -> None:
    watchman.line.cut = "it has no route to other networks"
    for second in range(0, 60, 15):
        watchman.asks(after(second), offline=True)
    (pending,) = watchman.open()
    assert (pending.subject.fingerprint, pending.fired_at) == ("orders/network", None)
    watchman.asks(after(60), offline=True)
    (firing,) = watchman.open()
    assert (firing.fired_at, firing.paged) == (after(60), ("lin",))
    assert "no route" in str(firing.reason)
    # Slack is asked first; the others go as soon as that is known not to take it, or after five seconds.
    assert watchman.calls(after(66)) == ["lin/email"]


def test_it_is_over_when_the_network_is_back_and_nobody_looks_any_more(watchman: Watchman) -> None:
    watchman.line.cut = "it has no route to other networks"
    for second in range(0, 75, 15):
        watchman.asks(after(second), offline=True)
    watchman.line.cut = ""
    watchman.asks(after(70), offline=False)
    assert [each.fired_at for each in watchman.open()] == [after(60)]  # it is looked at every 15 seconds
    watchman.asks(after(75), offline=False)
    assert watchman.open() == []
    with watchman.database.reading() as rows:
        assert not [each for each in rows.duties.due(after(9999)) if each.key.startswith("network/")]
    # It may go again.
    watchman.line.cut = "it reaches none of 10.0.0.1:53"
    watchman.asks(after(200), offline=True)
    assert len(watchman.open()) == 1


def test_a_moment_without_network_wakes_nobody_and_a_check_alone_is_not_believed(watchman: Watchman) -> None:
    watchman.line.cut = "it has no route to other networks"
    watchman.asks(after(0), offline=True)
    watchman.line.cut = ""
    watchman.asks(after(15), offline=False)
    assert watchman.open() == []
    # A site far away is offline, or a recording lacks a value: this machine is not.
    watchman.asks(after(30), offline=True)
    assert watchman.open() == []
    assert watchman.calls(after(99)) == []
