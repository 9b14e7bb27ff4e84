"""The rows the engine decides on, noun by noun, and the one transaction of a decision."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from bot.domain.audit import Source
from bot.engine.ledger.alerts import Alerts, Courses, Groups, Outdated, Silences, Windows, Woken
from bot.engine.ledger.checks import Appointment, Readings, Schedule
from bot.engine.ledger.incidents import ActionRuns, Audit, Incidents
from bot.engine.ledger.letters import Letters
from bot.engine.ledger.oncall import Calendars, Duties, Overrides
from bot.engine.ledger.outgoing import Cards, Delivery, Fate, Lane, Outbox, Paces, Parcel
from bot.engine.ledger.past import Errors, History
from bot.engine.ledger.sites import Present, Reply, Sites
from bot.engine.ledger.upkeep import Bearers, Bygones, Rereads, Tally
from bot.engine.ledger.watches import Baselines, Entries, Homes, Reports, Watches

__all__ = [
    "ActionRuns",
    "Alerts",
    "Appointment",
    "Audit",
    "Baselines",
    "Bearers",
    "Bygones",
    "Cards",
    "Courses",
    "Delivery",
    "Entries",
    "Fate",
    "Groups",
    "Homes",
    "Incidents",
    "Lane",
    "Ledger",
    "Letters",
    "Outbox",
    "Outdated",
    "Paces",
    "Parcel",
    "Present",
    "Readings",
    "Reply",
    "Reports",
    "Rereads",
    "Schedule",
    "Silences",
    "Sites",
    "Store",
    "Tally",
    "Unavailable",
    "Watches",
    "Windows",
    "Woken",
]


class Ledger(Protocol):
    """The rows as one transaction sees them."""

    @property
    def actions(self) -> ActionRuns: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def incidents(self) -> Incidents: ...

    @property
    def alerts(self) -> Alerts: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def cards(self) -> Cards: ...
    @property
    def paces(self) -> Paces: ...
    @property
    def letters(self) -> Letters: ...
    @property
    def schedule(self) -> Schedule: ...
    @property
    def readings(self) -> Readings: ...
    @property
    def history(self) -> History: ...
    @property
    def errors(self) -> Errors: ...
    @property
    def entries(self) -> Entries: ...
    @property
    def watches(self) -> Watches: ...
    @property
    def courses(self) -> Courses: ...
    @property
    def groups(self) -> Groups: ...
    @property
    def silences(self) -> Silences: ...
    @property
    def windows(self) -> Windows: ...
    @property
    def overrides(self) -> Overrides: ...
    @property
    def calendars(self) -> Calendars: ...
    @property
    def duties(self) -> Duties: ...
    @property
    def homes(self) -> Homes: ...
    @property
    def reports(self) -> Reports: ...
    @property
    def sites(self) -> Sites: ...
    @property
    def baselines(self) -> Baselines: ...
    @property
    def bearers(self) -> Bearers: ...
    @property
    def bygones(self) -> Bygones: ...
    @property
    def rereads(self) -> Rereads: ...


class Unavailable(Exception):  # noqa: N818 - a state, which passes
    """What holds the rows cannot be used now: it is away, locked, full or read-only. It may come back.

    `mend` tells what a person has to do about what does not come back by itself.
    """

    def __init__(self, why: str, mend: str = "") -> None:
        super().__init__(f"{why}; {mend}" if mend else why)
        self.mend = mend


class Store(Protocol):
    """Rows on disk. Both ways into them raise Unavailable."""

    def transaction(self, source: Source = Source.BOT) -> AbstractContextManager[Ledger]:
        """One decision: everything in it is on disk together when the block ends, or not at all.

        `source` is where it comes from, for the audit.
        """
        ...

    def reading(self) -> AbstractContextManager[Ledger]:
        """A consistent view without writing."""
        ...
