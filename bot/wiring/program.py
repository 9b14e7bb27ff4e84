"""The whole bot: who is given to whom."""

from __future__ import annotations

from datetime import datetime

from bot.actions import Pinging, Workshop
from bot.channels import Couriers
from bot.clock import HeldClock
from bot.domain.setup import Service, Setup
from bot.engine.alerts.maintenance import enlist_windows
from bot.engine.measures.answers import Tray
from bot.engine.measures.measure import enlist, keep_waiting
from bot.engine.oncall.duties import enlist_duties
from bot.engine.people.desk import Desk
from bot.engine.people.receive import Reception
from bot.engine.ports import Clock
from bot.engine.watches.watch import Start, start_watch
from bot.engine.world import World
from bot.ical import Almanac, write
from bot.locale import speaker_of
from bot.render.press import Press
from bot.scheduler import Hands, Jumps, OwnHands, Scheduler, settle
from bot.slack.access import SlackAccess, noticed_client, web_client
from bot.slack.cards import Drawing
from bot.slack.connection import Connection
from bot.slack.echo import Echo
from bot.slack.http_mode import events_by_http
from bot.slack.listeners import build_app
from bot.slack.notifier import Notifier
from bot.store import Database, StoreError
from bot.web import Line, Office, Pulse, Readiness, Served, create_app, serve
from bot.web.metrics import Metrics, Standing
from bot.wiring.asking import asking, counting
from bot.wiring.noted import noted
from bot.wiring.sites import far_or_near, fleet_of
from bot.wiring.works import works_of


class Program:
    """The whole bot over one database and one Slack, real or local.

    `start` runs it on its own threads. A program that was not started does what is due when `settle` is
    called, in the calling thread: that is how a held clock drives it.
    """

    def __init__(self, setup: Setup, access: SlackAccess, clock: Clock, *, threads: bool = True) -> None:
        self.setup = setup
        self._clock = clock
        self._database = Database(setup.storage)
        self._tray = Tray()
        self._pulse = Pulse(self._due)
        self._metrics = Metrics(self._standing)
        self._scheduler = Scheduler(clock.now, self._pulse.look)
        self._hands = Hands() if threads else OwnHands()
        self._workshop = Workshop(setup.folder)
        self._fleet = fleet_of(setup, self._database, clock.now)
        speaker = speaker_of(setup)
        self._couriers = Couriers(speaker)
        self._world = World(
            setup=setup,
            clock=clock,
            store=self._database,
            press=Press(speaker.names),
            door=Notifier(
                noticed_client(access, self._metrics.called),
                Drawing(speaker, clock.now),
                by_channel=bool(setup.languages),
            ),
            courier=self._couriers,
            almanac=Almanac(setup.folder, setup.people),
            ask=counting(far_or_near(asking(setup), self._fleet, setup), setup, self._metrics),
            actions=self._workshop,
            crew=self._hands,
            bell=self._scheduler,
            awake_since=clock.now(),
            left=noted(self._metrics.left),
            tray=self._tray,
        )
        self._echo = Echo(web_client(access))
        self._pinging = Pinging(lambda: self.setup.web.ping, lambda: not self.readiness().troubles)
        reception = Reception(self._database, self._scheduler)
        app = build_app(access, reception, clock.now)
        self._connection = Connection(access, app) if access.app_token else None
        self._events = events_by_http(app, access.signing_secret) if access.signing_secret else None
        self._desk = Desk(self._world, speaker.say, write)
        self._works = works_of(self._world)
        enlist(self._world, clock.now())
        enlist_windows(self._world, clock.now())
        enlist_duties(self._world, clock.now())

    def start(self) -> None:
        """Connect, and do what is due from now on."""
        self.connect()
        if any(channel.url for channel in self.setup.channels.values()):
            self._couriers.warm_up()
        self._scheduler.start(self._works)
        self._pinging.start()

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
        return {**self._database.agenda(), **self._tray.agenda()}

    def ensure_watch(self, service: Service, version: str) -> bool:
        """Start a watch of the service from this instant, unless one runs. True when one was started."""
        with self._database.reading() as ledger:
            if ledger.watches.open_all(service.key):
                return False
        now = self._clock.now()
        with self._database.transaction() as ledger:
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
        finally:
            self._database.close()
