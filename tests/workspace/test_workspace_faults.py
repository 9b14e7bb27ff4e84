"""Faults that strike on demand: the calls of the app, and what it is told."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from standin import Clock, Local
from websockets.exceptions import ConnectionClosed, ConnectionClosedError, InvalidMessage, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from bot.workspace import Workspace


@pytest.fixture
def link(workspace: Workspace) -> Iterator[ClientConnection]:
    """A Socket Mode connection past its greeting."""
    with connect(new_address(workspace)) as opened:
        assert json.loads(opened.recv(timeout=3))["type"] == "hello"
        yield opened


def new_address(workspace: Workspace) -> str:
    app = WebClient(token="xapp-local", base_url=workspace.url + "/api/")
    return str(app.apps_connections_open(app_token="xapp-local")["url"])


def heard(link: ClientConnection) -> Any:
    envelope = json.loads(link.recv(timeout=3))
    link.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
    return envelope


def fault(local: Local, effect: str, method: str = "envelopes", **more: Any) -> None:
    assert local.post("faults", method=method, effect=effect, **more) == {"ok": True}


def test_a_call_that_is_duplicated_takes_effect_twice(client: WebClient, local: Local, oncall: str) -> None:
    fault(local, "duplicate", "chat.postMessage")
    client.chat_postMessage(channel=oncall, text="x")
    client.chat_postMessage(channel=oncall, text="y")
    assert local.texts() == ["x", "x", "y"]


def test_a_call_that_is_dropped_gets_no_answer(workspace: Workspace, local: Local, oncall: str) -> None:
    hasty = WebClient(token="xoxb-local", base_url=f"{workspace.url}/api/", timeout=1, retry_handlers=[])
    hasty.timeout = 0.2  # type: ignore[assignment]
    fault(local, "drop", "chat.postMessage")
    with pytest.raises(TimeoutError):
        hasty.chat_postMessage(channel=oncall, text="lost")
    hasty.timeout = 3
    hasty.chat_postMessage(channel=oncall, text="kept")
    assert local.texts() == ["kept"]


@pytest.mark.parametrize("effect", ["http_500", "http_503"])
def test_a_server_that_fails_says_so(client: WebClient, local: Local, effect: str) -> None:
    fault(local, effect, "*")
    with pytest.raises(SlackApiError) as failed:
        client.auth_test()
    assert f"http_{failed.value.response.status_code}" == effect
    assert client.auth_test()["ok"]


def test_what_is_told_twice_has_one_identity(link: ClientConnection, local: Local, oncall: str) -> None:
    fault(local, "duplicate")
    local.post("message", user="lin", channel="oncall", text="hello")
    first, second = heard(link), heard(link)
    assert first["envelope_id"] != second["envelope_id"]
    assert first["payload"]["event_id"] == second["payload"]["event_id"]


def test_what_is_told_late_arrives(link: ClientConnection, local: Local, oncall: str) -> None:
    fault(local, "delay", delay_s=0.05)
    local.post("message", user="lin", channel="oncall", text="hello")
    assert heard(link)["payload"]["event"]["text"] == "hello"


def test_a_command_in_a_silence_is_not_acknowledged(
    link: ClientConnection, local: Local, clock: Clock, oncall: str
) -> None:
    fault(local, "silence", seconds=60, method="*")
    answer = local.post("command", user="lin", channel="oncall", text="/monitor status")
    assert answer["error"] == "operation_timeout"
    clock.now += 61
    local.post("message", user="lin", channel="oncall", text="again")
    assert heard(link)["payload"]["event"]["text"] == "again"


def test_a_connection_is_ended_with_a_word(
    workspace: Workspace, link: ClientConnection, local: Local
) -> None:
    fault(local, "disconnect")
    assert json.loads(link.recv(timeout=3))["type"] == "disconnect"
    with pytest.raises(ConnectionClosed):
        link.recv(timeout=3)
    with connect(new_address(workspace)) as again:
        assert json.loads(again.recv(timeout=3))["type"] == "hello"


def all_of_slack(workspace: Workspace, client: WebClient, oncall: str) -> list[str]:
    """An address of each kind that is Slack's in production."""
    upload = client.files_getUploadURLExternal(filename="a.txt", length=3)["upload_url"]
    paths = ("api/auth.test", "response/x", "files/F1/a.txt")
    return [*(f"{workspace.url}/{path}" for path in paths), str(upload)]


def test_in_an_outage_every_connection_is_cut_until_it_is_over(
    workspace: Workspace,
    link: ClientConnection,
    client: WebClient,
    local: Local,
    clock: Clock,
    oncall: str,
) -> None:
    spare, addresses = new_address(workspace), all_of_slack(workspace, client, oncall)
    fault(local, "outage", seconds=30, method="*")
    with pytest.raises((ConnectionClosedError, ConnectionError)):
        link.recv(timeout=3)
    for address in addresses:
        with pytest.raises(requests.ConnectionError):
            requests.post(address, timeout=3)
    with pytest.raises((ConnectionError, InvalidMessage, EOFError)), connect(spare):
        pass
    answer = local.post("command", user="lin", channel="oncall", text="/monitor status")
    assert answer["error"] == "dispatch_failed"
    assert [(each["effect"], each["seconds"]) for each in local.get("faults")] == [("outage", 30.0)]
    clock.now += 31
    assert client.auth_test()["ok"]
    assert local.get("faults") == []


def test_an_outage_may_also_be_a_server_that_says_so(
    workspace: Workspace,
    link: ClientConnection,
    client: WebClient,
    local: Local,
    clock: Clock,
    oncall: str,
) -> None:
    spare, addresses = new_address(workspace), all_of_slack(workspace, client, oncall)
    fault(local, "outage_503", seconds=30, method="*")
    assert json.loads(link.recv(timeout=3))["type"] == "disconnect"
    assert {requests.post(address, timeout=3).status_code for address in addresses} == {503}
    with pytest.raises(InvalidStatus), connect(spare):
        pass
    answer = local.post("command", user="lin", channel="oncall", text="/monitor status")
    assert answer["error"] == "dispatch_failed"
    clock.now += 31
    assert client.auth_test()["ok"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        # what cannot suffer that, and what lasts no time
        ({"method": "envelopes", "effect": "http_500"}, "envelopes can suffer drop"),
        ({"effect": "outage"}, "send `seconds` above 0"),
        ({"effect": "outage_503"}, "send `seconds` above 0"),
        ({"effect": "silence", "seconds": -1}, "send `seconds` above 0"),
    ],
)
def test_a_fault_without_sense_is_refused(local: Local, body: Any, said: str) -> None:
    answer = local.post("faults", **body)
    assert answer["error"] == "invalid_arguments"
    assert said in answer["message"]


def test_all_faults_are_taken_away_at_once(client: WebClient, local: Local) -> None:
    for method in ("auth.test", "envelopes"):
        fault(local, "drop", method, times=9)
    fault(local, "outage", "*", seconds=99)
    fault(local, "drop", "*", times=0)
    assert local.get("faults") == []
    assert client.auth_test()["ok"]
