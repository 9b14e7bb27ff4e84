"""Checks that are asked on other hosts: the bot's end, and the worker's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial
from importlib.metadata import version

from bot.clock import RealClock
from bot.domain.setup import Check, Setup
from bot.engine.ports import Ask
from bot.fleet import Fleet, Sending, Worker
from bot.fleet.worker import AT_ONCE
from bot.store import Database
from bot.wiring.asking import asking, owners
from checks.base import Cursor
from checks.result import Result


def fleet_of(setup: Setup, database: Database, now: Callable[[], datetime]) -> Fleet:
    """The way to the workers; nothing is opened before the first question."""
    return Fleet(database, partial(_queue, setup.storage), now)


def far_or_near(here: Ask, fleet: Fleet, setup: Setup) -> Ask:
    """Put a check's question at its sites, or here where it has none."""
    services = owners(setup)

    def ask(check: Check, now: datetime, cursor: Cursor | None) -> tuple[Result, Cursor | None]:
        if check.sites:
            return fleet.ask(services[id(check)], check, now, cursor)
        return here(check, now, cursor)

    return ask


def run_worker(setup: Setup, database: Database, site: str) -> None:
    """Ask the checks of a site here, until SIGTERM or SIGINT. Raises QueueError."""
    from bot.fleet.queue import make_tables, serve

    make_tables(setup.storage)
    worker = Worker(setup, database, asking(setup), site, RealClock().now, version("vigil"))
    asyncio.run(worker.work(partial(serve, setup.storage, site, AT_ONCE)))


def _queue(url: str) -> Sending:
    # Procrastinate costs a second to import, and only checks at other sites need it.
    from bot.fleet.queue import Queue, make_tables

    make_tables(url)
    return Queue(url)
