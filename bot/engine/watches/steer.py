"""`/monitor watch …`: which watch is meant, and what is done to it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.alerts.alert import Refusal
from bot.domain.card import Choice, Form, Line, Message, WatchList
from bot.domain.events import InboundKind
from bot.domain.moment import length_of
from bot.domain.text import MiswordedError, Text, say, unchanged
from bot.domain.watches.progress import progress
from bot.domain.watches.watch import Watch, WatchChange, WatchState
from bot.domain.watches.watch_life import densify, extend, pause, resume, stop
from bot.engine.people.request import Request, person_of
from bot.engine.watches.begin import Wanted, Wrong, begin
from bot.engine.watches.watch import DENSE_EVERY, DENSE_FOR, record_change

PAUSE = timedelta(hours=1)
_DAY = timedelta(days=1)
_Outcome = WatchChange | Refusal


def watch_command(request: Request) -> Message | Form:
    """Alone it lists, else the first word says what to do, and the next one may name the watch."""
    if request.arguments in ((), ("list",)):
        return watch_list(request)
    if request.arguments[0] == "start":
        return _start(request, request.arguments[1:])
    return _told(request, course(request))


def watch_list(request: Request) -> WatchList:
    ledger = request.ledger
    return WatchList(
        watches=tuple(
            (watch, progress(watch, ledger.entries.outline(watch.id), request.now))
            for watch in ledger.watches.open_all()
        ),
        services=tuple(request.world.setup.services),
    )


def course(request: Request) -> WatchChange | Line | Choice:
    """The change that the words ask for, not yet written down; or why there is none, or which is meant."""
    word, *rest = request.arguments
    meant = _meant(request, word, tuple(rest))
    return _changed(request, meant[0], word, meant[1]) if isinstance(meant, tuple) else meant


def _meant(
    request: Request, word: str, rest: tuple[str, ...]
) -> tuple[Watch, tuple[str, ...]] | Line | Choice:
    """The watch that is named by its ID or version, else the only one; and the words that are left."""
    if word == "stop":  # the reason came in one piece
        rest = tuple(" ".join(rest).split(maxsplit=1))
    watches = request.ledger.watches.open_all()
    named = _named(request, rest[0], watches) if rest else ()
    if named:
        # Who names a watch that has ended does not mean another one.
        watches = tuple(each for each in named if each.state is not WatchState.ENDED) or named[:1]
        rest = rest[1:]
    if not watches:
        return no_watch("", watches, ())
    if rest and not named and _names_another(rest, watches, _COURSES[word].words):
        return no_watch(rest[0], watches, ("watch", word), rest[1:])
    return (watches[0], rest) if len(watches) == 1 else _which(word, watches, rest)


def _named(request: Request, name: str, running: tuple[Watch, ...]) -> tuple[Watch, ...]:
    """By ID or version; where several services are watched, also by service."""
    several = len(request.world.setup.services) > 1
    of_service = tuple(each for each in running if several and each.service == name)
    return request.ledger.watches.named(name) or of_service


def _which(word: str, watches: tuple[Watch, ...], rest: tuple[str, ...]) -> Choice:
    names = _names(watches)
    listed = [f"{name} ({each.service})" for name, each in zip(names, watches, strict=True)]
    return Choice(
        text=say("Several watches are running; which one is meant? {all}", all=", ".join(listed)),
        commands=tuple(" ".join(("watch", word, name, *rest)) for name in names),
    )


def _names(watches: Sequence[Watch]) -> list[str]:
    """By which each can be told from the others."""
    versions = [watch.version for watch in watches]
    return [watch.version if versions.count(watch.version) == 1 else watch.id for watch in watches]


def _names_another(words: tuple[str, ...], watches: tuple[Watch, ...], most: int) -> bool:
    """There are more words than the course takes, or the first one is nearly the name of a watch."""
    names = [name for watch in watches for name in (watch.id, watch.version)]
    return len(words) > most or bool(difflib.get_close_matches(words[0], names, n=1, cutoff=0.75))


def no_watch(
    word: str, running: Sequence[Watch], before: Sequence[str], rest: Sequence[str] = ()
) -> Line | Choice:
    """None is called so; each that runs may be meant, by the words `before` its name and the `rest`."""
    if not running:
        return Line(text=say("No watch is running; `/monitor watch start VERSION` begins one"))
    names = _names(running)
    text = say("There is no watch of `{word}`; running are {all}", word=word, all=", ".join(names))
    return Choice(text=text, commands=tuple(" ".join((*before, name, *rest)) for name in names))


def _start(request: Request, words: tuple[str, ...]) -> Message | Form:
    """`[SERVICE] VERSION`; alone it opens the form."""
    services = tuple(request.world.setup.services)
    if len(words) > 1:
        return start(request, words[1], {"service": words[0]})
    if words and len(services) > 1:
        return Choice(
            text=say("Which service is it about?"),
            commands=tuple(f"watch start {key} {words[0]}" for key in services),
        )
    if words:
        return start(request, words[0], {})
    if request.inbound.kind is InboundKind.COMMAND and request.inbound.trigger_id:
        return Form(verb="watch-start", subject="", title=say("Start a watch"), services=services)
    return Line(text=say("Which version was deployed? `/monitor watch start VERSION`"))


def start(request: Request, version: str, fields: Mapping[str, str]) -> Message:
    """`fields` may hold `service`, `deployed` (ISO 8601) and `owner` (a Slack ID), as the form sends them."""
    setup = request.world.setup
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
        return Line(text=_known(begun) if begun.known else begun.why)
    return Line(text=say("The watch of {service} {version} begins", service=begun.service, version=version))


def _known(wrong: Wrong) -> Text:
    return say("{why}; there are {all}", why=wrong.why, all=", ".join(wrong.known))


def steer(request: Request, watch: Watch, word: str, words: tuple[str, ...]) -> Line | Choice:
    """Change the course of a watch as the word says, and answer with what was done, or why nothing was."""
    return _told(request, _changed(request, watch, word, words))


def _told(request: Request, outcome: WatchChange | Line | Choice) -> Line | Choice:
    if not isinstance(outcome, WatchChange):
        return outcome
    record_change(request.ledger, request.world.setup, outcome)
    return Line(text=outcome.reason)


def _changed(request: Request, watch: Watch, word: str, words: tuple[str, ...]) -> WatchChange | Line:
    try:
        change = _COURSES[word].take(request, watch, words)
    except ValueError as error:
        return Line(text=unchanged(error))
    except OverflowError:
        return Line(text=say("That is beyond the end of the calendar; nothing was changed"))
    return Line(text=change.reason) if isinstance(change, Refusal) else change


def _pause(request: Request, watch: Watch, words: tuple[str, ...]) -> _Outcome:
    length = length_of(words[0]) if words else PAUSE
    return pause(watch, request.person, request.now + length, request.now)


def _resume(request: Request, watch: Watch, words: tuple[str, ...]) -> _Outcome:
    return resume(watch, request.person, request.now)


def _extend(request: Request, watch: Watch, words: tuple[str, ...]) -> _Outcome:
    if not words:
        raise MiswordedError(say("`watch extend` needs a number of days, such as 2d"))
    length = length_of(words[0])
    if length % _DAY:
        raise MiswordedError(
            say("a watch is extended by whole days, such as 2d, not by {length}", length=words[0])
        )
    return extend(watch, request.person, length // _DAY, request.now)


def _stop(request: Request, watch: Watch, words: tuple[str, ...]) -> _Outcome:
    return stop(watch, request.person, " ".join(words), request.now)


def _densify(request: Request, watch: Watch, words: tuple[str, ...]) -> _Outcome:
    every = length_of(words[0]) if words else DENSE_EVERY
    length = length_of(words[-1]) if len(words) > 1 else DENSE_FOR
    return densify(watch, request.person, every, request.now + length, request.now)


@dataclass(frozen=True, slots=True)
class _Course:
    """How a watch's course is changed, and how many words may say more about it."""

    take: Callable[[Request, Watch, tuple[str, ...]], _Outcome]
    words: int


_COURSES = {
    "pause": _Course(_pause, 1),
    "resume": _Course(_resume, 0),
    "extend": _Course(_extend, 1),
    "stop": _Course(_stop, 2),
    "intensify": _Course(_densify, 2),
}
