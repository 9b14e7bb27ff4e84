"""Answers that change nothing are written together once a tick; one that may change something, by itself.

What is bad as it was waits as well: it must not stand in the way of what has just become bad.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from bot.domain.alerts.alert import Alert, AlertState, Severity
from bot.domain.measures.derived.order import following
from bot.domain.measures.patience import Seat
from bot.domain.measures.reading import Reading
from bot.domain.setup import Service, Setup
from bot.engine.alerts.findings import Asked, fed_by, of_itself, of_metrics, readings_of
from bot.engine.ledger import Appointment, Ledger
from checks.result import State

TOPIC = "answers"
"""The agenda's word for answers that wait to be written."""

MOST = 500
"""So many are written in one transaction: a page must not wait for longer than that takes."""

MOST_LASTING = 20
"""The same of answers that are bad as before: each takes far longer."""

Bad = frozenset[tuple[str, Severity]]
"""Fingerprints, and how bad each is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer to what was asked at an appointment, and when it came."""

    service: Service
    appointment: Appointment
    asked: Asked
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Calm:
    """An answer in which all is well. It changes something only where something was not well before.

    `fingerprints` are those of all that it speaks of; `then` is the next appointment.
    """

    answered: Answered
    readings: Sequence[Reading]
    fingerprints: frozenset[str]
    then: Appointment


def plain(setup: Setup, answered: Answered, then: Appointment) -> Calm | Bad | None:
    """What there is to an answer: all is well in it, or what is bad.

    None where there is more to it: other metrics are made of what it brings, or it has seen something.
    """
    service, asked = answered.service, answered.asked
    if asked.result.sightings:
        return None
    judged = fed_by(service, asked)
    if service.derived and following(service.derived, {metric.key for metric, _ in judged}):
        return None
    found, heard = of_metrics(setup, service, judged)
    findings = [*found, *heard, *of_itself(setup, service, asked, feeds=bool(judged))]
    bad = frozenset((subject.fingerprint, each.severity) for subject, each in findings if each.severity)
    if bad or asked.result.state is not State.OK:
        return bad
    return Calm(
        answered=answered,
        readings=readings_of(service, asked, judged),
        fingerprints=frozenset(subject.fingerprint for subject, _ in findings),
        then=then,
    )


def told(opened: Collection[Alert]) -> Bad:
    """What somebody has heard of, of these open alerts."""
    return frozenset(
        (each.subject.fingerprint, each.severity) for each in opened if each.state is not AlertState.PENDING
    )


@dataclass(slots=True)
class Tray:
    """What is being asked, and answers that wait for the next tick. Safe from several threads.

    Nothing here needs to outlive the program: an answer that was not written is asked for again, and one
    that is taken for news although it is none is only written sooner.
    """

    _waiting: list[Calm] = field(default_factory=list)
    _lasting: list[Answered] = field(default_factory=list)
    _told: dict[tuple[str, str], Bad] = field(default_factory=dict)
    _asking: set[tuple[str, str]] = field(default_factory=set)
    _apart: set[tuple[str, str]] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def begin(self, appointment: Appointment) -> bool:
        """From now on it is being asked. False when it is already: a queue may be longer than a lease."""
        with self._lock:
            key = appointment.service, appointment.check
            fresh = key not in self._asking
            self._asking.add(key)
            return fresh

    def end(self, appointment: Appointment) -> None:
        """It is being asked no more."""
        with self._lock:
            self._asking.discard((appointment.service, appointment.check))

    def place(self, appointment: Appointment, seat: Seat) -> bool:
        """Where its check is asked next time. True when that is elsewhere than before."""
        key = appointment.service, appointment.check
        if seat.apart == (key in self._apart):
            return False
        with self._lock:
            (self._apart.add if seat.apart else self._apart.discard)(key)
            return True

    def apart(self, appointment: Appointment) -> bool:
        """Whether its check is asked apart from those that answer."""
        return (appointment.service, appointment.check) in self._apart

    @property
    def asking(self) -> bool:
        """Whether anything is being asked."""
        return bool(self._asking)

    def put(self, answer: Calm) -> None:
        """Lay down what can wait."""
        with self._lock:
            self._waiting.append(answer)

    def take(self, most: int) -> list[Calm]:
        """The oldest ones, that wait no longer."""
        with self._lock:
            taken, self._waiting = self._waiting[:most], self._waiting[most:]
            return taken

    def put_lasting(self, answered: Answered) -> None:
        """Lay down what is bad as it was."""
        with self._lock:
            self._lasting.append(answered)

    def take_lasting(self, most: int) -> list[Answered]:
        """The oldest of those."""
        with self._lock:
            taken, self._lasting = self._lasting[:most], self._lasting[most:]
            return taken

    def remember(self, answered: Answered, bad: Bad) -> None:
        """What has been told of this check's last answer, now that it is written."""
        key = answered.appointment.service, answered.appointment.check
        with self._lock:
            if bad:
                self._told[key] = bad
            else:
                self._told.pop(key, None)

    def lasts(self, answered: Answered, bad: Bad) -> bool:
        """Whether all that is bad was told of when its check was asked before."""
        return bool(bad) and bad <= self._told.get(
            (answered.appointment.service, answered.appointment.check), frozenset()
        )

    def agenda(self) -> Mapping[str, datetime]:
        """Since when the oldest answer waits, if one does."""
        with self._lock:
            oldest = [each.answered.at for each in self._waiting[:1]] + [
                each.at for each in self._lasting[:1]
            ]
            return {TOPIC: min(oldest)} if oldest else {}


def keep_calm(ledger: Ledger, answers: Collection[Calm]) -> list[Answered]:
    """Write those that change nothing; returns the others, of whose subjects something is remembered."""
    spoken_of = {each for answer in answers for each in answer.fingerprints}
    known = {*ledger.alerts.open_among(spoken_of), *ledger.courses.among(spoken_of)}
    quiet = [answer for answer in answers if known.isdisjoint(answer.fingerprints)]
    ledger.readings.add([reading for answer in quiet for reading in answer.readings])
    ledger.schedule.enter([answer.then for answer in quiet])
    return [answer.answered for answer in answers if not known.isdisjoint(answer.fingerprints)]
