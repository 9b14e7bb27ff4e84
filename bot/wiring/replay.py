"""A replay: the engine over a database of its own and a stage, on a clock that jumps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from bot.clock import HeldClock
from bot.domain.replay.staging import Series, staged
from bot.domain.setup import Setup
from bot.engine.alerts.maintenance import enlist_windows
from bot.engine.delivery.review import CARDS
from bot.engine.oncall.auditor import AUDIT
from bot.engine.oncall.duties import enlist_duties
from bot.engine.replay.feed import Feed
from bot.engine.replay.run import Replay
from bot.engine.replay.stage import Stage
from bot.engine.world import World
from bot.ical import Almanac
from bot.scheduler import Jumps, OwnHands
from bot.store.scratch import Scratch
from bot.wiring.works import works_of

_NOT_HERE = frozenset({"measure", "answers", "history", "files", "watch-card", "home", "review"})
"""Works for which a replay has no use: nothing is measured, and nobody looks at cards."""


@contextmanager
def replaying(setup: Setup, recorded: Iterable[Series], begins_at: datetime) -> Iterator[Replay]:
    """The replay of a recording of these series, ready to begin at that instant."""
    clock = HeldClock(begins_at)
    stage = Stage(clock.now)
    store = Scratch(stage.hear)
    setup = staged(setup, recorded)
    feed = Feed(setup, store)
    world = World(
        setup=setup,
        clock=clock,
        store=store,
        press=stage,
        door=stage,
        courier=stage,
        almanac=Almanac(setup.folder, setup.people),
        ask=feed.ask,
        actions=stage,
        crew=OwnHands(),
        bell=stage,
        awake_since=clock.now(),
    )
    enlist_windows(world, clock.now())
    enlist_duties(world, clock.now())
    with store.transaction() as ledger:
        # Nothing is ever late on this clock, and no card stands anywhere.
        ledger.duties.keep_only(AUDIT, ())
        ledger.duties.keep_only(CARDS, ())
    works = [each for each in works_of(world) if each.name not in _NOT_HERE]
    try:
        yield Replay(world, stage, feed, Jumps(clock, store.agenda, works))
    finally:
        store.close()
