"""How a check's question is put to the world."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from bot.domain.setup import Check, Service, Setup
from bot.engine.ports import Ask
from bot.web.metrics import Metrics
from checks.base import Cursor, Kind, Situation
from checks.discretion import secrets_of
from checks.leaks import Contained
from checks.network.offline import Outlook
from checks.registry import KINDS, find_kind
from checks.result import Result
from checks.runner import Guard, run


def owners(setup: Setup) -> dict[int, Service]:
    """Whose each check is, by the check's identity: two services may have equal ones."""
    return {id(check): service for service in setup.services.values() for check in service.checks.values()}


def counting(ask: Ask, setup: Setup, metrics: Metrics) -> Ask:
    """The same, and every answer is counted."""
    services = owners(setup)

    def asked(check: Check, now: datetime, cursor: Cursor | None) -> tuple[Result, Cursor | None]:
        result, kept = ask(check, now, cursor)
        owner = services.get(id(check))
        metrics.checked(owner.key if owner else "", check.key, check.kind, result)
        return result, kept

    return asked


def asking(setup: Setup) -> Ask:
    """Put a check's question: one probe object a check, built at its first question and kept."""
    probes: dict[int, tuple[Kind, Guard]] = {}
    outlook = Outlook(setup.anchors)
    folder = Path(setup.folder)

    def ask(check: Check, now: datetime, cursor: Cursor | None) -> tuple[Result, Cursor | None]:
        if id(check) not in probes:
            guard = Guard(secrets=secrets_of(check.options), cut_off=outlook.cut_off)
            built = find_kind(check.kind)(check.options)
            probes[id(check)] = built if check.kind in KINDS else Contained(built), guard
        kind, guard = probes[id(check)]
        situation = Situation(now=now, timeout_s=check.timeout.total_seconds(), folder=folder)
        return run(check.key, kind, situation, cursor, guard)

    return ask
