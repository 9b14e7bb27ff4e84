"""What is kept over stops, kills, missed acknowledgements, expiry and faults on demand."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Queue
from typing import Any

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from standin import SEED, Clock, Local
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from bot.workspace import Member, Seed, Workspace, WorkspaceError
from bot.workspace.local.control import Control
from bot.workspace.local.routes import Local as Routes

HOST = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from standin import SEED
from bot.workspace import Workspace
workspace = Workspace(SEED, database=Path(sys.argv[1]))
workspace.start()
print(workspace.url, flush=True)
sys.stdin.read()
"""


def client_of(url: str) -> WebClient:
    return WebClient(token="xoxb-local", base_url=url + "/api/", timeout=5, retry_handlers=[])


@contextmanager
def link_to(workspace: Workspace) -> Iterator[ClientConnection]:
    """A Socket Mode connection without a client library, past its greeting."""
    app = WebClient(token="xapp-local", base_url=workspace.url + "/api/")
    with connect(app.apps_connections_open(app_token="xapp-local")["url"]) as link:
        hello = json.loads(link.recv(timeout=3))
        assert (hello["type"], hello["num_connections"]) == ("hello", 1)
        yield link


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < deadline, "it did not come true within 5 s"
        threading.Event().wait(0.02)


def acknowledge(link: ClientConnection, envelope: Any, **more: Any) -> None:
    link.send(json.dumps({"envelope_id": envelope["envelope_id"], **more}))


def command_in_background(local: Local) -> "Queue[Any]":
    answers: Queue[Any] = Queue()
    threading.Thread(
        target=lambda: answers.put(
            local.post("command", user="lin", channel="oncall", text="/monitor status")
        )
    ).start()
    return answers


def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    database = tmp_path / "workspace.db"
    host = subprocess.Popen(
        [sys.executable, "-c", HOST, str(database), str(Path(__file__).parent)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert host.stdout is not None
    client = client_of(host.stdout.readline().strip())
    oncall = client.conversations_list()["channels"][0]["id"]
    client.conversations_join(channel=oncall)
    ts = client.chat_postMessage(channel=oncall, text="page")["ts"]
    os.kill(host.pid, signal.SIGKILL)
    host.communicate()
    again = Workspace(SEED, database=database)
    again.start()
    try:
        [message] = client_of(again.url).conversations_history(channel=oncall)["messages"]
    finally:
        again.stop()
    assert (message["ts"], message["text"]) == (ts, "page")


def test_seeding_again_adds_what_is_new_on_the_same_port(tmp_path: Path) -> None:
    workspace = Workspace(SEED, database=tmp_path / "w.db")
    workspace.start()
    url = workspace.url
    Local(url).post("message", user="lin", channel="oncall", text="hello")
    workspace.stop()
    workspace.start()
    assert (workspace.url, Local(url).texts()) == (url, ["hello"])
    workspace.stop()
    more = Seed("Team", ("oncall", "releases"), (Member("U3", "wang", "Wang"),))
    grown = Workspace(more, database=tmp_path / "w.db")
    grown.start()
    state = Local(grown.url).get("state")
    grown.stop()
    assert [c["name"] for c in state["channels"] if not c["is_im"]] == ["oncall", "random", "releases"]
    assert [u["name"] for u in state["users"]] == ["lin", "chen", "wang", "vigil"]


def test_a_taken_port_is_told_with_the_option_that_mends_it() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(WorkspaceError, match=f"port {port} is taken.*--workspace-port"):
            Workspace(SEED, port=port).start()


def test_a_file_that_is_no_workspace_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database" * 100)
    with pytest.raises(WorkspaceError, match=r"notes\.txt"):
        Workspace(SEED, database=tmp_path / "notes.txt").start()
    with pytest.raises(WorkspaceError, match="nowhere"):
        Workspace(SEED, database=tmp_path / "nowhere" / "w.db").start()


def test_a_command_that_nobody_acknowledges_times_out_in_slacks_words(
    workspace: Workspace, local: Local
) -> None:
    with link_to(workspace) as link:
        answers = command_in_background(local)
        assert json.loads(link.recv(timeout=3))["type"] == "slash_commands"
    assert answers.get(timeout=5) == {
        "ok": False,
        "error": "operation_timeout",
        "message": '/monitor failed with the error "operation_timeout"',
    }


def test_an_event_is_delivered_again_until_it_is_acknowledged(
    workspace: Workspace, local: Local, clock: Clock, oncall: str
) -> None:
    with link_to(workspace) as link:
        local.post("message", user="lin", channel="oncall", text="hello")
        first = json.loads(link.recv(timeout=3))
    with link_to(workspace) as link:
        second = json.loads(link.recv(timeout=3))
        acknowledge(link, second)
        clock.now += 1000
        local.post("message", user="lin", channel="oncall", text="next")
        third = json.loads(link.recv(timeout=3))
        acknowledge(link, third)
    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert (first["retry_attempt"], second["retry_attempt"]) == (0, 1)
    assert third["payload"]["event"]["text"] == "next"


def test_an_event_that_is_missed_four_times_is_given_up(tmp_path: Path) -> None:
    clock, database = Clock(), tmp_path / "w.db"
    workspace = Workspace(SEED, database=database, clock=clock)
    workspace.start()
    reader = sqlite3.connect(database)

    def attempts() -> list[int]:
        return [row[0] for row in reader.execute("SELECT attempts FROM events")]

    try:
        direct = next(c["id"] for c in Local(workspace.url).get("state")["channels"] if c["is_im"])
        Local(workspace.url).post("message", user="lin", channel=direct, text="anybody?")
        for number, wait in enumerate([3, 60, 300, 3], start=1):
            until(lambda number=number: attempts() == [number])
            clock.now += wait
        until(lambda: attempts() == [])
    finally:
        reader.close()
        workspace.stop()


def test_an_event_waits_for_the_bot_to_come_back(workspace: Workspace, local: Local, oncall: str) -> None:
    local.post("message", user="lin", channel="oncall", text="anybody?")
    with link_to(workspace) as link:
        envelope = json.loads(link.recv(timeout=3))
        acknowledge(link, envelope)
    assert envelope["payload"]["event"]["text"] == "anybody?"


def test_a_ticket_opens_one_connection(workspace: Workspace) -> None:
    app = WebClient(token="xapp-local", base_url=workspace.url + "/api/")
    url = app.apps_connections_open(app_token="xapp-local")["url"]
    with connect(url) as link:
        link.recv(timeout=3)
        with pytest.raises(InvalidStatus, match="403"), connect(url):
            pass


def test_a_trigger_opens_one_modal_within_three_seconds(
    workspace: Workspace, local: Local, client: WebClient, clock: Clock
) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": []}
    with link_to(workspace) as link:
        answers = command_in_background(local)
        envelope = json.loads(link.recv(timeout=3))
        acknowledge(link, envelope)
        answers.get(timeout=3)
        clock.now += 3.5
        with pytest.raises(SlackApiError, match="expired_trigger_id"):
            client.views_open(trigger_id=envelope["payload"]["trigger_id"], view=view)


def test_a_response_url_works_five_times_within_thirty_minutes(
    workspace: Workspace, local: Local, clock: Clock
) -> None:
    with link_to(workspace) as link:
        urls = []
        for _ in range(2):
            answers = command_in_background(local)
            envelope = json.loads(link.recv(timeout=3))
            acknowledge(link, envelope)
            answers.get(timeout=3)
            urls.append(envelope["payload"]["response_url"])
    for number in range(5):
        assert requests.post(urls[0], json={"text": str(number)}, timeout=5).text == "ok"
    sixth = requests.post(urls[0], json={"text": "6"}, timeout=5)
    assert (sixth.status_code, sixth.json()["error"]) == (404, "used_url")
    clock.now += 30 * 60
    late = requests.post(urls[1], json={"text": "late"}, timeout=5)
    assert (late.status_code, late.json()["error"]) == (404, "expired_url")
    assert local.texts() == ["0", "1", "2", "3", "4"]


def test_a_response_url_replaces_and_deletes_its_own_answer(workspace: Workspace, local: Local) -> None:
    with link_to(workspace) as link:
        answers = command_in_background(local)
        envelope = json.loads(link.recv(timeout=3))
        acknowledge(link, envelope)
        answers.get(timeout=3)
    url = envelope["payload"]["response_url"]
    requests.post(url, json={"text": "working", "response_type": "in_channel"}, timeout=5)
    requests.post(url, json={"text": "done", "replace_original": True}, timeout=5)
    [message] = local.get("messages", channel="oncall")
    assert (message["text"], message["ephemeral_to"]) == ("done", None)
    refused = requests.post(url, data="{", timeout=5)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_json")
    requests.post(url, json={"delete_original": "true"}, timeout=5)
    assert local.texts() == []


def test_a_response_url_replaces_the_text_of_the_acknowledgement(workspace: Workspace, local: Local) -> None:
    with link_to(workspace) as link:
        answers = command_in_background(local)
        envelope = json.loads(link.recv(timeout=3))
        acknowledge(link, envelope, payload={"text": "working"})
        answers.get(timeout=3)
    assert local.texts() == ["working"]
    url = envelope["payload"]["response_url"]
    requests.post(url, json={"text": "done", "replace_original": True}, timeout=5)
    assert local.texts() == ["done"]


def test_the_page_is_served(workspace: Workspace) -> None:
    page = requests.get(workspace.url + "/", timeout=5)
    assert page.status_code == 200
    assert requests.get(workspace.url + "/page/index.html", timeout=5).text == page.text


def test_faults_strike_as_often_as_they_were_ordered(client: WebClient, local: Local, oncall: str) -> None:
    def post(text: str) -> Any:
        return client.chat_postMessage(channel=oncall, text=text)

    def order(effect: str, **more: Any) -> None:
        assert local.post("faults", method="chat.postMessage", effect=effect, times=1, **more) == {"ok": True}

    order("reset_before")
    with pytest.raises(ConnectionError):
        post("lost")
    order("reset_after")
    with pytest.raises(ConnectionError):
        post("kept")
    order("http_500")
    with pytest.raises(SlackApiError, match="Internal Server Error"):
        post("lost")
    order("ratelimited", retry_after=7)
    with pytest.raises(SlackApiError) as limited:
        post("lost")
    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "7")
    order("error:is_archived")
    with pytest.raises(SlackApiError, match="is_archived"):
        post("lost")
    order("delay", delay_s=0.01)
    post("late")
    post("fine")
    assert local.texts() == ["kept", "late", "fine"]


def test_a_call_is_told_before_it_takes_effect(tmp_path: Path) -> None:
    database = tmp_path / "w.db"
    told: list[tuple[str, str, int]] = []

    def tell(method: str, sent: dict[str, Any]) -> None:
        with sqlite3.connect(database) as reader:
            posts = reader.execute("SELECT count(*) FROM posts").fetchone()[0]
        told.append((method, sent.get("text", ""), posts))

    workspace = Workspace(SEED, database=database)
    workspace.on_api_call = tell
    workspace.start()
    try:
        client_of(workspace.url).chat_postMessage(channel="U1", text="x")
        client_of(workspace.url).chat_postMessage(channel="U1", text="y")
    finally:
        workspace.stop()
    assert told == [("chat.postMessage", "x", 0), ("chat.postMessage", "y", 1)]


def test_changes_reach_an_open_page(
    workspace: Workspace, local: Local, client: WebClient, oncall: str
) -> None:
    with requests.get(f"{workspace.url}/local/events", stream=True, timeout=5) as page:
        lines = page.iter_lines(decode_unicode=True)
        assert next(lines) == ": connected"
        ts = client.chat_postMessage(channel=oncall, text="one")["ts"]
        client.chat_update(channel=oncall, ts=ts, text="two")
        seen = [json.loads(line.removeprefix("data: ")) for line in _first_two(lines)]
    assert [(change["kind"], change["message"]["text"]) for change in seen] == [
        ("message", "one"),
        ("update", "two"),
    ]


def _first_two(lines: Any) -> list[str]:
    data = (line for line in lines if line.startswith("data: "))
    return [next(data), next(data)]


@pytest.mark.parametrize(
    ("name", "body", "error"),
    [
        # each is answered with what to send
        ("command", {"user": "lin", "channel": "oncall", "text": "status"}, "invalid_arguments"),
        ("command", {"user": "lin"}, "invalid_arguments"),
        ("command", {"user": "nobody", "channel": "oncall", "text": "/x"}, "user_not_found"),
        ("message", {"user": "lin", "channel": "nowhere", "text": "x"}, "channel_not_found"),
        ("message", {"user": "lin", "channel": "oncall", "text": "x", "colour": 1}, "invalid_arguments"),
        ("faults", {"method": "*", "effect": "explode"}, "invalid_arguments"),
    ],
)
def test_a_malformed_request_is_told_what_is_wrong(
    local: Local, name: str, body: dict[str, Any], error: str
) -> None:
    answer = requests.post(f"{local.url}/local/{name}", json=body, timeout=5)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert "send" in answer.json()["message"].lower()


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},  # a file, or a frame in a sandbox
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},  # a page on another port of this machine
    ],
    ids=lambda headers: " ".join(f"{name} {value}" for name, value in headers.items()),
)
def test_another_web_page_in_the_browser_is_kept_out(workspace: Workspace, headers: dict[str, str]) -> None:
    answer = requests.get(f"{workspace.url}/local/state", headers=headers, timeout=5)
    assert answer.status_code == 403


def test_what_a_page_sends_needs_the_session_that_the_page_at_the_root_begins(workspace: Workspace) -> None:
    said = {"user": "lin", "channel": "oncall", "text": "hello"}
    with requests.Session() as browser:
        browser.headers["Origin"] = workspace.url

        def sends() -> int:
            return browser.post(f"{workspace.url}/local/message", json=said, timeout=5).status_code

        assert sends() == 401
        cookie = browser.get(workspace.url, timeout=5).headers["Set-Cookie"]
        assert {"HttpOnly", "SameSite=strict"} <= set(cookie.split("; "))
        assert sends() == 200
        (kept,) = browser.cookies
        name, _, signature = str(kept.value).partition(".")
        for forged in (f"other.{signature}", f"{name}.", name, ".", ""):
            browser.cookies.set(kept.name, forged, domain=kept.domain)
            assert sends() == 401


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "none"}], ids=["a program", "a typed URL"])
def test_programs_and_curious_people_need_no_session(workspace: Workspace, headers: dict[str, str]) -> None:
    url = f"{workspace.url}/local/messages?channel=oncall"
    assert requests.get(url, headers=headers, timeout=5).status_code == 200


def test_no_path_of_local_is_open_to_another_page_or_one_without_a_session(
    workspace: Workspace,
) -> None:
    nobody: Any = None
    routes = [*Routes(nobody, nobody, nobody).routes(), *Control(nobody, nobody).routes()]
    assert len(routes) > 15
    for route in routes:
        for method in (route.methods or set()) - {"HEAD"}:
            for headers, code in (
                ({"Host": "evil.example"}, 403),
                ({"Origin": "http://evil.example"}, 403),
                ({"Sec-Fetch-Site": "cross-site"}, 403),
                ({"Origin": workspace.url}, 401),
            ):
                url = f"{workspace.url}{route.path}"
                answer = requests.request(method, url, headers=headers, timeout=5, stream=True)
                assert answer.status_code == code, (method, route.path, headers)
                answer.close()
