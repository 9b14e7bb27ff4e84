"""What people do to incidents: by command, button and form, the same decisions."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from datetime import timedelta

from bot.domain.alerts.alert import Refusal
from bot.domain.card import Choice, Form, Line, Message, PlaybookList
from bot.domain.incident.clock import extend
from bot.domain.incident.decision import decide, option_of
from bot.domain.incident.life import close, note, take_lead
from bot.domain.incident.playbook import Meaning, Option
from bot.domain.incident.state import Change, Incident
from bot.domain.incident.steps import again, pass_over, tick_item, tick_step
from bot.domain.moment import length_of
from bot.domain.permission import forbidden
from bot.domain.text import Text, say, unchanged
from bot.engine.acting.actions import find, not_allowed
from bot.engine.incident.export import export_command
from bot.engine.incident.follow import open_playbook
from bot.engine.incident.keep import keep
from bot.engine.incident.mark import CARRIED, current, which_of
from bot.engine.oncall.standing import standing
from bot.engine.people.request import Request

_Outcome = Change | Refusal

PREFIX = "playbook-"

"""Every verb of a playbook's buttons and forms begins so."""


def playbook_command(request: Request) -> Message | Form | None:
    """`/monitor playbook …`: alone it lists, else the first word says what to do."""
    if not request.arguments:
        return playbook_list(request)
    word, rest = request.arguments[0], request.arguments[1:]
    if word == "open":
        return _open(request, rest[0] if rest else "")
    if word == "export":
        return export_command(request, rest[0] if rest else "")
    incident, words = _meant(request, word, " ".join(rest))
    if not isinstance(incident, Incident):
        return incident
    if word == "extend":
        length, _, why = words.partition(" ")
        return _said(request, _extended(request, incident, length, why))
    if word == "lead":
        return _said(request, take_lead(incident, request.person, request.now))
    if word == "close":
        return _said(request, close(incident, request.person, words, request.now))
    option = next((each for each in _options(incident) if each.means is Meaning.ACCEPT), None)
    if option is None:
        return Line(text=say("This playbook has nothing to decide"))
    return _said(request, decide(incident, (option, words), request.person, request.now))


def note_command(request: Request) -> Line | Choice:
    """`/monitor note [ID] TEXT`: to the incident named, the only current one, or the last one."""
    incidents, words = request.ledger.incidents, " ".join(request.arguments)
    first, _, rest = words.partition(" ")
    named = incidents.get(first) if rest else None
    if named:
        return _noted(request, named, rest)
    opened = current(request.ledger)
    if len(opened) > 1:
        return which_of(opened, words)
    incident = opened[0] if opened else incidents.newest()
    if incident is None:
        return Line(text=say("No playbook is open that could be noted in"))
    return _noted(request, incident, words)


def playbook_list(request: Request) -> PlaybookList:
    """What is open, and what can be opened."""
    services = request.world.setup.services.values()
    return PlaybookList(
        open=request.ledger.incidents.open_all(),
        playbooks=tuple(
            (service.key, playbook.key, playbook.label)
            for service in services
            for playbook in service.playbooks.values()
        ),
    )


def _meant(request: Request, word: str, words: str) -> tuple[Incident | Line | Choice, str]:
    """The one that is named first, else the only open one; and the words that are left."""
    first, _, rest = words.partition(" ")
    named = request.ledger.incidents.get(first) if first else None
    if named:
        return named, rest.strip()
    if word == "lead" and words:
        return Line(text=say("There is no such incident; `/monitor playbook` lists the open ones")), words
    incidents = request.ledger.incidents.open_all()
    if not incidents:
        return Line(text=say("No playbook is open; `/monitor playbook` lists what can be opened")), words
    if len(incidents) == 1:
        return incidents[0], words
    which = Choice(
        text=say("Several playbooks are open; which one is meant?"),
        commands=tuple(f"playbook {word} {each.id} {words}".strip()[:CARRIED] for each in incidents),
    )
    return which, words


def _open(request: Request, name: str) -> Line | Choice:
    setup = request.world.setup
    service_key, _, key = name.rpartition("/")
    found = [
        service
        for service in setup.services.values()
        if key in service.playbooks and service_key in ("", service.key)
    ]
    if not found:
        known = [key for service in setup.services.values() for key in service.playbooks]
        text = say("No playbook is called `{word}`; there are {all}", word=name, all=", ".join(known) or "-")
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
        return Choice(text=text, commands=tuple(f"playbook open {each}" for each in near or known))
    if len(found) > 1:
        text = say("Several services have it; which one is meant?")
        return Choice(text=text, commands=tuple(f"playbook open {service.key}/{key}" for service in found))
    service, now = found[0], request.now
    opened = open_playbook(request.ledger, setup, service.playbooks[key], service, None, request.person, now)
    if isinstance(opened, Refusal):
        return Line(text=opened.reason)
    return Line(text=say("The playbook {playbook} is opened", playbook=opened.playbook.label))


# --- buttons ----------------------------------------------------------------------------------------------


def press_playbook(request: Request, verb: str, rest: str) -> Message | Form | None:
    """A button of a playbook's card: INCIDENT:WHAT:TURN. The card shows what happened, so only a refusal
    is answered."""
    word = verb.removeprefix(PREFIX)
    if word == "open":
        return _open(request, rest)
    incident_id, _, rest = rest.partition(":")
    what, _, turn = rest.partition(":")
    incident = request.ledger.incidents.get(incident_id)
    if incident is None:
        return Line(text=say("That playbook is not in the database any more; nothing was changed"))
    if word == "decide":
        return _decide(request, incident, what, int(turn) if turn.isdigit() else None)
    if word in _FORMS:
        return Form(verb=verb, subject=f"{incident.id}:{what}", title=_about(incident, word, what))
    if word not in _PRESSES or not (what.isdigit() or word == "lead"):
        return Line(text=say("That button does nothing any more; nothing was changed"))
    return _refused(request, _PRESSES[word](request, incident, int(what or 0)))


_FORMS = ("tick-note", "extend", "note", "close")


def _about(incident: Incident, word: str, what: str) -> Text:
    """What a form is about: the playbook, and the step where it is about one."""
    title = title_of(incident)
    if word == "tick-note" and what.isdigit() and int(what) < len(incident.steps):
        return say("{playbook}: {what}", playbook=title, what=incident.step(int(what))[0].label)
    return title


_PRESSES: dict[str, Callable[[Request, Incident, int], _Outcome]] = {
    "tick": lambda request, incident, at: tick_step(incident, at, request.person, "", request.now),
    "item": lambda request, incident, at: tick_item(incident, at, request.person, "", request.now),
    "again": lambda request, incident, at: _again(request, incident, at),
    "skip": lambda request, incident, at: pass_over(incident, at, request.person, request.now),
    "lead": lambda request, incident, at: take_lead(incident, request.person, request.now),
}


def _again(request: Request, incident: Incident, number: int) -> _Outcome:
    if 0 <= number < len(incident.steps):
        step = incident.playbook.steps[number]
        decided = incident.decision.option.action if incident.decision else ""
        if refusal := _may_not(request, incident, step.action or (decided if step.options else "")):
            return refusal
    return again(incident, number, request.person, request.now)


def _decide(request: Request, incident: Incident, key: str, turn: int | None) -> Form | Line | None:
    option = option_of(incident, key)
    if option is None:
        return Line(text=say("That button does nothing any more; nothing was changed"))
    if option.means is Meaning.ACCEPT:
        subject = f"{incident.id}:{key}:{incident.turn if turn is None else turn}"
        return Form(verb="playbook-accept", subject=subject, title=title_of(incident))
    return _refused(request, _decided(request, incident, option, "", turn))


def _decided(request: Request, incident: Incident, option: Option, why: str, turn: int | None) -> _Outcome:
    word = "rollback" if option.means is Meaning.ROLL_BACK else "playbook"
    setup = standing(request.ledger, request.world.setup)
    if refusal := forbidden(setup, request.person, word, request.now):
        return refusal
    if refusal := _may_not(request, incident, option.action):
        return refusal
    return decide(incident, (option, why), request.person, request.now, turn)


def _may_not(request: Request, incident: Incident, action: str) -> Refusal | None:
    """Whether the person may not run the action that this leads to."""
    if not action:
        return None
    found = find(request.world.setup, incident.service, action)
    if isinstance(found, Refusal):
        return found
    return not_allowed(request.ledger, request.world.setup, request.person, found[1], request.now)


# --- forms ------------------------------------------------------------------------------------------------


def submit_playbook(request: Request, verb: str, subject: str) -> Message | None:
    """A form that was sent back."""
    incident_id, _, rest = subject.partition(":")
    incident = request.ledger.incidents.get(incident_id)
    if incident is None:
        return Line(text=say("That playbook is not in the database any more; nothing was changed"))
    fields = dict(request.inbound.values)
    why, person, now = fields.get("reason", "") or fields.get("note", ""), request.person, request.now
    match verb.removeprefix(PREFIX):
        case "accept":
            key, _, turn = rest.partition(":")
            option = option_of(incident, key)
            if option is None:
                return Line(text=say("That button does nothing any more; nothing was changed"))
            return _refused(request, _decided(request, incident, option, why, int(turn or 0)))
        case "tick-note":
            return _refused(request, tick_step(incident, int(rest or 0), person, why, now))
        case "extend":
            return _refused(request, _extended(request, incident, fields.get("for", ""), why))
        case "close":
            return _refused(request, close(incident, person, why, now))
        case _:
            line = _noted(request, incident, why)
            return None if line.text == NOTED else line


def _extended(request: Request, incident: Incident, length: str, why: str) -> _Outcome:
    try:
        span = length_of(length)
    except ValueError as error:
        return Refusal(unchanged(error))
    except OverflowError:
        span = timedelta.max
    return extend(incident, request.person, span, why, request.now)


NOTED = say("Noted")


def _noted(request: Request, incident: Incident, text: str) -> Line:
    change = note(incident, request.person, text, request.now)
    if isinstance(change, Refusal):
        return Line(text=change.reason)
    keep(request.ledger, request.world.setup, change)
    return Line(text=NOTED)


def _options(incident: Incident) -> tuple[Option, ...]:
    return tuple(option for step in incident.playbook.steps for option in step.options)


def _refused(request: Request, outcome: _Outcome) -> Line | None:
    if isinstance(outcome, Refusal):
        return Line(text=outcome.reason)
    keep(request.ledger, request.world.setup, outcome)
    return None


def _said(request: Request, outcome: _Outcome) -> Line:
    refusal = _refused(request, outcome)
    if refusal:
        return refusal
    assert isinstance(outcome, Change)  # noqa: S101 - the other one was told
    return Line(text=outcome.reason)


def title_of(incident: Incident) -> Text:
    return say("{item}", item=incident.playbook.label)
