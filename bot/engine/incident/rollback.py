"""Rolling back, from wherever it is asked for: the same decision, action and verification."""

from __future__ import annotations

from bot.domain.alerts.alert import Refusal
from bot.domain.card import Form, Line
from bot.domain.incident.decision import decide, rollback_option
from bot.domain.incident.playbook import Meaning, Option, Playbook, Priority, Rollback, Step, StepKind
from bot.domain.incident.state import Incident
from bot.domain.permission import forbidden, forbidden_action
from bot.domain.setup import Service
from bot.domain.text import Label, say
from bot.engine.acting.actions import dry_run, facts, find
from bot.engine.incident.follow import open_playbook
from bot.engine.incident.keep import keep
from bot.engine.people.request import Request

ACTION = "rollback"
"""The action that rolls back where no playbook says which."""

DRY = "dry"


def rollback_command(request: Request) -> Line | Form:
    """`/monitor rollback [dry]`: asks first."""
    service = _service(request)
    if isinstance(service, Refusal):
        return Line(text=service.reason)
    if refusal := _refusal(request, service):
        return Line(text=refusal.reason)
    given = facts(request.ledger, service)
    if DRY in request.arguments:
        return Line(text=dry_run(service.actions[ACTION], given))
    title = say("Roll back {service} {version}", service=service.key, version=given.version)
    return Form(verb="rollback", subject=service.key, title=title)


def submit_rollback(request: Request, subject: str) -> Line:
    """The person is sure; the reason may be empty."""
    service = request.world.setup.services.get(subject)
    if service is None:
        return Line(text=say("That service is configured no more; nothing was done"))
    why = dict(request.inbound.values).get("reason", "")
    refusal = roll_back_now(request, service, why)
    if refusal:
        return Line(text=refusal.reason)
    return Line(text=say("The rollback begins; the channel is told how it ends"))


def roll_back_now(request: Request, service: Service, why: str) -> Refusal | None:
    """Decide it in the open playbook that can roll back, else in one that is opened for it."""
    if refusal := _refusal(request, service):
        return refusal
    ledger, setup, now = request.ledger, request.world.setup, request.now
    stands = _open_one(request, service)
    incident = stands or open_playbook(ledger, setup, _playbook(service), service, None, request.person, now)
    if isinstance(incident, Refusal):
        return incident
    option = rollback_option(incident)
    if option is None:
        return Refusal(say("This playbook cannot roll back"))
    change = decide(incident, (option, why), request.person, now)
    if isinstance(change, Refusal):
        return change
    keep(ledger, setup, change)
    return None


def _refusal(request: Request, service: Service) -> Refusal | None:
    found = find(request.world.setup, service.key, ACTION)
    if isinstance(found, Refusal):
        return Refusal(say("There is no action `rollback`; declare it under `actions` in config.yaml"))
    setup, person, now = request.world.setup, request.person, request.now
    return forbidden(setup, person, "rollback", now) or forbidden_action(setup, person, found[1], now)


def _service(request: Request) -> Service | Refusal:
    services = request.world.setup.services
    named = [word for word in request.arguments if word != DRY]
    if named:
        found = services.get(named[0])
        all_ = ", ".join(services)
        return found or Refusal(
            say("No service is called `{word}`; there are {all}", word=named[0], all=all_)
        )
    able = [each for each in services.values() if ACTION in each.actions]
    if len(able) > 1:
        return Refusal(
            say("Which service? `/monitor rollback {all}`", all="|".join(each.key for each in able))
        )
    return able[0] if able else next(iter(services.values()))


def _open_one(request: Request, service: Service) -> Incident | None:
    return next(
        (each for each in request.ledger.incidents.open_all(service.key) if rollback_option(each)), None
    )


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
