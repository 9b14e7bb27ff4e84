"""Actions: asked for, run one at a time a service, and told of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from bot.domain.action import (
    LEASE,
    Action,
    ActionRun,
    Facts,
    Ran,
    RunState,
    finished,
    interrupted,
    run_id,
    told,
)
from bot.domain.alert import Alert, Refusal
from bot.domain.audit import Deed
from bot.domain.card import Line
from bot.domain.permission import forbidden_action
from bot.domain.secrecy import masked
from bot.domain.setup import Service, Setup
from bot.domain.text import Instant, Name, Text, say
from bot.engine.ledger import Ledger, Parcel
from bot.engine.record import head, note
from bot.engine.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which action, and why: `key` names the cause, and the same cause never runs it twice.

    `by` is a person, who must be allowed to, or None for the bot itself. `incident` is the playbook's.
    """

    service: str
    action: str
    key: str
    by: str | None = None
    alert: Alert | None = None
    incident: str | None = None


def ask(ledger: Ledger, setup: Setup, wanted: Wanted, now: datetime) -> ActionRun | Refusal:
    """Enter the run; it begins at once unless another action of the service still runs."""
    found = find(setup, wanted.service, wanted.action)
    if isinstance(found, Refusal):
        return found
    service, action = found
    if earlier := ledger.actions.get(run_id(wanted.key)):
        return earlier
    if wanted.by and (refusal := forbidden_action(setup, wanted.by, action, now)):
        return refusal
    for other in ledger.actions.open_of(service.key):
        if other.action == action.key:
            return Refusal(_already(other))
    run = ActionRun(
        id=run_id(wanted.key),
        key=wanted.key,
        service=service.key,
        channel=service.channel,
        action=action.key,
        label=action.label,
        facts=facts(ledger, service, wanted.alert),
        by=wanted.by,
        alert=wanted.alert.id if wanted.alert else None,
        incident=wanted.incident,
        asked_at=now,
        look_at=now,
    )
    ledger.actions.ask(run)
    _tell(ledger, run, now)
    _write(ledger, run, "", now)
    return run


def find(setup: Setup, service: str, action: str) -> tuple[Service, Action] | Refusal:
    """The action of that name."""
    one = setup.services.get(service)
    if one is None or action not in one.actions:
        known = ", ".join(one.actions) if one else ""
        return Refusal(say("No action is called `{word}`; there are {all}", word=action, all=known or "-"))
    return one, one.actions[action]


def facts(ledger: Ledger, service: Service, alert: Alert | None = None) -> Facts:
    """What an action is told: the newest open watch names the version, an earlier one the previous."""
    watches = ledger.watches.open_all(service.key)
    watch = watches[-1] if watches else None
    before = ledger.watches.before(watch) if watch else None
    return Facts(
        service=service.key,
        version=watch.version if watch else "",
        previous_version=before.version if before else "",
        alert=alert.subject.fingerprint if alert else "",
        watch=watch.id if watch else "",
    )


def dry_run(action: Action, given: Facts) -> Text:
    """What would be done, without doing anything."""
    what = " ".join(action.run) or (action.webhook.url if action.webhook else "")
    return say(
        "Dry run, nothing was done. {action} would call `{what}` for {service} {version} "
        "(previous version: {previous})",
        action=action.label,
        what=masked(what, action.secrets).replace("`", "'"),
        service=given.service,
        version=given.version or "?",
        previous=given.previous_version or "?",
    )


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
        _tell(ledger, after, now)
        _write(ledger, after, held.state, now)
    world.bell.ring()
    return True


def _tell(ledger: Ledger, run: ActionRun, now: datetime) -> None:
    """In the thread of the alert it was run for, else in the channel."""
    operation = f"{run.id}/{run.state}/{run.attempts}"
    line = Line(text=told(run), at=now)
    if run.alert:
        ledger.outbox.put(note(operation, run.alert, run.channel, line, now))
    else:
        announced = head(Parcel.ANNOUNCE, run.id, run.channel, now)
        ledger.outbox.put(replace(announced, operation=operation, body=line))


def _write(ledger: Ledger, run: ActionRun, before: str, now: datetime) -> None:
    ledger.audit.write(
        Deed(
            at=now,
            person=run.by or "",
            name=f"action.{run.state}",
            service=run.service,
            subject=run.action,
            before=before,
            after=run.state,
            reason=told(run),
        )
    )


def _already(run: ActionRun) -> Text:
    return say(
        "{action} was asked for by {person} at {at} and has not ended yet; nothing was done",
        action=run.label,
        person=Name(run.by) if run.by else say("the bot"),
        at=Instant(run.asked_at),
    )
