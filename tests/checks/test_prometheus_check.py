"""Asks a real Prometheus that scrapes two real node exporters."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from local_servers import Site, page

from checks.base import Situation
from checks.discretion import secrets_of
from checks.kinds.prometheus import Prometheus, PrometheusOptions
from checks.result import Result, State
from checks.runner import Guard, run

PASSWORD = "hunter22"
# Its digest by bcrypt.
DIGEST = "$2b$04$ZAGqVU/eag8Nyw1SW2ejqOLGfbe/HQrPKYC4rTZWVakb.5SD5sWZa"
SCRAPE = """
global: {{scrape_interval: 250ms, scrape_timeout: 250ms}}
scrape_configs:
  - {{job_name: node, static_configs: [{{targets: ["127.0.0.1:{lasting}"]}}]}}
  - {{job_name: dying, static_configs: [{{targets: ["127.0.0.1:{dying}"]}}]}}
"""
SECURED = """
tls_server_config: {{cert_file: server.pem, key_file: server.key}}
basic_auth_users: {{vigil: "{digest}"}}
"""


@dataclass
class Servers:
    """`url` is open to everybody; `secured` wants TLS and a password. `ask` asks at the present instant."""

    folder: Path
    url: str
    secured: str
    dying: subprocess.Popen[bytes]

    def ask(self, **options: object) -> Result:
        given = {"url": self.url, **options}
        read = PrometheusOptions.model_validate(given)
        (self.folder / "touched").touch()
        now = datetime.fromtimestamp((self.folder / "touched").stat().st_mtime, UTC)
        situation = Situation(now=now, timeout_s=5.0, folder=self.folder)
        return run("p", Prometheus(read), situation, None, Guard(secrets=secrets_of(read)))[0]

    def ask_until(self, holds: Callable[[Result], bool], **options: object) -> Result:
        ends = time.monotonic() + 20
        while not holds(result := self.ask(**options)):
            assert time.monotonic() < ends, result
            threading.Event().wait(0.05)
        return result


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None and os.environ.get("CI"):
        pytest.fail(f"Debian's {name} must be installed where CI runs")
    return found or pytest.skip(f"Debian's {name} is not installed")


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    folder = tmp_path_factory.mktemp("prometheus")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authorities.pem"))
    certificate = authority.issue_cert("localhost", "127.0.0.1")
    certificate.private_key_pem.write_to_path(str(folder / "server.key"))
    for link in certificate.cert_chain_pems:
        link.write_to_path(str(folder / "server.pem"), append=True)
    lasting, dying, opened, secured = free_port(), free_port(), free_port(), free_port()
    (folder / "scrape.yml").write_text(SCRAPE.format(lasting=lasting, dying=dying))
    (folder / "nothing.yml").write_text("scrape_configs: []\n")
    (folder / "web.yml").write_text(SECURED.format(digest=DIGEST))
    with contextlib.ExitStack() as running:

        def start(name: str, *arguments: str) -> subprocess.Popen[bytes]:
            log = running.enter_context((folder / f"{name}.log").open("ab"))
            process = running.enter_context(
                subprocess.Popen([program(name), *arguments], cwd=folder, stdout=log, stderr=log)
            )
            running.callback(process.kill)
            return process

        def serve(port: int, config: str, *more: str) -> None:
            start(
                "prometheus",
                f"--config.file={config}",
                f"--web.listen-address=127.0.0.1:{port}",
                f"--storage.tsdb.path={folder / str(port)}",
                *more,
            )

        exporter = "--collector.disable-defaults", "--collector.loadavg"
        start("prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{lasting}", *exporter)
        mortal = start("prometheus-node-exporter", f"--web.listen-address=127.0.0.1:{dying}", *exporter)
        serve(opened, "scrape.yml")
        serve(secured, "nothing.yml", "--web.config.file=web.yml")
        started = Servers(folder, f"http://127.0.0.1:{opened}", f"https://localhost:{secured}", mortal)
        started.ask_until(
            lambda result: bool(result.measurements) and result.measurements[0].value == 2, query="sum(up)"
        )
        yield started


def series(result: Result) -> dict[str, float]:
    assert result.state is State.OK, result
    return {m.metric + "".join(f" {value}" for _, value in m.labels): m.value for m in result.measurements}


def test_every_series_is_a_measurement_with_its_labels(servers: Servers) -> None:
    result = servers.ask(query="node_load1 >= 0")
    assert [m.metric for m in result.measurements] == ["node_load1", "node_load1"]
    assert {dict(m.labels)["job"] for m in result.measurements} == {"node", "dying"}
    assert 0 <= result.measurements[0].value < 1000
    assert "node_load1{instance=127.0.0.1:" in result.summary


def test_a_sum_and_a_scalar_are_called_as_the_check_says(servers: Servers) -> None:
    assert series(servers.ask(query="count(up)")) == {"value": 2}
    assert series(servers.ask(query="count by (job) (up)", metric="targets")) == {
        "targets dying": 1,
        "targets node": 1,
    }
    assert series(servers.ask(query="scalar(count(up))", metric="targets")) == {"targets": 2}


@pytest.mark.parametrize(("reduce", "value"), [("last", 1), ("mean", 1), ("min", 1), ("max", 1)])
def test_a_range_is_reduced_to_a_number(servers: Servers, reduce: str, value: float) -> None:
    result = servers.ask(query='up{job="node"} > 0', range="1m", reduce=reduce, metric="up")
    assert [m.value for m in result.measurements] == [value]


def test_a_range_holds_several_values(servers: Servers) -> None:
    result = servers.ask_until(
        lambda result: result.state is State.OK and result.measurements[0].value >= 2,
        query='up{job="node"}',
        range="10s",
        reduce="sum",
    )
    assert result.measurements[0].value <= 11


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("vector(0) / 0 or label_replace(vector(1), 'a', 'b', '', '')", "left out: value"),
        ("vector(1) / 0 or label_replace(vector(1), 'a', 'b', '', '')", "left out: value"),
    ],
)
def test_what_is_no_number_is_left_out_and_said(servers: Servers, query: str, hint: str) -> None:
    result = servers.ask(query=query)
    assert [m.value for m in result.measurements] == [1]
    assert hint in result.hint


@pytest.mark.parametrize(
    ("query", "summary", "hint"),
    [
        ("vector(0) / 0", "every value is nan", "none"),
        ("vector(-1) / 0", "every value is -inf", "none"),
        ("nobody_has_this", "no series answers the query", "`empty: ok`"),
        ("up offset 1d", "no series answers the query", "`empty: ok`"),
        ("sum(", "Prometheus: bad_data: ", "`query`"),
        ('label_join(up, "__name__", "", "job") + on() group_left() up', "Prometheus: ", "`query`"),
        ('"words"', "the answer is a string, not numbers", "`query`"),
    ],
)
def test_what_gives_no_figure_is_unknown_and_says_why(
    servers: Servers, query: str, summary: str, hint: str
) -> None:
    result = servers.ask(query=query)
    assert result.state is State.UNKNOWN
    assert result.summary.startswith(summary)
    assert hint in result.hint


def test_no_series_may_be_well(servers: Servers) -> None:
    result = servers.ask(query="nobody_has_this", empty="ok")
    assert (result.state, result.summary) == (State.OK, "no series")


def test_a_server_with_a_password_and_its_own_authority_is_asked(servers: Servers) -> None:
    access = {"url": servers.secured, "query": "vector(1)", "verify": "authorities.pem"}
    basic = {"user": "vigil", "password": PASSWORD}
    assert series(servers.ask_until(lambda r: r.state is State.OK, basic=basic, **access)) == {"value": 1}
    for wrong in ({}, {"basic": {"user": "vigil", "password": "something else"}}, {"bearer": "t0ken"}):
        result = servers.ask(**access, **wrong)
        assert (result.state, result.hint) == (State.UNKNOWN, "set `bearer` or `basic`")
        assert result.summary == "Prometheus refuses: 401 Unauthorized"
    untrusted = servers.ask(basic=basic, **{**access, "verify": True})
    assert untrusted.summary.startswith("no trusted connection: ")
    assert PASSWORD not in repr(untrusted)


def test_a_bearer_token_and_headers_are_sent(site: Site, servers: Servers) -> None:
    heard: list[dict[str, str]] = []
    answer = {"status": "success", "data": {"resultType": "scalar", "result": [1, "7"]}, "warnings": ["slow"]}

    def serve(request) -> None:
        heard.append(dict(request.headers))
        page(json.dumps(answer).encode())(request)

    site.pages["/tenant/api/v1/query"] = serve
    result = servers.ask(
        url=f"{site.url}/tenant/", query="1", bearer="t0ken", headers={"X-Scope-OrgID": "shop"}
    )
    assert (series(result), result.hint) == ({"value": 7}, "slow")
    assert heard[0]["Authorization"] == "Bearer t0ken"
    assert heard[0]["X-Scope-OrgID"] == "shop"


@pytest.mark.parametrize(
    "body",
    [b"hello", b"[]", b"{}", b'{"status": "success", "data": null}', b'{"status": "error"}', b"[" * 100_000],
)
def test_what_is_no_answer_of_prometheus_is_unknown(site: Site, servers: Servers, body: bytes) -> None:
    site.pages["/api/v1/query"] = page(body)
    result = servers.ask(url=site.url, query="1")
    assert (result.state, result.summary) == (State.UNKNOWN, "the answer is not Prometheus's: 200 OK")


def test_a_server_that_is_down_is_unknown_since_nothing_was_measured(servers: Servers) -> None:
    result = servers.ask(url=f"http://127.0.0.1:{free_port()}", query="1")
    assert (result.state, result.summary) == (State.UNKNOWN, "Prometheus: the connection is refused")


def test_a_series_that_went_stale_is_not_taken_for_a_value(servers: Servers) -> None:
    assert series(servers.ask(query='node_load1{job="dying"} * 0')).popitem()[1] == 0
    servers.dying.kill()
    result = servers.ask_until(lambda r: r.state is State.UNKNOWN, query='node_load1{job="dying"}')
    assert result.summary == "no series answers the query"
    assert series(servers.ask(query='sum(up{job="dying"})')) == {"value": 0}
