"""`vigil watch`: what people start and steer from a terminal, written to a real database."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import Result
from keeping import Kept

from bot.config import load
from bot.store import Database

Vigil = Callable[..., Result]
Answer = Callable[..., Any]


def started(answer: Answer, version: str = "v1") -> str:
    watch_id: str = answer("watch", "start", "--version", version)["id"]
    return watch_id


def test_a_started_watch_is_told_whole(kept: Kept, answer: Answer) -> None:
    told = answer("watch", "start", "orders", "--version", "v1", "--as", "lin")
    deployed = datetime.fromisoformat(told["deployed_at"])
    assert timedelta(0) <= deployed - kept.now < timedelta(minutes=1)
    assert deployed.utcoffset() == timedelta(hours=8)
    assert told == {
        "id": told["id"],
        "service": "orders",
        "version": "v1",
        "owner": "lin",
        "state": "running",
        "deployed_at": told["deployed_at"],
        "started_at": told["deployed_at"],
        "paused_until": None,
        "day": 1,
        "done": 0,
        "total": told["total"],
        "stages": told["stages"],
        "denser": None,
        "rolled_back": False,
        "ended_at": None,
    }
    assert told["total"] >= 3
    assert told["stages"][0] == {"name": "Deployment day", "state": "now"}
    assert answer("watch", "list") == [told]


def test_a_deployment_of_an_hour_ago_is_watched_from_then(kept: Kept, answer: Answer) -> None:
    ago = (kept.now - timedelta(hours=1)).replace(microsecond=0)
    told = answer("watch", "start", "--version", "v1", "--deployed", ago.isoformat(), "--owner", "chen")
    assert (datetime.fromisoformat(told["deployed_at"]), told["owner"]) == (ago, "chen")
    assert datetime.fromisoformat(told["started_at"]) > ago


def test_the_one_open_watch_needs_no_name(kept: Kept, answer: Answer, vigil: Vigil) -> None:
    watch_id = started(answer)
    paused = answer("watch", "pause", "2h")
    assert (paused["id"], paused["state"]) == (watch_id, "paused")
    left = datetime.fromisoformat(paused["paused_until"]) - kept.now
    assert timedelta(hours=2) <= left < timedelta(hours=2, minutes=1)
    assert answer("watch", "resume", "--as", "lin")["paused_until"] is None
    dense = answer("watch", "intensify", "10m", "2h")["denser"]
    assert dense["every_s"] == 600
    assert answer("watch", "extend", "2d")["id"] == watch_id
    assert answer("gate")["gate"] == "3d"
    ended = answer("watch", "stop", "replaced by v2")
    assert (ended["state"], ended["denser"], ended["ended_at"] is not None) == ("ended", None, True)
    assert answer("watch", "list") == []


def test_who_did_it_is_written_down(
    kept: Kept, answer: Answer, vigil: Vigil, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch_id = started(answer)
    monkeypatch.setenv("LOGNAME", "deploy")
    assert getpass.getuser() == "deploy"
    assert vigil("watch", "pause").stdout.startswith("Paused by @deploy until ")
    assert vigil("watch", "stop", watch_id, "--as", "lin").stdout == "Stopped by Lin Wei\n"
    database = Database(load(kept.folder / "config.yaml", {}).storage)
    with database.reading() as ledger:
        watch = ledger.watches.get(watch_id)
    database.close()
    assert watch is not None
    assert watch.ended_by == "lin"


def test_people_read_the_open_watches_as_a_table(kept: Kept, answer: Answer, vigil: Vigil) -> None:
    assert vigil("watch", "list").stdout == "No watch is running\n"
    watch_id = started(answer)
    answer("watch", "intensify")
    answer("watch", "pause", "--as", "lin")
    lines = [" ".join(line.split()) for line in vigil("watch", "list").stdout.splitlines()]
    [row] = [line for line in lines if line.startswith(watch_id)]
    assert row.startswith(f"{watch_id} orders v1 PAUSED until ")
    assert "by Lin Wei" in row
    assert any(line.startswith("A round every 15m until ") for line in lines)


def test_of_several_watches_one_must_be_named(kept: Kept, answer: Answer, vigil: Vigil) -> None:
    second = [started(answer, version) for version in ("v1", "v2")][1]
    refused = vigil("watch", "pause")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.splitlines()[1:] == ["  vigil watch pause v1", "  vigil watch pause v2"]
    assert answer("watch", "pause", second)["state"] == "paused"
    assert [each["state"] for each in answer("watch", "list")] == ["running", "paused"]


def test_an_unknown_watch_is_told_with_the_nearest(kept: Kept, answer: Answer, vigil: Vigil) -> None:
    watch_id = started(answer)
    refused = vigil("watch", "stop", watch_id[:-1])
    assert refused.exit_code == 1
    assert (
        refused.stderr == f"There is no watch of `{watch_id[:-1]}`; running are v1\n  vigil watch stop v1\n"
    )


@pytest.mark.parametrize(
    ("before", "command", "why"),
    [
        # nothing to pause
        ([], ["pause"], "No watch is running; `vigil watch start VERSION` begins one"),
        # it runs already
        ([["start", "--version", "v1"]], ["resume"], "The watch of orders is running already"),
        # a pause that ends when it begins
        ([["start", "--version", "v1"]], ["pause", "0s"], "A pause must end later than now"),
        # a pause beyond a day
        ([["start", "--version", "v1"]], ["pause", "25h"], "A pause may last 1d at most"),
        # more days than a plan is extended by
        ([["start", "--version", "v1"]], ["extend", "31d"], "A watch is extended by 1 to 30"),
        ([["start", "--version", "v1"]], ["extend", "0d"], "A watch is extended by 1 to 30"),
        # faster than rounds can be held
        (
            [["start", "--version", "v1"]],
            ["intensify", "5s"],
            "Denser rounds come every 1m to 12h",
        ),
        # paused, so nothing can be made denser
        ([["start", "--version", "v1"], ["pause"]], ["intensify"], "The watch of orders is paused by"),
    ],
)
def test_a_refusal_changes_nothing_and_says_why(
    before: list[list[str]], command: list[str], why: str, kept: Kept, answer: Answer, vigil: Vigil
) -> None:
    for each in before:
        assert vigil("watch", *each).exit_code == 0
    stood = answer("watch", "list")
    refused = vigil("watch", *command)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith(why)
    assert answer("watch", "list") == stood


def test_an_ended_watch_takes_no_change(kept: Kept, answer: Answer, vigil: Vigil) -> None:
    watch_id = started(answer)
    answer("watch", "stop", "--as", "lin")
    refused = vigil("watch", "extend", watch_id, "1d")
    assert refused.exit_code == 1
    assert refused.stderr.startswith("The watch of orders was ended by Lin Wei at ")


BAD = [
    # no version
    (["start"], "Invalid value for VERSION: a version is one line of 1 to 100 characters"),
    (["start", "--version", " "], "Invalid value for VERSION: a version is one line"),
    (["start", "--version", "v" * 101], "Invalid value for VERSION: a version is one line"),
    # bytes that are no UTF-8
    (["start", "--version", "v\udcff"], "it is no UTF-8 text"),
    (["pause", "w\udcff"], "it is no UTF-8 text"),
    (["stop", "\udcff"], "it is no UTF-8 text"),
    (["stop", "x" * 3001], "it has 3001 characters; write 3000 at most"),
    # nobody and nothing of that name
    (
        ["start", "ordres", "--version", "v1"],
        "SERVICE: no service is called 'ordres'; did you mean `orders`?",
    ),
    (
        ["start", "--version", "v1", "--owner", "linn"],
        "--owner: nobody in `people` is called 'linn'; did you",
    ),
    (["start", "--version", "v1", "--as", "linn"], "--as: no person is called 'linn'; did you mean `lin`?"),
    (["pause", "--as", "linn"], "--as: no person is called 'linn'; did you mean `lin`?"),
    # a name as strangers are marked is no way to be somebody
    (["pause", "--as", "@lin"], "--as: no person is called '@lin'"),
    # times
    (["start", "--version", "v1", "--deployed", "yesterday"], "--deployed: 'yesterday' is not a time; write"),
    (["start", "--version", "v1", "--deployed", "2099-01-01T00:00Z"], "--deployed: the deployment must have"),
    (["start", "--version", "v1", "--deployed", "2020-01-01T00:00Z"], "--deployed: that is so long ago that"),
    # more and less than it takes
    (["pause", "v1", "1h", "now"], "is more than `vigil watch pause [WATCH] [1h]` takes"),
    (["extend"], "is less than `vigil watch extend [WATCH] 2d` takes"),
    # no such thing to do
    (["begin"], "there is no command `begin`; known: `extend`, "),
]


@pytest.mark.parametrize(("command", "why"), BAD)
def test_bad_input_is_a_usage_error_that_names_its_place(
    command: list[str], why: str, kept: Kept, answer: Answer, vigil: Vigil
) -> None:
    started(answer)
    stood = answer("watch", "list")
    refused = vigil("watch", *command)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert why in refused.stderr
    assert answer("watch", "list") == stood


def test_of_several_services_one_must_be_named(kept: Kept, vigil: Vigil) -> None:
    (kept.folder / "pay.yaml").write_text("service: pay\n")
    config = kept.folder / "config.yaml"
    config.write_text(config.read_text() + "include: [pay.yaml]\n")
    refused = vigil("watch", "start", "--version", "v1")
    assert refused.exit_code == 2
    assert "SERVICE: is needed: several services are watched; known: `orders`, `pay`" in refused.stderr
    assert vigil("watch", "start", "pay", "--version", "v1").exit_code == 0
    assert vigil("watch", "start", "orders", "--version", "v1").exit_code == 0
    assert "paused" in vigil("watch", "pause", "pay", "1h").stdout.lower()
    assert vigil("watch", "pause", "1h").exit_code == 1  # several could be meant


def test_without_a_database_nothing_is_started(vigil: Vigil) -> None:
    refused = vigil("watch", "start", "--version", "v1")
    assert refused.exit_code == 2
    assert refused.stderr.endswith("vigil.db yet; `vigil up` makes it\n")


def test_a_running_bot_takes_up_what_was_written_beside_it(kept: Kept, answer: Answer) -> None:
    started(answer)
    answer("watch", "pause", "1m")
    kept.wakes(kept.now + timedelta(minutes=3))
    assert answer("watch", "list")[0]["state"] == "running"
