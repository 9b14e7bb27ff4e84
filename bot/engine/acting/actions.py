"""Actions: asked for, run one at a time a service, and told of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.action import (
    Action,
    ActionRun,
    Facts,
    RunState,
    run_id,
    told,
)
from bot.domain.alerts.alert import Alert, Refusal
from bot.domain.audit import Deed
from bot.domain.card import Line
from bot.domain.permission import forbidden_action
from bot.domain.secrecy import masked
from bot.domain.setup import Service, Setup
from bot.domain.text import Instant, Name, Text, say
from bot.engine.ledger import Ledger, Parcel
from bot.engine.oncall.standing import standing
from bot.engine.record import head, note, redraw


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which action, and why: `key` names the cause, and the same cause never runs it twice.

    `by` is a person, who must be allowed to, or None for the bot itself. `step` is one of `incident`.
    """

    service: str
    action: str
    key: str
    by: str | None = None
    alert: Alert | None = None
    incident: str | None = None
    step: int | None = None


def ask(ledger: Ledger, setup: Setup, wanted: Wanted, now: datetime) -> ActionRun | Refusal:
    """Enter the run; it begins at once unless another action of the service still runs."""
    found = find(setup, wanted.service, wanted.action)
    if isinstance(found, Refusal):
        return found
    service, action = found
    if earlier := ledger.actions.get(run_id(wanted.key)):
        return earlier
    if wanted.by and (refusal := not_allowed(ledger, setup, wanted.by, action, now)):
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
        step=wanted.step,
        asked_at=now,
        look_at=now,
    )
    ledger.actions.ask(run)
    told_and_written(ledger, run, "", now)
    return run


def find(setup: Setup, service: str, action: str) -> tuple[Service, Action] | Refusal:
    """The action of that name."""
    one = setup.services.get(service)
    if one is None:
        return Refusal(say("{service} is configured no more", service=service))
    if action not in one.actions:
        known = ", ".join(one.actions)
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


def not_allowed(ledger: Ledger, setup: Setup, person: str, action: Action, now: datetime) -> Refusal | None:
    """Why `person` may not run this action; whoever stands in for somebody on call may."""
    return forbidden_action(standing(ledger, setup), person, action, now)


def try_dry(
    ledger: Ledger, setup: Setup, chosen: tuple[Service, Action], by: str, now: datetime
) -> Text | Refusal:
    """What `by` would do, without doing anything; that it was asked is audited all the same."""
    service, action = chosen
    if refusal := not_allowed(ledger, setup, by, action, now):
        return refusal
    told = _dry_run(action, facts(ledger, service))
    ledger.audit.write(
        Deed(at=now, person=by, name="action.dry_run", service=service.key, subject=action.key, reason=told)
    )
    return told


def _dry_run(action: Action, given: Facts) -> Text:
    what = " ".join(action.run) or (action.webhook.url if action.webhook else "")
    return say(
        "Dry run, nothing was done. {action} would call `{what}` for {service} {version} "
        "(previous version: {previous})",
        action=action.label,
        what=masked(what, action.secrets).replace("`", "'"),
        service=given.service,
        version=given.version or say("unknown"),
        previous=given.previous_version or say("unknown"),
    )


def told_and_written(ledger: Ledger, run: ActionRun, before: str, now: datetime) -> None:
    """People are told how a run stands, and the audit."""
    _tell(ledger, run, now)
    _write(ledger, run, before, now)


def _tell(ledger: Ledger, run: ActionRun, now: datetime) -> None:
    """In the thread of the alert it was run for, else by a line in the channel that is kept up to date."""
    if thread := run.alert or run.incident:
        line = Line(text=told(run), at=now)
        ledger.outbox.put(note(f"{run.id}/{run.state}/{run.attempts}", thread, run.channel, line, now))
    elif run.state is RunState.ASKED and not run.attempts:
        ledger.outbox.put(head(Parcel.ACTION_CARD, run.id, run.channel, now))
    else:
        ledger.outbox.put(redraw(Parcel.ACTION_CARD, run.id, run.channel, now))


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
