"""The rows the engine decides on, noun by noun, and the one transaction of a decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.action import ActionRun, RunState
from bot.domain.alerts.alert import Alert, AlertState, Page, Severity, Transition
from bot.domain.alerts.flapping import Swings
from bot.domain.alerts.grouping import Group
from bot.domain.alerts.quiet.silence import Silence
from bot.domain.audit import Audited, Deed, Source
from bot.domain.card import Form, Message
from bot.domain.events import Inbound
from bot.domain.incident.state import Change, Incident, Moment
from bot.domain.measures.baseline import Baseline
from bot.domain.measures.reading import Reading
from bot.domain.oncall.proof import Step
from bot.domain.oncall.route import Call
from bot.domain.report.filed import Filed
from bot.domain.report.report import Report
from bot.domain.text import Text
from bot.domain.watches.listing import Listed
from bot.domain.watches.plan import Entry
from bot.domain.watches.watch import Closing, Watch, WatchChange
from bot.engine.archive import Errors, History
from bot.engine.ledger_oncall import Calendars, Duties, Overrides
from bot.engine.ports import Place, Posted
from checks.base import Cursor


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
    PLAYBOOK_CARD = "playbook_card"
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
    """How a row of the outbox ended; WAITING has not ended."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    REFUSED = "refused"
    DROPPED = "dropped"


class Alerts(Protocol):
    """Alerts and their transitions."""

    def get(self, alert_id: str) -> Alert | None: ...

    def open_among(self, fingerprints: Collection[str]) -> dict[str, Alert]:
        """Open alerts by fingerprint, for those of these fingerprints that have one."""
        ...

    def open_all(self) -> tuple[Alert, ...]:
        """Every open alert, most urgent first (P0 to P3), older before newer."""
        ...

    def due(self, now: datetime) -> tuple[str, ...]:
        """IDs of alerts whose `next_at` has come."""
        ...

    def look_again(self, source: str, now: datetime) -> None:
        """Look now at the alerts that are quiet because of this."""
        ...

    def save(self, *transitions: Transition) -> None:
        """Write alerts and transitions. Raises Outdated when somebody else changed one of them first."""
        ...

    def on_card(self, card: str, most: int) -> tuple[Alert, ...]:
        """Alerts on this card: firing, acknowledged, resolved; of each the loud first, then the urgent."""
        ...

    def open_on(self, card: str) -> tuple[Alert, ...]:
        """Every open alert on this card."""
        ...

    def counts(self, card: str) -> dict[tuple[AlertState, Severity], int]:
        """How many alerts on this card stand how."""
        ...

    def happened(self, card: str, since: datetime) -> dict[str, int]:
        """Event → how many of them have come to alerts on this card since."""
        ...

    def riding(self, page: str) -> tuple[Alert | None, int]:
        """The most urgent alert that fires and rides on this page, and how many do."""
        ...

    def fired_between(self, service: str, since: datetime, until: datetime) -> tuple[Alert, ...]:
        """Alerts of a service that were firing at some time in that stretch, oldest first."""
        ...

    def steps(self, alert_id: str) -> tuple[Step, ...]:
        """Its transitions as far as the proof of its escalation needs them, in order."""
        ...

    def fired(self, fingerprint: str, since: datetime, until: datetime) -> tuple[datetime, ...]:
        """When alerts of this fingerprint fired in that stretch (half-open), in order."""
        ...

    def timeline(self, alert_id: str) -> tuple[tuple[datetime, str, Text, str | None], ...]:
        """(at, event, reason, person) in order."""
        ...


class Outdated(Exception):  # noqa: N818 - a fact, told to whoever decided on older ones
    """The row was changed since it was read; decide again."""


class Outbox(Protocol):
    """What waits to leave."""

    def put(self, delivery: Delivery) -> None:
        """Keep it. An operation that exists stays as it is; redraws of one card become one."""
        ...

    def claim(self, lane: Lane, now: datetime, until: datetime) -> Delivery | None:
        """The first row of the lane that is due, now mine until `until`; None when nothing is.

        What may have arrived already, and must be looked up, comes after what has certainly not.
        """
        ...

    def renew(self, delivery: Delivery, until: datetime) -> bool:
        """Keep a claimed row until then; False when the lease ran out and somebody else has it by now."""
        ...

    def finish(
        self, operation: str, fate: Fate, reason: str, posted: Posted | None, now: datetime
    ) -> None: ...

    def postpone(self, operation: str, until: datetime, reason: str, *, unsure: bool) -> None: ...

    def waiting(self, operation: str) -> bool: ...

    def standing(self, operation: str) -> tuple[Fate, str] | None:
        """How an operation stands, and why; None when there is no such row."""
        ...

    def hasten(self, prefix: str, now: datetime) -> None:
        """Look now at what waits under operations that begin so."""
        ...

    def delivered(self, lane: Lane, place: Place, since: datetime) -> tuple[datetime, ...]:
        """When something was delivered to this very channel and person later than `since`, newest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Woken:
    """The last page that woke somebody: its operation, the alert it was for, how many others ride on it."""

    page: str
    alert: str
    at: datetime
    riders: int


class Groups(Protocol):
    """Alerts that share a card, and who was woken last."""

    def newest(self, key: str) -> tuple[Group, bool] | None:
        """The newest group of that key, and whether one of its alerts is open."""
        ...

    def get(self, group_id: str) -> Group | None: ...

    def save(self, group: Group, next_at: datetime | None) -> None: ...

    def due(self, now: datetime) -> tuple[Group, ...]: ...

    def review(self, group_id: str, at: datetime | None) -> None:
        """Compare its card with what stands in Slack then."""
        ...

    def to_review(self, now: datetime) -> tuple[Group, ...]:
        """Groups whose card is to be compared."""
        ...

    def woken(self, targets: Collection[str]) -> dict[str, Woken]:
        """By target (`person:lin`), for those who have ever been woken."""
        ...

    def wake(self, target: str, by: Woken) -> None: ...


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


class Letters(Protocol):
    """What people did and nobody has answered yet."""

    def keep(self, inbound: Inbound) -> bool: ...

    def claim(self, now: datetime, until: datetime) -> tuple[Inbound, int] | None:
        """The oldest that is due, now mine until `until`, and the how manieth attempt at it this is."""
        ...

    def done(self, identity: str, now: datetime) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A check that is due, with what its last probe left."""

    service: str
    check: str
    at: datetime
    cursor: Cursor | None


class Schedule(Protocol):
    """When each sampled check is asked next."""

    def plan(self, service: str, check: str, at: datetime) -> None:
        """Enter a check; one that is entered keeps its time."""
        ...

    def keep_only(self, known: Collection[tuple[str, str]]) -> None:
        """Strike out checks that are configured no more."""
        ...

    def due(self, now: datetime) -> tuple[Appointment, ...]: ...

    def claim(self, appointment: Appointment, until: datetime) -> bool:
        """Mine until `until`; False when somebody else was quicker."""
        ...

    def cursor(self, service: str, check: str) -> Cursor | None: ...

    def remember(self, service: str, check: str, cursor: Cursor | None) -> None: ...

    def again(self, appointment: Appointment, at: datetime | None) -> None:
        """Done for this time: ask next at `at`, or not until something happens."""
        ...


class Readings(Protocol):
    """Measurements and the newest of each series."""

    def add(self, readings: Collection[Reading]) -> None: ...

    def newest(self, service: str) -> tuple[Reading, ...]: ...

    def silent(self, now: datetime) -> tuple[Reading, ...]:
        """Series whose silence has lasted to their `silent_at`."""
        ...

    def listen_until(self, reading: Reading, at: datetime | None) -> None:
        """Look at the silence of this series again at `at` (None: once it has spoken again)."""
        ...


class Entries(Protocol):
    """Execution lists, and rounds by hand."""

    def enter(self, listed: Collection[Listed]) -> None:
        """Add rows; one whose ID is there already stays as it is, unless it was struck out before it ran."""
        ...

    def claim(self, now: datetime, until: datetime) -> Listed | None:
        """The first row that is due, now mine until `until`; None when nothing is."""
        ...

    def get(self, listed_id: str) -> Listed | None: ...

    def save(self, listed: Listed) -> None: ...

    def close(self, watch_id: str, closing: Closing) -> None: ...

    def next_round(self, service: str, now: datetime, watch: str | None = None) -> Listed | None:
        """The next planned round of a service, of that watch if one is given, later than now."""
        ...

    def of_watch(self, watch_id: str) -> tuple[Listed, ...]:
        """The whole list of a watch in order of time."""
        ...

    def outline(self, watch_id: str) -> tuple[Entry, ...]:
        """The list of a watch with instant, kind and state alone: enough to tell its progress."""
        ...

    def last_round(self, service: str, before: datetime) -> datetime | None:
        """When the newest round before that instant ran."""
        ...


class Watches(Protocol):
    """Watches, running, paused and ended."""

    def open_all(self, service: str | None = None) -> tuple[Watch, ...]:
        """Watches that have not ended, oldest first."""
        ...

    def get(self, watch_id: str) -> Watch | None: ...

    def before(self, watch: Watch) -> Watch | None:
        """The newest earlier watch of the same service over another version that was not rolled back."""
        ...

    def named(self, word: str) -> tuple[Watch, ...]:
        """Watches with this ID or of this version: open ones first, newer before older."""
        ...

    def newest(self) -> Watch | None:
        """The watch that was started last, whether it has ended or not."""
        ...

    def save(self, change: WatchChange) -> None:
        """Write watch and change. Raises Outdated when somebody else changed it first."""
        ...

    def due(self, now: datetime) -> tuple[Watch, ...]: ...

    def redraw_due(self, now: datetime, again: datetime) -> tuple[Watch, ...]:
        """Open watches whose card should be drawn anew; the next time is `again`."""
        ...


class Courses(Protocol):
    """The last results of each fingerprint that has not been well for long."""

    def among(self, fingerprints: Collection[str]) -> dict[str, Swings]:
        """By fingerprint, for those of these that are remembered."""
        ...

    def remember(self, courses: Mapping[str, Swings]) -> None:
        """Keep the last results of these fingerprints; steady ones are forgotten."""
        ...


class Silences(Protocol):
    """What people have silenced."""

    def active(self, now: datetime) -> tuple[Silence, ...]:
        """Those that hold now, the first to end first."""
        ...

    def get(self, silence_id: str) -> Silence | None: ...

    def save(self, silence: Silence) -> None: ...


class Windows(Protocol):
    """When each maintenance window is looked at, and until when it was said to be open."""

    def look(self, name: str, at: datetime) -> None:
        """Look at this window then, whatever was planned."""
        ...

    def keep_only(self, names: Collection[str]) -> None:
        """Strike out windows that are configured no more."""
        ...

    def due(self, now: datetime) -> tuple[tuple[str, datetime | None], ...]:
        """(name, until when it was said to be open; None: it was not)."""
        ...

    def stands(self, name: str, *, until: datetime | None, next_at: datetime | None) -> None: ...


class Homes(Protocol):
    """Who has App Home open, by Slack ID."""

    def opened(self, person: str, now: datetime) -> None:
        """Draw it now, and whenever something changes from now on."""
        ...

    def changed(self, at: datetime) -> None:
        """Something that App Home shows has changed: draw every open one anew, not before `at`."""
        ...

    def claim(self, now: datetime, until: datetime) -> tuple[str, ...]:
        """People whose App Home is due, now mine until `until`."""
        ...

    def drawn(self, person: str, until: datetime) -> None:
        """What was claimed until then is drawn; it stays due if something has changed since."""
        ...

    def again(self, person: str, at: datetime) -> None:
        """What was claimed could not be drawn: it is due at `at` again, if not sooner."""
        ...


class ActionRuns(Protocol):
    """Runs of actions."""

    def ask(self, run: ActionRun) -> bool:
        """Enter a run; False when its cause has one already."""
        ...

    def get(self, run_id: str) -> ActionRun | None: ...

    def open_of(self, service: str) -> tuple[ActionRun, ...]:
        """Runs of a service that wait or run, in the order in which they were asked for."""
        ...

    def of_service(self, service: str, since: datetime) -> tuple[ActionRun, ...]: ...

    def of_alert(self, alert: str) -> tuple[ActionRun, ...]: ...

    def of_incident(self, incident: str) -> tuple[ActionRun, ...]: ...

    def due(self, now: datetime) -> tuple[ActionRun, ...]:
        """Runs that may begin, and runs whose lease is over."""
        ...

    def claim(self, run: ActionRun, now: datetime) -> ActionRun | None:
        """The run, now running and mine; None when another of the service runs or took it."""
        ...

    def renew(self, run: ActionRun, until: datetime) -> None:
        """It runs still: its lease goes on."""
        ...

    def wait(self, run: ActionRun, until: datetime) -> None:
        """Look at it again at `until`."""
        ...

    def save(self, run: ActionRun, was: RunState) -> None:
        """Write it. Raises Outdated when it is not in the state `was` any more."""
        ...

    def free(self, ended: ActionRun, now: datetime) -> None:
        """Whatever waits for its turn behind this one may begin."""
        ...


class Incidents(Protocol):
    """Runs of playbooks, with what happened in them; and alerts of which they have to hear."""

    def get(self, incident_id: str) -> Incident | None: ...

    def open_all(self, service: str | None = None) -> tuple[Incident, ...]:
        """Open ones, oldest first."""
        ...

    def newest(self, service: str | None = None) -> Incident | None:
        """The one that was opened last, whether it is open or not."""
        ...

    def of_alert(self, alert: str) -> Incident | None:
        """The newest that is, or was, about this alert."""
        ...

    def save(self, change: Change, look_at: datetime | None) -> None:
        """Write incident and event. Raises Outdated when somebody else changed it first."""
        ...

    def due(self, now: datetime) -> tuple[Incident, ...]: ...

    def look_again(self, incident: Incident, at: datetime | None) -> bool:
        """Nothing changed: look next at `at`. False when somebody else changed it."""
        ...

    def timeline(self, incident_id: str) -> tuple[Moment, ...]:
        """What happened, in order."""
        ...

    def hear(self, alert: str, now: datetime) -> None:
        """An alert has changed: playbooks may begin or end with it."""
        ...

    def news(self, now: datetime) -> tuple[str, ...]:
        """Alerts that have changed and were not looked at yet."""
        ...

    def heard(self, alert: str) -> None: ...


class Audit(Protocol):
    """What people decided and what was done to services. Nothing in it is ever changed."""

    def write(self, deed: Deed) -> None: ...

    def read(
        self, since: datetime, until: datetime, person: str | None = None, service: str | None = None
    ) -> tuple[Audited, ...]:
        """In the order in which it was written."""
        ...


class Reports(Protocol):
    """Reports that were composed, every version as it was, and who signed them."""

    def file(self, report: Report, remind_at: datetime | None) -> Filed:
        """Keep it, for ever as it is. Raises Outdated when this version is there already."""
        ...

    def get(self, report_id: str, revision: int | None = None) -> Filed | None:
        """Its newest version, or the one of this number."""
        ...

    def newest(self, service: str, kind: str) -> Filed | None:
        """The report of this kind about the latest time."""
        ...

    def sign(self, filed: Filed, before: Filed) -> None:
        """Write the signatures. Raises Outdated when somebody else signed since `before` was read."""
        ...

    def claim(self, now: datetime) -> Filed | None:
        """The first that is due to be reminded of, now mine, and reminded of no more; None when none is."""
        ...


class Baselines(Protocol):
    """What was measured before deployments."""

    def keep(self, baseline: Baseline, watch_id: str | None) -> None:
        """Keep it with a watch, or for the service. A later one counts instead."""
        ...

    def of_watch(self, watch_id: str) -> Baseline | None: ...

    def newest(self, service: str) -> Baseline | None: ...

    def wanting(self) -> Watch | None:
        """The oldest watch that runs and has no baseline yet."""
        ...


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
    def baselines(self) -> Baselines: ...


class Store(Protocol):
    """Rows on disk."""

    def transaction(self, source: Source = Source.BOT) -> AbstractContextManager[Ledger]:
        """One decision: everything in it is on disk together when the block ends, or not at all.

        `source` is where it comes from, for the audit.
        """
        ...

    def reading(self) -> AbstractContextManager[Ledger]:
        """A consistent view without writing."""
        ...
