import gzip
import json
import socket
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import psycopg
import pytest

from checks.base import Situation
from checks.discretion import secrets_of
from checks.kinds.sql import Sql, SqlOptions
from checks.result import Result, State
from checks.runner import Guard, run

Ask = Callable[..., Result]
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS rows FROM n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A SQLite file with some orders."""
    path = tmp_path / "shop.db"
    with sqlite3.connect(path) as database:
        database.executescript(
            """
            CREATE TABLE orders (id INTEGER, shop TEXT, amount REAL, at TEXT);
            INSERT INTO orders VALUES (1, 'north', 10.5, '2026-01-12 08:59:30'),
                (2, 'north', 4.5, '2026-01-12 08:00:00'), (3, 'south', 1, '2026-01-12 08:59:59');
            """
        )
    database.close()
    return path


@pytest.fixture
def server(postgresql: str) -> str:
    """A PostgreSQL server with a table."""
    with psycopg.connect(postgresql) as connection:
        connection.execute("DROP TABLE IF EXISTS jobs")
        connection.execute("CREATE TABLE jobs AS SELECT i, i % 2 = 0 AS done FROM generate_series(1, 10) i")
    return postgresql


@pytest.fixture(params=["sqlite", "postgresql", "duckdb"])
def url(request: pytest.FixtureRequest) -> str:
    """Some database of each kind that is tried for real."""
    match request.param:
        case "sqlite":
            request.getfixturevalue("shop")
            return "sqlite:///shop.db"
        case "postgresql":
            return str(request.getfixturevalue("server"))
    return "duckdb:"


def measured(result: Result) -> dict[str, float]:
    assert result.state is State.OK, result
    return {" ".join((m.metric, *(value for _, value in m.labels))): m.value for m in result.measurements}


def test_every_number_of_a_row_is_a_measurement_named_by_its_column(ask: Ask, url: str) -> None:
    result = ask("sql", url=url, query="SELECT 3 AS waiting, 0.5 AS share, 'x' AS queue")
    assert measured(result) == {"waiting x": 3, "share x": 0.5}
    assert result.measurements[0].labels == (("queue", "x"),)
    assert result.summary == "waiting (x) 3, share (x) 0.5"


def test_several_rows_are_several_series(ask: Ask, shop: Path) -> None:
    query = "SELECT shop, count(*) AS orders, sum(amount) AS amount FROM orders GROUP BY shop ORDER BY shop"
    found = measured(ask("sql", url="sqlite:///shop.db", query=query))
    assert found == {"orders north": 2, "amount north": 15, "orders south": 1, "amount south": 1}


def test_a_number_may_be_a_label(ask: Ask, url: str) -> None:
    result = ask("sql", url=url, query="SELECT 7 AS shard, 40 AS lag", labels=["shard"])
    assert measured(result) == {"lag 7": 40}


def test_the_query_knows_the_instant_of_asking(ask: Ask, shop: Path, server: str) -> None:
    recent = "SELECT count(*) AS orders FROM orders WHERE at > datetime(:now, '-1 minute')"
    assert measured(ask("sql", url="sqlite:///shop.db", query=recent)) == {"orders": 2}
    for url in (server, "duckdb:"):
        year = "SELECT extract(hour FROM :now) + 0 AS hour, '12:30'::time < '13:00'::time AS sane"
        assert measured(ask("sql", url=url, query=year)) == {"hour": 9, "sane": 1}


def test_nothing_can_be_changed(ask: Ask, shop: Path, server: str) -> None:
    for url, query, words in (
        ("sqlite:///shop.db", "DELETE FROM orders", "attempt to write a readonly database"),
        (server, "DELETE FROM jobs RETURNING i", "cannot execute DELETE in a read-only transaction"),
        ("duckdb:", "COPY (SELECT 1) TO 'stolen.csv'", "the query must be one SELECT, not COPY"),
        ("duckdb:", "SELECT 1; SELECT 2", "the query must be one SELECT, not SELECT and SELECT"),
    ):
        result = ask("sql", url=url, query=query)
        assert (result.state, words in result.summary) == (State.UNKNOWN, True), result
    assert measured(ask("sql", url=server, query="SELECT count(*) AS jobs FROM jobs")) == {"jobs": 10}


def test_a_query_that_never_ends_is_ended_in_time(ask: Ask, url: str) -> None:
    before = threading.active_count()
    started = time.monotonic()
    result = ask("sql", url=url, query=ENDLESS, timeout_s=0.3)
    assert time.monotonic() - started < 2
    assert (result.state, result.summary) == (State.UNKNOWN, "no answer within 0.3 s")
    assert threading.active_count() == before


def test_nothing_goes_on_in_the_server_after_the_deadline(ask: Ask, server: str) -> None:
    ask("sql", url=server, query="SELECT pg_sleep(60), 1 AS vigil_sleeps", timeout_s=0.3)
    with psycopg.connect(server, autocommit=True) as connection:
        asking = (
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%vigil_sleeps%'"
        )
        asking += " AND pid <> pg_backend_pid()"
        for _ in range(100):
            (running,) = connection.execute(asking).fetchone() or (1,)
            if not running:
                return
            connection.execute("SELECT pg_sleep(0.02)")
    pytest.fail("the query still runs")


def test_an_endless_answer_is_not_taken_into_memory(ask: Ask, url: str) -> None:
    query = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i FROM n"
    result = ask("sql", url=url, query=query)
    assert (result.state, result.summary) == (State.UNKNOWN, "it returned more than 1000 rows")


def test_a_server_that_accepts_and_says_nothing_is_left_in_time(
    ask: Ask, listener: Callable[..., int]
) -> None:
    def say_nothing(_: socket.socket, over: threading.Event) -> None:
        over.wait(5)

    url = f"postgresql://vigil:hunter2222@127.0.0.1:{listener(say_nothing)}/orders"
    started = time.monotonic()
    result = ask("sql", url=url, query="SELECT 1", timeout_s=0.3)
    assert time.monotonic() - started < 2
    assert result.summary == "no answer within 0.3 s"


def test_a_password_is_never_repeated(ask: Ask, server: str) -> None:
    secret = "postgresql://vigil:hunter2222@127.0.0.1:1/orders"
    assert {"hunter2222", secret} <= secrets_of(SqlOptions(url=secret, query="SELECT 1"))  # type: ignore[arg-type]
    result = ask("sql", url=secret, query="SELECT 1")
    assert result.state is State.UNKNOWN
    assert "onnection refused" in result.summary
    assert "hunter2222" not in repr(result)
    assert "hunter2222" not in repr(SqlOptions(url=secret, query="SELECT 1"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("options", "summary", "hint"),
    [
        ({"url": "sqlite:///no.db", "query": "SELECT 1 AS n"}, "there is no no.db", "`url`"),
        ({"url": "duckdb:///no.db", "query": "SELECT 1 AS n"}, "there is no no.db", "`url`"),
        ({"url": "duckdb:", "query": "SELECT * FROM 'no.csv'"}, "No files found that match", "`query`"),
        ({"url": "duckdb:", "query": "SELECT 1 AS n", "folder": "no"}, "there is no folder /", "start what"),
        ({"url": "duckdb:", "query": "SELEC 1"}, 'syntax error at or near "SELEC"', "`query`"),
        ({"url": "duckdb:", "query": "SELECT 'x' AS word"}, "it returned no number", "count(*)"),
        ({"url": "duckdb:", "query": "SELECT 1 AS n WHERE false"}, "it returned no rows", "`empty: ok`"),
        ({"url": "duckdb:", "query": "SELECT 1 AS n", "labels": ["m"]}, "it returned no column m", "n"),
        ({"url": "oracle://h/d", "query": "SELECT 1"}, "there is no driver", "install it"),
        ({"url": "klingon://h/d", "query": "SELECT 1"}, "there is no driver", "install it"),
    ],
)
def test_what_cannot_be_asked_is_unknown_and_says_how_to_mend_it(
    ask: Ask, options: dict[str, object], summary: str, hint: str
) -> None:
    result = ask("sql", **options)
    assert result.state is State.UNKNOWN
    assert summary in result.summary
    assert hint in result.hint


def test_no_row_may_be_well(ask: Ask) -> None:
    result = ask("sql", url="duckdb:", query="SELECT 1 AS n WHERE false", empty="ok")
    assert (result.state, result.summary, result.measurements) == (State.OK, "no rows", ())


def test_a_null_is_no_zero(ask: Ask, url: str) -> None:
    result = ask("sql", url=url, query="SELECT NULL AS lag, 1 AS up")
    assert measured(result) == {"up": 1}
    assert result.hint == "null, so not measured: lag"


@pytest.mark.parametrize("address", ["nonsense", "", "postgresql://h:port/d"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not a database's address"):
        SqlOptions(url=address, query="SELECT 1")  # type: ignore[arg-type]


def test_files_are_asked_by_duckdb(ask: Ask, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    orders = [{"status": status, "ms": ms} for status, ms in [(201, 10), (500, 30), (201, 20), (201, 40)]]
    lines = "".join(json.dumps(order) + "\n" for order in orders)
    (folder / "orders.jsonl").write_text(lines)
    with gzip.open(folder / "orders.jsonl.1.gz", "wt") as archive:
        archive.write(lines)
    (folder / "stock.csv").write_text("shop,items\nnorth,3\nsouth,4\n")
    duckdb.sql("SELECT 5 AS n").write_parquet(str(folder / "n.parquet"))
    (folder / "access.log").write_text("GET /a 200\nGET /b 500\nGET /c 200\n")
    for query, expected in (
        (
            "SELECT 100.0 * count(*) FILTER (status >= 500) / count(*) AS error_rate,"
            " quantile_cont(ms, 0.5) AS p50 FROM read_json('orders.jsonl')",
            {"error_rate": 25, "p50": 25},
        ),
        ("SELECT count(*) AS n FROM read_json(['orders.jsonl', 'orders.jsonl.1.gz'])", {"n": 8}),
        ("SELECT shop, items FROM 'stock.csv'", {"items north": 3, "items south": 4}),
        ("SELECT n FROM 'n.parquet'", {"n": 5}),
        (
            "SELECT count(*) AS errors FROM read_csv('access.log', delim = '\\0', header = false,"
            " columns = {line: 'VARCHAR'}) WHERE regexp_matches(line, ' 5[0-9]{2}$')",
            {"errors": 1},
        ),
    ):
        assert measured(ask("sql", url="duckdb:", query=query, folder="logs")) == expected


def test_a_file_of_duckdbs_is_asked(ask: Ask, tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as database:
        database.execute("CREATE TABLE orders AS SELECT 3 AS n")
    assert measured(ask("sql", url="duckdb:///shop.duckdb", query="SELECT n FROM orders")) == {"n": 3}


def test_a_query_that_wants_too_much_memory_does_no_harm_to_the_bot(ask: Ask) -> None:
    query = "SELECT count(DISTINCT range || 'x') AS n FROM range(30000000)"
    result = ask("sql", url="duckdb:", query=query, timeout_s=30.0)
    assert result.state is State.UNKNOWN
    assert "Out of Memory" in result.summary


@pytest.mark.parametrize(
    ("address", "offline"),
    [("no-such-host.invalid", True), ("127.0.0.1:1", False)],
)
def test_a_database_elsewhere_is_not_to_blame_while_this_machine_is_offline(
    situation: Situation, address: str, offline: bool
) -> None:
    kind = Sql(SqlOptions.model_validate({"url": f"postgresql://{address}/orders", "query": "SELECT 1 AS n"}))
    result, _ = run("c", kind, situation, None, Guard(cut_off=lambda: "it has no route"))
    assert (result.state, result.offline) == (State.UNKNOWN, offline)
