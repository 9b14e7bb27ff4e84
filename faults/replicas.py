"""Two bots and a worker on one PostgreSQL: whoever is killed or frozen, the others go on."""

from __future__ import annotations

import signal
from pathlib import Path

from faults.course import Course
from faults.kills import scene
from faults.nursery import Nursery
from faults.proof import Proof, prove
from faults.scene import Scene
from faults.server import Databases
from faults.table import Tried
from faults.waiting import pause

AT_AN_ALERT = (
    "after _keep_alone 1",  # the alert is on disk, the head of its thread claimed, and nothing else done
    "before post AlertCard 1",
    "after post AlertCard 1",  # it stands in Slack, and nobody knows
    "after _deliver 1",  # the page is claimed
    "before post PageMessage 1",
    "after post PageMessage 1",
)
"""From the moment that an alert is there to the moment that its page is out."""


def one_killed_at_an_alert(
    nursery: Nursery, folder: Path, server: Databases, points: tuple[str, ...]
) -> Tried:
    """Of two bots the one that has an alert in hand is killed; `recovered_s` is from firing to the page."""
    proofs, slowest, tried = [], 0.0, 0
    for number, point in enumerate(points):
        with scene(Scene(folder / f"failover-{number}", nursery, server.new())) as here:
            course = Course(here, revived=False)
            course.begin(point, count=2)
            course.whole()
            course.rests()
            proofs.append(prove(here))
            tried += here.died
            fired = here.asks("SELECT min(fired_at) FROM alerts") / 1_000_000
            slowest = max(slowest, float(here.pages()[0]["ts"]) - fired)
    return Tried.of(
        "kill -9 of one of two bots at the moment of an alert: until its page", tried, proofs, slowest
    )


FROZEN_S = 12
IN_HAND = (
    "before _keep_alone 1",  # in the middle of a decision, with everybody else waiting for it
    "after _keep_alone 1",  # with the head of the thread claimed
    "after _deliver 1",  # with the page claimed
)


def one_frozen_at_an_alert(
    nursery: Nursery, folder: Path, server: Databases, points: tuple[str, ...]
) -> Tried:
    """Of two bots the one that has an alert in hand stands still for FROZEN_S, and then goes on with it.

    `recovered_s` is from the break to the page.
    """
    proofs, slowest, tried = [], 0.0, 0
    for number, point in enumerate(points):
        with scene(Scene(folder / f"frozen-{number}", nursery, server.new())) as here:
            course = Course(here)
            course.begin(point, count=2, by=signal.SIGSTOP)
            course.struck()
            course.paged()
            tried += here.died
            pause(FROZEN_S)
            for bot in course.bots:
                bot.send(signal.SIGCONT)
            course.acknowledged()
            course.resolved()
            course.rests()
            proofs.append(prove(here))
            slowest = max(slowest, course.recovered_s)
    fault = f"one of two bots frozen for {FROZEN_S} s with an alert in hand: from the break to the page"
    return Tried.of(fault, tried, proofs, slowest)


def one_after_the_other(nursery: Nursery, folder: Path, server: Databases, times: int) -> Tried:
    """An alert's whole way with a worker at its site, while bot, other bot and worker are killed in turn."""
    proofs: list[Proof] = []
    slowest = 0.0
    for number in range(times):
        storage = server.new()
        with scene(Scene(folder / f"story-{number}", nursery, storage, site="web-1")) as here:
            worker = here.worker("web-1")
            course = Course(here)
            course.begin(count=2)
            here.until(lambda: here.asks("SELECT count(*) FROM series"), "that the worker answered")
            course.bots[0].kill()
            course.paged()
            course.bots[1].kill()
            course.acknowledged()
            worker.kill()
            pause(1)
            here.worker("web-1")
            course.struck()
            course.resolved()
            course.rests()
            proofs.append(prove(here))
            slowest = max(slowest, course.recovered_s)
    fault = "an alert's whole way on PostgreSQL: one bot, then the other, then the worker killed"
    return Tried.of(fault, 3 * times, proofs, slowest)
