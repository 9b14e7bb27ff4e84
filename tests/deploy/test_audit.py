"""`.ci/audit`: what is known against a package fails, and not to know is not taken for good news."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(
    not shutil.which("uv", path=str(REPOSITORY / ".venv" / "bin")), reason="uv is not in .venv"
)


class Osv(BaseHTTPRequestHandler):
    """The OSV database, which knows of what stands in `known`."""

    known = ""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        self._answer({"results": [self._found(each["package"]["name"]) for each in asked]})

    def do_GET(self) -> None:
        self._answer({"id": "PYSEC-2026-1", "summary": "it leaks", **self._when(), "affected": []})

    def _found(self, package: str) -> dict[str, object]:
        return {"vulns": [{"id": "PYSEC-2026-1", **self._when()}]} if package == self.known else {}

    def _when(self) -> dict[str, str]:
        return {"modified": "2026-01-01T00:00:00Z"}

    def _answer(self, body: dict[str, object]) -> None:
        sent = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def log_message(self, *_: object) -> None:
        """Not into the output of the tests."""


@pytest.fixture
def osv() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Osv)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def audited(url: str) -> tuple[int, str]:
    ended = subprocess.run(
        [REPOSITORY / ".ci" / "audit", "--service-url", url], capture_output=True, text=True, timeout=90
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.parametrize(("known", "code"), [("requests", 1), ("", 0)])
def test_what_is_known_against_a_package_fails(
    monkeypatch: pytest.MonkeyPatch, osv: str, known: str, code: int
) -> None:
    monkeypatch.setattr(Osv, "known", known)
    ended, said = audited(osv)
    assert ended == code, said
    assert ("PYSEC-2026-1: it leaks" in said) is bool(known)
    assert "NOT AUDITED" not in said


def test_where_nobody_answers_it_says_that_nobody_knows() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        ended, said = audited(f"http://127.0.0.1:{free.getsockname()[1]}")
    assert ended == 2
    assert "NOT AUDITED" in said
