"""Buttons and forms of watches and their lists: start, pause, extend, stop, densify, decide, tick, remark."""

from __future__ import annotations

from bot.domain.card import Form, Line, Message
from bot.domain.text import Instant, say
from bot.domain.watches.watch import Watch, WatchState
from bot.domain.watches.watch_life import already_ended
from bot.engine.people.request import Request
from bot.engine.reports.people import press_report, submit_correction
from bot.engine.watches.decision import CHOICES, decide
from bot.engine.watches.gates.people import ANSWERS, press_gate
from bot.engine.watches.manual import tick_manual
from bot.engine.watches.remarks import add_remark
from bot.engine.watches.steer import start, steer


def press(request: Request, verb: str, rest: str) -> Message | Form | None:
    """A button of a watch, round or verdict card."""
    if verb in ("tick", "tick-note"):
        return _tick_button(request, verb, rest)
    if verb in GATE_VERBS:
        return press_gate(request, verb, rest)
    if verb in REPORT_VERBS:
        return press_report(request, verb, rest)
    if verb in CHOICES:
        return decide(request, verb, rest)
    if verb == "remark":
        return _remark_form(request, rest)
    if verb == "watch-start":
        services = tuple(request.world.setup.services)
        return Form(verb=verb, subject="", title=say("Start a watch"), services=services)
    watch = request.ledger.watches.get(rest)
    if watch is None:
        return Line(text=say("That watch is not in the database any more; nothing was changed"))
    if verb == "watch-resume":
        return _unless_done(steer(request, watch, "resume", ()), watch, request)
    if watch.state is WatchState.ENDED:
        return Line(text=say("That watch has ended; nothing was changed"))
    named = say("Watch of {service} {version}", service=watch.service, version=watch.version)
    return Form(verb=verb, subject=watch.id, title=named)


def _unless_done(line: Message, watch: Watch, request: Request) -> Message | None:
    """The card shows what happened; only a refusal is answered."""
    after = request.ledger.watches.get(watch.id)
    return line if after is None or after.revision == watch.revision else None


_ASKING = frozenset({"watch-pause", "watch-extend", "watch-stop", "watch-densify"})


def _remark_form(request: Request, entry_id: str) -> Message | Form:
    listed = request.ledger.entries.get(entry_id)
    if listed is None:
        return Line(text=_NO_ENTRY)
    about = say("{service}, {at}", service=listed.service, at=Instant(listed.entry.at))
    return Form(verb="remark", subject=entry_id, title=about)


def _tick_button(request: Request, verb: str, rest: str) -> Message | Form | None:
    round_id, _, number = rest.rpartition(":")
    if verb == "tick":
        return _tick(request, round_id, number, "")
    listed = request.ledger.entries.get(round_id)
    if listed is None or not number.isdigit() or int(number) >= len(listed.manuals):
        return Line(text=_NO_ROUND)
    item = say("{item}", item=listed.manuals[int(number)].ask)
    return Form(verb="tick", subject=f"{round_id}:{number}", title=item)


def _tick(request: Request, round_id: str, number: str, note: str) -> Line | None:
    listed = request.ledger.entries.get(round_id)
    if listed is None or not number.isdigit():
        return Line(text=_NO_ROUND)
    watch = request.ledger.watches.get(listed.watch) if listed.watch else None
    if watch and (ended := already_ended(watch)):
        return Line(text=ended.reason)
    refusal = tick_manual(request.ledger, listed, int(number), request.person, note, request.now)
    return Line(text=refusal.reason) if refusal else None


_NO_ROUND = say("That round is not in the database any more; nothing was changed")
_NO_ENTRY = say("That entry is not in the database any more; nothing was changed")
GATE_VERBS = frozenset({"why", *ANSWERS})
REPORT_VERBS = frozenset({"sign", "correct"})
VERBS = frozenset(
    {
        *GATE_VERBS,
        *REPORT_VERBS,
        "remark",
        "tick",
        "tick-note",
        "watch-start",
        "watch-resume",
        *_ASKING,
        *CHOICES,
    }
)
"""Verbs of buttons that are handled here; permission is asked for the command they belong to."""


def command_of(verb: str) -> str:
    """The command whose permission a button needs."""
    if verb == "remark":
        return "remark"
    if verb in GATE_VERBS:
        return "gate"
    if verb in REPORT_VERBS:
        return "report"
    return "plan" if verb.startswith("tick") else "watch"


def submit(request: Request, verb: str, subject: str) -> Message | None:
    """A form that was sent back."""
    fields = dict(request.inbound.values)
    if verb == "tick":
        round_id, _, number = subject.rpartition(":")
        return _tick(request, round_id, number, fields.get("note", ""))
    if verb == "correct":
        return submit_correction(request, subject, fields.get("text", ""))
    if verb == "remark":
        listed = request.ledger.entries.get(subject)
        if listed is None:
            return Line(text=_NO_ENTRY)
        return add_remark(request, listed, fields.get("text", ""))
    if verb == "watch-start":
        return start(request, fields.get("version", "").strip(), fields)
    watch = request.ledger.watches.get(subject)
    if watch is None:
        return Line(text=say("That watch is not in the database any more; nothing was changed"))
    words = {
        "watch-pause": (fields.get("for", ""),),
        "watch-extend": (f"{fields.get('days', '')}d",),
        "watch-stop": tuple(fields.get("reason", "").split()),
        "watch-densify": (fields.get("every", ""), fields.get("for", "")),
    }
    life = {"watch-densify": "intensify"}.get(verb, verb.removeprefix("watch-"))
    return _unless_done(steer(request, watch, life, words[verb]), watch, request)
