"""The course of a replay: samples and commands at their instants, and whatever falls due between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Protocol

from bot.domain.events import Inbound, InboundKind
from bot.domain.measures.recording import Recorded, Typed
from bot.domain.replay.event import Event
from bot.domain.replay.staging import Series
from bot.engine.replay.feed import Feed
from bot.engine.replay.stage import Stage
from bot.engine.watches.watch import Start, start_watch
from bot.engine.world import World


class Course(Protocol):
    """A clock that jumps."""

    def settle(self) -> None:
        """Do everything that is due now."""
        ...

    def pass_until(self, at: datetime) -> None:
        """Go to that instant, stopping at whatever falls due before it."""
        ...


class Replay:
    """One run over a stage."""

    def __init__(self, world: World, stage: Stage, feed: Feed, course: Course) -> None:
        self._world = world
        self._stage = stage
        self._feed = feed
        self._course = course

    def events(
        self,
        samples: Iterable[tuple[Recorded, Series]],
        typed: Sequence[Typed],
        watch: tuple[str, datetime] | None,
    ) -> Iterator[Event]:
        """Everything that would have happened, in order, read while you ask for it."""
        waiting = sorted(_moments(typed, watch), key=lambda each: each[0])
        yield from self._settled()
        for at, together in groupby(samples, key=lambda sample: sample[0].at):
            while waiting and waiting[0][0] < at:
                yield from self._come(*waiting.pop(0))
            self._course.pass_until(at)
            self._feed.take(((series, each.value) for each, series in together), self._world.clock.now())
            yield from self._settled()
        for each in waiting:
            yield from self._come(*each)

    def until(self, at: datetime) -> Iterator[Event]:
        """Nothing more is measured and nobody acts any more; time goes on."""
        self._course.pass_until(at)
        yield from self._settled()

    def _settled(self) -> Iterator[Event]:
        self._course.settle()
        yield from self._stage.drain()

    def _come(self, at: datetime, what: Typed | str) -> Iterator[Event]:
        self._course.pass_until(at)
        now = self._world.clock.now()
        if isinstance(what, Typed):
            self._type(what, now)
        else:
            with self._world.store.transaction() as ledger:
                start_watch(
                    ledger, self._world.setup.services[what], Start(version=VERSION, deployed_at=now), now
                )
        yield from self._settled()

    def _type(self, typed: Typed, now: datetime) -> None:
        setup = self._world.setup
        inbound = Inbound(
            identity=f"replay/{typed.line}",
            kind=InboundKind.COMMAND,
            at=now,
            person=setup.people[typed.person].slack or "",
            channel=next(iter(setup.services.values())).channel,
            text=typed.command,
        )
        self._stage.types(inbound.identity, typed)
        with self._world.store.transaction() as ledger:
            ledger.letters.keep(inbound)


VERSION = "replayed"
"""What a watch of a replay calls the deployed version."""


def _moments(
    typed: Sequence[Typed], watch: tuple[str, datetime] | None
) -> Iterator[tuple[datetime, Typed | str]]:
    if watch:
        yield watch[1], watch[0]
    for each in typed:
        yield each.at, each
