"""Which watch a command means, and what is said when it cannot be done: privately, and nothing changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from house import House, shown
from test_watch import CONFIG, newest, private

from bot.domain.watches.watch import Watch, WatchState
from bot.store import Database

pytestmark = pytest.mark.story

SHANGHAI = ZoneInfo("Asia/Shanghai")
FORBIDDEN = "permissions: {watch: [person:lin, person:zhao]}"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Two watches that run, v1 and v2, and v0, which has ended."""
    config = CONFIG.replace(", every: 5m}", "}").replace(FORBIDDEN, "")
    built = House(tmp_path, config, datetime(2026, 1, 19, tzinfo=SHANGHAI))
    built.at_stops |= {"duties", "history"}  # nobody looks at them here
    built.measures(order_duplication_rate=0, cpu=15)
    built.watch("v0")
    built.types("lin", "/monitor watch stop")
    for version in ("v1", "v2"):
        built.types("lin", f"/monitor watch start {version}")
    yield built
    built.close()


def watches(house: House) -> dict[str, Watch]:
    """Every watch by its version."""
    database = Database(house.setup.storage)
    with database.reading() as ledger:
        found = {each.version: each for name in ("v0", "v1", "v2") for each in ledger.watches.named(name)}
    database.close()
    return found


def states(house: House) -> str:
    return " ".join(watch.state for watch in watches(house).values())


@pytest.mark.parametrize(
    ("typed", "answer", "after"),
    [
        # by version, with what follows
        ("pause v1 2h", "Paused by Lin Wei until 02:00", "ended paused running"),
        ("stop v2", "Stopped by Lin Wei", "ended running ended"),
        ("stop v2 it was only a trial", "Stopped by Lin Wei: it was only a trial", "ended running ended"),
        ("extend v2 2d", "Extended by 2d by Lin Wei", "ended running running"),
        ("intensify v1 10m 1h", "a round every 10m until 01:00", "ended running running"),
        # which of the two? nothing happens to either
        ("pause 2h", "Several watches are running; which one is meant? v1 (orders), v2 (orders)", ""),
        ("stop", "which one is meant?", ""),
        # one that has ended is not taken for one that runs
        ("stop v0", "The watch of orders was ended by Lin Wei at", ""),
        ("pause v0 1h", "was ended by Lin Wei", ""),
        # what runs, is not resumed
        ("resume v1", "The watch of orders is running already", ""),
        # what is asked for makes no sense
        ("pause v1 forever", "`forever` is no length of time", ""),
        ("pause v1 25h", "A pause may last", ""),
        ("extend v1 36h", "whole days", ""),
        ("extend v1", "needs a number of days", ""),
        ("intensify v1 1s 1h", "Denser rounds come every", ""),
        ("pause v1 999999999d", "beyond the end of the calendar", ""),
        # one that runs already is not started twice
        ("start v2", "a watch of orders v2 runs already", ""),
    ],
)
def test_a_command_means_the_watch_it_names_and_says_what_came_of_it(
    house: House, typed: str, answer: str, after: str
) -> None:
    revisions = [watch.revision for watch in watches(house).values()]
    assert answer in shown(house.types("lin", f"/monitor watch {typed}"))
    assert answer in private(house, "lin")
    assert states(house) == (after or "ended running running")
    assert ([watch.revision for watch in watches(house).values()] == revisions) == (not after)


@pytest.mark.parametrize("typed", ["stop v11", "resume v9", "pause v9 1h"])
def test_a_watch_that_does_not_exist_is_not_taken_for_the_only_one_that_runs(
    house: House, typed: str
) -> None:
    house.types("lin", "/monitor watch stop v2")
    assert "There is no watch of `v" in shown(house.types("lin", f"/monitor watch {typed}"))
    assert watches(house)["v1"].state is WatchState.RUNNING


def test_two_who_start_the_same_watch_at_once_start_one(house: House) -> None:
    for person in ("lin", "chen"):
        house.post("/local/command", user=person, channel="oncall", text="/monitor watch start v3")
    house.program.settle()
    assert "The watch of orders v3 begins" in private(house, "lin")
    assert "runs already" in private(house, "chen")
    house.fast_forward(seconds=10)  # cards leave one a second
    assert len([each for each in house.channel() if "Watch of orders v3" in shown(each)]) == 1


def test_start_without_a_version_asks_for_it_in_a_form(house: House) -> None:
    house.types("zhao", "/monitor watch start")
    (view,) = house.get("/local/views?user=zhao")
    house.post("/local/submit", user="zhao", view_id=view["id"], values={"version": "v7"})
    house.fast_forward(seconds=10)  # cards leave one a second
    assert "Zhao Min" in shown(newest(house, "Watch of orders v7"))


def test_the_list_of_a_watch_can_be_read_after_its_end(house: House) -> None:
    assert "Watch of orders v0" in shown(house.types("lin", "/monitor plan all v0"))
    house.types("lin", "/monitor watch stop v1")
    house.types("lin", "/monitor watch stop v2")
    assert "Watch of orders v2" in shown(house.types("lin", "/monitor plan"))


def test_a_remark_goes_to_the_newest_line_of_that_time_in_the_newest_watch_or_the_one_that_is_named(
    house: House,
) -> None:
    house.fast_forward(hours=25)
    house.types("chen", "/monitor remark 00:00 second midnight")
    house.types("chen", "/monitor remark v1 23:00 late but well")
    newer, older = (shown(house.types("lin", f"/monitor plan all {version}")) for version in ("v2", "v1"))
    assert newer.count("second midnight") == older.count("late but well") == 1
    assert "late but well" not in newer
    assert "second midnight" not in older
    entry = next(each for each in house.execution_list() if each.notes)
    assert entry.at.astimezone(SHANGHAI) == datetime(2026, 1, 20, tzinfo=SHANGHAI)
    assert "No entry of today is due at 13:37" in shown(house.types("lin", "/monitor remark 13:37 what"))
