"""Slack goes wrong while somebody is to be woken: every way that the local workspace can be told to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from faults.course import Course
from faults.kills import scene
from faults.nursery import Nursery
from faults.proof import Proof, prove
from faults.scene import Scene
from faults.table import Tried
from faults.waiting import pause

POST = "chat.postMessage"
EVERY = "*"
MINUTES_AWAY = 30


@dataclass(frozen=True, slots=True)
class Trouble:
    """`method`, `effect` and `more` are what POST /local/faults takes; it strikes just before the break."""

    fault: str
    method: str
    effect: str
    more: Mapping[str, object] = field(default_factory=dict)


TROUBLES = (
    Trouble("reset before acceptance", POST, "reset_before", {"times": 2}),
    Trouble("reset after acceptance", POST, "reset_after", {"times": 2}),
    Trouble("500, three times", EVERY, "http_500", {"times": 3}),
    Trouble("timeout, without the effect", POST, "drop", {"times": 2}),
    Trouble("timeout, with the effect", POST, "delay", {"times": 2, "delay_s": 5}),
    Trouble("429 with Retry-After of 30 s", POST, "ratelimited", {"times": 2, "retry_after": 30}),
    Trouble("disconnected", "envelopes", "disconnect"),
    Trouble("sockets silent for 20 s", EVERY, "silence", {"seconds": 20}),
    Trouble("envelopes twice", "envelopes", "duplicate", {"times": 50}),
    Trouble("envelopes late and out of order", "envelopes", "delay", {"times": 3, "delay_s": 2}),
    Trouble("outage of 20 s, connections cut", EVERY, "outage", {"seconds": 20}),
    Trouble("outage of 20 s, answered with 503", EVERY, "outage_503", {"seconds": 20}),
    Trouble("token revoked, renewed within a minute", POST, "error:token_revoked", {"times": 2}),
    Trouble("channel archived, taken out again within a minute", POST, "error:is_archived", {"times": 2}),
)


def troubled(nursery: Nursery, folder: Path, trouble: Trouble, times: int) -> Tried:
    """The whole way of an alert under it; `recovered_s` is from the break to the page."""
    proofs: list[Proof] = []
    slowest = 0.0
    with scene(Scene(folder / trouble.fault.replace(" ", "-"), nursery, metrics=_metrics(times))) as here:
        course = Course(here)
        course.begin()
        for metric in here.metrics:
            course = Course(here, metric, bots=course.bots)
            here.fault(trouble.method, trouble.effect, **trouble.more)
            course.struck()
            course.paged()
            course.acknowledged()
            course.resolved()
            course.rests()
            here.fault(EVERY, "http_500", times=0)
            slowest = max(slowest, course.recovered_s)
        proofs.append(prove(here))
    return Tried.of(f"Slack: {trouble.fault}", times, proofs, slowest)


def away(nursery: Nursery, folder: Path) -> Tried:
    """An outage of half an hour, in which clocks leap from minute to minute, with alerts and their levels."""
    with scene(Scene(folder / "away", nursery, metrics=_metrics(3))) as here:
        course = Course(here)
        course.begin()
        here.fault(EVERY, "outage", seconds=3600)
        for minute in range(MINUTES_AWAY):
            if minute % 10 == 0:
                here.breaks(here.metrics[minute // 10])
            here.clock_is_wrong_by(60 * minute)
            pause(1.5)
        here.fault(EVERY, "outage", times=0)
        course.struck()
        courses = [course, *(Course(here, metric, bots=course.bots) for metric in here.metrics[1:])]
        for each in courses:
            each.paged_of_it()
        slowest = course.recovered_s
        for each in courses:
            each.acknowledged()
            each.resolved()
        course.rests()
        proof = prove(here)
    return Tried.of(f"Slack: outage of {MINUTES_AWAY} minutes with alerts going on", 1, [proof], slowest)


def _metrics(count: int) -> tuple[str, ...]:
    return tuple(f"m{number}" for number in range(count))
