"""Alerts of one body, decided once where they are alike, come to what they come to one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from engine_room import engine_room
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.domain.incoming.alertmanager import read_alertmanager
from bot.engine.alerts.incoming import receive
from bot.engine.ledger import Parcel
from bot.store.tables import alerts, groups, outbox, transitions, woken

T0 = datetime(2026, 1, 19, tzinfo=UTC)
CONFIG = """
service: orders
people:
  lin: {name: Lin Wei, slack: U0LIN}
  chen: {name: Chen Jie, slack: U0CHEN}
escalations:
  default: {levels: [{notify: [person:lin, person:chen], wait: 5m}]}
"""
GROUPINGS = {
    "by service": "",
    "by cluster": "grouping: {group_by: [cluster], group_wait: 1s}",
    "each alone": "grouping: {group_wait: 0s}",
    "woken anew in a storm": "grouping: {group_wait: 10s, group_interval: 1s}",
}
KEPT = (
    select(alerts),
    select(*(each for each in transitions.c if each.name != "seq")),
    select(groups),
    select(woken),
    # The thread of a card hears of what comes at once in one line; when it is drawn anew matters to nobody.
    select(outbox.c.operation, outbox.c.lane, outbox.c.subject, outbox.c.channel, outbox.c.body).where(
        outbox.c.parcel.in_([Parcel.PAGE, Parcel.ALERT_CARD]), outbox.c.redraw.is_(False)
    ),
)

labels = st.fixed_dictionaries(
    {
        "alertname": st.sampled_from("abc"),
        "severity": st.sampled_from(["critical", "critical", "critical", "warning"]),
        "cluster": st.sampled_from("xy"),
        "host": st.integers(1, 9).map(str),
    }
)
Alerted = tuple[dict[str, str], str]


def bodies(*statuses: str) -> st.SearchStrategy[list[Alerted]]:
    return st.lists(st.tuples(labels, st.sampled_from(statuses)), max_size=15)


def critical(host: int) -> Alerted:
    return {"alertname": "a", "severity": "critical", "cluster": "x", "host": str(host)}, "firing"


class Told:
    """A bot that is told of alerts."""

    def __init__(self, stack: ExitStack, folder: Path, grouping: str) -> None:
        folder.mkdir()
        room = engine_room(folder, CONFIG + GROUPINGS[grouping], T0)
        self._world, self._database = stack.enter_context(room)

    def forget(self) -> None:
        with self._database._engine.begin() as connection:
            for table in (alerts, transitions, groups, woken, outbox):
                connection.execute(table.delete())

    def of(self, told: Sequence[Alerted], at: datetime) -> None:
        body = {"alerts": [{"status": status, "labels": each} for each, status in told]}
        with self._database.transaction() as rows:
            receive(rows, self._world.setup, read_alertmanager(body).reports, at)

    def rows(self) -> list[list[str]]:
        """Everything that is decided, in no order."""
        with self._database._engine.connect() as connection:
            return [sorted(map(repr, connection.execute(each))) for each in KEPT]


@pytest.fixture(params=GROUPINGS)
def bots(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Told]]:
    folder = tmp_path_factory.mktemp("bots")
    with ExitStack() as stack:
        yield [Told(stack, folder / name, request.param) for name in ("at once", "singly")]


@example(before=[critical(0)], body=[critical(host) for host in range(1, 15)])
@given(before=bodies("firing", "resolved"), body=bodies("firing"))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_storm_comes_to_what_its_alerts_come_to_one_by_one(
    bots: list[Told], before: list[Alerted], body: list[Alerted]
) -> None:
    now = T0 + timedelta(seconds=3)
    at_once, singly = bots
    for bot in bots:
        bot.forget()
        bot.of(before, T0)
    at_once.of(body, now)
    for alert in body:
        singly.of([alert], now)
    assert at_once.rows() == singly.rows()
