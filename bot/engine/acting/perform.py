"""Run the actions that were asked for: one at a time a service, and never twice without a word."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from bot.domain.action import LEASE, ActionRun, Ran, RunState, finished, interrupted
from bot.domain.alerts.alert import Refusal
from bot.engine.acting.actions import find, told_and_written
from bot.engine.incident.keep import run_ended
from bot.engine.oncall.recover import recovery_ended
from bot.engine.world import World


def run_due(world: World, now: datetime) -> int:
    """Begin every run whose turn has come, and find those whose runner has died. How many changed."""
    with world.store.reading() as ledger:
        due = ledger.actions.due(now)
    changed = 0
    for run in due:
        if run.state is RunState.RUNNING:
            changed += _end(world, run, lambda held: interrupted(held, now))
            continue
        with world.store.transaction() as ledger:
            mine = ledger.actions.claim(run, now)
            if mine is None:
                ledger.actions.wait(run, now + LEASE)
        if mine:
            changed += 1
            world.crew.start(partial(_carry_out, world, mine))
    return changed


def _carry_out(world: World, run: ActionRun) -> None:
    found = find(world.setup, run.service, run.action)
    if isinstance(found, Refusal):
        ran: Ran | None = Ran(succeeded=False, reason=found.reason)
        retries = 0
    else:
        retries = found[1].retries
        ran = world.actions.run(found[1], run, partial(_beat, world, run))
    if ran is None:
        return
    now = world.clock.now()
    _end(world, run, lambda held: finished(held, ran, retries, now))


def _beat(world: World, run: ActionRun) -> None:
    with world.store.transaction() as ledger:
        ledger.actions.renew(run, world.clock.now() + LEASE)


def _end(world: World, run: ActionRun, change: Callable[[ActionRun], ActionRun]) -> bool:
    """Write down how a try ended. A run that was given up as interrupted may still tell how it came out."""
    now = world.clock.now()
    with world.store.transaction() as ledger:
        held = ledger.actions.get(run.id)
        if held is None or held.attempts != run.attempts:
            return False
        if held.state not in (RunState.RUNNING, RunState.INTERRUPTED):
            return False
        after = change(held)
        if after == held:
            return False
        ledger.actions.save(after, held.state)
        ledger.actions.free(after, now)
        told_and_written(ledger, after, held.state, now)
        if after.ended:
            run_ended(ledger, world.setup, after, now)
            recovery_ended(ledger, world.setup, after, now)
    world.bell.ring()
    return True
