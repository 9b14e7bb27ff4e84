"""A real worker process on a real PostgreSQL: asked, killed, started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from house import until

from bot.cli.doctor.local import of_sites
from bot.clock import RealClock
from bot.config import load
from bot.domain.finding import Grade
from bot.domain.setup import Check, Setup
from bot.engine.people.reread import wish
from bot.fleet import Fleet
from bot.fleet.queue import Queue, make_tables
from bot.store import Database
from checks.base import Cursor
from checks.result import Result, State

REPOSITORY = Path(__file__).resolve().parents[2]
T0 = datetime(2026, 1, 19, 2, 0, tzinfo=UTC)

CONFIG = """
service: orders
checks:
  name: {kind: command, run: [sh, -c, "echo asked at $SITE"], output: exit, timeout: 30s, site: web-1}
  log: {kind: log, path: shop.log, count: {failures: ERROR}, site: web-1}
  stuck: {kind: command, run: [sleep, "60"], output: exit, timeout: 300ms, site: web-1}
  gone: {kind: command, run: ["true"], output: exit, timeout: 200ms, site: web-1}
  both: {kind: command, run: ["true"], output: exit, timeout: 200ms, site: [web-1, web-2], quorum: 1}
"""


class Site:
    """A bot's end of the queue, and the worker of web-1."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        (folder / "config.yaml").write_text(CONFIG)
        (folder / "shop.log").write_text("started\n")
        self.setup: Setup = load(folder / "config.yaml", {"DATABASE_URL": url})
        self.database = Database(url)
        make_tables(url)
        self.fleet = Fleet(
            self.database,
            partial(Queue, url),
            RealClock().now,
            patience=timedelta(seconds=3),
        )
        self.worker = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        worker = subprocess.Popen(
            [sys.executable, "-m", "bot", "worker", "--site", "web-1"],
            cwd=REPOSITORY,
            env=os.environ
            | {
                "DATABASE_URL": self.setup.storage,
                "VIGIL_CONFIG": str(self.folder / "config.yaml"),
                "SITE": "web-1",
            },
            stderr=(self.folder / "worker.log").open("ab"),
        )
        until(lambda: str(worker.pid) in "".join(self.here()))
        return worker

    def reads(self, config: str, until_it_says: str, by_command: bool = False) -> str:
        """The worker is told to read its config.yaml again, and has said so: what else it said by then."""
        before = len(self.log())
        (self.folder / "config.yaml").write_text(config)
        if by_command:
            with self.database.transaction() as ledger:
                wish(ledger, "typed", "lin", RealClock().now())
        else:
            self.worker.send_signal(signal.SIGHUP)
        until(lambda: until_it_says in self.log()[before:])
        return self.log()[before:]

    def log(self) -> str:
        return (self.folder / "worker.log").read_text()

    def here(self) -> list[str]:
        with self.database.reading() as ledger:
            return [each.worker for each in ledger.sites.present()]

    def ask(self, key: str, cursor: Cursor | None = None) -> tuple[Result, Cursor | None]:
        service = self.setup.services["orders"]
        check: Check = service.checks[key]
        return self.fleet.ask(service, check, T0, cursor)

    def close(self) -> None:
        self.worker.kill()
        self.worker.wait()
        self.fleet.stop()
        self.database.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, new_postgresql: Callable[[], str]) -> Iterator[Site]:
    site = Site(tmp_path_factory.mktemp("site"), new_postgresql())
    yield site
    site.close()


def test_a_worker_asks_there_and_answers(site: Site) -> None:
    result, _ = site.ask("name")
    assert (result.state, result.summary, result.started_at) == (State.OK, "asked at web-1", T0)


def test_a_log_there_is_followed_from_where_it_was_read_to(site: Site) -> None:
    _, cursor = site.ask("log")
    with (site.folder / "shop.log").open("a") as log:
        log.write("ERROR no stock\n")
    result, cursor = site.ask("log", cursor)
    assert {each.metric: each.value for each in result.measurements}["failures"] == 1
    result, _ = site.ask("log", cursor)
    assert {each.metric: each.value for each in result.measurements}["failures"] == 0


def test_a_program_that_hangs_there_is_ended_there(site: Site) -> None:
    result, _ = site.ask("stuck")
    assert result.state is State.UNKNOWN
    assert "no answer within 0.3 s" in result.summary


def test_what_has_changed_counts_from_sighup_on_and_stands_in_the_log(site: Site) -> None:
    said = site.reads(CONFIG.replace("asked at", "asked anew at"), "`checks.name.options")
    assert "config.yaml was read again: 1 changes" in said
    assert "asked anew at" not in said  # an option may be a secret
    assert site.ask("name")[0].summary == "asked anew at web-1"
    said = site.reads(CONFIG.replace("timeout: 200ms", "timeuot: 200ms"), "did you mean `timeout`?")
    assert "config.yaml is not taken, the old one goes on: config.yaml:" in said
    said = site.reads(CONFIG.replace("web-1", "web-3"), "no check has the site `web-1`")
    assert "config.yaml is not taken, the old one goes on" in said
    assert site.ask("name")[0].summary == "asked anew at web-1"
    site.reads(CONFIG, "config.yaml was read again: 1 changes")
    assert site.ask("name")[0].summary == "asked at web-1"


def test_what_has_changed_counts_there_too_when_somebody_types_reload_in_slack(site: Site) -> None:
    site.reads(CONFIG.replace("asked at", "asked once more at"), "read again: 1 changes", by_command=True)
    assert site.ask("name")[0].summary == "asked once more at web-1"
    site.reads(CONFIG, "config.yaml was read again: 1 changes")


def test_a_site_without_a_worker_leaves_the_other_to_decide(site: Site) -> None:
    result, _ = site.ask("both")
    assert result.state is State.UNKNOWN  # with a quorum of one the silent site might have said it
    assert "web-2: nobody answers for web-2: no worker is there" in result.summary


def test_the_doctor_tells_which_sites_answer(site: Site) -> None:
    found = {each.subject: each for each in of_sites(site.setup, RealClock().now())}
    assert (found["site web-1"].grade, found["site web-2"].grade) == (Grade.OK, Grade.FAIL)
    assert str(site.worker.pid) in str(found["site web-1"].what)


def test_a_worker_that_is_killed_is_missed_and_another_takes_over(site: Site) -> None:
    site.worker.kill()
    site.worker.wait()
    result, _ = site.ask("gone")
    assert result.state is State.UNKNOWN
    assert result.summary.startswith("web-1 did not answer in time, though ")
    site.worker = site.start()
    assert site.ask("name")[0].summary == "asked at web-1"


def test_a_worker_that_is_told_to_stop_leaves_and_says_so(site: Site) -> None:
    site.worker.send_signal(signal.SIGTERM)
    assert site.worker.wait(timeout=30) == 0
    assert not any(str(site.worker.pid) in each for each in site.here())
