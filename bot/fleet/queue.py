"""Errands that wait for a worker of their site: a queue of Procrastinate, in the database of the bot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import psycopg
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector
from procrastinate.exceptions import ProcrastinateException
from procrastinate.jobs import Status

from bot.fleet.errand import FORM, Errand

TASK = "vigil.ask"

_SETTING_UP = 7166
"""PostgreSQL's lock for making the queue's tables: of several programs that start at once one makes them."""

_STALLED_S = 30.0


class QueueError(Exception):
    """The queue cannot be reached; what was to be asked is asked when it is due again."""


def make_tables(url: str) -> None:
    """Make the tables of the queue unless they are there. Raises QueueError."""
    try:
        with psycopg.connect(_plain(url)) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [_SETTING_UP])
            found = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
            if found == (None,):
                connection.execute(_app_of(url).schema_manager.get_schema())
    except psycopg.Error as error:
        raise QueueError(f"the queue for other sites: {error}") from error


class Queue:
    """The end of the queue that the bot holds."""

    def __init__(self, url: str) -> None:
        self._app = _app_of(url)
        self._app.open()

    def put(self, site: str, errands: Sequence[Errand]) -> int:
        """Send errands to a site together; the number by which they can be called back. Raises QueueError."""
        asked = self._app.configure_task(TASK, queue=site)
        try:
            return asked.defer(form=FORM, errands=[each.written() for each in errands])
        except ProcrastinateException as error:
            raise QueueError(str(error.__cause__ or error)) from error

    def call_back(self, number: int) -> bool:
        """Take errands out again; False where a worker has them already. Raises QueueError."""
        try:
            return self._app.job_manager.cancel_job_by_id(number, delete_job=True)
        except ProcrastinateException as error:
            raise QueueError(str(error.__cause__ or error)) from error

    def close(self) -> None:
        self._app.close()


async def serve(url: str, site: str, at_once: int, ask: Callable[[int, list[Any]], Awaitable[None]]) -> None:
    """Give `ask` the errands for this site as they come, with their form, until SIGTERM or SIGINT."""
    app = App(connector=PsycopgConnector(conninfo=_plain(url), min_size=1, max_size=4))

    @app.task(name=TASK)
    async def put_questions(form: int, errands: list[Any]) -> None:
        await ask(form, errands)

    async with app.open_async():
        await _clear(app, site)
        await app.run_worker_async(
            queues=[site], name=site, concurrency=at_once, delete_jobs="always", shutdown_graceful_timeout=3.0
        )


async def _clear(app: App, site: str) -> None:
    """Remove what a worker that died had in hand: whoever asked has stopped waiting."""
    for job in await app.job_manager.get_stalled_jobs(queue=site, seconds_since_heartbeat=_STALLED_S):
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)


def _app_of(url: str) -> App:
    return App(connector=SyncPsycopgConnector(conninfo=_plain(url), min_size=1, max_size=4))


def _plain(url: str) -> str:
    """The URL as PostgreSQL's own library knows it, without SQLAlchemy's name of the driver."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)
