"""The sql check against a real MariaDB, by the driver that the documentation names."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pymysql
import pytest

from checks.result import Result, State

Ask = Callable[..., Result]

SETUP = """
CREATE DATABASE orders;
CREATE TABLE orders.jobs (id INTEGER PRIMARY KEY, done BOOLEAN, cost DECIMAL(8, 2)) ENGINE = InnoDB;
INSERT INTO orders.jobs VALUES (1, TRUE, 1.50), (2, FALSE, 2.25), (3, FALSE, NULL);
CREATE USER vigil@'127.0.0.1' IDENTIFIED BY 'hunter2222';
GRANT ALL ON orders.* TO vigil@'127.0.0.1';
"""


def program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/bin")
    if found is None and os.environ.get("CI"):
        pytest.fail(f"Debian's mariadb-server ({name}) must be installed where CI runs")
    return found or pytest.skip(f"Debian's mariadb-server ({name}) is not installed")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server in a folder of its own, started as whoever runs the tests."""
    server, install = program("mariadbd"), program("mariadb-install-db")
    with tempfile.TemporaryDirectory(prefix="vigil-maria-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "setup.sql").write_text(SETUP)  # a statement a line
        as_root = ["--user=root"] if os.geteuid() == 0 else []
        new = [install, "--no-defaults", f"--datadir={folder}/files", "--skip-test-db", *as_root]
        subprocess.run(
            [*new, "--auth-root-authentication-method=normal", "--skip-name-resolve"],
            check=True,
            capture_output=True,
        )
        with socket.create_server(("127.0.0.1", 0)) as door:
            free = int(door.getsockname()[1])
        where = [
            f"--datadir={folder}/files",
            f"--socket={folder}/s",
            f"--port={free}",
            f"--pid-file={folder}/pid",
        ]
        cheap = ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=8M", "--skip-log-bin"]
        options = ["--bind-address=127.0.0.1", "--skip-name-resolve", f"--init-file={folder}/setup.sql"]
        with (folder / "log").open("wb") as log:
            running = subprocess.Popen(
                [server, "--no-defaults", *where, *cheap, *options, *as_root], stdout=log, stderr=log
            )
        try:
            _until_it_lets_in(free, running, folder / "log")
            yield free
        finally:
            running.kill()
            running.wait()


def _until_it_lets_in(port: int, running: subprocess.Popen[bytes], log: Path) -> None:
    waiting = threading.Event()
    for _ in range(600):
        try:
            _connect(port).close()
        except pymysql.Error:
            assert running.poll() is None, log.read_text()
            waiting.wait(0.1)
        else:
            return
    pytest.fail(log.read_text())


def _connect(port: int) -> pymysql.Connection:
    return pymysql.connect(
        host="127.0.0.1", port=port, user="vigil", password="hunter2222", database="orders"
    )


@pytest.fixture
def url(port: int) -> str:
    return f"mysql+pymysql://vigil:hunter2222@127.0.0.1:{port}/orders"


def measured(result: Result) -> dict[str, float]:
    assert result.state is State.OK, result
    return {" ".join((m.metric, *(value for _, value in m.labels))): m.value for m in result.measurements}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("SELECT count(*) AS jobs, sum(cost) AS cost FROM jobs", {"jobs": 3, "cost": 3.75}),
        ("SELECT IF(done, 'done', 'open') AS state, count(*) AS jobs FROM jobs GROUP BY 1 ORDER BY 1",
         {"jobs done": 1, "jobs open": 2}),
        ("SELECT CAST(:now AS DATETIME) > '2020-01-01' AS later", {"later": 1}),
    ],
)  # fmt: skip
def test_rows_are_measurements(ask: Ask, url: str, query: str, found: dict[str, float]) -> None:
    assert measured(ask("sql", url=url, query=query)) == found


def test_a_query_cannot_write(ask: Ask, url: str, port: int) -> None:
    result = ask("sql", url=url, query="DELETE FROM jobs")
    assert result.state is State.UNKNOWN
    assert "READ ONLY transaction" in result.summary
    with _connect(port) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM jobs")
        assert cursor.fetchone() == (3,)


def test_a_query_that_never_ends_is_unknown_and_ends_in_the_server_too(ask: Ask, url: str, port: int) -> None:
    result = ask("sql", url=url, query="SELECT count(*) AS n, SLEEP(600) AS s FROM jobs", timeout_s=0.3)
    assert result.state is State.UNKNOWN
    assert result.duration_s < 2
    waiting = threading.Event()
    running = "SELECT count(*) FROM information_schema.processlist WHERE info LIKE '%SLEEP(6__)%'"
    with _connect(port) as connection, connection.cursor() as cursor:
        for _ in range(100):
            cursor.execute(f"{running} AND id <> connection_id()")
            if cursor.fetchone() == (0,):
                return
            waiting.wait(0.1)
    pytest.fail("the query still runs in the server")


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ({"query": "SELECT nothing FROM jobs"}, "correct the check's `query`, or what its user may read"),
        ({"url": "vigil:guess"}, "look whether the database runs and lets this user in; else correct `url`"),
    ],
)
def test_what_is_wrong_is_said_without_the_password(
    ask: Ask, url: str, wrong: dict[str, str], hint: str
) -> None:
    asked = {"url": url, "query": "SELECT 1 AS n"} | wrong
    if "url" in wrong:
        asked["url"] = url.replace("vigil:hunter2222", wrong["url"])
    result = ask("sql", **asked)
    assert (result.state, result.hint) == (State.UNKNOWN, hint)
    assert "hunter2222" not in repr(result)
