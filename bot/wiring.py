"""Builds the program: who is given to whom. The only file that knows every room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.actions import Workshop
from bot.channels import Couriers
from bot.domain.setup import Check, Service, Setup
from bot.engine.acting.perform import run_due
from bot.engine.alerts.escalate import escalate_due
from bot.engine.alerts.groups import tell_due
from bot.engine.alerts.maintenance import enlist_windows, keep_windows
from bot.engine.alerts.observe import notice_silence
from bot.engine.alerts.review import review_due
from bot.engine.delivery.call import call_next
from bot.engine.delivery.deliver import deliver_next
from bot.engine.delivery.enclose import send_files_due
from bot.engine.delivery.pace import Pace
from bot.engine.incident.follow import follow_alerts
from bot.engine.incident.tick import tick_due
from bot.engine.ledger import Lane
from bot.engine.measures.baselines import capture_due
from bot.engine.measures.measure import enlist, measure_due
from bot.engine.measures.remember import tend_due
from bot.engine.oncall.duties import duty_due, enlist_duties
from bot.engine.people.desk import Desk
from bot.engine.people.home import publish_due
from bot.engine.people.receive import Reception
from bot.engine.people.respond import respond_next
from bot.engine.ports import Ask, Clock
from bot.engine.reports.people import remind_due
from bot.engine.watches.entries import carry_out_due
from bot.engine.watches.watch import Start, live_due, redraw_due, start_watch
from bot.engine.world import World
from bot.ical import Almanac, write
from bot.locale import Speaker
from bot.render.press import Press
from bot.scheduler import Hands, OwnHands, Scheduler, Work
from bot.slack.access import SlackAccess, web_client
from bot.slack.cards import Drawing
from bot.slack.connection import Connection
from bot.slack.http_mode import events_by_http
from bot.slack.listeners import build_app
from bot.slack.manifest import SCOPES
from bot.slack.notifier import Notifier
from bot.store import Database
from bot.web import Pulse, Readiness, Served, create_app, serve
from bot.workspace import Member, Seed, Usergroup, Workspace
from checks.base import Cursor, Kind, Situation
from checks.discretion import secrets_of
from checks.network.offline import Outlook
from checks.registry import find_kind
from checks.result import Result
from checks.runner import Guard, run


class Program:
    """The whole bot over one database and one Slack, real or local.

    `start` runs it on its own threads. A program that was not started does what is due when `settle` is
    called, in the calling thread: that is how a held clock drives it.
    """

    def __init__(self, setup: Setup, access: SlackAccess, clock: Clock, *, threads: bool = True) -> None:
        self.setup = setup
        self._clock = clock
        self._database = Database(setup.storage)
        self._pulse = Pulse(self._database.agenda)
        self._scheduler = Scheduler(clock.now, self._pulse.look)
        self._hands = Hands() if threads else OwnHands()
        self._workshop = Workshop(setup.folder)
        speaker = Speaker(
            language=setup.language,
            zone=setup.zone,
            names={person.key: person.name for person in setup.people.values()},
        )
        self._couriers = Couriers(speaker)
        self._world = World(
            setup=setup,
            clock=clock,
            store=self._database,
            press=Press(speaker.names),
            door=Notifier(web_client(access), Drawing(speaker, clock.now)),
            courier=self._couriers,
            almanac=Almanac(setup.folder, setup.people),
            ask=asking(setup),
            actions=self._workshop,
            crew=self._hands,
            bell=self._scheduler,
            awake_since=clock.now(),
        )
        reception = Reception(self._database, self._scheduler)
        app = build_app(access, reception, clock.now)
        self._connection = Connection(access, app) if access.app_token else None
        self._events = events_by_http(app, access.signing_secret) if access.signing_secret else None
        self._desk = Desk(self._world, speaker.say, write)
        self._works = _works(self._world)
        enlist(self._world, clock.now())
        enlist_windows(self._world, clock.now())
        enlist_duties(self._world, clock.now())

    def start(self) -> None:
        """Connect, and do what is due from now on."""
        self.connect()
        if any(channel.url for channel in self.setup.channels.values()):
            self._couriers.warm_up()
        self._scheduler.start(self._works)

    def connect(self) -> None:
        """Only listen; `settle` does the rest. In HTTP mode Slack comes to us: see `serve_web`."""
        if self._connection:
            self._connection.start()

    @property
    def connected(self) -> bool:
        """Whether people's commands can arrive; in HTTP mode there is no connection to lose."""
        return self._connection is None or self._connection.connected

    def readiness(self) -> Readiness:
        """How things stand, asking neither the database nor Slack."""
        return self._pulse.readiness(self._clock.now(), self.connected)

    def serve_web(self, host: str, port: int, token: str = "") -> Served:
        """Serve the bot's own HTTP, with Slack's events where a signing secret is set. Raises WebError.

        `token` is what the API asks for; without one it answers on this machine only.
        """
        return serve(create_app(self.readiness, self._events, self._desk, token), host, port)

    def settle(self) -> None:
        """Do everything that is due now, until nothing is."""
        while due := self._due():
            if not any(work.step(self._clock.now()) for work in self._works if work.topics & due):
                return

    def _due(self) -> frozenset[str]:
        now = self._clock.now()
        return frozenset(topic for topic, at in self.agenda().items() if at <= now)

    def agenda(self) -> dict[str, datetime]:
        """For each kind of work the instant at which its next row falls due."""
        return self._database.agenda()

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
        self._workshop.stop()
        self._scheduler.stop()
        if isinstance(self._hands, Hands):
            self._hands.stop()
        self._database.close()


def _works(world: World) -> list[Work]:
    paces = {lane: Pace() for lane in (Lane.PAGE, Lane.ANSWER, Lane.CARD)}
    shared = Pace()
    paces[Lane.PAGE] = paces[Lane.CARD] = shared
    deliveries = [
        Work(f"deliver-{lane}", frozenset({lane.value}), partial(_deliver, world, lane, paces[lane]))
        for lane in paces
    ]
    # A courier may take its time; the next call does not wait for it.
    calls = [Work(f"call-{n}", frozenset({Lane.CALL.value}), partial(call_next, world)) for n in range(4)]
    return [
        Work("escalate", frozenset({"alerts"}), partial(escalate_due, world)),
        *deliveries,
        *calls,
        Work("respond", frozenset({"letters"}), partial(respond_next, world)),
        Work("silence", frozenset({"silence"}), partial(notice_silence, world)),
        Work("history", frozenset({"history"}), partial(tend_due, world)),
        Work("files", frozenset({Lane.FILE.value}), partial(send_files_due, world)),
        Work("reports", frozenset({"reports"}), partial(remind_due, world)),
        Work("baselines", frozenset({"baselines"}), partial(capture_due, world)),
        Work("entries", frozenset({"entries"}), partial(carry_out_due, world)),
        Work("measure", frozenset({"checks"}), partial(measure_due, world)),
        Work("watch", frozenset({"watches"}), partial(live_due, world)),
        Work("watch-card", frozenset({"watch-cards"}), partial(redraw_due, world)),
        Work("actions", frozenset({"actions"}), partial(run_due, world)),
        Work("review", frozenset({"reviews"}), partial(review_due, world)),
        Work("groups", frozenset({"groups"}), partial(tell_due, world)),
        Work("maintenance", frozenset({"windows"}), partial(keep_windows, world)),
        Work("alert-news", frozenset({"alert-news"}), partial(follow_alerts, world)),
        Work("incidents", frozenset({"incidents"}), partial(tick_due, world)),
        Work("duties", frozenset({"duties"}), partial(duty_due, world)),
        Work("home", frozenset({"homes"}), partial(publish_due, world, Pace())),
    ]


def _deliver(world: World, lane: Lane, pace: Pace, now: datetime) -> bool:
    return deliver_next(world, lane, pace, now)


def asking(setup: Setup) -> Ask:
    """Put a check's question: one probe object a check, built at its first question and kept."""
    probes: dict[int, tuple[Kind, Guard]] = {}
    outlook = Outlook(setup.anchors)

    def ask(check: Check, now: datetime, cursor: Cursor | None) -> tuple[Result, Cursor | None]:
        if id(check) not in probes:
            guard = Guard(secrets=secrets_of(check.options), cut_off=outlook.cut_off)
            probes[id(check)] = find_kind(check.kind)(check.options), guard
        kind, guard = probes[id(check)]
        situation = Situation(now=now, timeout_s=check.timeout.total_seconds(), folder=Path(setup.folder))
        return run(check.key, kind, situation, cursor, guard)

    return ask


@dataclass(frozen=True, slots=True)
class LocalSlack:
    """A local workspace that runs, and the way into it."""

    workspace: Workspace
    access: SlackAccess


def start_workspace(setup: Setup, port: int, links: tuple[tuple[str, str], ...] = ()) -> LocalSlack:
    """Start the local workspace with the configured people and channels.

    Raises WorkspaceError when the port is taken.
    """
    seed = seed_of(setup, links)
    database = Path(setup.folder) / ".vigil" / "workspace.db"
    database.parent.mkdir(exist_ok=True)
    workspace = Workspace(seed, database=database, port=port)
    workspace.start()
    access = SlackAccess(bot_token="xoxb-local", app_token="xapp-local", api_url=f"{workspace.url}/api/")  # noqa: S106
    return LocalSlack(workspace, access)


def seed_of(setup: Setup, links: tuple[tuple[str, str], ...] = ()) -> Seed:
    """A workspace with the people, channels and user groups that the configuration names."""
    return Seed(
        team="Vigil",
        channels=tuple(dict.fromkeys(service.channel for service in setup.services.values())),
        members=tuple(
            Member(id=person.slack, name=person.key, real_name=person.name)
            for person in setup.people.values()
            if person.slack
        ),
        usergroups=_usergroups(setup),
        links=links,
        scopes=tuple(SCOPES),
    )


def _usergroups(setup: Setup) -> tuple[Usergroup, ...]:
    """The user groups that teams and schedules name, with whoever is in the teams."""

    def slack_of(keys: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(slack for key in keys if key in setup.people and (slack := setup.people[key].slack))

    found = {
        team.slack: Usergroup(id=team.slack, handle=team.key, members=slack_of(team.members))
        for team in setup.teams.values()
        if team.slack
    }
    for schedule in setup.schedules.values():
        if schedule.usergroup:
            group = Usergroup(id=schedule.usergroup, handle=f"{schedule.key}-oncall", members=())
            found.setdefault(schedule.usergroup, group)
    return tuple(found.values())
