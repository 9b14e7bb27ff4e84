"""The machine's clock leaps while an alert is open."""

from __future__ import annotations

from pathlib import Path

from faults.course import Course
from faults.kills import scene
from faults.nursery import Nursery
from faults.proof import prove
from faults.scene import Scene
from faults.table import Tried
from faults.waiting import pause


def leaps(nursery: Nursery, folder: Path, seconds: float, times: int) -> Tried:
    """Before an alert, and again while it is open, when the bot is begun anew too.

    `recovered_s` is from the break to the page.
    """
    proofs, slowest = [], 0.0
    for number in range(times):
        with scene(Scene(folder / f"leap{seconds}-{number}", nursery)) as here:
            course = Course(here)
            course.begin()
            here.clock_is_wrong_by(seconds)
            course.struck()
            course.paged()
            here.clock_is_wrong_by(2 * seconds)
            pause(0.5)
            course.bots[0].kill()
            course.acknowledged()
            course.resolved()
            course.rests()
            proofs.append(prove(here))
            slowest = max(slowest, course.recovered_s)
    way = f"{seconds:.0f} s forward" if seconds > 0 else f"{-seconds:.0f} s back"
    return Tried.of(f"the clock leaps {way}", 2 * times, proofs, slowest)
