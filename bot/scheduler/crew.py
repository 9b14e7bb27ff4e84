"""Hands for slow work: threads, or none for held clocks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from bot.engine.ports import Waits
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

    def start(self, *jobs: Callable[[], None], waits: Waits = Waits.WORLD) -> None:
        guarded = [partial(_guarded, job) for job in jobs]
        if waits is Waits.PROGRAM:
            self._programs.start(*guarded)
        else:
            for job in guarded:
                self._pools[waits].submit(job)

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

    def start(self, *jobs: Callable[[], None], waits: Waits = Waits.WORLD) -> None:
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
