"""Hands for slow work: threads, or none for held clocks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from bot.engine.ports import Waits
from bot.scheduler.share import Share
from bot.scheduler.threads import Threads
from checks.child import Loop

log = logging.getLogger(__name__)

Answered = TypeVar("Answered")


class Hands:
    """Threads for slow work. Implements ports.Crew."""

    def __init__(self, size: int = 16, most: int = 256) -> None:
        # Who asks another site only waits for its reply: many may, without wanting a processor.
        far = size * 4
        # Rounds wait for their checks, and other sites may be silent: none must keep the others waiting.
        self._parts = Threads("part", size, most)
        self._pools = {
            Waits.WORLD: Threads("job", size, most),
            Waits.SITE: Threads("far", far, most),
            Waits.DATABASE: Threads("keep", 1, most),
        }
        self._programs = Loop(size, most)
        self._begins: dict[Waits, Callable[..., None]] = {
            Waits.PROGRAM: self._programs.start,
            **{waits: pool.submit for waits, pool in self._pools.items()},
        }
        self._shares = {waits: Share(begin, most * 3 // 4) for waits, begin in self._begins.items()}

    def start(self, *jobs: Callable[[], None], waits: Waits = Waits.WORLD, apart: bool = False) -> None:
        guarded = [partial(_guarded, job) for job in jobs]
        if apart:
            self._shares[waits].start(*guarded)
        else:
            self._begins[waits](*guarded)

    def together(self, jobs: Sequence[Callable[[], Answered]]) -> list[Answered]:
        return self._parts.together(jobs)

    def in_turn(self, jobs: Sequence[Callable[[], Answered]]) -> list[Answered]:
        return _in_turn(jobs)

    def stop(self) -> None:
        """Begin nothing new; what runs ends by itself or with this program, and programs at once."""
        self._programs.stop()
        for threads in (self._parts, *self._pools.values()):
            threads.stop()


class OwnHands:
    """The same without threads: every job is done before `start` returns. For held clocks."""

    def start(self, *jobs: Callable[[], None], waits: Waits = Waits.WORLD, apart: bool = False) -> None:
        for job in jobs:
            job()

    def together(self, jobs: Sequence[Callable[[], Answered]]) -> list[Answered]:
        return [job() for job in jobs]

    def in_turn(self, jobs: Sequence[Callable[[], Answered]]) -> list[Answered]:
        return _in_turn(jobs)


def _in_turn(jobs: Sequence[Callable[[], Answered]]) -> list[Answered]:
    done: list[Answered] = []
    failed: list[Exception] = []
    for job in jobs:
        try:
            done.append(job())
        except Exception as error:  # noqa: BLE001 - raised once the others are done
            failed.append(error)
    if failed:
        raise ExceptionGroup(f"{len(failed)} of {len(jobs)} pieces of work failed", failed)
    return done


def _guarded(job: Callable[[], None]) -> None:
    try:
        job()
    except Exception:
        log.exception("a job failed; its row is due again when its lease ends")
