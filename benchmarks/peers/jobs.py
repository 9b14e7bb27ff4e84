"""APScheduler with a job a check, as a bot without a table of what is due would have it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from peers.program import wait

FIRED = count()
"""A job can be stored only where its function has a name that others find."""


def fire() -> None:
    next(FIRED)


PREPARED_S = 0.005
"""How long adding a job takes at most: with a database a transaction."""


@contextmanager
def scheduler(jobs: int, every: timedelta, storage: str | None) -> Iterator[None]:
    """So many jobs, spread evenly over their interval; kept in memory, or in that database."""
    stores = {"default": SQLAlchemyJobStore(url=storage)} if storage else {}
    running = BackgroundScheduler(jobstores=stores, timezone=UTC, job_defaults={"misfire_grace_time": None})
    running.start(paused=True)
    begin = datetime.now(UTC) + timedelta(seconds=jobs * PREPARED_S)  # noqa: TID251 - what jobs go by
    for number in range(jobs):
        first = begin + every * number / jobs
        running.add_job(fire, "interval", seconds=every.total_seconds(), next_run_time=first)
    wait((begin - datetime.now(UTC)).total_seconds())  # noqa: TID251
    running.resume()
    try:
        yield
    finally:
        running.shutdown()


def firing_s(jobs: int, every: timedelta, stretch_s: float, storage: str | None = None) -> float:
    """Processor seconds of one firing, over a stretch of that many seconds."""
    with scheduler(jobs, every, storage):
        wait(stretch_s / 4)
        fired, began = next(FIRED), time.process_time()
        wait(stretch_s)
        return (time.process_time() - began) / (next(FIRED) - fired - 1)
