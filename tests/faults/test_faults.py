"""A part of the fault suite: real bots are killed and cut off, and no page is lost or sent twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from faults import clocks, kills, replicas, slack, storage
from faults.course import Course
from faults.nursery import Nursery
from faults.proof import prove
from faults.scene import Scene
from faults.table import Tried, write

pytestmark = pytest.mark.crash


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as begun:
        yield begun


class Databases:
    """Stands for faults.server.Server: the databases of the tests' server, which is not stopped."""

    def __init__(self, new: Callable[[], str]) -> None:
        self.new = new


def assert_well(tried: Tried, times: int) -> None:
    assert (tried.lost, tried.doubled, tried.wrong) == (0, 0, ())
    assert tried.times >= times


def test_killed_at_steps_of_an_alert_by_their_names(nursery: Nursery, tmp_path: Path) -> None:
    assert_well(kills.at_steps(nursery, tmp_path, share=8), times=6)


def test_killed_at_random_moments_under_load(nursery: Nursery, tmp_path: Path) -> None:
    assert_well(kills.at_random(nursery, tmp_path, 10), times=10)


def test_told_to_end_under_load(nursery: Nursery, tmp_path: Path) -> None:
    assert_well(kills.told_to_end(nursery, tmp_path, 2), times=2)


def test_of_two_bots_one_is_killed_while_it_has_an_alert_in_hand(
    nursery: Nursery, tmp_path: Path, new_postgresql: Callable[[], str]
) -> None:
    points = ("after _keep_alone 1", "after post AlertCard 1", "before post PageMessage 1")
    assert_well(
        replicas.one_killed_at_an_alert(nursery, tmp_path, Databases(new_postgresql), points), times=3
    )


def test_two_bots_double_nothing_and_keep_the_order_of_each_thread(
    nursery: Nursery, tmp_path: Path, new_postgresql: Callable[[], str]
) -> None:
    scene = Scene(tmp_path, nursery, new_postgresql(), metrics=kills.BUSY)
    try:
        courses = [Course(scene, metric) for metric in scene.metrics]
        courses[0].begin(count=2)
        for each in courses:
            scene.breaks(each.metric)
        for each in courses:
            each.paged_of_it()
            each.acknowledged()
        for each in courses:
            each.resolved()
        courses[0].rests()
        assert prove(scene).holds
        notes = scene.rows("SELECT subject, posted_ts FROM outbox WHERE parcel = 'note' ORDER BY seq")
        for subject in {row.subject for row in notes}:
            posted = [row.posted_ts for row in notes if row.subject == subject]
            assert posted == sorted(posted)
    finally:
        scene.close()


def test_bots_and_worker_are_killed_one_after_the_other_on_the_way_of_an_alert(
    nursery: Nursery, tmp_path: Path, new_postgresql: Callable[[], str]
) -> None:
    assert_well(replicas.one_after_the_other(nursery, tmp_path, Databases(new_postgresql), 1), times=3)


def test_the_clock_leaps_while_an_alert_is_open(nursery: Nursery, tmp_path: Path) -> None:
    assert_well(clocks.leaps(nursery, tmp_path, -3600, 1), times=2)
    assert_well(clocks.leaps(nursery, tmp_path, 3600, 1), times=2)


def test_the_database_is_not_to_be_written_for_a_while(nursery: Nursery, tmp_path: Path) -> None:
    assert_well(storage.not_to_be_written(nursery, tmp_path, "file", 3), times=1)


@pytest.mark.parametrize("fault", ["reset after acceptance", "timeout, with the effect", "envelopes twice"])
def test_slack_goes_wrong(nursery: Nursery, tmp_path: Path, fault: str) -> None:
    [trouble] = [each for each in slack.TROUBLES if each.fault == fault]
    assert_well(slack.troubled(nursery, tmp_path, trouble, 1), times=1)


def test_the_proof_finds_what_is_wrong(nursery: Nursery, tmp_path: Path) -> None:
    scene = Scene(tmp_path, nursery)
    try:
        course = Course(scene)
        course.begin()
        course.whole()
        course.rests()
        for bot in course.bots:
            bot.kill()
        assert prove(scene).holds
        scene.changes("DELETE FROM transitions WHERE version = 1")
        scene.changes("UPDATE outbox SET operation = 'x/page/1' WHERE parcel = 'page'")
        scene.changes("UPDATE transitions SET person = 'bob' WHERE person = 'ann'")
        scene.changes("DELETE FROM cards")
        found = prove(scene)
        assert found.lost == ("x/page/1",)
        said = ("the timeline of", "has fired and has no page", "the audit differs", "has no card")
        assert [words in each for words, each in zip(said, found.wrong, strict=True)] == [True] * 4
    finally:
        scene.close()


def test_a_line_of_the_table_takes_the_place_of_that_of_the_same_fault(tmp_path: Path) -> None:
    document = tmp_path / "reliability.md"
    head = "| Fault | Times tried | Pages | Lost | Doubled | Else wrong | Recovered within |\n"
    document.write_text(f"# Words\n\n{head}|---|--:|--:|--:|--:|--:|--:|\n\nMore words.\n")
    write([Tried("one", 1, 1, 0, 0, (), 2.0), Tried("two", 2, 3, 0, 0, ("x",), 1.0)], document)
    write([Tried("one", 5, 5, 1, 0, (), 3.0)], document)
    assert document.read_text().splitlines()[4:] == [
        "| one | 5 | 5 | 1 | 0 | 0 | 3.0 s |",
        "| two | 2 | 3 | 0 | 0 | 1 | 1.0 s |",
        "",
        "More words.",
    ]
