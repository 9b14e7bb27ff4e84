"""What the engine needs from the world: the time, rows, a door to people, and checks that run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.card import Message
from bot.domain.events import Inbound


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


# --- the door: how messages leave -------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """Where a message stands: Slack's channel ID and message timestamp."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a message goes: a channel by name or ID, perhaps a thread in it, or a response URL.

    `only_for` is the Slack ID of the one person who shall see it.
    """

    channel: str
    thread_ts: str = ""
    response_url: str = ""
    only_for: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """Accepted. `posted` is None for answers to a response URL."""

    posted: Posted | None


@dataclass(frozen=True, slots=True)
class Later:
    """Not now: the receiver asks to be tried again after so many seconds."""

    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """Nobody knows whether it arrived (timeout, reset): look before sending again."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It will not be accepted by trying again unchanged; `reason` names the error and its mend."""

    reason: str


Outcome = Sent | Later | Unsure | Refused


class Door(Protocol):
    """The way out to Slack. Blocks until answered, at most about three seconds a call; never raises."""

    def post(self, operation: str, place: Place, message: Message) -> Outcome:
        """Post a new message that carries `operation` in its metadata."""
        ...

    def redraw(self, at: Posted, message: Message) -> Outcome:
        """Replace the message that stands at `at`."""
        ...

    def find(self, operation: str, place: Place) -> Outcome | None:
        """Look for a message with this operation at `place`: Sent, None when it is not there, or why not known."""
        ...


# --- the outbox: what waits to leave ------------------------------------------------------------------


class Lane(StrEnum):
    """Pages overtake answers, answers overtake the rest."""

    PAGE = "page"
    ANSWER = "answer"
    CARD = "card"


class Parcel(StrEnum):
    """What an outbox row is about; its message is drawn from the facts as they are when it leaves."""

    ALERT_CARD = "alert_card"
    PAGE = "page"
    NOTE = "note"
    ANNOUNCE = "announce"
    REMIND = "remind"
    WATCH_CARD = "watch_card"
    ROUND_CARD = "round_card"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A row of the outbox.

    `operation` names this one message for ever. `subject` is the alert, watch or round it is about.
    `redraw` updates the card that stands already. `unsure`: an earlier try may have arrived.
    """

    operation: str
    lane: Lane
    parcel: Parcel
    subject: str
    place: Place
    body: Message | None = None
    redraw: bool = False
    created_at: datetime
    look_at: datetime
    attempts: int = 0
    unsure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One run of checklists: planned (an entry of a watch's list) or by hand (`asked_by`)."""

    id: str
    service: str
    watch: str | None
    at: datetime
    checklists: tuple[str, ...]
    asked_by: str | None = None
    asked_in: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The newest value of one series of a metric, and when it was measured."""

    service: str
    metric: str
    labels: tuple[tuple[str, str], ...]
    value: float
    unit: str
    at: datetime


class Inbox(Protocol):
    """Where listeners put what people do. On disk when `take` returns; the engine is woken."""

    def take(self, inbound: Inbound) -> bool:
        """Keep it. False when the same identity was kept before."""
        ...
