"""Files in two steps, as Slack's own SDK sends them, and as a browser gets them."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.domain.card import Line
from bot.domain.text import say
from bot.engine.ports import File, Later, Place, Refused, Sent, Unsure
from bot.locale import Speaker
from bot.slack.cards import Drawing
from bot.slack.notifier import Notifier
from bot.workspace import Member, Seed, Workspace

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
FILES = (
    File(name="orders-v1.html", title="The report", content="<h1>报告</h1><script>1</script>".encode()),
    File(name="orders-v1-latency.png", title="Latency", content=PNG),
)
WORDS = Line(text=say("Signed"))


@pytest.fixture
def workspace(tmp_path: Path):  # type: ignore[no-untyped-def]
    seed = Seed(team="T", channels=("oncall",), members=(Member(id="U0LIN", name="lin", real_name="Lin"),))
    running = Workspace(seed, database=tmp_path / "workspace.db")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def client(workspace: Workspace) -> WebClient:
    client = WebClient(token="xoxb-local", base_url=f"{workspace.url}/api/", retry_handlers=[])
    client.conversations_join(channel=client.conversations_list()["channels"][0]["id"])
    return client


@pytest.fixture
def door(client: WebClient) -> Notifier:
    from datetime import UTC, datetime

    return Notifier(client, Drawing(Speaker("en", "UTC"), lambda: datetime(2026, 1, 19, tzinfo=UTC)))


def get(workspace: Workspace, path: str):  # type: ignore[no-untyped-def]
    return urllib.request.urlopen(workspace.url + path, timeout=10)


def messages(workspace: Workspace) -> list[dict]:  # type: ignore[type-arg]
    with get(workspace, "/local/messages?channel=oncall") as answer:
        return list(json.load(answer))


def test_files_stand_in_one_message_of_the_thread_and_can_be_fetched(
    workspace: Workspace, door: Notifier, client: WebClient
) -> None:
    head = client.chat_postMessage(channel="oncall", text="the report")
    place = Place(channel="oncall", thread_ts=head["ts"])
    assert door.find_file(FILES[0].name, place) is None
    assert door.upload(place, FILES, WORDS) == Sent(None)
    reply = messages(workspace)[-1]
    assert (reply["thread_ts"], reply["text"]) == (head["ts"], "Signed")
    assert [(each["name"], each["title"], each["mimetype"]) for each in reply["files"]] == [
        ("orders-v1.html", "The report", "text/html"),
        ("orders-v1-latency.png", "Latency", "image/png"),
    ]
    found = door.find_file("orders-v1.html", place)
    assert isinstance(found, Sent)
    assert found.posted is not None
    assert found.posted.ts == reply["ts"]
    for file, given in zip(reply["files"], FILES, strict=True):
        with get(workspace, f"/files/{file['id']}/{file['name']}") as answer:
            assert answer.read() == given.content
            assert "sandbox" in answer.headers["content-security-policy"]


def test_what_cannot_be_uploaded_is_said(workspace: Workspace, client: WebClient, door: Notifier) -> None:
    assert isinstance(door.upload(Place(channel="nowhere"), FILES, WORDS), Refused)
    for files, error in (([{"id": "F0"}], "file_not_found"), ([], "invalid_arguments")):
        with pytest.raises(SlackApiError) as caught:
            client.files_completeUploadExternal(files=files, channel_id="C0ONCALL")
        assert caught.value.response["error"] == error
    asked = client.files_getUploadURLExternal(filename="a.txt", length=3)
    for body in (b"four", b""):
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(
                urllib.request.Request(asked["upload_url"], body, method="POST"), timeout=10
            )
    with pytest.raises(urllib.error.HTTPError):
        get(workspace, f"/files/{asked['file_id']}/a.txt")  # uploaded by nobody, shared by nobody


def test_a_cut_answer_leaves_it_unsure_and_it_is_found_again(
    workspace: Workspace, door: Notifier, client: WebClient
) -> None:
    head = client.chat_postMessage(channel="oncall", text="the report")
    place = Place(channel="oncall", thread_ts=head["ts"])
    body = {"method": "files.completeUploadExternal", "effect": "reset_after", "times": 1}
    request = urllib.request.Request(
        f"{workspace.url}/local/faults", json.dumps(body).encode(), {"content-type": "application/json"}
    )
    urllib.request.urlopen(request, timeout=10).close()
    assert isinstance(door.upload(place, FILES, WORDS), Unsure)
    assert isinstance(door.find_file("orders-v1.html", place), Sent)
    workspace.stop()
    assert isinstance(door.upload(place, FILES, WORDS), Later)


def test_a_file_may_be_uploaded_as_a_form(workspace: Workspace, client: WebClient) -> None:
    content = bytes(range(256)) + b"\r\n\n\r--"
    step = client.files_getUploadURLExternal(filename="a.bin", length=len(content))
    form = (
        b'--edge\r\nContent-Disposition: form-data; name="body"; filename="a.bin"\r\n\r\n%b\r\n--edge--\r\n'
    )
    headers = {"Content-Type": "multipart/form-data; boundary=edge"}
    sent = urllib.request.Request(step["upload_url"], form % content, headers)
    with urllib.request.urlopen(sent, timeout=10) as answer:
        assert answer.read() == f"OK - {len(content)}".encode()
