"""Checks that are asked on other hosts: the bot's end, and the worker's."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from datetime import datetime
from functools import partial
from importlib.metadata import version
from threading import Lock

from bot.clock import RealClock
from bot.config import ConfigError
from bot.domain.changes import changes
from bot.domain.setup import Check, Setup
from bot.engine.ports import Ask
from bot.fleet import Fleet, Sending, Worker
from bot.fleet.worker import AT_ONCE
from bot.locale import speaker_of
from bot.store import Database
from bot.wiring.asking import asking, owners
from bot.wiring.standing import held
from checks.base import Cursor
from checks.result import Result

log = logging.getLogger(__name__)


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


def run_worker(setup: Setup, database: Database, site: str, read: Callable[[], Setup]) -> None:
    """Ask the checks of a site here, until SIGTERM or SIGINT. Raises QueueError.

    On SIGHUP, or when the bot is told to, the configuration is read again: `read` raises ConfigError where it
    is wrong.
    """
    from bot.fleet.queue import make_tables, serve

    reread = Reread(setup, site, read)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # what comes before there is anything to replace
    make_tables(setup.storage)
    worker = Worker(setup, database, asking(setup), site, RealClock().now, version("vigil"))

    async def work() -> None:
        loop, again = asyncio.get_running_loop(), partial(reread.by, worker)
        loop.add_signal_handler(signal.SIGHUP, lambda: loop.run_in_executor(None, again))
        await worker.work(partial(serve, setup.storage, site, AT_ONCE), again)

    asyncio.run(work())


class Reread:
    """The configuration of a worker, read again; what comes of it stands in its log."""

    def __init__(self, setup: Setup, site: str, read: Callable[[], Setup]) -> None:
        self._setup = setup
        self._site = site
        self._read = read
        self._one = Lock()

    def by(self, worker: Worker) -> None:
        """Let the worker go on with what is read; with the old one where that is wrong."""
        with self._one:
            setup = self._read_or_complain()
            if setup is None:
                return
            setup, later = held(self._setup, setup)
            found, speaker = changes(self._setup, setup), speaker_of(setup)
            worker.adopt(setup, asking(setup))
            self._setup = setup
            log.info("config.yaml was read again: %d changes", len(found))
            for change in found:
                log.info("config.yaml: %s", speaker.say(change.text))
            for path in later:
                log.info("config.yaml: `%s` has changed and counts from the next start on", path)

    def _read_or_complain(self) -> Setup | None:
        try:
            setup = self._read()
        except ConfigError as error:
            for problem in error.errors:
                log.error("config.yaml is not taken, the old one goes on: %s", problem)
            return None
        if self._site in sites_of(setup):
            return setup
        log.error("config.yaml is not taken, the old one goes on: no check has the site `%s`", self._site)
        return None


def sites_of(setup: Setup) -> set[str]:
    """Where checks are asked by workers."""
    return {
        site for service in setup.services.values() for one in service.checks.values() for site in one.sites
    }


def _queue(url: str) -> Sending:
    # Procrastinate costs a second to import, and only checks at other sites need it.
    from bot.fleet.queue import Queue, make_tables

    make_tables(url)
    return Queue(url)
