"""A stage in the place of the world: everything that leaves arrives at once, nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from bot.domain.action import Action, ActionRun, Ran
from bot.domain.alerts.alert import Transition
from bot.domain.card import Form, HomeView, Line, Message, Told
from bot.domain.incident.postmortem import PostMortem
from bot.domain.incident.state import Change
from bot.domain.measures.recording import Typed
from bot.domain.replay.event import Event, event
from bot.domain.replay.telling import (
    of_alert,
    of_call,
    of_entry,
    of_incident,
    of_post,
    of_report,
    of_run,
    of_watch,
)
from bot.domain.report.filed import Filed
from bot.domain.report.report import Report
from bot.domain.setup import Channel, Person
from bot.domain.text import Text, say
from bot.domain.watches.listing import Listed
from bot.domain.watches.watch import WatchChange
from bot.engine.ports import File, Heard, Outcome, Place, Posted, Refused, Sent

_ANSWER = "answer/"


class Stage:
    """Implements ports.Door, Courier, Actions, Press and Bell, and tells of all that would have happened."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._posted = 0
        self._told: list[Event] = []
        self._entries: set[tuple[str, str]] = set()
        self._typed: dict[str, Typed] = {}

    def types(self, identity: str, typed: Typed) -> None:
        """Somebody has typed a command; what it comes to is told when it is answered."""
        self._typed[identity] = typed

    def drain(self) -> list[Event]:
        """What has happened since this was asked last."""
        told, self._told = self._told, []
        return told

    def hear(self, written: object) -> None:
        """A decision has written this."""
        match written:
            case Transition():
                self._tell(of_alert(written))
            case Listed():
                self._tell_once(written)
            case Change():
                self._tell(of_incident(written))
            case ActionRun():
                self._tell(of_run(written))
            case Report():
                self._tell(of_report(written))
            case WatchChange():
                self._tell(of_watch(written))

    def _tell(self, events: Iterable[Event]) -> None:
        self._told += events

    def _tell_once(self, listed: Listed) -> None:
        for each in of_entry(listed):
            key = listed.id, str(each.fact("state"))
            if key not in self._entries:
                self._entries.add(key)
                self._told.append(each)

    # --- ports.Door ----------------------------------------------------------------------------------

    def post(self, operation: str, place: Place, message: Message) -> Outcome:
        if operation.startswith(_ANSWER):
            self._answered(operation, message.text if isinstance(message, Line) else None)
        elif not place.thread_ts or not isinstance(message, Line):
            self._tell(of_post(message, place.channel, self._now()))
        self._posted += 1
        return Sent(Posted(channel=place.channel, ts=f"{self._posted}.000000"))

    def stands(self, at: Posted, message: Message) -> bool | None:
        return True

    def redraw(self, at: Posted, message: Message) -> Outcome:
        return Sent(at)

    def upload(self, place: Place, files: Sequence[File], message: Message) -> Outcome:
        return Sent(None)

    def find_file(self, name: str, place: Place) -> Outcome | None:
        return None

    def open(self, place: Place, form: Form) -> Outcome:
        return Refused("there is nobody to fill in a form")

    def publish(self, person: str, home: HomeView) -> Outcome:
        return Sent(None)

    def keep_group(self, group: str, members: Sequence[str]) -> Outcome:
        return Sent(None)

    def examine(self, channels: Sequence[str], groups: Sequence[str]) -> tuple[Text, ...]:
        return ()

    def read(self, at: Posted) -> Heard | Outcome:
        return Refused("nothing stands there")

    def find(self, operation: str, place: Place, since: datetime) -> Outcome | None:
        return None

    def _answered(self, operation: str, answer: Text | None) -> None:
        typed = self._typed.pop(operation.removeprefix(_ANSWER), None)
        if typed:
            facts = event(self._now(), "command", answer, by=typed.person, command=typed.command)
            self._told.append(facts)

    # --- the others ----------------------------------------------------------------------------------

    def carry(self, channel: Channel, person: Person, told: Told) -> Outcome:
        """A way to a person beside Slack."""
        self._tell(of_call(told, channel.key, self._now()))
        return Sent(None)

    def run(self, action: Action, run: ActionRun, beat: Callable[[], None]) -> Ran:
        """Nothing is run; what it would have changed is not in the recording."""
        return Ran(succeeded=True, reason=say("replayed: it was not run"))

    def files(self, filed: Filed, language: str) -> tuple[File, ...]:
        return ()

    def post_mortem(self, facts: PostMortem, language: str, zone: str) -> File:
        return File(name="", title="", content=b"")

    def ring(self) -> None:
        """Whatever is due is looked for anyway."""

    def wake(self, topic: str) -> None:
        """The same."""
