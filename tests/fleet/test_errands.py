"""Errands to other sites and their replies, with a way there that loses and delays them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import HeldClock
from bot.domain.setup import Check, Service, Setup
from bot.domain.text import Label
from bot.domain.watches.plan import Plan
from bot.engine.ledger import Present
from bot.fleet import Fleet, Worker
from bot.fleet.dispatch import AWAY, silence
from bot.fleet.errand import FORM, Errand
from bot.store import Database
from checks.base import Cursor
from checks.kinds.command import CommandOptions
from checks.result import Result, State

T0 = datetime(2026, 1, 19, 2, 0, tzinfo=UTC)


def check(*sites: str, quorum: int = 1, seconds: float = 30) -> Check:
    options = CommandOptions.model_validate({"run": ["true"], "output": "exit"})
    label = Label("Shop")
    return Check(
        key="shop",
        kind="command",
        options=options,
        label=label,
        timeout=timedelta(seconds=seconds),
        sites=sites,
        quorum=quorum,
    )


def setup_of(one: Check, tmp_path: Path) -> Setup:
    return Setup(
        services={
            "orders": Service(key="orders", channel="oncall", checks={one.key: one}, plan=Plan(zone="UTC"))
        },
        zone="UTC",
        language="en",
        storage="",
        folder=str(tmp_path),
    )


def asked(_: Check, now: datetime, cursor: Cursor | None) -> tuple[Result, Cursor | None]:
    """A probe that counts how often it was asked."""
    times = (cursor or {}).get("times", 0)
    assert isinstance(times, int)
    return Result(check="shop", state=State.OK, summary="well", started_at=now, duration_s=0.1), {
        "times": times + 1
    }


@dataclass
class Way:
    """Hands errands to the workers of their sites at once, unless these are `deaf`."""

    workers: dict[str, Worker] = field(default_factory=dict)
    deaf: set[str] = field(default_factory=set)
    form: int = FORM
    sent: list[tuple[str, list[Errand]]] = field(default_factory=list)
    called_back: list[int] = field(default_factory=list)
    broken: bool = False

    def put(self, site: str, errands: list[Errand]) -> int:
        if self.broken:
            raise ConnectionError("connection refused")
        self.sent.append((site, errands))
        if site in self.workers and site not in self.deaf:
            written = [each.written() for each in errands]
            asyncio.run(self._answered(self.workers[site], written))
        return len(self.sent)

    async def _answered(self, worker: Worker, written: list[Any]) -> None:
        await worker.answer(self.form, written)
        worker._flush()

    def call_back(self, number: int) -> bool:
        self.called_back.append(number)
        return True

    def close(self) -> None:
        pass


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'vigil.db'}")
    yield database
    database.close()


@pytest.fixture
def way() -> Way:
    return Way()


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock(T0)


@pytest.fixture
def fleet(store: Database, way: Way, clock: HeldClock) -> Iterator[Fleet]:
    fleet = Fleet(store, lambda: way, clock.now, patience=timedelta(0))
    yield fleet
    fleet.stop()


def worker(store: Database, setup: Setup, site: str) -> Worker:
    return Worker(setup, store, asked, site, lambda: T0, "0.1.0")


def test_a_check_is_answered_by_its_site_which_gets_back_what_its_probe_left(
    fleet: Fleet, way: Way, store: Database, tmp_path: Path
) -> None:
    one = check("web-1", "web-2")
    setup = setup_of(one, tmp_path)
    service = setup.services["orders"]
    way.workers = {site: worker(store, setup, site) for site in one.sites}
    result, cursor = fleet.ask(service, one, T0, None)
    assert (result.state, cursor) == (State.OK, {"web-1": {"times": 1}, "web-2": {"times": 1}})
    _, cursor = fleet.ask(service, one, T0, cursor)
    assert cursor == {"web-1": {"times": 2}, "web-2": {"times": 2}}
    with store.reading() as ledger:
        errands = [each.id for _, parcel in way.sent for each in parcel]
        assert len(errands) == 4
        assert ledger.sites.replies(errands) == ()


def test_a_site_that_is_silent_is_unknown_and_keeps_what_its_probe_left(
    fleet: Fleet, way: Way, store: Database, tmp_path: Path
) -> None:
    one = check("web-1", seconds=0.2)
    service = setup_of(one, tmp_path).services["orders"]
    result, cursor = fleet.ask(service, one, T0, {"web-1": {"times": 7}})
    assert (result.state, result.summary) == (
        State.UNKNOWN,
        "nobody answers for web-1: no worker is there",
    )
    assert result.hint == "start `vigil worker --site web-1` there"
    assert cursor == {"web-1": {"times": 7}}
    assert way.called_back == [1]


def test_a_silent_site_of_several_does_not_decide(
    fleet: Fleet, way: Way, store: Database, tmp_path: Path
) -> None:
    one = check("web-1", "web-2", "web-3", quorum=2, seconds=2)
    setup = setup_of(one, tmp_path)
    way.workers = {site: worker(store, setup, site) for site in one.sites}
    way.deaf = {"web-3"}
    result, _ = fleet.ask(setup.services["orders"], one, T0, None)
    assert result.state is State.OK
    assert result.summary.startswith(
        "2 of 3 sites say ok; web-3: nobody answers for web-3: no worker is there"
    )


def test_a_reply_that_comes_too_late_is_nobodys_and_is_forgotten(
    fleet: Fleet, way: Way, store: Database, tmp_path: Path, clock: HeldClock
) -> None:
    one = check("web-1")
    setup = setup_of(one, tmp_path)
    service = setup.services["orders"]
    fleet.ask(service, check("web-1", seconds=0.2), T0, None)
    clock.advance(timedelta(hours=1))
    late = way.sent[0][1][0]
    way.workers = {"web-1": worker(store, setup, "web-1")}
    asyncio.run(way._answered(way.workers["web-1"], [late.written()]))
    result, cursor = fleet.ask(service, one, clock.now(), None)
    assert (result.state, cursor) == (State.OK, {"web-1": {"times": 1}})
    with store.reading() as ledger:
        assert ledger.sites.replies([late.id]) == ()


def test_a_way_that_is_broken_is_told_as_such(fleet: Fleet, way: Way, tmp_path: Path) -> None:
    one = check("web-1")
    way.broken = True
    result, _ = fleet.ask(setup_of(one, tmp_path).services["orders"], one, T0, None)
    assert (result.state, result.summary) == (
        State.UNKNOWN,
        "could not ask at web-1: connection refused",
    )


REFUSALS = {
    # an older worker does not guess what a newer bot wants
    "of another form": ({}, FORM + 1, f"reads errands of form {FORM}, not {FORM + 1}"),
    # each does only what its own configuration says
    "of a check it does not have": ({"check": "till"}, FORM, "has no check `till` of the kind `command`"),
    "of another kind": ({"kind": "http"}, FORM, "has no check `shop` of the kind `http`"),
    "of another service": ({"service": "billing"}, FORM, "has no check `shop` of the kind `command`"),
}


@pytest.mark.parametrize(("changed", "form", "said"), REFUSALS.values(), ids=REFUSALS)
def test_a_worker_says_why_it_does_not_ask(
    store: Database, tmp_path: Path, changed: dict[str, str], form: int, said: str
) -> None:
    here = worker(store, setup_of(check("web-1"), tmp_path), "web-1")
    errand = Errand(id="e1", service="orders", check="shop", kind="command", asked_at=T0, cursor={"times": 3})
    asyncio.run(Way(form=form)._answered(here, [replace(errand, **changed).written()]))  # type: ignore[arg-type]
    with store.reading() as ledger:
        (reply,) = ledger.sites.replies(["e1"])
    assert reply.result.state is State.UNKNOWN
    assert said in reply.result.summary
    assert reply.cursor == {"times": 3}


def test_a_worker_does_not_ask_what_is_for_another_site(store: Database, tmp_path: Path) -> None:
    here = worker(store, setup_of(check("web-2"), tmp_path), "web-1")
    errand = Errand(id="e1", service="orders", check="shop", kind="command", asked_at=T0, cursor=None)
    asyncio.run(Way()._answered(here, [errand.written()]))
    with store.reading() as ledger:
        (reply,) = ledger.sites.replies(["e1"])
    assert "has no check `shop` of the kind `command` for web-1" in reply.result.summary


@pytest.mark.parametrize("written", [None, 7, "e1", [], {}, {"id": "e1"}, {"id": "e1", "asked_at": "soon"}])
def test_what_is_no_errand_is_logged_and_the_others_are_answered(
    store: Database, tmp_path: Path, written: object, caplog: pytest.LogCaptureFixture
) -> None:
    here = worker(store, setup_of(check("web-1"), tmp_path), "web-1")
    good = Errand(id="e2", service="orders", check="shop", kind="command", asked_at=T0, cursor=None)
    asyncio.run(Way()._answered(here, [written, good.written()]))
    with store.reading() as ledger:
        assert [each.result.summary for each in ledger.sites.replies(["e2"])] == ["well"]
    assert "an errand for web-1 cannot be read" in caplog.text


def present(seconds_ago: float, name: str = "host-a:17") -> Present:
    return Present(site="web-1", worker=name, version="0.1.0", seen_at=T0 - timedelta(seconds=seconds_ago))


@pytest.mark.parametrize(
    ("here", "said"),
    [
        # never started, or stopped as it should be
        ([], "nobody answers for web-1: no worker is there"),
        # killed: the last that was seen is named
        (
            [present(90), present(31, "host-b:4")],
            "nobody answers for web-1: host-b:4 was last there 31 s ago",
        ),
        # it is there and does not come to it
        ([present(90), present(3, "host-b:4")], "web-1 did not answer in time, though host-b:4 is there"),
        ([present(AWAY.total_seconds())], "web-1 did not answer in time, though host-a:17 is there"),
    ],
)
def test_why_a_site_is_silent(here: list[Present], said: str) -> None:
    assert silence("web-1", here, T0)[0] == said
