"""Where a rehearsal takes place: bot, workspace and sample on one clock, in a folder that does not last."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.frame.options import load_setup
from bot.cli.running.sample import Sample

if TYPE_CHECKING:
    from bot.cli.rehearse.hands import Hands
    from bot.clock import HeldClock
    from bot.domain.setup import Setup
    from bot.store import Database
    from bot.wiring import Program
    from bot.wiring.rehearsal import Fast
    from bot.workspace import Workspace

_BEFORE = timedelta(seconds=90)
"""How long the sample has been taking orders when the bot begins to watch it: its window is full."""

VERSION = "resilience-v1.0"
"""What the sample calls the version that runs."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder for everything that is written, and ports."""

    folder: Path
    workspace_port: int
    sample_port: int


@dataclass(frozen=True, slots=True)
class Pace:
    """When it begins in simulated time, how fast time goes at most, and orders a second of the sample."""

    begins_at: datetime
    speed: float
    rate: float


@dataclass(frozen=True, slots=True)
class Stage:
    """What is on it. `rows` is the bot's database, to be read."""

    setup: Setup
    clock: HeldClock
    program: Program
    workspace: Workspace
    sample: Sample
    hands: Hands
    rows: Database
    fast: Fast


@contextmanager
def place(workspace_port: int, sample_port: int) -> Iterator[Place]:
    """A folder of its own, and an environment in which the configuration finds the sample there."""
    with tempfile.TemporaryDirectory(prefix="vigil-rehearsal-") as folder:
        at = Place(Path(folder), workspace_port, sample_port)
        os.environ |= {**Sample.addresses(sample_port), "ORDERS_FOLDER": str(at.folder / "orders")}
        os.environ.pop("DATABASE_URL", None)
        yield at


def setup_at(config: Path, at: Place) -> Setup:
    """The configuration, with a database in that folder."""
    return replace(load_setup(config), storage=f"sqlite:///{at.folder / 'vigil.db'}")


@contextmanager
def staged(setup: Setup, at: Place, pace: Pace) -> Iterator[Stage]:
    """Everything is there, and a watch of every service runs. Raises SampleError, WorkspaceError.

    SIGINT and SIGTERM end it at its next step.
    """
    from bot.cli.rehearse.hands import Hands
    from bot.clock import HeldClock
    from bot.slack.access import SlackAccess
    from bot.store import Database
    from bot.wiring import Program
    from bot.wiring.local import seed_of
    from bot.wiring.rehearsal import Fast
    from bot.workspace import Workspace

    clock = HeldClock(pace.begins_at)
    with ExitStack() as running:
        held = ("--held", f"{(pace.begins_at - _BEFORE).timestamp():.0f}", "--rate", f"{pace.rate:g}")
        sample = Sample.start(Path(setup.folder), at.sample_port, at.folder / "orders", held)
        running.callback(sample.stop)
        workspace = Workspace(
            seed_of(setup, (("Break the sample service", sample.switches_url),)),
            database=at.folder / "workspace.db",
            port=at.workspace_port,
            clock=lambda: clock.now().timestamp(),
        )
        workspace.start()
        running.callback(workspace.stop)
        channel = next(iter(setup.services.values())).channel
        hands = Hands(sample.switches_url.rstrip("/"), workspace.url, channel)
        hands.wait()
        hands.go_on(pace.begins_at)
        access = SlackAccess(bot_token="xoxb-local", app_token="xapp-local", api_url=f"{workspace.url}/api/")  # noqa: S106
        program = Program(setup, access, clock, threads=False)
        running.callback(program.stop)
        rows = Database(setup.storage)
        running.callback(rows.close)
        fast = Fast(program, clock, hands, pace.speed)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: fast.stop())
        fast.connect()
        for service in setup.services.values():
            program.ensure_watch(service, VERSION)
        fast.settle()
        yield Stage(setup, clock, program, workspace, sample, hands, rows, fast)
