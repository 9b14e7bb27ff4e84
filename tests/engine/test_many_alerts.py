"""Several alerts, people, silences, a Slack that fails, a bot that dies: no page is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from engine_room import engine_room
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.domain.alerts.alert import Alert, AlertState, Refusal, Transition
from bot.domain.alerts.quiet.silence import Wish
from bot.domain.alerts.quiet.wording import parse_matchers
from bot.domain.alerts.response import acknowledge, unacknowledge
from bot.domain.card import Message, PageMessage
from bot.domain.incoming.alertmanager import read_alertmanager
from bot.engine.alerts.escalate import escalate_due
from bot.engine.alerts.incoming import receive
from bot.engine.alerts.silence import start_silence, stop_silence
from bot.engine.delivery.deliver import deliver_next
from bot.engine.ledger import Fate, Lane
from bot.engine.ports import Later, Outcome, Place, Posted, Sent, Unsure
from bot.engine.record import record
from bot.store import Database
from bot.store.tables import metadata

T0 = datetime(2026, 1, 19, tzinfo=UTC)
CONFIG = """
service: orders
people:
  lin: {name: Lin Wei, slack: U0LIN}
  chen: {name: Chen Jie, slack: U0CHEN}
escalations:
  default:
    levels: [{notify: [person:lin], wait: 5m}, {notify: [person:chen, person:lin], wait: 5m}]
    repeat: 1
    resolve_within: 30m
"""
NAMES = st.frozensets(st.sampled_from("abcd"), min_size=1)
LONG = timedelta(hours=1)
STEP = timedelta(milliseconds=250)


class Killed(BaseException):
    """The bot is gone in the middle of what it was doing."""


@dataclass
class Door:
    """Slack: it takes what it is given, refuses for now, or takes it and does not answer."""

    look: Callable[[str], Alert | None]
    mood: str = "well"
    pages: list[str] = field(default_factory=list)
    stands: dict[str, Posted] = field(default_factory=dict)

    def post(self, operation: str, place: Place, message: Message) -> Outcome:
        if self.mood == "busy":
            return Later(5, "busy")
        assert operation not in self.stands, "what stands already is posted again"
        if isinstance(message, PageMessage):
            alert = self.look(message.alert.id)
            assert alert
            assert alert.state is AlertState.FIRING, "somebody is woken for what is taken or over"
            assert alert.quiet is None, "somebody is woken in a silence"
            self.pages.append(operation)
        posted = self.stands[operation] = Posted(channel="C1", ts=f"{len(self.stands)}.1")
        return Unsure("no answer") if self.mood == "mute" else Sent(posted)

    def find(self, operation: str, place: Place, since: datetime) -> Outcome | None:
        return Sent(self.stands[operation]) if operation in self.stands else None

    def redraw(self, at: Posted, message: Message) -> Outcome:
        return Sent(at)


class Night(RuleBasedStateMachine):
    """A bot, four alerts, and whatever may happen to them."""

    database: Database
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()

    @initialize()
    def begin(self) -> None:
        self.door = Door(self.alert)
        room = engine_room(self.folder, CONFIG, T0, door=self.door)
        self.world, self.database = self.stack.enter_context(room)
        with self.database._engine.begin() as connection:
            for table in metadata.tables.values():
                if table.name != "audit":
                    connection.execute(table.delete())
        self.clock: Any = self.world.clock

    def teardown(self) -> None:
        try:
            if hasattr(self, "world"):
                self.morning()
        finally:
            self.stack.close()

    # --- what is done ----------------------------------------------------------------------------

    def settle(self) -> None:
        """Whatever is due is done."""
        now = self.clock.now()
        while escalate_due(self.world, now) or any(
            deliver_next(self.world, lane, now) for lane in (Lane.PAGE, Lane.CARD)
        ):
            pass

    def passes(self, length: timedelta) -> None:
        """Time passes, stopping at whatever falls due."""
        end = self.clock.now() + length
        self.settle()
        topics = ("alerts", Lane.PAGE.value, Lane.CARD.value)
        while True:
            agenda = self.database.agenda()
            due = min((agenda[each] for each in topics if each in agenda), default=end)
            if due >= end:
                break
            self.clock.move_to(max(due, self.clock.now() + STEP))
            self.settle()
        self.clock.move_to(end)
        self.settle()

    def alert(self, alert_id: str) -> Alert | None:
        with self.database.reading() as rows:
            return rows.alerts.get(alert_id)

    def open(self) -> tuple[Alert, ...]:
        with self.database.reading() as rows:
            return tuple(rows.alerts.open_all())

    @rule(names=NAMES, firing=st.booleans())
    def another_program_tells(self, names: frozenset[str], firing: bool) -> None:
        self.clock.advance(STEP)  # a problem begins at most once in an instant
        labels = [{"alertname": name, "severity": "critical"} for name in sorted(names)]
        status = "firing" if firing else "resolved"
        body = {"alerts": [{"status": status, "labels": each} for each in labels]}
        with self.database.transaction() as rows:
            receive(rows, self.world.setup, read_alertmanager(body).reports, self.clock.now())

    @rule(names=NAMES, acts=NAMES, resolves=st.booleans())
    def somebody_is_quicker_than_slack(
        self, names: frozenset[str], acts: frozenset[str], resolves: bool
    ) -> None:
        """Pages wait for Slack while their alerts, or those that ride on them, are taken or over."""
        mood, self.door.mood = self.door.mood, "busy"
        for name in sorted(names):
            self.another_program_tells(frozenset(name), True)
            self.settle()
        if resolves:
            self.another_program_tells(acts, False)
        else:
            self.somebody_acts(acts, False)
        self.door.mood = mood

    @rule(seconds=st.sampled_from([0, 1, 4, 15, 60, 301, 2400]))
    def time_passes(self, seconds: int) -> None:
        self.passes(timedelta(seconds=seconds))
        if self.door.mood == "well" and seconds >= 60:
            for alert in self.open():
                self.has_reached_somebody(alert)

    @rule(mood=st.sampled_from(["well", "well", "busy", "mute"]))
    def slack_is(self, mood: str) -> None:
        self.door.mood = mood

    @rule(names=NAMES, gives_back=st.booleans())
    def somebody_acts(self, names: frozenset[str], gives_back: bool) -> None:
        now = self.clock.now()
        with self.database.transaction() as rows:
            for alert in rows.alerts.open_all():
                if alert.subject.key not in names:
                    continue
                act = unacknowledge if gives_back else acknowledge
                outcome = act(alert, "lin", now)
                assert isinstance(outcome, Transition | Refusal)
                if isinstance(outcome, Transition):
                    record(rows, self.world.setup, outcome)

    @rule(name=st.sampled_from("abcd"), ends=st.booleans())
    def a_silence(self, name: str, ends: bool) -> None:
        now, setup = self.clock.now(), self.world.setup
        wish = Wish(matchers=parse_matchers(f"alertname={name}"), length=timedelta(minutes=4), reason="")
        with self.database.transaction() as rows:
            active = rows.silences.active(now)
            if ends and active:
                stop_silence(rows, setup, active[0].id, "lin", now)
            elif not ends:
                start_silence(rows, setup, wish, "lin", now)

    @rule(after=st.integers(1, 9), written=st.booleans(), names=NAMES)
    def the_bot_dies_on_the_way(self, after: int, written: bool, names: frozenset[str]) -> None:
        self.another_program_tells(names, True)
        whole, left = self.database.transaction, after

        @contextmanager
        def transaction(*arguments: Any) -> Iterator[Any]:
            nonlocal left
            left -= 1
            with whole(*arguments) as rows:
                yield rows
                if left == 0 and not written:
                    raise Killed
            if left == 0:
                raise Killed

        self.database.transaction = transaction  # type: ignore[method-assign]
        try:
            self.settle()
        except Killed:
            pass
        finally:
            self.database.transaction = whole  # type: ignore[method-assign]

    # --- what must hold --------------------------------------------------------------------------

    @invariant()
    def no_page_is_sent_twice(self) -> None:
        if hasattr(self, "door"):
            assert len(self.door.pages) == len(set(self.door.pages))

    @invariant()
    def what_fires_and_nobody_has_is_looked_at_again(self) -> None:
        if not hasattr(self, "world"):
            return
        for alert in self.open():
            if alert.state is AlertState.FIRING and not alert.exhausted:
                assert alert.next_at is not None

    def morning(self) -> None:
        """Slack is well again, and all chains are walked to their end: what was lost would be missed."""
        self.door.mood = "well"
        for length in (timedelta(minutes=1), LONG):
            self.passes(length)
            for alert in self.open():
                self.has_reached_somebody(alert)
                self.has_a_gapless_timeline(alert)

    def has_reached_somebody(self, alert: Alert) -> None:
        if alert.state is not AlertState.FIRING or not alert.level or alert.quiet:
            return
        own = f"{alert.id}/page/{alert.cycle}.{alert.level}."
        with self.database.reading() as rows:
            waits = [each for each, fate in rows.outbox.pages(alert.id, own) if fate is Fate.WAITING]
        page = [each for each in self.door.pages if each == alert.rides or each.startswith(own)]
        assert page or waits, f"nobody was woken for {alert.subject.fingerprint}: {self.door.pages}"

    def has_a_gapless_timeline(self, alert: Alert) -> None:
        with self.database.reading() as rows:
            steps = rows.alerts.steps(alert.id)
        assert [each.version for each in steps] == list(range(1, alert.version + 1))
        assert [each.at for each in steps] == sorted(each.at for each in steps)


def test_no_page_is_lost_and_none_is_doubled() -> None:
    with TemporaryDirectory() as folder:
        Night.folder = Path(folder)
        case = Night.TestCase
        case.settings = settings(
            max_examples=12,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        )
        case("runTest").runTest()
