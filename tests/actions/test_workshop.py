"""Actions as they are really run: programs that hang, fork, fail and leak, and webhooks over real sockets."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import psutil
import pytest

from bot.actions import Workshop
from bot.domain.action import Action, ActionRun, Facts, Ran, Webhook
from bot.domain.text import Label
from bot.locale import Speaker
from checks.network import sockets

SPEAKER = Speaker(language="en", zone="UTC")
FACTS = Facts(
    service="orders",
    version="v1.0; $(touch harmed)",
    previous_version="v0.9",
    alert="orders/latency_p99",
    watch="w1",
)
RUN = ActionRun(
    id="x1",
    key="cause",
    service="orders",
    channel="oncall",
    action="act",
    label=Label("Act"),
    facts=FACTS,
    attempts=1,
    asked_at=datetime(2026, 1, 19, tzinfo=UTC),
)


def action(*run: str, **more: object) -> Action:
    return Action(key="act", label=Label("Act"), run=run, **more)  # type: ignore[arg-type]


def script(folder: Path, text: str, mode: int = 0o755) -> str:
    file = folder / "act.sh"
    file.write_text(text)
    file.chmod(mode)
    return "./act.sh"


def run(folder: Path, of: Action, beat: Callable[[], None] = lambda: None) -> tuple[Ran, str]:
    ran = Workshop(str(folder)).run(of, RUN, beat)
    assert ran is not None
    return ran, SPEAKER.say(ran.reason)


def test_a_program_knows_the_deployment_and_nothing_of_it_reaches_a_shell(tmp_path: Path) -> None:
    program = script(tmp_path, '#!/bin/sh\nenv | grep ^VIGIL_ | sort\necho "done with $VIGIL_VERSION"\n')
    ran, reason = run(tmp_path, action(program))
    assert ran.succeeded
    assert reason == "done with v1.0; $(touch harmed)"
    assert ran.output.splitlines()[:-1] == [
        "VIGIL_ACTION=act",
        "VIGIL_ALERT=orders/latency_p99",
        "VIGIL_ATTEMPT=1",
        "VIGIL_PREVIOUS_VERSION=v0.9",
        "VIGIL_RUN=x1",
        "VIGIL_SERVICE=orders",
        "VIGIL_VERSION=v1.0; $(touch harmed)",
        "VIGIL_WATCH=w1",
    ]
    assert not (tmp_path / "harmed").exists()


@pytest.mark.parametrize(
    ("text", "mode", "said"),
    [
        # it did something and failed then
        ("#!/bin/sh\necho half done\nexit 1\n", 0o755, "exit code 1; it may have acted before that. Its"),
        # it fails without a word
        ("#!/bin/sh\nexit 3\n", 0o755, "exit code 3; it may have acted before that"),
        # it dies
        ("#!/bin/sh\nkill -9 $$\n", 0o755, "ended by SIGKILL; it may have acted before that"),
        # it may not be run
        ("#!/bin/sh\n", 0o644, "it is not executable, nothing was done: chmod +x "),
        # it is no program
        ("\x00\x01", 0o755, "it is no program, nothing was done: begin "),
        # its interpreter is missing
        ("#!/no/such/shell\n", 0o755, " or its interpreter is not there, nothing was done"),
    ],
)  # fmt: skip
def test_what_went_wrong_is_said(tmp_path: Path, text: str, mode: int, said: str) -> None:
    ran, reason = run(tmp_path, action(script(tmp_path, text, mode)))
    assert (ran.succeeded, said in reason) == (False, True), reason


def test_one_that_hangs_is_killed_with_all_it_forked(tmp_path: Path) -> None:
    program = script(tmp_path, "#!/bin/sh\nsleep 600 & echo $! >child\necho begun\nsleep 600\n")
    ran, reason = run(tmp_path, action(program, timeout=timedelta(seconds=0.5)))
    said = "killed after 0.5s, its time limit; it may have acted before that. Its last words: begun"
    assert (ran.succeeded, reason) == (False, said)
    child = int((tmp_path / "child").read_text())
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE


def test_secrets_are_in_no_output_and_no_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEPLOY_TOKEN", "from-the-environment")
    program = script(
        tmp_path,
        "#!/bin/sh\necho given=$HANDLE from=$DEPLOY_TOKEN url=https://lin:hunter22@host/\n"
        "echo leak $HANDLE >&2\n"
        "echo 'Authorization: Bearer abcdefghijkl'\necho password=correct-horse\nexit 1\n",
    )
    ran, reason = run(tmp_path, action(program, env={"HANDLE": "s3cr3t-value"}, secrets=("s3cr3t-value",)))
    for secret in ("s3cr3t-value", "from-the-environment", "hunter22", "abcdefghijkl", "correct-horse"):
        assert secret not in ran.output + reason
    assert "leak ***" in reason


def test_output_is_kept_from_both_ends(tmp_path: Path) -> None:
    program = script(tmp_path, "#!/bin/sh\necho first\nseq 1 200000\necho last\n")
    ran, reason = run(tmp_path, action(program))
    assert reason == "last"
    assert (ran.output[:5], ran.output[-4:], len(ran.output) < 9000) == ("first", "last", True)


def test_a_program_that_ends_does_not_wait_for_its_action(tmp_path: Path) -> None:
    program = script(
        tmp_path, "#!/bin/sh\ntouch begun\nwhile [ ! -e go ]; do sleep 0.05; done\ntouch ended\n"
    )
    workshop = Workshop(str(tmp_path))
    left: list[Ran | None] = []
    waiting = threading.Thread(target=lambda: left.append(workshop.run(action(program), RUN, lambda: None)))
    waiting.start()
    workshop.stop()
    waiting.join(10)
    assert left == [None]
    (tmp_path / "go").touch()


# --- webhooks ---------------------------------------------------------------------------------------------


class _Receiver(BaseHTTPRequestHandler):
    seen: list[tuple[str, str, dict[str, str], dict[str, object]]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.command, self.path, dict(self.headers), json.loads(body)))
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "/secret")
        else:
            self.send_response(500 if self.path == "/broken" else 200)
        self.end_headers()
        self.wfile.write(b"token=hush-hush-now done")

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def receiver() -> Iterator[tuple[str, list]]:
    _Receiver.seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Receiver)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", _Receiver.seen
    server.shutdown()
    server.server_close()


def hook(url: str, **more: object) -> Action:
    return Action(key="act", label=Label("Act"), webhook=Webhook(url=url, **more))  # type: ignore[arg-type]


def test_a_webhook_gets_the_facts_as_json_and_a_key(tmp_path: Path, receiver: tuple[str, list]) -> None:
    url, seen = receiver
    ran, reason = run(tmp_path, hook(f"{url}/go", private=True, headers={"X-Team": "a"}))
    method, path, headers, body = seen[0]
    assert (ran.succeeded, method, path, headers["X-Team"], headers["Idempotency-Key"]) == (
        True,
        "POST",
        "/go",
        "a",
        "x1",
    )
    assert body["version"] == "v1.0; $(touch harmed)"
    assert (body["previous_version"], body["alert"]) == ("v0.9", "orders/latency_p99")
    assert reason == "answered 200 OK: token=*** done"


PRIVATE = "is a private address; if that is meant, write `private: true` in the webhook"


@pytest.mark.parametrize(
    "stands_for",
    [
        None,  # the address itself
        ["127.0.0.1"],
        ["203.0.113.9", "127.0.0.1"],  # one of several is enough
    ],
)
def test_a_private_address_is_refused_before_anything_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stands_for: list[str] | None
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        if stands_for:
            found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in stands_for]
            monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        ran, reason = run(tmp_path, hook(f"http://{'hooks.example' if stands_for else '127.0.0.1'}:{port}/"))
        assert (ran.succeeded, PRIVATE in reason) == (False, True), reason
        with pytest.raises(BlockingIOError):  # nobody has connected
            server.accept()


def test_of_several_public_addresses_the_first_that_answers_is_called(
    tmp_path: Path, receiver: tuple[str, list], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, seen = receiver
    port = int(url.rpartition(":")[2])
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, number))
        for each, number in (("127.0.0.9", port), ("127.0.0.1", port))
    ]
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **more: found if host == "hooks.example" else real(host, *rest, **more),
    )
    monkeypatch.setattr(sockets, "_is_public", lambda _: True)
    ran, reason = run(tmp_path, hook(f"http://hooks.example:{port}/go"))
    assert (ran.succeeded, len(seen), seen[0][2]["Host"]) == (True, 1, f"hooks.example:{port}"), reason


def test_a_name_that_stands_for_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    ran, reason = run(tmp_path, hook("http://hooks.example/"))
    assert (ran.succeeded, "could not be called: Name or service not known" in reason) == (False, True)


@pytest.mark.parametrize(
    ("path", "said"), [("/broken", "answered 500"), ("/elsewhere", "answered 302")]
)  # a redirect is not followed: it would lead past the check of addresses
def test_an_answer_that_is_no_success_is_a_failure(
    tmp_path: Path, receiver: tuple[str, list], path: str, said: str
) -> None:
    url, seen = receiver
    ran, reason = run(tmp_path, hook(url + path, private=True))
    assert (ran.succeeded, said in reason, len(seen)) == (False, True, 1)


def test_a_webhook_that_nobody_answers_says_so_without_its_secrets(tmp_path: Path) -> None:
    ran, reason = run(tmp_path, hook("http://lin:hunter22@127.0.0.1:1/?token=hush-hush", private=True))
    assert (ran.succeeded, "could not be called: Connection refused" in reason) == (False, True), reason
    assert "hush" not in reason
    assert "hunter22" not in reason
