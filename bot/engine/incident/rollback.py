"""Rolling back, from wherever it is asked for: the same decision, action and verification."""

from __future__ import annotations

from datetime import datetime

from bot.domain.alerts.alert import Refusal
from bot.domain.card import Choice, Form, Line
from bot.domain.incident.decision import decide, rollback_option
from bot.domain.incident.playbook import Meaning, Option, Playbook, Priority, Rollback, Step, StepKind
from bot.domain.incident.state import Incident
from bot.domain.permission import forbidden, forbidden_action
from bot.domain.setup import Service, Setup
from bot.domain.text import Label, say
from bot.engine.acting.actions import facts, find, try_dry
from bot.engine.incident.follow import open_playbook
from bot.engine.incident.keep import keep
from bot.engine.ledger import Ledger
from bot.engine.oncall.standing import standing
from bot.engine.people.request import Request

ACTION = "rollback"
"""The action that rolls back where no playbook says which."""

DRY = "dry"


def rollback_command(request: Request) -> Line | Choice | Form:
    """`/monitor rollback [dry]`: asks first."""
    ledger, setup, now = request.ledger, request.world.setup, request.now
    service = meant_by(request)
    if isinstance(service, Choice):
        return service
    if refusal := may_not_roll_back(ledger, setup, service, request.person, now):
        return Line(text=refusal.reason)
    if DRY in request.arguments:
        told = try_dry(ledger, setup, (service, service.actions[ACTION]), request.person, now)
        return Line(text=told.reason if isinstance(told, Refusal) else told)
    version = facts(ledger, service).version
    title = say("Roll back {service} {version}", service=service.key, version=version)
    return Form(verb="rollback", subject=service.key, title=title)


def submit_rollback(request: Request, subject: str) -> Line:
    """The person is sure; the reason may be empty."""
    service = request.world.setup.services.get(subject)
    if service is None:
        return Line(text=say("That service is configured no more; nothing was done"))
    why = dict(request.inbound.values).get("reason", "")
    begun = roll_back_now(request.ledger, request.world.setup, service, (request.person, why), request.now)
    if isinstance(begun, Refusal):
        return Line(text=begun.reason)
    return Line(text=BEGINS)


BEGINS = say("The rollback begins; the channel is told how it ends")


def roll_back_now(
    ledger: Ledger, setup: Setup, service: Service, asked: tuple[str, str], now: datetime
) -> Incident | Refusal:
    """Decide it in the open playbook that can roll back, else in one that is opened for it.

    `asked`: by whom, and why in their words.
    """
    by, why = asked
    if refusal := may_not_roll_back(ledger, setup, service, by, now):
        return refusal
    stands = _open_one(ledger, service)
    incident = stands or open_playbook(ledger, setup, _playbook(service), service, None, by, now)
    if isinstance(incident, Refusal):
        return incident
    option = rollback_option(incident)
    if option is None:
        return Refusal(say("This playbook cannot roll back"))
    change = decide(incident, (option, why), by, now)
    if isinstance(change, Refusal):
        return change
    keep(ledger, setup, change)
    return change.incident


def may_not_roll_back(
    ledger: Ledger, setup: Setup, service: Service, person: str, now: datetime
) -> Refusal | None:
    """Why `person` may not roll this service back, if so."""
    found = find(setup, service.key, ACTION)
    if isinstance(found, Refusal):
        return Refusal(say("There is no action `rollback`; declare it under `actions` in config.yaml"))
    stands = standing(ledger, setup)
    return forbidden(stands, person, "rollback", now) or forbidden_action(stands, person, found[1], now)


def meant_by(request: Request) -> Service | Choice:
    """The service that is named; without one the only one that can be rolled back."""
    services = request.world.setup.services
    names = [word for word in request.arguments if word != DRY]
    able = [each for each in services.values() if ACTION in each.actions]
    if names and names[0] in services:
        return services[names[0]]
    if not names and len(able) < 2:
        return able[0] if able else next(iter(services.values()))
    all_ = [each.key for each in able]
    dry = [DRY] if DRY in request.arguments else []
    return Choice(
        text=say("No service is called `{word}`; there are {all}", word=names[0], all=", ".join(services))
        if names
        else say("Which service? `/monitor rollback {all}`", all="|".join(all_)),
        commands=tuple(" ".join(("rollback", key, *dry)) for key in all_),
    )


def _open_one(ledger: Ledger, service: Service) -> Incident | None:
    return next((each for each in ledger.incidents.open_all(service.key) if rollback_option(each)), None)


def _playbook(service: Service) -> Playbook:
    """For a rollback that no playbook foresaw: the decision, and the checks of all that matters now."""
    urgent = {key for key, metric in service.metrics.items() if metric.tier == 1}
    checks = tuple(
        key
        for key, check in service.checks.items()
        if check.every and (key in urgent or urgent & {*check.metrics.values(), key} or not check.metrics)
    )
    option = Option(
        key=Meaning.ROLL_BACK, label=Label("Roll back", "回滚"), means=Meaning.ROLL_BACK, action=ACTION
    )
    return Playbook(
        key=ACTION,
        label=Label("Rollback", "回滚"),
        priority=Priority.HIGH,
        steps=(
            Step(kind=StepKind.DECISION, label=Label("Roll back?", "是否回滚？"), options=(option,)),
            *([Step(kind=StepKind.VERIFY, label=Label("Verify", "验证"), checks=checks)] if checks else []),
        ),
        rollback=Rollback(action=ACTION),
    )
