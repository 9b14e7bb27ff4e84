"""What people do to watches and their lists: start, pause, extend, stop, densify, decide, tick, remark."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.alert import Refusal
from bot.domain.card import Form, Line, Message, WatchList
from bot.domain.listing import Listed
from bot.domain.localtime import local_day
from bot.domain.plan import EntryKind
from bot.domain.progress import progress
from bot.domain.text import say
from bot.domain.ticking import remark
from bot.domain.watch import Watch, WatchChange, WatchState
from bot.domain.watch_life import already_ended, densify, extend, pause, resume, stop
from bot.engine.begin import Wanted, Wrong, begin
from bot.engine.decision import CHOICES, decide
from bot.engine.gates.people import ANSWERS, press_gate
from bot.engine.ledger import Parcel
from bot.engine.manual import tick_manual
from bot.engine.record import redraw
from bot.engine.request import Request, person_of
from bot.engine.watch import DENSE_EVERY, DENSE_FOR, record_change
from checks.duration import parse_duration

PAUSE = timedelta(hours=1)
_Outcome = WatchChange | Refusal


def watch_command(request: Request) -> Message:
    """`/monitor watch …`: alone it lists, else the first word says what to do."""
    if not request.arguments:
        return watch_list(request)
    word, rest = request.arguments[0].lower(), request.arguments[1:]
    if word == "start":
        return _start(request, " ".join(rest), {})
    if word not in _LIFE:
        return Line(
            text=say("`watch` takes start, pause, resume, extend, stop or intensify, not `{word}`", word=word)
        )
    watches = request.ledger.watches.open_all()
    named = [watch for watch in watches if rest and rest[-1] == watch.id]
    if named:
        rest = rest[:-1]
    if not watches:
        return Line(text=say("No watch is running; `/monitor watch start VERSION` begins one"))
    if len(named or watches) > 1:
        return watch_list(request)
    return _live(request, (named or list(watches))[0], word, rest)


def watch_list(request: Request) -> WatchList:
    ledger = request.ledger
    return WatchList(
        watches=tuple(
            (watch, progress(watch, ledger.entries.outline(watch.id), request.now))
            for watch in ledger.watches.open_all()
        ),
        services=tuple(request.world.setup.services),
    )


def _start(request: Request, version: str, fields: Mapping[str, str]) -> Message:
    """`fields` may hold `service`, `deployed` (ISO 8601) and `owner` (a Slack ID), as the form sends them."""
    setup = request.world.setup
    if not version:
        return Line(text=say("Which version was deployed? `/monitor watch start VERSION`"))
    owner = person_of(setup, fields["owner"]) if fields.get("owner") else request.person
    wanted = Wanted(
        version=version,
        by=request.person,
        service=fields.get("service") or None,
        deployed_at=datetime.fromisoformat(fields["deployed"]) if fields.get("deployed") else None,
        owner=owner if owner in setup.people else None,
    )
    begun = begin(request.ledger, setup, wanted, request.now)
    if isinstance(begun, Wrong):
        known = f" ({', '.join(begun.known)})" if begun.known else ""
        return Line(text=say("{field}: {why}", field=begun.field, why=f"{begun.why}{known}"))
    return Line(text=say("The watch of {service} {version} begins", service=begun.service, version=version))


def _live(request: Request, watch: Watch, word: str, words: tuple[str, ...]) -> Line:
    try:
        change = _LIFE[word](request, watch, words)
    except ValueError as error:
        return Line(text=say("{why}; nothing was changed", why=str(error)))
    except OverflowError:
        return Line(text=say("That is beyond the end of the calendar; nothing was changed"))
    if isinstance(change, Refusal):
        return Line(text=change.reason)
    record_change(request.ledger, request.world.setup, change)
    return Line(text=change.reason)


def _pause(request: Request, watch: Watch, words: tuple[str, ...]) -> _Outcome:
    length = parse_duration(words[0]) if words else PAUSE
    return pause(watch, request.person, request.now + length, request.now)


def _resume(request: Request, watch: Watch, words: tuple[str, ...]) -> _Outcome:
    return resume(watch, request.person, request.now)


def _extend(request: Request, watch: Watch, words: tuple[str, ...]) -> _Outcome:
    if not words:
        raise ValueError("`watch extend` needs a number of days, such as 2d")
    return extend(watch, request.person, parse_duration(words[0]) // timedelta(days=1), request.now)


def _stop(request: Request, watch: Watch, words: tuple[str, ...]) -> _Outcome:
    return stop(watch, request.person, " ".join(words), request.now)


def _densify(request: Request, watch: Watch, words: tuple[str, ...]) -> _Outcome:
    every = parse_duration(words[0]) if words else DENSE_EVERY
    length = parse_duration(words[-1]) if len(words) > 1 else DENSE_FOR
    return densify(watch, request.person, every, request.now + length, request.now)


_LIFE: dict[str, Callable[[Request, Watch, tuple[str, ...]], _Outcome]] = {
    "pause": _pause,
    "resume": _resume,
    "extend": _extend,
    "stop": _stop,
    "intensify": _densify,
}


def remark_command(request: Request) -> Message:
    """`/monitor remark 14:00 TEXT`: add to today's entry of that local time."""
    if len(request.arguments) < 2:
        return Line(
            text=say("Write `/monitor remark 14:00 TEXT`: the time of an entry of today, and the remark")
        )
    time, text = request.arguments[0], " ".join(request.arguments[1:])
    for watch in request.ledger.watches.open_all():
        zone = ZoneInfo(watch.plan.zone)
        for listed in request.ledger.entries.of_watch(watch.id):
            local = listed.entry.at.astimezone(zone)
            today = local_day(zone, listed.entry.at) == local_day(zone, request.now)
            if today and f"{local:%H:%M}" == time.zfill(5):
                return _remark(request, listed, text)
    return Line(text=say("No entry of today is due at {time}; `/monitor plan` lists them", time=time))


def _remark(request: Request, listed: Listed, text: str) -> Line:
    remarked = remark(listed, request.person, text, request.now)
    if isinstance(remarked, Refusal):
        return Line(text=remarked.reason)
    request.ledger.entries.save(remarked)
    if listed.ran_at:
        parcel = Parcel.ROUND_CARD if listed.entry.kind is EntryKind.ROUND else Parcel.VERDICT_CARD
        request.ledger.outbox.put(redraw(parcel, listed.id, listed.channel, request.now))
    return Line(text=say("Noted"))


# --- buttons ----------------------------------------------------------------------------------------------


def press(request: Request, verb: str, rest: str) -> Message | Form | None:
    """A button of a watch, round or verdict card."""
    if verb in ("tick", "tick-note"):
        return _tick_button(request, verb, rest)
    if verb in GATE_VERBS:
        return press_gate(request, verb, rest)
    if verb in CHOICES:
        return decide(request, verb, rest)
    if verb == "remark":
        return Form(verb="remark", subject=rest, title=say("Add a remark"))
    if verb == "watch-start":
        services = tuple(request.world.setup.services)
        return Form(verb=verb, subject="", title=say("Start a watch"), services=services)
    watch = request.ledger.watches.get(rest)
    if watch is None:
        return Line(text=say("That watch is not in the database any more; nothing was changed"))
    if verb == "watch-resume":
        return _unless_done(_live(request, watch, "resume", ()), watch, request)
    if watch.state is WatchState.ENDED:
        return Line(text=say("That watch has ended; nothing was changed"))
    return Form(verb=verb, subject=watch.id, title=_TITLES[verb])


def _unless_done(line: Line, watch: Watch, request: Request) -> Line | None:
    """The card shows what happened; only a refusal is answered."""
    after = request.ledger.watches.get(watch.id)
    return line if after is None or after.revision == watch.revision else None


_TITLES = {
    "watch-pause": say("Pause the watch"),
    "watch-extend": say("Extend the watch"),
    "watch-stop": say("Stop the watch"),
    "watch-densify": say("Denser monitoring"),
}


def _tick_button(request: Request, verb: str, rest: str) -> Message | Form | None:
    round_id, _, number = rest.rpartition(":")
    if verb == "tick-note":
        return Form(verb="tick", subject=f"{round_id}:{number}", title=say("Done with a note"))
    return _tick(request, round_id, number, "")


def _tick(request: Request, round_id: str, number: str, note: str) -> Line | None:
    listed = request.ledger.entries.get(round_id)
    if listed is None or not number.isdigit():
        return Line(text=say("That round is not in the database any more; nothing was changed"))
    watch = request.ledger.watches.get(listed.watch) if listed.watch else None
    if watch and (ended := already_ended(watch)):
        return Line(text=ended.reason)
    refusal = tick_manual(request.ledger, listed, int(number), request.person, note, request.now)
    return Line(text=refusal.reason) if refusal else None


GATE_VERBS = frozenset({"why", *ANSWERS})
VERBS = frozenset(
    {*GATE_VERBS, "remark", "tick", "tick-note", "watch-start", "watch-resume", *_TITLES, *CHOICES}
)
"""Verbs of buttons that are handled here; permission is asked for the command they belong to."""


def command_of(verb: str) -> str:
    """The command whose permission a button needs."""
    if verb == "remark":
        return "remark"
    if verb in GATE_VERBS:
        return "gate"
    return "plan" if verb.startswith("tick") else "watch"


# --- forms ------------------------------------------------------------------------------------------------


def submit(request: Request, verb: str, subject: str) -> Message | None:
    """A form that was sent back."""
    fields = dict(request.inbound.values)
    if verb == "tick":
        round_id, _, number = subject.rpartition(":")
        return _tick(request, round_id, number, fields.get("note", ""))
    if verb == "remark":
        listed = request.ledger.entries.get(subject)
        if listed is None:
            return Line(text=say("That entry is not in the database any more; nothing was changed"))
        return _remark(request, listed, fields.get("text", ""))
    if verb == "watch-start":
        return _start(request, fields.get("version", "").strip(), fields)
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
    return _unless_done(_live(request, watch, life, words[verb]), watch, request)
