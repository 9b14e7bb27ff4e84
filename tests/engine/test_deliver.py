"""A delivery whose lease runs out, and an alert that cannot be decided: what they hold up, and what not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from engine_room import engine_room

from bot.clock import HeldClock
from bot.domain.card import Line, Message
from bot.domain.text import say
from bot.engine.alerts.escalate import escalate_due
from bot.engine.alerts.findings import Asked
from bot.engine.alerts.observe import keep
from bot.engine.delivery.deliver import LEASE, deliver_next
from bot.engine.ledger import Delivery, Fate, Lane, Parcel
from bot.engine.ports import Outcome, Place, Posted, Sent
from bot.engine.world import World
from bot.store import Database
from checks.result import Measurement, Result, State

T0 = datetime(2026, 1, 19, tzinfo=UTC)

CONFIG = """
service: orders
people:
  lin: {name: Lin Wei, slack: U0LIN}
escalations:
  default: {levels: [{notify: [person:lin], wait: 10m}]}
metrics:
  a: {tier: 1, critical: "> 1"}
  b: {tier: 1, critical: "> 1"}
  c: {tier: 1, critical: "> 1"}
checks:
  figures: {kind: command, run: [cat, x], output: json, every: 10s}
"""


@dataclass
class SlowDoor:
    """A way to Slack whose look-up takes `looks`; remembers what it was given to post."""

    clock: HeldClock
    looks: timedelta = timedelta(0)
    posted: list[str] = field(default_factory=list)

    def post(self, operation: str, place: Place, message: Message) -> Outcome:
        self.posted.append(operation)
        return Sent(Posted(channel="C1", ts=f"{len(self.posted)}.1"))

    def find(self, operation: str, place: Place, since: datetime) -> Outcome | None:
        self.clock.advance(self.looks)
        return None


@dataclass
class Office:
    """An engine over a real database and a door that the test opens and shuts."""

    database: Database
    clock: HeldClock
    door: SlowDoor
    world: World


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock = HeldClock(T0)
    door = SlowDoor(clock)
    with engine_room(tmp_path, CONFIG, T0, clock=clock, door=door) as (world, database):
        yield Office(database, clock, door, world)


def puts(office: Office, operation: str, *, unsure: bool) -> None:
    with office.database.transaction() as rows:
        rows.outbox.put(
            Delivery(
                operation=operation,
                lane=Lane.PAGE,
                parcel=Parcel.ANNOUNCE,
                subject="a1",
                place=Place(channel="oncall"),
                body=Line(text=say("-")),
                created_at=T0,
                look_at=T0,
                unsure=unsure,
            )
        )


def deliver(office: Office) -> None:
    deliver_next(office.world, Lane.PAGE, office.clock.now())


def test_a_look_up_that_takes_long_leaves_time_to_send(office: Office) -> None:
    puts(office, "slow", unsure=True)
    office.door.looks = LEASE - timedelta(seconds=1)
    deliver(office)
    assert office.door.posted == ["slow"]


def test_whoever_lost_the_row_while_looking_does_not_send_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    puts(office, "stalled", unsure=True)

    def another_takes_it(*_: object) -> None:
        office.clock.advance(LEASE)
        with office.database.transaction() as rows:
            assert rows.outbox.claim(Lane.PAGE, office.clock.now(), office.clock.now() + LEASE)

    monkeypatch.setattr(office.door, "find", another_takes_it)
    deliver(office)
    assert office.door.posted == []
    with office.database.reading() as rows:
        assert rows.outbox.waiting("stalled")


def test_an_alert_that_cannot_be_decided_holds_up_no_other(office: Office) -> None:
    service = office.world.setup.services["orders"]
    told = tuple(Measurement(metric=key, value=9) for key in "abc")
    result = Result(
        check="figures", state=State.OK, summary="-", measurements=told, started_at=T0, duration_s=0.1
    )
    with office.database.transaction() as rows:
        keep(rows, office.world.setup, service, Asked(service.checks["figures"], result, None), T0)
        fired = {alert.subject.key: alert for alert in rows.alerts.open_all()}
    with office.database._engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alerts SET body = '{}' WHERE id = ?", (fired["b"].id,))
    due = max(alert.next_at for alert in fired.values() if alert.next_at)
    with pytest.raises(ExceptionGroup, match="1 of 3"):
        escalate_due(office.world, due)
    with office.database.reading() as rows:
        others = [rows.alerts.get(fired[key].id) for key in "ac"]
    assert [alert and alert.paged for alert in others] == [("lin",), ("lin",)]


def test_whoever_froze_until_another_sent_the_row_does_not_send_it_too(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    puts(office, "frozen", unsure=False)
    reading = office.database.reading

    def freezes() -> Any:
        office.clock.advance(LEASE)
        monkeypatch.setattr(office.database, "reading", reading)
        deliver(office)
        return reading()

    monkeypatch.setattr(office.database, "reading", freezes)
    deliver(office)
    assert office.door.posted == ["frozen"]


def test_the_card_of_a_page_that_need_not_go_any_more_is_drawn_anew(office: Office) -> None:
    with office.database.transaction() as rows:
        rows.outbox.put(
            Delivery(
                operation="gone/page/0.1.2",
                lane=Lane.PAGE,
                parcel=Parcel.PAGE,
                subject="gone",
                place=Place(channel="oncall"),
                created_at=T0,
                look_at=T0,
            )
        )
    deliver(office)
    with office.database.transaction() as rows:
        assert rows.outbox.standing("gone/page/0.1.2") == (Fate.DROPPED, "the alert is gone")
        drawn = rows.outbox.claim(Lane.CARD, T0, T0 + LEASE)
        assert drawn
        assert (drawn.subject, drawn.redraw) == ("gone", True)
