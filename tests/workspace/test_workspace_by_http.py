"""An unmodified Bolt app that is told by HTTP: every request is signed, missed ones come again."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any

import pytest
from slack_bolt import App, BoltRequest
from slack_sdk import WebClient
from standin import Clock, Local

from bot.workspace import Workspace

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
Serve = Callable[[Callable[[str, dict[str, str]], tuple[int, str]]], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """serve(answer) → the address at which answer(body, headers) gives (status, body); status 0 hangs up."""
    servers: list[ThreadingHTTPServer] = []

    def served(answer: Callable[[str, dict[str, str]], tuple[int, str]]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                status, said = answer(body, {name.lower(): value for name, value in self.headers.items()})
                if not status:
                    return  # hangs up
                self.send_response(status)
                if said == "no retry":
                    self.send_header("X-Slack-No-Retry", "1")
                self.end_headers()
                self.wfile.write(said.encode())

            def log_message(self, *_: Any) -> None: ...

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}/slack/events"

    yield served
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def app(client: WebClient) -> App:
    return App(token="xoxb-local", signing_secret=SECRET, token_verification_enabled=False, client=client)


def dispatching(app: App) -> Callable[[str, dict[str, str]], tuple[int, str]]:
    def answer(body: str, headers: dict[str, str]) -> tuple[int, str]:
        response = app.dispatch(BoltRequest(body=body, headers=headers))
        return response.status, response.body

    return answer


@pytest.fixture
def clock() -> Clock:
    """Bolt compares a request's time with its own."""
    import time

    now = Clock()
    now.now = time.time()  # noqa: TID251 the app under test tells the time itself
    return now


def test_a_command_a_button_and_an_event_reach_an_app_by_http(
    workspace: Workspace, app: App, local: Local, client: WebClient, oncall: str, serve: Serve
) -> None:
    heard: Queue[Any] = Queue()
    app.command("/monitor")(lambda ack, body: (heard.put(body["text"]), ack("noted")))
    app.action("ack")(lambda ack, body: (heard.put(body["actions"][0]["value"]), ack()))
    app.event("app_mention")(lambda event: heard.put(event["text"]))
    workspace.tell_by_http(serve(dispatching(app)), SECRET)
    assert local.get("state")["bot"]["connected"] is True
    assert local.post("command", user="lin", channel="oncall", text="/monitor status") == {"ok": True}
    assert local.texts() == ["noted"]
    button = {"type": "button", "action_id": "ack", "value": "7", "text": {"type": "plain_text", "text": "x"}}
    posted = client.chat_postMessage(
        channel=oncall, text="firing", blocks=[{"type": "actions", "elements": [button]}]
    )
    press = {"user": "lin", "channel": "oncall", "ts": posted["ts"], "action_id": "ack"}
    assert local.post("action", **press) == {"ok": True}
    local.post("message", user="lin", channel="oncall", text="@vigil status")
    assert [heard.get(timeout=3) for _ in range(3)] == ["status", "7", "<@U0LOCALBOT> status"]


def test_a_request_with_another_secret_is_refused_by_the_app(
    workspace: Workspace, app: App, local: Local, serve: Serve
) -> None:
    app.command("/monitor")(lambda ack: ack("noted"))
    workspace.tell_by_http(serve(dispatching(app)), "another")
    answer = local.post("command", user="lin", channel="oncall", text="/monitor status")
    assert (answer["ok"], answer["error"]) == (False, "operation_timeout")


@pytest.mark.parametrize(
    ("answer_first", "reason"),
    [(500, "http_error"), (404, "http_error"), (0, "connection_failed")],
)
def test_an_event_that_the_app_missed_comes_again_with_its_number_and_slacks_word_for_why(
    workspace: Workspace,
    local: Local,
    clock: Clock,
    client: WebClient,
    oncall: str,
    serve: Serve,
    answer_first: int,
    reason: str,
) -> None:
    heard: Queue[Any] = Queue()

    def answer(body: str, headers: dict[str, str]) -> tuple[int, str]:
        heard.put(
            (
                json.loads(body)["event_id"],
                headers.get("x-slack-retry-num"),
                headers.get("x-slack-retry-reason"),
            )
        )
        return (answer_first if heard.qsize() == 1 else 200), ""

    workspace.tell_by_http(serve(answer), SECRET)
    local.post("message", user="lin", channel="oncall", text="hello")
    first = heard.get(timeout=3)
    clock.now += 4
    second = heard.get(timeout=5)
    assert (first[1:], second) == ((None, None), (first[0], "1", reason))


def test_an_app_that_wants_no_retry_is_not_told_again(
    workspace: Workspace, local: Local, clock: Clock, client: WebClient, oncall: str, serve: Serve
) -> None:
    heard: Queue[Any] = Queue()

    def answer(body: str, headers: dict[str, str]) -> tuple[int, str]:
        heard.put((json.loads(body)["event"]["text"], headers.get("x-slack-retry-num")))
        return 500, "no retry"

    workspace.tell_by_http(serve(answer), SECRET)
    for text in ("one", "two"):
        local.post("message", user="lin", channel="oncall", text=text)
        assert heard.get(timeout=3) == (text, None)
        clock.now += 4
    local.post("message", user="lin", channel="oncall", text="three")
    assert heard.get(timeout=3) == ("three", None)


def test_an_address_is_verified_with_a_challenge(workspace: Workspace, app: App, serve: Serve) -> None:
    url = serve(dispatching(app))
    assert workspace.verify_by_http(url, SECRET)
    assert not workspace.verify_by_http(url, "another")
    assert not workspace.verify_by_http(serve(lambda body, headers: (200, "welcome")), SECRET)
    assert not workspace.verify_by_http("http://127.0.0.1:9/slack/events", SECRET)


def test_an_app_that_is_not_there_fails_in_slacks_words(
    workspace: Workspace, local: Local, serve: Serve
) -> None:
    workspace.tell_by_http("http://127.0.0.1:9/slack/events", SECRET)
    answer = local.post("command", user="lin", channel="oncall", text="/monitor status")
    assert answer["message"] == '/monitor failed with the error "dispatch_failed"'
    workspace.tell_by_http("", "")
    assert local.get("state")["bot"]["connected"] is False
