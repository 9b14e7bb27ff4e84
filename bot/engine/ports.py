"""What the engine needs from the world: the time, a door to people, checks and actions, hands, a bell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Protocol, TypeVar

from bot.domain.action import Action, ActionRun, Ran
from bot.domain.card import Form, HomeView, Message, Told
from bot.domain.events import Inbound
from bot.domain.incident.postmortem import PostMortem
from bot.domain.oncall.rotation import Schedule
from bot.domain.report.filed import Filed
from bot.domain.setup import Channel, Check, Person
from bot.domain.text import Text
from checks.base import Cursor
from checks.result import Result

if TYPE_CHECKING:  # the ledger speaks of places and posts itself
    from bot.engine.ledger.oncall import ReadCalendar

Answered = TypeVar("Answered")


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """Where a message stands: Slack's channel ID and message timestamp."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a message goes: a channel by name or ID, perhaps a thread in it, or a response URL.

    `only_for` is the Slack ID of the one person who shall see it; `trigger_id` opens a form for whoever
    clicked.
    """

    channel: str
    thread_ts: str = ""
    response_url: str = ""
    only_for: str = ""
    trigger_id: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """Accepted. `posted` is None for answers to a response URL."""

    posted: Posted | None


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: the receiver asks to be tried again after so many seconds, or could not be `reached`."""

    seconds: float
    reason: str
    reached: bool = True


@dataclass(frozen=True, slots=True)
class Unsure:
    """Nobody knows whether it arrived (timeout, reset): look before sending again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It will not be accepted by trying again unchanged; `reason` names the error and its mend."""

    reason: str


class Gone(Exception):  # noqa: N818 - a fact, told to whoever looked for it
    """The message was deleted."""


Outcome = Sent | Later | Unsure | Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What somebody has written, and the thread it stands in ("" for none); `person` is a Slack ID."""

    text: str
    person: str
    thread_ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file to be given to people: its name, what it is called, and what is in it."""

    name: str
    title: str
    content: bytes


class Press(Protocol):
    """Makes files of a report. May take seconds."""

    def files(self, filed: Filed, language: str) -> tuple[File, ...]:
        """The report as files in a language (`en`, `zh`)."""
        ...

    def post_mortem(self, facts: PostMortem, language: str, zone: str) -> File:
        """The post-mortem as Markdown, with the times of a zone."""
        ...


class Door(Protocol):
    """The way out to Slack. Blocks until answered, at most about three seconds a call; never raises."""

    def post(self, operation: str, place: Place, message: Message) -> Outcome:
        """Post a new message that carries `operation` in its metadata."""
        ...

    def stands(self, at: Posted, message: Message) -> bool | None:
        """Whether what stands at `at` says this; None: nobody knows now. Raises Gone where nothing stands."""
        ...

    def redraw(self, at: Posted, message: Message) -> Outcome:
        """Replace the message that stands at `at`."""
        ...

    def upload(self, place: Place, files: Sequence[File], message: Message) -> Outcome:
        """Give files to a thread, all under one message. Blocks for as long as they take."""
        ...

    def find_file(self, name: str, place: Place) -> Outcome | None:
        """Look for a message in a thread that carries a file of this name; None when there is none."""
        ...

    def open(self, place: Place, form: Form) -> Outcome:
        """Open a modal for the person whose click or command gave this trigger, three seconds ago at most."""
        ...

    def publish(self, person: str, home: HomeView) -> Outcome:
        """Show this as App Home of the person with this Slack ID."""
        ...

    def keep_group(self, group: str, members: Sequence[str]) -> Outcome:
        """Make these people (Slack IDs, never none) the members of a user group."""
        ...

    def examine(self, channels: Sequence[str], groups: Sequence[str]) -> tuple[Text, ...]:
        """What Slack has against posting in these channels and changing these user groups."""
        ...

    def read(self, at: Posted) -> Heard | Outcome:
        """What stands there; Refused when it is not there or may not be read."""
        ...

    def find(self, operation: str, place: Place, since: datetime) -> Outcome | None:
        """Look for the message of this operation, posted at `since` at the earliest.

        Sent, None when it is not there, or why nobody knows.
        """
        ...


class Courier(Protocol):
    """The ways to people beside Slack."""

    def carry(self, channel: Channel, person: Person, told: Told) -> Outcome:
        """Deliver, blocking at most about 15 seconds; never raises. A reason holds no part of the URL."""
        ...


class Almanac(Protocol):
    """Calendars of shifts."""

    def read(self, schedule: Schedule, since: datetime, until: datetime, now: datetime) -> ReadCalendar:
        """The shifts between two instants, or the trouble; blocks at most about 10 seconds; never raises."""
        ...


class Inbox(Protocol):
    """Where listeners put what people do: on disk when `take` returns. Whoever answers wakes the engine."""

    def take(self, inbound: Inbound) -> bool:
        """Keep it. False when the same identity was kept before."""
        ...


Ask = Callable[[Check, datetime, "Cursor | None"], "tuple[Result, Cursor | None]"]
"""Put one check's question; blocks at most its timeout and a second (three where it has sites); never raises.
"""


class Waits(Enum):
    """What a job waits for. However long that takes, it keeps no job that waits for something else."""

    WORLD = "world"
    SITE = "site"
    PROGRAM = "program"
    """For nothing but a program that it has started: such jobs share one thread."""
    DATABASE = "database"


class Crew(Protocol):
    """Hands for slow work."""

    def start(self, *jobs: Callable[[], None], waits: Waits = Waits.WORLD, apart: bool = False) -> None:
        """Begin jobs that wait for the same, and return. Those that hang are begun `apart`: however many they
        are, they leave room for the others.
        """
        ...

    def together(self, jobs: Sequence[Callable[[], Answered]]) -> list[Answered]:
        """Do all jobs side by side; the answers in the order of the jobs."""
        ...

    def in_turn(self, jobs: Sequence[Callable[[], Answered]]) -> list[Answered]:
        """Do the jobs here, one by one. One that fails holds up no other, and is raised at the end."""
        ...


class Actions(Protocol):
    """Hands on the service: programs and webhooks."""

    def run(self, action: Action, run: ActionRun, beat: Callable[[], None]) -> Ran | None:
        """Run it once; blocks, at most its timeout and a second or two; never raises.

        `beat` is called every few seconds meanwhile. None when this program ends before the action does:
        how that came out, nobody knows.
        """
        ...


class Bell(Protocol):
    """Rung after a commit, so that nobody waits for the next tick."""

    def ring(self) -> None:
        """Look what is due, and wake whoever has something to do."""
        ...

    def wake(self, topic: str) -> None:
        """Wake whoever does this, at once; look what else is due a moment later."""
        ...
