"""Alerts that other programs tell of: judged like measurements, one body in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.card import Line
from bot.domain.incoming.alertmanager import Notified
from bot.domain.incoming.meaning import judgement_of, subject_of
from bot.domain.incoming.report import Report
from bot.domain.setup import Service, Setup
from bot.domain.text import say
from bot.engine.alerts.findings import policy_of
from bot.engine.alerts.observe import judge_all
from bot.engine.ledger import Ledger, Parcel
from bot.engine.record import note


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """How many alerts a body told of, and how many of them began and ended with it."""

    received: int
    began: int
    resolved: int


def receive(ledger: Ledger, setup: Setup, reports: Sequence[Report], now: datetime) -> Received:
    """Judge what was told. The same alert told of twice is one alert, whoever sends it."""
    policy = policy_of(setup, setup.webhooks.escalation)
    findings = [
        (subject_of(each, _service(setup, each), policy), judgement_of(each, setup.webhooks.critical))
        for each in reports
    ]
    changes = judge_all(ledger, setup, findings, now).changes
    return Received(
        received=len(reports),
        began=sum(each.event == "alert.firing" for each in changes),
        resolved=sum(each.event == "alert.resolved" for each in changes),
    )


def tell_truncated(ledger: Ledger, setup: Setup, notified: Notified, now: datetime) -> None:
    """The sender left alerts out: the channel is told, once an hour and group."""
    if not notified.truncated:
        return
    group = hashlib.sha256(f"{notified.group}@{now:%Y-%m-%dT%H}".encode()).hexdigest()[:10]
    service = next(iter(setup.services.values()))
    text = say("Alertmanager left out {count} more alerts of this group", count=notified.truncated)
    operation = f"truncated/{group}"
    told = note(operation, operation, service.channel, Line(text=text, at=now), now)
    ledger.outbox.put(replace(told, parcel=Parcel.ANNOUNCE))


def _service(setup: Setup, report: Report) -> Service:
    """The one its label names, else the first: an alert is told of, whatever it calls itself."""
    named = setup.services.get(dict(report.labels).get("service", ""))
    return named or next(iter(setup.services.values()))
