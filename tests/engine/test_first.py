"""A page is claimed in the transaction that decides on it, and nothing of that is lost or sent twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from engine_room import engine_room

from bot.clock import HeldClock
from bot.domain.card import Message
from bot.domain.incoming.alertmanager import read_alertmanager
from bot.engine.alerts.incoming import receive
from bot.engine.delivery.deliver import LEASE, deliver_next
from bot.engine.delivery.first import claim_page, give_back, hand_over, warm_up
from bot.engine.ledger import Lane
from bot.engine.ports import Outcome, Place, Posted, Sent
from bot.engine.world import World

T0 = datetime(2026, 1, 19, tzinfo=UTC)
CONFIG = """
service: orders
grouping: {group_wait: 0s}
people:
  lin: {name: Lin Wei, slack: U0LIN}
escalations:
  default: {levels: [{notify: [person:lin], wait: 10m}]}
"""


@dataclass
class Door:
    """Slack, which takes everything, and remembers what was posted and looked for."""

    posted: list[str] = field(default_factory=list)
    sought: list[str] = field(default_factory=list)

    def post(self, operation: str, place: Place, message: Message) -> Outcome:
        self.posted.append(type(message).__name__)
        return Sent(Posted(channel="C1", ts=f"{len(self.posted)}.1"))

    def find(self, operation: str, place: Place, since: datetime) -> Outcome | None:
        self.sought.append(operation)
        return None


@dataclass
class Bell:
    """Remembers who was woken."""

    woken: list[str] = field(default_factory=list)

    def ring(self) -> None:
        self.woken.append("all")

    def wake(self, topic: str) -> None:
        self.woken.append(topic)


@dataclass
class Office:
    world: World
    clock: HeldClock
    door: Door
    bell: Bell

    def fires(self, name: str, *, hands_over: bool = True) -> None:
        now = self.clock.now()
        body = {"labels": {"alertname": name, "severity": "critical"}, "status": "firing"}
        reports = read_alertmanager({"version": "4", "alerts": [body]}).reports
        with self.world.store.transaction() as ledger:
            receive(ledger, self.world.setup, reports, now)
            page = claim_page(ledger, self.world, now)
        if hands_over:
            hand_over(self.world, page, now)

    def delivers(self) -> None:
        while deliver_next(self.world, Lane.PAGE, self.clock.now()):
            pass

    @property
    def due(self) -> Any:
        return self.world.store.agenda().get(Lane.PAGE)  # type: ignore[attr-defined]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    clock, door, bell = HeldClock(T0), Door(), Bell()
    with engine_room(tmp_path, CONFIG, T0, clock=clock, door=door, bell=bell) as (world, _):
        yield Office(world, clock, door, bell)


def test_what_was_claimed_as_it_was_decided_is_sent_and_the_page_after_it(office: Office) -> None:
    office.fires("A")
    assert office.bell.woken == [Lane.PAGE]
    assert office.world.in_hand.agenda() == {Lane.PAGE: T0}
    office.delivers()
    assert (office.door.posted, office.door.sought) == (["AlertCard", "PageMessage"], [])


def test_whoever_dies_with_a_page_in_hand_leaves_it_to_the_next_when_the_lease_ends(office: Office) -> None:
    office.fires("A", hands_over=False)
    office.delivers()  # its head is somebody's, and it waits for that
    assert office.door.posted == []
    office.clock.advance(LEASE)
    office.delivers()
    # Nobody knows whether the head had left, so it is looked for first; the page came to wait no longer.
    assert sorted(office.door.posted) == ["AlertCard", "PageMessage"]
    assert len(office.door.sought) == 1


def test_what_lay_for_long_is_claimed_once_more_before_it_is_sent(office: Office) -> None:
    office.fires("A")
    office.clock.advance(LEASE - timedelta(seconds=1))
    office.delivers()
    assert (office.door.posted, office.door.sought) == (["AlertCard", "PageMessage"], [])


def test_what_another_has_by_now_is_not_sent(office: Office) -> None:
    office.fires("A")
    office.clock.advance(LEASE)
    with office.world.store.transaction() as ledger:
        now = office.clock.now()
        while ledger.outbox.claim(Lane.PAGE, now, now + LEASE):
            pass
    office.delivers()
    assert office.door.posted == []


def test_while_something_is_in_hand_nothing_more_is_claimed(office: Office) -> None:
    office.fires("A")
    office.fires("B")
    assert office.bell.woken == [Lane.PAGE, "all"]
    office.delivers()
    assert sorted(office.door.posted) == ["AlertCard", "AlertCard", "PageMessage", "PageMessage"]


def test_who_ends_gives_back_what_it_has_in_hand(office: Office) -> None:
    office.fires("A")
    give_back(office.world, T0)
    assert office.due == T0
    office.delivers()
    assert (office.door.posted, office.door.sought) == (["AlertCard", "PageMessage"], [])


def test_trying_out_the_way_draws_a_card_and_a_page_and_leaves_nothing_behind(office: Office) -> None:
    drawn: list[str] = []
    warm_up(office.world, lambda message: drawn.append(type(message).__name__))
    assert drawn == ["AlertCard", "PageMessage"]
    with office.world.store.reading() as ledger:
        assert ledger.alerts.open_all() == ()
    assert office.due is None
    office.delivers()
    assert office.door.posted == []


def test_a_way_that_cannot_be_tried_out_is_told_of_and_keeps_no_bot_down(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_: Message) -> None:
        raise ValueError("a card that nobody can draw")

    warm_up(office.world, refuse)
    assert "could not be tried out" in caplog.text and "a card that nobody can draw" in caplog.text  # noqa: PT018
    office.fires("A")
    office.delivers()
    assert office.door.posted == ["AlertCard", "PageMessage"]
