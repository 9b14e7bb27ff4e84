"""What waits to leave, and where the cards stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.alerts.alert import Page
from bot.domain.card import Form, Message
from bot.domain.oncall.route import Call
from bot.engine.ports import Place, Posted


class Lane(StrEnum):
    """Pages overtake answers, answers overtake the rest; calls and files go beside them."""

    PAGE = "page"
    CALL = "call"
    ANSWER = "answer"
    CARD = "card"
    FILE = "file"


class Parcel(StrEnum):
    """What an outbox row is about; its message is drawn from the facts as they are when it leaves."""

    ALERT_CARD = "alert_card"
    PAGE = "page"
    CALL = "call"
    NOTE = "note"
    ANNOUNCE = "announce"
    REMIND = "remind"
    WATCH_CARD = "watch_card"
    ROUND_CARD = "round_card"
    VERDICT_CARD = "verdict_card"
    REPORT_CARD = "report_card"
    FILES = "files"
    POST_MORTEM = "post-mortem"
    PLAYBOOK_CARD = "playbook_card"
    ACTION_CARD = "action_card"
    ANSWER = "answer"
    FORM = "form"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A row of the outbox.

    `operation` names this one message for ever; `subject` is the alert, watch or round it is about.
    `body` is what to say; cards have none: they are drawn from the facts as they are when they leave.
    `redraw` updates the card that stands already. `unsure`: an earlier try may have arrived. Of those that
    are due the lowest `rank` goes first, then the oldest. A CALL's place is its way and destination.
    """

    operation: str
    lane: Lane
    parcel: Parcel
    subject: str
    place: Place
    body: Message | Page | Form | Call | None = None
    redraw: bool = False
    rank: int = 0
    created_at: datetime
    look_at: datetime
    attempts: int = 0
    unsure: bool = False


class Fate(StrEnum):
    """How a row of the outbox ended; WAITING has not ended. BUNDLED: another row's message said it too."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    BUNDLED = "bundled"
    REFUSED = "refused"
    DROPPED = "dropped"


class Outbox(Protocol):
    """What waits to leave."""

    def put(self, delivery: Delivery) -> None:
        """Keep it. An operation that exists stays as it is; redraws of one card become one."""
        ...

    def claim(
        self, lane: Lane, now: datetime, until: datetime, busy: datetime | None = None
    ) -> Delivery | None:
        """The first row of the lane that is due, now mine until `until`; None when nothing is.

        What may have arrived already, and must be looked up, comes after what has certainly not. Channels
        are passed over to which somebody sends a row of this lane that is theirs for longer than `busy`: so
        what goes there keeps its order, however many bots there are.
        """
        ...

    def renew(self, delivery: Delivery, until: datetime) -> bool:
        """Keep a claimed row until then; False when the lease ran out and somebody else has it by now."""
        ...

    def finish(
        self, operation: str, fate: Fate, reason: str, posted: Posted | None, now: datetime
    ) -> None: ...

    def postpone(
        self, operation: str, until: datetime, reason: str, *, unsure: bool, held: bool = False
    ) -> None:
        """Look again then. `held`: only because too much has gone to this very place lately."""
        ...

    def gather(self, leader: Delivery, until: datetime) -> tuple[Delivery, ...]:
        """All that is held back where this claimed row goes: now mine too until `until`, in order."""
        ...

    def holds(self, lane: Lane, place: Place) -> bool:
        """Whether something is held back from this very channel and person."""
        ...

    def waiting(self, operation: str) -> bool: ...

    def standing(self, operation: str) -> tuple[Fate, str] | None:
        """How an operation stands, and why; None when there is no such row."""
        ...

    def pages(self, subject: str, prefix: str) -> tuple[tuple[Delivery, Fate], ...]:
        """Pages and calls about this subject under operations that begin so, in order; how each stands."""
        ...

    def hasten(self, prefix: str, now: datetime, lane: Lane = Lane.CALL) -> None:
        """Look now at what waits in this lane under operations that begin so."""
        ...

    def delivered(self, lane: Lane, place: Place, since: datetime) -> tuple[datetime, ...]:
        """When something was delivered to this very channel and person later than `since`, newest first."""
        ...


class Paces(Protocol):
    """How fast channels have been spoken to; everything under one name shares one pace."""

    def free_at(self, channel: str) -> datetime | None: ...

    def keep(self, channel: str, free_at: datetime) -> None: ...


class Cards(Protocol):
    """Where the card of an alert, watch or round stands."""

    def on(self, subject: str) -> str:
        """Whose card it stands on: that of its group for an alert, else its own."""
        ...

    def where(self, subject: str) -> Posted | None: ...

    def stands(self, subject: str, posted: Posted) -> None: ...

    def subjects_at(self, posted: Posted) -> tuple[str, ...]:
        """Whose cards stand there; several where they share one."""
        ...
