"""Commands that only look, and the one that asks for a round."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Callable

from bot.domain.card import AlertList, Choice, HelpCard, Line, Message, OnCallList, PanelCard, PlanList
from bot.domain.commands import WORDS, definition_of
from bot.domain.oncall.coverage import who_would_be_paged
from bot.domain.oncall.rotation import on_call
from bot.domain.setup import Service
from bot.domain.text import Text, say
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import Entry, EntryKind
from bot.domain.watches.progress import today
from bot.engine.oncall.standing import standing
from bot.engine.people.overview import panel
from bot.engine.people.request import Request
from bot.engine.people.show import execution_list
from bot.engine.watches.steer import no_watch


def _status(request: Request) -> Message:
    services = request.world.setup.services.values()
    panels = tuple(panel(request.ledger, request.world.setup, each, request.now) for each in services)
    return PanelCard(panels=panels, watches=request.ledger.watches.open_all())


def _run(request: Request) -> Message:
    setup = request.world.setup
    wanted = request.arguments[0] if request.arguments else None
    known = sorted({key for service in setup.services.values() for key in service.checklists})
    if wanted and wanted not in known:
        near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.5)
        if not known:
            return Line(text=say("No checklist is configured; `/monitor run` alone runs every check"))
        if near:
            text = say("No checklist is called `{word}`; did you mean `{near}`?", word=wanted, near=near[0])
            return Choice(text=text, commands=(f"run {near[0]}",))
        text = say("No checklist is called `{word}`; there are {all}", word=wanted, all=", ".join(known))
        return Choice(text=text, commands=tuple(f"run {each}" for each in known))
    begun = [
        _by_hand(request, service, _checklists(service, wanted))
        for service in setup.services.values()
        if (wanted in service.checklists if wanted else service.checklists or service.checks)
    ]
    if not begun:
        return Line(text=say("There is nothing to run: config.yaml has neither checklists nor checks"))
    request.ledger.entries.enter(begun)
    services = ", ".join(each.service for each in begun)
    return Line(text=say("The checks of {services} are running; the round's card follows", services=services))


def _checklists(service: Service, wanted: str | None) -> tuple[str, ...]:
    return (wanted,) if wanted else tuple(service.checklists)


def _by_hand(request: Request, service: Service, checklists: tuple[str, ...]) -> Listed:
    seed = f"{service.key}/{request.inbound.identity}"
    return Listed(
        id=f"r{hashlib.sha256(seed.encode()).hexdigest()[:9]}",
        service=service.key,
        channel=service.channel,
        watch=None,
        entry=Entry(at=request.now, kind=EntryKind.ROUND, checklists=checklists),
        asked_by=request.person,
        next_at=request.now,
    )


def _alerts(request: Request) -> Message:
    return AlertList(alerts=tuple(each for each in request.ledger.alerts.open_all() if each.fired_at))


def _oncall(request: Request) -> Message:
    setup = standing(request.ledger, request.world.setup)
    wanted = request.arguments[0] if request.arguments else None
    if wanted and wanted not in setup.schedules:
        known = list(setup.schedules)
        near = difflib.get_close_matches(wanted, known, n=1, cutoff=0.5) or known
        text = _no_schedule(wanted, known)
        return Choice(text=text, commands=tuple(f"oncall {each}" for each in near))
    return OnCallList(
        shifts=tuple(
            on_call(schedule, request.now)
            for key, schedule in setup.schedules.items()
            if wanted is None or key == wanted
        ),
        would_page=who_would_be_paged(setup, request.now),
        overrides=tuple(
            each for each in request.ledger.overrides.current(request.now) if wanted in (None, each.schedule)
        ),
    )


def _no_schedule(word: str, known: list[str]) -> Text:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    if near:
        return say("No schedule is called `{word}`; did you mean `{near}`?", word=word, near=near[0])
    return say("No schedule is called `{word}`; there are {all}", word=word, all=", ".join(known) or "-")


def _plan(request: Request) -> Message:
    whole = "all" in request.arguments
    wanted = [word for word in request.arguments if word != "all"]
    running = request.ledger.watches.open_all()
    named = request.ledger.watches.named(wanted[0]) if wanted else ()
    named = named or tuple(each for each in running[::-1] if wanted and wanted[0] == each.service)
    if wanted and not named:
        return no_watch(wanted[0], running, ("plan",), ("all",) if whole else ())
    newest = request.ledger.watches.newest()  # one that has ended is still worth a look
    watch = next(iter([*named, *running[::-1], *((newest,) if newest else ())]), None)
    if watch is None:
        return PlanList(watch=None, entries=(), whole=whole, now=request.now)
    entries = execution_list(request.ledger, watch)
    if not whole:
        entries = today(entries, watch.plan.zone, request.now)
    return PlanList(watch=watch, entries=entries, whole=whole, now=request.now)


def _help(request: Request) -> Message:
    word = request.arguments[0].lower() if request.arguments else ""
    if not word:
        return HelpCard()
    if definition_of(word) is None:
        near = difflib.get_close_matches(word, WORDS, n=1, cutoff=0.5)
        instead = f"help {near[0]}" if near else ""
        return HelpCard(unknown=word, nearest=near[0] if near else "", instead=instead)
    allowed = request.world.setup.permissions.get(word, ())
    return HelpCard(about=word, allowed=", ".join(map(str, allowed)))


ANSWERS: dict[str, Callable[[Request], Message]] = {
    "status": _status,
    "run": _run,
    "alerts": _alerts,
    "oncall": _oncall,
    "plan": _plan,
    "help": _help,
}
