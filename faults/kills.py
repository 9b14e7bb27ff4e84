"""Bots are killed: at every step of an alert's way by its name, at random moments, and told to end."""

from __future__ import annotations

import random
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from faults.course import Course
from faults.nursery import Nursery
from faults.proof import Proof, prove
from faults.scene import Scene
from faults.server import Databases
from faults.table import Tried
from faults.waiting import pause

SIDE_BY_SIDE = 3
KILLS_A_PROOF = 25
BUSY = tuple(f"m{number}" for number in range(6))


@contextmanager
def scene(scene: Scene) -> Iterator[Scene]:
    try:
        yield scene
    finally:
        scene.close()


def at_steps(nursery: Nursery, folder: Path, share: int = 1) -> Tried:
    """`kill -9` at every `share`-th point that an undisturbed alert passes on its way, one life a point."""
    with scene(Scene(folder / "undisturbed", nursery)) as undisturbed:
        course = Course(undisturbed)
        course.begin("")
        course.whole()
        course.rests()
        points = list(dict.fromkeys(undisturbed.points()))[::share]

    def life(numbered: tuple[int, str]) -> tuple[Proof, float, bool]:
        number, point = numbered
        with scene(Scene(folder / f"step-{number}", nursery)) as here:
            course = Course(here)
            course.begin(point)
            course.whole()
            course.rests()
            proof = prove(here)
            wrong = tuple(f"killed {point}: {each}" for each in proof.wrong)
            return Proof(proof.pages, proof.lost, proof.doubled, wrong), course.recovered_s, here.died

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        lives = list(pool.map(life, enumerate(points)))
    # Threads take turns as they like: a point that another life never came to was not tried.
    tried = [each for each in lives if each[2]]
    fault = "kill -9 at a step of alert → page → acknowledgement → end, each by its name"
    return Tried.of(fault, len(tried), (each[0] for each in lives), max(each[1] for each in tried))


class Bustle(threading.Thread):
    """Metrics break and are mended, and people press buttons, until it is told to end."""

    def __init__(self, scene: Scene, seed: int) -> None:
        super().__init__(daemon=True)
        self._scene, self._random, self._ended = scene, random.Random(seed), threading.Event()

    def run(self) -> None:
        while not self._ended.wait(self._random.uniform(0.2, 0.8)):
            metric = self._random.choice(self._scene.metrics)
            self._random.choice((self._scene.breaks, self._scene.mends))(metric)
            if cards := self._scene.cards("CRITICAL"):
                self._scene.presses(self._random.choice(cards[-6:]), self._random.choice(("ack", "take")))

    def end(self) -> None:
        """All is mended again."""
        self._ended.set()
        self.join()
        self._scene.measures(**dict.fromkeys(self._scene.metrics, 0))


def at_random(
    nursery: Nursery, folder: Path, times: int, server: Databases | None = None, replicas: int = 1
) -> Tried:
    """`kill -9` at random moments while alerts begin and end and people press buttons.

    All is proved after every KILLS_A_PROOF kills, and begun anew: so a run tells soon what went wrong, and
    looking at what is there does not take longer the longer it lasts. With a `server` on PostgreSQL.
    """
    proofs, slowest = [], 0.0
    for first in range(0, times, KILLS_A_PROOF):
        storage = server.new() if server else ""
        with scene(Scene(folder / f"random-{replicas}-{first}", nursery, storage, metrics=BUSY)) as here:
            kills = min(KILLS_A_PROOF, times - first)
            reconnected = _killed_at_random(here, kills, replicas, random.Random(f"{times} {first}"))
            proofs.append(prove(here))
            slowest = max(slowest, reconnected, here.slowest_page())
    who = "the bot" if replicas == 1 else "one of two bots on PostgreSQL"
    return Tried.of(f"kill -9 of {who} at a random moment under load", times, proofs, slowest)


def _killed_at_random(here: Scene, times: int, replicas: int, chance: random.Random) -> float:
    """How many seconds it took at most until a bot was connected again."""
    course = Course(here)
    course.begin(count=replicas)
    bustle = Bustle(here, chance.randrange(1000))
    bustle.start()
    slowest = 0.0
    for _ in range(times):
        pause(chance.uniform(0.05, 1.5 * replicas))  # each bot lives as long, however many there are
        number = chance.randrange(replicas)
        course.bots[number].kill()
        course.bots[number] = here.begins()
        slowest = max(slowest, here.until(lambda: here.connected, "that a bot is connected"))
    bustle.end()
    here.until(lambda: here.quiet, "that every alert has ended")
    course.rests()
    return slowest


def told_to_end(nursery: Nursery, folder: Path, times: int) -> Tried:
    """SIGTERM under load; `recovered_s` is how long the slowest took to end."""
    with scene(Scene(folder / "sigterm", nursery, metrics=BUSY)) as here:
        course = Course(here)
        course.begin()
        bustle = Bustle(here, times)
        bustle.start()
        slowest, chance = 0.0, random.Random(times)
        for _ in range(times):
            pause(chance.uniform(0.3, 1.5))
            asked_at = here.now()
            course.bots[0].send(signal.SIGTERM)
            if not course.bots[0].ends_within(30):
                raise TimeoutError("the bot did not end when told to")
            slowest = max(slowest, here.now() - asked_at)
            course.bots[0] = here.begins()
            here.until(lambda: here.connected, "that a bot is connected")
        bustle.end()
        here.until(lambda: here.quiet, "that every alert has ended")
        course.rests()
        return Tried.of("SIGTERM under load: until the process has ended", times, [prove(here)], slowest)
