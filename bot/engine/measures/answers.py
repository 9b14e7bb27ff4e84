"""Answers that change nothing are written together once a tick; one that may change something, by itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from bot.domain.measures.derived.order import following
from bot.domain.measures.reading import Reading
from bot.domain.setup import Service, Setup
from bot.engine.alerts.findings import Asked, fed_by, of_itself, of_metrics, readings_of
from bot.engine.ledger import Appointment, Ledger
from checks.result import State

TOPIC = "answers"
"""The agenda's word for answers that wait to be written."""

MOST = 500
"""So many are written in one transaction: a page must not wait for longer than that takes."""


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


def calm(setup: Setup, answered: Answered, then: Appointment) -> Calm | None:
    """The answer if all is well in it, and if no other metric is made of what it brings."""
    service, asked = answered.service, answered.asked
    if asked.result.state is not State.OK or asked.result.sightings:
        return None
    judged = fed_by(service, asked)
    if service.derived and following(service.derived, {metric.key for metric, _ in judged}):
        return None
    found, heard = of_metrics(setup, service, judged)
    findings = [*found, *heard, *of_itself(setup, service, asked, feeds=bool(judged))]
    if any(judgement.severity is not None for _, judgement in findings):
        return None
    return Calm(
        answered=answered,
        readings=readings_of(service, asked, judged),
        fingerprints=frozenset(subject.fingerprint for subject, _ in findings),
        then=then,
    )


@dataclass(slots=True)
class Tray:
    """What is being asked, and calm answers that wait for the next tick. Safe from several threads.

    Nothing here needs to outlive the program: an answer that was not written is asked for again.
    """

    _waiting: list[Calm] = field(default_factory=list)
    _asking: set[tuple[str, str]] = field(default_factory=set)
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

    def agenda(self) -> Mapping[str, datetime]:
        """Since when the oldest answer waits, if one does."""
        with self._lock:
            return {TOPIC: self._waiting[0].answered.at} if self._waiting else {}


def keep_calm(ledger: Ledger, answers: Collection[Calm]) -> list[Answered]:
    """Write those that change nothing; returns the others, of whose subjects something is remembered."""
    spoken_of = {each for answer in answers for each in answer.fingerprints}
    known = {*ledger.alerts.open_among(spoken_of), *ledger.courses.among(spoken_of)}
    quiet = [answer for answer in answers if known.isdisjoint(answer.fingerprints)]
    ledger.readings.add([reading for answer in quiet for reading in answer.readings])
    ledger.schedule.enter([answer.then for answer in quiet])
    return [answer.answered for answer in answers if not known.isdisjoint(answer.fingerprints)]
