"""`/monitor action`: what people do to a service with their own hands, asked first where that is wanted."""

from __future__ import annotations

import difflib

from bot.domain.action import Action
from bot.domain.alerts.alert import Refusal
from bot.domain.card import ActionList, Choice, Form, Line, Message, Offer
from bot.domain.setup import Service, Setup
from bot.domain.text import say
from bot.engine.acting.actions import Wanted, ask, facts, not_allowed, try_dry
from bot.engine.people.request import Request

DRY = "dry"


def action_command(request: Request) -> Message | Form:
    """`/monitor action NAME [dry]`; alone it lists."""
    if not request.arguments:
        return ActionList(actions=offers(request.world.setup))
    meant = meant_by(request)
    return _run(request, *meant, dry=DRY in request.arguments[1:]) if isinstance(meant, tuple) else meant


def meant_by(request: Request) -> tuple[Service, Action] | Line | Choice:
    """The action that is named first; or why there is none, or which of several may be meant."""
    name, *rest = request.arguments
    found = named(request.world.setup, name)
    if not found:
        return _unknown(request, name, rest)
    if len(found) > 1:
        return Choice(
            text=say("Several services have it; which one is meant?"),
            commands=tuple(
                " ".join(("action", f"{service.key}/{each.key}", *rest)) for service, each in found
            ),
        )
    return found[0]


def named(setup: Setup, word: str) -> list[tuple[Service, Action]]:
    """The actions that `ACTION` or `SERVICE/ACTION` may mean."""
    of, _, name = word.rpartition("/")
    return [
        (service, service.actions[name])
        for service in setup.services.values()
        if name in service.actions and of in ("", service.key)
    ]


def offers(setup: Setup) -> tuple[Offer, ...]:
    """Every action there is."""
    return tuple(
        _offer(service, action) for service in setup.services.values() for action in service.actions.values()
    )


def _offer(service: Service, action: Action) -> Offer:
    who = tuple(str(target) for target in action.who)
    return Offer(service=service.key, action=action.key, label=action.label, who=who)


def press_action(request: Request, rest: str) -> Message | Form | None:
    """A button that runs an action: `SERVICE/ACTION`."""
    found = _named(request, rest)
    if found is None:
        return Line(text=say("That action is configured no more; nothing was done"))
    return _run(request, *found, dry=False)


def submit_action(request: Request, subject: str) -> Message:
    """The person is sure."""
    found = _named(request, subject)
    if found is None:
        return Line(text=say("That action is configured no more; nothing was done"))
    return _asked(request, *found)


def _run(request: Request, service: Service, action: Action, *, dry: bool) -> Message | Form:
    ledger, setup, now = request.ledger, request.world.setup, request.now
    if dry:
        told = try_dry(ledger, setup, (service, action), request.person, now)
        return Line(text=told.reason if isinstance(told, Refusal) else told)
    if refusal := not_allowed(ledger, setup, request.person, action, now):
        return Line(text=refusal.reason)
    if not action.confirm:
        return _asked(request, service, action)
    if not request.inbound.trigger_id:
        return Line(
            text=say(
                "{action} asks for confirmation: use `/monitor action {name}`",
                action=action.label,
                name=action.key,
            )
        )
    version = facts(ledger, service).version
    title = say("{action} – {service} {version}", action=action.label, service=service.key, version=version)
    return Form(verb="action", subject=f"{service.key}/{action.key}", title=title)


def _asked(request: Request, service: Service, action: Action) -> Line:
    wanted = Wanted(service=service.key, action=action.key, key=request.inbound.identity, by=request.person)
    run = ask(request.ledger, request.world.setup, wanted, request.now)
    if isinstance(run, Refusal):
        return Line(text=run.reason)
    return Line(text=say("{action} begins; the channel is told how it ends", action=action.label))


def _named(request: Request, subject: str) -> tuple[Service, Action] | None:
    key, _, name = subject.partition("/")
    service = request.world.setup.services.get(key)
    action = service.actions.get(name) if service else None
    return (service, action) if service and action else None


def _unknown(request: Request, word: str, rest: list[str]) -> Line | Choice:
    names = [name for service in request.world.setup.services.values() for name in service.actions]
    near = difflib.get_close_matches(word, names, n=1, cutoff=0.5)
    if near:
        text = say("No action is called `{word}`; did you mean `{near}`?", word=word, near=near[0])
        return Choice(text=text, commands=(" ".join(("action", near[0], *rest)),))
    return Line(
        text=say("No action is called `{word}`; there are {all}", word=word, all=", ".join(names) or "-")
    )
