"""Where programs ask over HTTP: each question is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from bot.domain.alerts.alert import Refusal
from bot.domain.audit import Source
from bot.domain.bearer import Bearer
from bot.domain.incoming.alertmanager import read_alertmanager
from bot.domain.incoming.template import read_by_template
from bot.domain.oncall.rotation import Schedule, Shift, shifts
from bot.domain.permission import forbidden
from bot.domain.setup import Person
from bot.domain.text import Text
from bot.domain.watches.watch import Watch, WatchChange
from bot.engine.alerts.incoming import Received, receive, tell_truncated
from bot.engine.delivery.first import claim_page, hand_over
from bot.engine.measures.heartbeat import Switchboard, hear
from bot.engine.oncall.standing import standing
from bot.engine.people.told import GateTold, Speak, WatchTold, tell_gate, tell_watch
from bot.engine.watches.begin import Wanted, Wrong, begin
from bot.engine.watches.watch import record_change
from bot.engine.world import World
from checks.beats import Call

API = "api"
"""Who programs are, in `permissions`."""

SHIFTS_AHEAD = timedelta(days=90)

WriteIcal = Callable[[Schedule, Iterable[Shift], Mapping[str, Person], datetime, datetime], str]
"""Shifts as iCalendar text: (schedule, shifts, people, now, the end of what has no end)."""

Decide = Callable[[Watch, datetime], WatchChange | Refusal]
"""What is to become of a watch at an instant, or why nothing is."""


class Desk:
    """Starts watches and tells of them; hears the jobs that call in."""

    def __init__(self, world: World, speak: Speak, write_ical: WriteIcal) -> None:
        self._world = world
        self._speak = speak
        self._write_ical = write_ical
        self._switchboard = Switchboard(world.setup)

    def adopt(self, world: World, speak: Speak) -> None:
        """Answer by another configuration from the next question on."""
        self._world, self._speak = world, speak
        self._switchboard = Switchboard(world.setup)

    def hear(self, key: str, call: Call) -> bool:
        """A job has called with this key. False when nobody has it."""
        found = self._switchboard.find(key)
        if found is None:
            return False
        hear(self._world, *found, call)
        return True

    def shifts(self, key: str) -> str | None:
        """The shifts of a schedule for calendar programs; None when there is none of that name."""
        now = self._world.clock.now()
        with self._world.store.reading() as ledger:
            setup = standing(ledger, self._world.setup)
        schedule, end = setup.schedules.get(key), now + SHIFTS_AHEAD
        if schedule is None:
            return None
        return self._write_ical(schedule, shifts(schedule, now, end), setup.people, now, end)

    def alertmanager(self, body: object) -> Received:
        """Take what Alertmanager or Grafana sent. May raise MalformedError or Outdated."""
        notified = read_alertmanager(body)
        with self._world.store.transaction(Source.HTTP) as ledger:
            now = self._world.clock.now()
            taken = receive(ledger, self._world.setup, notified.reports, now)
            tell_truncated(ledger, self._world.setup, notified, now)
            page = claim_page(ledger, self._world, now)
        hand_over(self._world, page, now)
        return taken

    def alerts(self, body: object) -> Received:
        """Take what any program sent, read by the template. May raise MalformedError or Outdated."""
        reports = read_by_template(body, self._world.setup.webhooks.template)
        with self._world.store.transaction(Source.HTTP) as ledger:
            now = self._world.clock.now()
            taken = receive(ledger, self._world.setup, reports, now)
            page = claim_page(ledger, self._world, now)
        hand_over(self._world, page, now)
        return taken

    def bearers(self) -> tuple[Bearer, ...]:
        """The programs that were given a token by the command line."""
        with self._world.store.reading() as ledger:
            return ledger.bearers.all()

    def forbidden(self) -> Refusal | None:
        """Whether programs may not change watches: they act as the person `api`, where `people` has one."""
        person = API if API in self._world.setup.people else f"@{API}"
        return forbidden(self._world.setup, person, "watch", self._world.clock.now())

    def start(self, wanted: Wanted) -> WatchTold | Wrong:
        """May raise Outdated: the same was asked for at this very instant."""
        with self._world.store.transaction(Source.HTTP) as ledger:
            now = self._world.clock.now()
            begun = begin(ledger, self._world.setup, wanted, now)
            if isinstance(begun, Wrong):
                return begun
            told = tell_watch(ledger, begun, self._speak, now)
        self._world.bell.ring()
        return told

    def change(self, watch_id: str, decide: Decide) -> WatchTold | Refusal | None:
        """Change the course of a watch; None when there is none of that ID. May raise Outdated."""
        with self._world.store.transaction(Source.HTTP) as ledger:
            now = self._world.clock.now()
            found = ledger.watches.get(watch_id)
            if found is None:
                return None
            change = decide(found, now)
            if isinstance(change, Refusal):
                return change
            record_change(ledger, self._world.setup, change)
            told = tell_watch(ledger, change.watch, self._speak, now)
        self._world.bell.ring()
        return told

    def say(self, text: Text) -> str:
        """A sentence in the configured language."""
        return self._speak(text)

    def watches(self) -> tuple[WatchTold, ...]:
        """Those that have not ended, oldest first."""
        with self._world.store.reading() as ledger:
            now = self._world.clock.now()
            open_ones = ledger.watches.open_all()
            return tuple(tell_watch(ledger, each, self._speak, now) for each in open_ones)

    def watch(self, watch_id: str) -> WatchTold | None:
        with self._world.store.reading() as ledger:
            found = ledger.watches.get(watch_id)
            return tell_watch(ledger, found, self._speak, self._world.clock.now()) if found else None

    def gate(self, watch_id: str) -> GateTold | None:
        with self._world.store.reading() as ledger:
            found = ledger.watches.get(watch_id)
            return tell_gate(ledger, found, self._speak) if found else None
