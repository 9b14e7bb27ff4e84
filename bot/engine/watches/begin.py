"""A watch that a program asks for: what it names is looked up and checked, then the watch begins."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.setup import Service, Setup
from bot.domain.text import Text, say
from bot.domain.watches.plan import EntryState, calendar
from bot.domain.watches.watch import Watch
from bot.engine.ledger import Ledger
from bot.engine.watches.watch import Start, start_watch

LONGEST_VERSION = 100

_CLOCKS_DIFFER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`service` may be left out where only one is configured; `deployed_at` (aware) is now without one.

    `owner` is a key of `people`; `by` says who asks.
    """

    version: str
    by: str
    service: str | None = None
    deployed_at: datetime | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Wrong:
    """Which field of Wanted is wrong and why; `word` is not among the `known` ones, if there are any.

    `runs` is the ID of the watch that somebody else has already started of the same.
    """

    field: str
    why: Text
    word: str = ""
    known: tuple[str, ...] = ()
    runs: str = ""


def begin(ledger: Ledger, setup: Setup, wanted: Wanted, now: datetime) -> Watch | Wrong:
    """Start the watch. May raise Outdated: one of the same name was started at this very instant."""
    service = _service(setup, wanted.service)
    if isinstance(service, Wrong):
        return service
    deployed_at = wanted.deployed_at or now
    wrong = _version(wanted.version) or _owner(setup, wanted.owner) or _deployed(service, deployed_at, now)
    if wrong:
        return wrong
    if twin := _twin(ledger, service, wanted.version.strip()):
        why = say(
            "a watch of {service} {version} runs already ({id}); nothing was started",
            service=service.key,
            version=twin.version,
            id=twin.id,
        )
        return Wrong("version", why, runs=twin.id)
    start = Start(version=wanted.version.strip(), deployed_at=deployed_at, owner=wanted.owner, by=wanted.by)
    return start_watch(ledger, service, start, now)


def _twin(ledger: Ledger, service: Service, version: str) -> Watch | None:
    """Two people who start the same watch at once, or a pipeline that asks again, want one watch."""
    running = ledger.watches.open_all(service.key)
    return next((each for each in running if each.version == version), None)


def _service(setup: Setup, key: str | None) -> Service | Wrong:
    services = setup.services
    if key is None and len(services) > 1:
        return Wrong("service", say("is needed: several services are watched"), known=tuple(services))
    if key is None:
        return next(iter(services.values()))
    return services.get(key) or _unknown(
        "service", say("no service is called {word}", word=repr(key)), key, services
    )


def _unknown(field: str, why: Text, word: str, known: Iterable[str]) -> Wrong:
    return Wrong(field, why, word, tuple(known))


def _version(version: str) -> Wrong | None:
    text = version.strip()
    if text.isprintable() and 1 <= len(text) <= LONGEST_VERSION:
        return None
    return Wrong(
        "version",
        say(
            "a version is one line of 1 to {most} characters that can be seen, such as v1.4.2",
            most=LONGEST_VERSION,
        ),
    )


def _owner(setup: Setup, owner: str | None) -> Wrong | None:
    if owner is None or owner in setup.people:
        return None
    return _unknown(
        "owner", say("nobody in `people` is called {owner}", owner=repr(owner)), owner, setup.people
    )


def _deployed(service: Service, deployed_at: datetime, now: datetime) -> Wrong | None:
    # Near the ends of the calendar a time has no UTC, and comparing it fails.
    if not 2000 <= deployed_at.year <= 2100 or deployed_at > now + _CLOCKS_DIFFER:
        return Wrong(
            "deployed_at",
            say("the deployment must have happened; write its time, or leave it out for now"),
        )
    entries = calendar(service.plan, deployed_at, now)
    if entries and all(entry.state is EntryState.NOT_APPLICABLE for entry in entries):
        return Wrong("deployed_at", say("that is so long ago that nothing of the plan is left to do"))
    return None
