"""The whole bot: who is given to whom."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from bot.actions import Pinging, Workshop
from bot.channels import Couriers
from bot.clock import HeldClock, RealClock
from bot.config import ConfigError
from bot.domain.changes import changes
from bot.domain.setup import Service, Setup
from bot.engine.delivery.first import give_back, warm_up
from bot.engine.delivery.in_hand import InHand
from bot.engine.measures.answers import Tray
from bot.engine.measures.measure import keep_waiting
from bot.engine.people.desk import Desk
from bot.engine.people.receive import Reception
from bot.engine.people.reread import Outcome, orphaned, tell, wish
from bot.engine.ports import Clock
from bot.engine.watches.watch import Start, start_watch
from bot.engine.world import World
from bot.ical import Almanac, write
from bot.locale import speaker_of
from bot.render.press import Press
from bot.scheduler import Hands, Jumps, OwnHands, Scheduler, Work, settle
from bot.slack.access import SlackAccess, noticed_client, web_client
from bot.slack.cards import Drawing
from bot.slack.connection import Connection
from bot.slack.echo import Echo
from bot.slack.http_mode import events_by_http
from bot.slack.listeners import build_app
from bot.slack.mending import is_taken
from bot.slack.notifier import Notifier
from bot.store import Database, StoreError
from bot.web import Line, Office, Pulse, Readiness, Served, SlackEvents, create_app, serve
from bot.web.metrics import Metrics, Standing
from bot.wiring.asking import asking, counting
from bot.wiring.noted import noted
from bot.wiring.presence import gone, presence
from bot.wiring.sites import far_or_near, fleet_of
from bot.wiring.standing import enlist_all, held
from bot.wiring.works import works_of
from checks.network.offline import Outlook

log = logging.getLogger(__name__)

REREAD = "reread"
"""The agenda's word for the newest wish to read the configuration again."""


class Program:
    """The whole bot over one database and one Slack, real or local.

    `start` runs it on its own threads. A program that was not started does what is due when `settle` is
    called, in the calling thread: that is how a held clock drives it.
    """

    def __init__(
        self,
        setup: Setup,
        access: SlackAccess,
        clock: Clock,
        *,
        threads: bool = True,
        read: Callable[[], Setup] | None = None,
    ) -> None:
        """`read` reads the configuration again, or raises ConfigError; without it nothing is ever new."""
        self.setup = setup
        self._access = access
        self._clock = clock
        self._read = read or (lambda: setup)
        self._database = Database(setup.storage)
        if isinstance(clock, RealClock):
            clock.go_on_from(self._database.latest())
        self._tray = Tray()
        self._me = presence()
        self._in_hand = InHand()
        self._pulse = Pulse(self._due)
        self._metrics = Metrics(self._standing)
        self._scheduler = Scheduler(clock.now, self._pulse.look)
        self._hands = Hands() if threads else OwnHands()
        self._workshop = Workshop(setup.folder)
        self._fleet = fleet_of(setup, self._database, clock.now)
        self._awake_since = clock.now()
        with self._database.reading() as ledger:
            newest = ledger.rereads.newest()
        self._reread = newest.at if newest else None
        self._echo = Echo(web_client(access))
        self._pinging = Pinging(lambda: self.setup.web.ping, lambda: not self.readiness().troubles)
        app = build_app(access, Reception(self._database), clock.now)
        ring = self._scheduler.ring
        self._connection = Connection(access, app, ring) if access.app_token else None
        secret = access.signing_secret
        self._events = SlackEvents(events_by_http(app, secret), ring) if secret else None
        self._world = world = self._world_of(setup)
        self._desk = Desk(world, speaker_of(setup).say, write)
        self._works = self._works_of(world)
        enlist_all(world, clock.now())

    def _world_of(self, setup: Setup) -> World:
        speaker = speaker_of(setup)
        return World(
            setup=setup,
            clock=self._clock,
            store=self._database,
            press=Press(speaker.names),
            door=Notifier(
                noticed_client(self._access, self._metrics.called),
                Drawing(speaker, self._clock.now),
                by_channel=bool(setup.languages),
            ),
            courier=Couriers(speaker),
            almanac=Almanac(setup.folder, setup.people),
            ask=counting(far_or_near(asking(setup), self._fleet, setup), setup, self._metrics),
            actions=self._workshop,
            crew=self._hands,
            bell=self._scheduler,
            awake_since=self._awake_since,
            left=noted(self._metrics.left),
            cut_off=Outlook(setup.anchors).cut_off,
            tray=self._tray,
            me=self._me,
            gone=gone,
            in_hand=self._in_hand,
        )

    def _works_of(self, world: World) -> list[Work]:
        return [*works_of(world), Work("reread", frozenset({REREAD}), self._read_again)]

    def _read_again(self, now: datetime) -> bool:
        """Read the configuration if somebody wants that and this process has not done it yet."""
        with self._database.reading() as ledger:
            wanted = ledger.rereads.newest()
        if wanted is None or wanted.at == self._reread:
            return False
        self._reread = wanted.at
        outcome = self._adopt(now)
        word = "refused" if outcome.faults else "changed" if outcome.changes else "unchanged"
        self._metrics.reread(word)
        for fault in outcome.faults:
            log.error("config.yaml is not taken: %s", fault)
        log.info("config.yaml was read again: %s (%d changes)", word, len(outcome.changes))
        with self._database.transaction() as ledger:
            tell(ledger, self.setup, wanted, outcome, now)
        self._scheduler.ring()
        return True

    def _adopt(self, now: datetime) -> Outcome:
        try:
            read = self._read()
        except ConfigError as error:
            return Outcome(faults=tuple(map(str, error.errors)))
        with self._database.reading() as ledger:
            orphans = orphaned(ledger, self.setup, read)
        if orphans:
            why = "is gone from the configuration, but something of it runs: end its watches and alerts first"
            return Outcome(faults=tuple(f"{service}: {why}" for service in orphans))
        setup, later = held(self.setup, read)
        found = changes(self.setup, setup)
        if found:
            self.setup, self._world = setup, self._world_of(setup)
            self._desk.adopt(self._world, speaker_of(setup).say)
            self._works[:] = self._works_of(self._world)
            self._scheduler.adopt(self._works)
            self._warm_up()
            enlist_all(self._world, now)
        return Outcome(changes=found, later=later)

    def read_again(self, by: str) -> None:
        """Let every process of this bot read its configuration again."""
        now = self._clock.now()
        with self._database.transaction() as ledger:
            wish(ledger, "signal", by, now)
        self._scheduler.ring()

    def start(self) -> None:
        """Connect, and do what is due from now on."""
        self.connect()
        self._warm_up()
        self._scheduler.start(self._works)
        self._pinging.start()

    def _warm_up(self) -> None:
        """Load and compose what pages and actions of this configuration need: neither shall wait for it."""
        if any(channel.url for channel in self.setup.channels.values()):
            Couriers(speaker_of(self.setup)).warm_up()
        services = self.setup.services.values()
        if any(action.webhook for service in services for action in service.actions.values()):
            self._workshop.warm_up()
        drawing = Drawing(speaker_of(self.setup), self._clock.now)
        warm_up(self._world, lambda message: is_taken(drawing.message(message)))

    def connect(self) -> None:
        """Only listen; `settle` does the rest. In HTTP mode Slack comes to us: see `serve_web`."""
        if self._connection:
            self._connection.start()

    @property
    def connected(self) -> bool:
        """Whether people's commands can arrive; in HTTP mode there is no connection to lose."""
        return self._connection is None or self._connection.connected

    def readiness(self) -> Readiness:
        """How things stand: what the last tick found, and what Slack answers now or has answered lately."""
        connected = self.connected
        trouble, took = self._echo.hear() if connected else ("", None)
        return self._pulse.readiness(self._clock.now(), Line(connected, trouble, took))

    def _standing(self) -> Standing:
        try:
            tally = self._database.tally()
        except StoreError:
            tally = None
        return Standing(
            now=self._clock.now(), readiness=self.readiness(), agenda=self._pulse.agenda, tally=tally
        )

    def serve_web(self, host: str, port: int, token: str = "") -> Served:
        """Serve the bot's own HTTP, with Slack's events where a signing secret is set. Raises WebError.

        `token` is what the API asks for; without one it answers on this machine only.
        """
        office = Office(desk=self._desk, token=token, rate=self.setup.web.rate, metrics=self._metrics.page)
        return serve(create_app(self.readiness, self._events, office), host, port)

    def settle(self) -> None:
        """Do everything that is due now, until nothing is."""
        settle(self._clock.now, self.agenda, self._works)

    def jumps(self, clock: HeldClock, passed_over: frozenset[str] = frozenset()) -> Jumps:
        """What drives it on the held clock that it was built with."""
        return Jumps(clock, self.agenda, self._works, passed_over)

    def agenda(self) -> dict[str, datetime]:
        """For each kind of work the instant at which its next row falls due."""
        return dict(self._pulse.look())

    def _due(self) -> dict[str, datetime]:
        found = {**self._database.agenda(), **self._tray.agenda(), **self._in_hand.agenda()}
        if found.get(REREAD) == self._reread:
            found.pop(REREAD, None)
        return found

    def ensure_watch(self, service: Service, version: str) -> bool:
        """Start a watch of the service from this instant, unless one runs. True when one was started."""
        now = self._clock.now()
        with self._database.transaction() as ledger:
            if ledger.watches.open_all(service.key):
                return False
            start_watch(ledger, service, Start(version=version, deployed_at=now), now)
        self._scheduler.ring()
        return True

    def stop(self) -> None:
        """Finish the pieces of work in hand and close; under five seconds."""
        if self._connection:
            self._connection.close()
        self._pinging.stop()
        self._workshop.stop()
        self._fleet.stop()
        self._scheduler.stop()
        if isinstance(self._hands, Hands):
            self._hands.stop()
        try:
            keep_waiting(self._world, self._clock.now())
            give_back(self._world, self._clock.now())
        finally:
            self._database.close()
