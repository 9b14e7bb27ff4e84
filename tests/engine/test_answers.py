"""Answers that change nothing are written together; whatever changes something comes by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HeldClock
from bot.config import load
from bot.domain.setup import Check
from bot.engine.measures.answers import Tray
from bot.engine.measures.measure import enlist, measure_due
from bot.engine.ports import Waits
from bot.engine.world import World
from bot.scheduler import OwnHands
from bot.store import Database
from bot.store.rows import Rows
from checks.base import Cursor
from checks.result import Measurement, Result, State

T0 = datetime(2026, 1, 19, tzinfo=UTC)
CHECKS = 120
CONFIG = "\n".join(
    (
        "service: orders",
        "metrics:",
        '  latency: {tier: 1, critical: "> 5", no_data: 10m}',
        '  share: {tier: 1, from: latency / 2, critical: "> 4"}',
        '  size: {tier: 1, critical: "> 5"}',
        "checks:",
        *(f"  check-{n}: {{kind: command, run: [x], output: json, every: 1m}}" for n in range(CHECKS)),
    )
)


class Quiet:
    def ring(self) -> None:
        pass

    def wake(self, topic: str) -> None:
        pass


class Office:
    """A bot's engine over SQLite, whose checks answer what the test says."""

    def __init__(self, folder: Path) -> None:
        (folder / "config.yaml").write_text(CONFIG)
        self.setup = load(folder / "config.yaml", {})
        self.database = Database(self.setup.storage)
        self.clock = HeldClock(T0)
        self.answers: dict[str, tuple[State, dict[str, float]]] = {}
        self.slow: set[str] = set()
        self.writes = 0
        whole = self.database.transaction

        @contextmanager
        def counted(*of: Any) -> Iterator[Rows]:
            self.writes += 1
            with whole(*of) as rows:
                yield rows

        self.database.transaction = counted  # type: ignore[method-assign]
        nobody: Any = None
        self.world = World(
            setup=self.setup,
            clock=self.clock,
            store=self.database,
            door=nobody,
            press=nobody,
            courier=nobody,
            almanac=nobody,
            ask=self._ask,
            actions=nobody,
            crew=OwnHands(),
            bell=Quiet(),
            awake_since=T0,
        )
        enlist(self.world, T0)

    def _ask(self, check: Check, now: datetime, cursor: Cursor | None) -> tuple[Result, Cursor | None]:
        if check.key in self.slow:
            self.clock.move_to(now + check.timeout)
        state, values = self.answers.get(check.key, (State.OK, {}))
        told = tuple(Measurement(metric=name, value=value) for name, value in values.items())
        result = Result(
            check=check.key, state=state, summary="-", measurements=told, started_at=now, duration_s=0.0
        )
        return result, {"asked": now.isoformat()}

    def minute(self, number: int) -> int:
        """Ask all that is due in this minute; how many transactions it took until all was written."""
        self.clock.move_to(T0 + timedelta(minutes=number))
        before = self.writes
        while measure_due(self.world, self.clock.now()):
            pass
        return self.writes - before

    def open(self) -> list[str]:
        with self.database.reading() as rows:
            return [alert.subject.fingerprint for alert in rows.alerts.open_all()]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    yield made
    made.database.close()


def test_a_minute_in_which_all_is_well_is_written_in_three_transactions(office: Office) -> None:
    office.answers["check-3"] = State.OK, {"size": 1.0}
    # One claims what is due, one finds nothing more that is due, one writes every answer.
    assert office.minute(1) == 3
    with office.database.reading() as rows:
        assert [each.value for each in rows.readings.newest("orders")] == [1.0]
        assert rows.schedule.cursor("orders", "check-7") == {"asked": "2026-01-19T00:01:00+00:00"}
        due = rows.schedule.due(T0 + timedelta(minutes=2))
    # Spread over their minute they stay: each on the beat that it was entered with.
    assert len(due) == CHECKS
    assert len({each.at for each in due}) == CHECKS


@pytest.mark.parametrize(
    ("answer", "opens"),
    [
        ((State.OK, {"size": 9.0}), ["orders/size"]),  # a value is bad
        ((State.CRITICAL, {}), ["orders/check-7"]),  # the check itself is
        ((State.UNKNOWN, {}), ["orders/check-7:error"]),  # it could not measure
        ((State.OK, {"latency": 9.0}), ["orders/latency", "orders/share"]),  # so is what is made of it
        ((State.OK, {"latency": 1.0}), []),  # all is well, also with what is made of it
    ],
)
def test_what_may_change_something_is_written_by_itself(
    office: Office, answer: tuple[State, dict[str, float]], opens: list[str]
) -> None:
    office.answers["check-7"] = answer
    assert office.minute(1) == 4
    assert sorted(office.open()) == opens


def test_what_was_bad_is_found_well_again(office: Office) -> None:
    office.answers["check-7"] = State.CRITICAL, {}
    office.minute(1)
    office.answers.clear()
    # The answers of the others still share a transaction; the good news has one of its own.
    assert office.minute(2) == 4
    assert office.open() == []


def test_what_is_bad_as_it_was_shares_a_transaction_too(office: Office) -> None:
    for number in range(5):
        office.answers[f"check-{number}"] = State.CRITICAL, {}
    # Each begins an alert.
    assert office.minute(1) == 3 + 5
    assert office.minute(2) == 3 + 1
    office.answers["check-3"] = State.WARNING, {}
    office.answers["check-9"] = State.CRITICAL, {}
    # What becomes another thing does not wait for them.
    assert office.minute(3) == 3 + 1 + 2
    assert sorted(office.open()) == [f"orders/check-{number}" for number in (0, 1, 2, 3, 4, 9)]


def refuse_two(rows: Rows) -> None:
    """A reading of 2 cannot be written by these."""
    add = rows.readings.add

    def refused(taken: Any) -> None:
        if any(each.value == 2.0 for each in taken):
            raise ValueError("no such number")
        add(taken)

    rows.readings.add = refused  # type: ignore[method-assign]


def test_of_what_is_bad_as_it_was_none_that_cannot_be_written_takes_another_with_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        office.answers[f"check-{number}"] = State.CRITICAL, {"size": float(number)}
    office.minute(1)
    whole = Rows.__init__

    def refusing(rows: Rows, *of: Any) -> None:
        whole(rows, *of)
        refuse_two(rows)

    monkeypatch.setattr(Rows, "__init__", refusing)
    with pytest.raises(ExceptionGroup, match="1 of 3"):
        office.minute(2)
    with office.database.reading() as rows:
        due = {each.check for each in rows.schedule.due(T0 + timedelta(minutes=3))}
    assert due >= {"check-0", "check-1"}


def test_a_check_that_hangs_is_asked_apart_until_it_answers_in_time(office: Office) -> None:
    seats: list[bool] = []

    class Crew(OwnHands):
        def start(self, *jobs: Any, waits: Waits = Waits.WORLD, apart: bool = False) -> None:
            seats.extend(apart for job in jobs if job.args[1].check == "check-7")
            super().start(*jobs, waits=waits, apart=apart)

    office.world = replace(office.world, crew=Crew())
    office.slow = {"check-7"}
    office.minute(1)
    office.slow = set()
    office.minute(3)
    office.minute(4)
    assert seats == [False, True, False]


def test_what_a_bot_was_asking_when_it_was_killed_is_asked_at_once_by_the_next_one(office: Office) -> None:
    class Killed(OwnHands):
        def start(self, *jobs: Any, waits: Waits = Waits.WORLD, apart: bool = False) -> None:
            pass

    office.world = replace(office.world, crew=Killed(), me="here/1/1")
    assert measure_due(office.world, T0) == 1
    office.world = replace(office.world, tray=Tray(), crew=OwnHands(), me="here/2/2")
    enlist(office.world, T0)
    assert measure_due(office.world, T0) == 0  # perhaps it is only slow
    office.world = replace(office.world, gone={"here/1/1"}.__contains__)
    enlist(office.world, T0)
    assert measure_due(office.world, T0) == 1


def test_an_answer_that_cannot_be_written_takes_no_other_with_it(office: Office) -> None:
    office.answers["check-7"] = State.OK, {"size": 2.0}
    counted = office.database.transaction

    @contextmanager
    def refusing() -> Iterator[Rows]:
        with counted() as rows:
            refuse_two(rows)
            yield rows

    office.database.transaction = refusing  # type: ignore[method-assign]
    with pytest.raises(ExceptionGroup, match="1 of 120"):
        office.minute(1)
    with office.database.reading() as rows:
        due = {each.check: each.at for each in rows.schedule.due(T0 + timedelta(minutes=2))}
    # The others have their next turn; this one is asked again when its lease ends.
    leased = office.clock.now() + office.setup.services["orders"].checks["check-7"].timeout
    assert due["check-7"] > leased
    assert due["check-8"] == T0 + timedelta(minutes=1) + 8 * timedelta(minutes=1) / CHECKS
