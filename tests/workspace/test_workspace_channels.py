"""Channels that are private, who is in them, who is away, and long lists in pages, as Slack has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from queue import Queue
from typing import Any

import pytest
from slack_bolt import App
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from standin import SEED, Clock, Local

from bot.slack.manifest import SCOPES
from bot.workspace import Member, Workspace


def error_of(client: WebClient, method: str, **arguments: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        client.api_call(method, params=arguments)
    return str(refused.value.response["error"])


@pytest.fixture
def secret(local: Local) -> str:
    """The ID of a private channel of Lin's, in which the bot is not."""
    made = local.post("channel", user="lin", channel="secret", deed="create_private")
    local.post("message", user="lin", channel="secret", text="@vigil hidden")
    return str(made["channel"])


def listed(client: WebClient, types: str) -> list[str]:
    return [each.get("name", "") for each in client.conversations_list(types=types)["channels"]]


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        # whatever names it, whether it reads or writes: it does not exist
        ("conversations.info", {}),
        ("conversations.members", {}),
        ("conversations.history", {}),
        ("conversations.replies", {"ts": "1768760000.250000"}),
        ("conversations.join", {}),
        ("conversations.leave", {}),
        ("conversations.archive", {}),
        ("chat.postMessage", {"text": "x"}),
        ("chat.postEphemeral", {"text": "x", "user": "U1"}),
        ("chat.update", {"text": "x", "ts": "1768760000.250000"}),
        ("chat.getPermalink", {"message_ts": "1768760000.250000"}),
        ("reactions.add", {"name": "eyes", "timestamp": "1768760000.250000"}),
    ],
)
def test_a_private_channel_does_not_exist_for_a_bot_that_is_not_in_it(
    client: WebClient, secret: str, method: str, arguments: dict[str, str]
) -> None:
    assert error_of(client, method, channel=secret, **arguments) == "channel_not_found"


def test_neither_its_name_nor_an_upload_leads_into_a_private_channel(client: WebClient, secret: str) -> None:
    assert error_of(client, "chat.postMessage", channel="#secret", text="x") == "channel_not_found"
    with pytest.raises(SlackApiError, match="channel_not_found"):
        client.files_upload_v2(channel=secret, filename="a.txt", content="a")
    assert listed(client, "public_channel,private_channel") == ["oncall", "random"]


def test_an_invited_bot_sees_a_private_channel_and_hears_there(
    client: WebClient, local: Local, secret: str
) -> None:
    assert local.post("command", user="lin", channel="secret", text="/invite @vigil") == {"ok": True}
    assert listed(client, "private_channel") == ["secret"]
    shape = client.conversations_info(channel=secret)["channel"]
    assert (shape["is_private"], shape["is_channel"], shape["is_group"]) == (True, True, False)
    assert client.conversations_members(channel=secret)["members"] == ["U0LOCALBOT", "U1"]
    assert error_of(client, "conversations.join", channel=secret) == "method_not_supported_for_channel_type"
    ts = client.chat_postMessage(channel="#secret", text="here")["ts"]
    found = client.conversations_history(channel=secret)["messages"]
    assert [message["text"] for message in found] == ["here", "<@U0LOCALBOT> hidden"]
    assert client.chat_getPermalink(channel=secret, message_ts=ts)["ok"]
    assert client.conversations_leave(channel=secret)["ok"]
    assert error_of(client, "conversations.info", channel=secret) == "channel_not_found"


@pytest.mark.parametrize(
    ("lacking", "method", "arguments"),
    [
        ("groups:read", "conversations.info", {}),
        ("groups:read", "conversations.list", {"types": "public_channel,private_channel"}),
        ("groups:history", "conversations.history", {}),
        ("groups:history", "conversations.replies", {"ts": "1768760000.250000"}),
    ],
)
def test_a_private_channel_asks_for_scopes_of_its_own(
    clock: Clock, lacking: str, method: str, arguments: dict[str, str]
) -> None:
    workspace = Workspace(
        replace(SEED, scopes=tuple(each for each in SCOPES if each != lacking)), clock=clock
    )
    workspace.start()
    try:
        client = WebClient(token="xoxb-local", base_url=f"{workspace.url}/api/", retry_handlers=[])
        local = Local(workspace.url)
        channel = local.post("channel", user="lin", channel="secret", deed="create_private")["channel"]
        local.post("command", user="lin", channel="secret", text="/invite @vigil")
        with pytest.raises(SlackApiError) as refused:
            client.api_call(method, params={"channel": channel, **arguments})
        assert (refused.value.response["error"], refused.value.response["needed"]) == (
            "missing_scope",
            lacking,
        )
    finally:
        workspace.stop()


def test_what_comes_from_a_private_channel_does_not_tell_its_name(
    app: App, listen: Callable[[App], Any], client: WebClient, local: Local, secret: str
) -> None:
    heard: Queue[Any] = Queue()
    button = {"type": "button", "action_id": "take", "text": {"type": "plain_text", "text": "x"}}

    @app.command("/monitor")
    def monitor(ack: Any, body: Any) -> None:
        heard.put(body["channel_name"])
        ack(response_type="in_channel", blocks=[{"type": "actions", "elements": [button]}], text="x")

    app.action("take")(lambda ack, body: (heard.put(body["channel"]["name"]), ack()))
    app.event("message")(lambda event: heard.put(event["channel_type"]))
    listen(app)
    local.post("command", user="lin", channel="secret", text="/monitor status")
    assert heard.get(timeout=3) == "privategroup"
    ts = local.get("messages", channel="secret")[-1]["ts"]
    local.post("action", user="lin", channel="secret", ts=ts, action_id="take")
    assert heard.get(timeout=3) == "privategroup"
    local.post("command", user="lin", channel="secret", text="/invite @vigil")
    local.post("message", user="lin", channel="secret", text="hello")
    assert heard.get(timeout=3) == "group"


@pytest.mark.parametrize(
    ("channel", "deed", "error"),
    [
        ("oncall", "create", "name_taken"),
        ("On Call", "create", "invalid_name"),
        ("", "create_private", "invalid_name"),
    ],
)
def test_a_channel_is_made_with_a_name_that_slack_takes(
    local: Local, channel: str, deed: str, error: str
) -> None:
    assert local.post("channel", user="lin", channel=channel, deed=deed)["error"] == error


def test_who_is_away_is_told_when_asked_and_shown_on_the_page(client: WebClient, local: Local) -> None:
    def presence(user: str) -> Any:
        return client.users_getPresence(user=user)["presence"]

    assert presence("U1") == "active"
    assert local.post("command", user="lin", channel="oncall", text="/away") == {"ok": True}
    assert (presence("U1"), presence("U2")) == ("away", "active")
    assert {each["name"]: each["presence"] for each in local.get("state")["users"]}["lin"] == "away"
    local.post("presence", user="lin", presence="active")
    local.post("presence", user="chen", presence="away")
    assert (presence("U1"), presence("U2")) == ("active", "away")
    assert error_of(client, "users.getPresence", user="U9") == "user_not_found"


def test_the_bot_knows_more_of_its_own_presence(client: WebClient) -> None:
    client.users_setPresence(presence="away")
    own = client.users_getPresence(user="U0LOCALBOT")
    assert (own["presence"], own["manual_away"], own["online"], own["connection_count"]) == (
        "away",
        True,
        False,
        0,
    )
    client.users_setPresence(presence="auto")
    assert client.users_getPresence(user="U0LOCALBOT")["presence"] == "active"
    assert error_of(client, "users.setPresence", presence="active") == "invalid_presence"


@pytest.fixture
def crowded(clock: Clock) -> Iterator[WebClient]:
    members = tuple(Member(f"U{n:03}", f"user{n}", f"User {n}") for n in range(250))
    seed = replace(SEED, members=members, channels=tuple(f"c{n}" for n in range(7)))
    workspace = Workspace(seed, clock=clock)
    workspace.start()
    yield WebClient(token="xoxb-local", base_url=f"{workspace.url}/api/", retry_handlers=[])
    workspace.stop()


def test_long_lists_come_in_pages(crowded: WebClient) -> None:
    channel = crowded.conversations_list(limit=1)["channels"][0]["id"]
    pages = [page["members"] for page in crowded.conversations_members(channel=channel)]
    assert [len(page) for page in pages] == [100, 100, 50]
    assert len({each for page in pages for each in page}) == 250
    assert [len(page["channels"]) for page in crowded.conversations_list(limit=3)] == [3, 3, 1]
    assert [len(page["members"]) for page in crowded.users_list(limit=200)] == [200, 51]
    assert error_of(crowded, "users.list", cursor="bm9ib2R5") == "invalid_cursor"
    assert error_of(crowded, "conversations.list", types="secret") == "invalid_types"
    assert error_of(crowded, "conversations.list", limit="0") == "invalid_limit"


@pytest.mark.parametrize(
    ("text", "error"),
    [("/invite", "no_user"), ("/invite @nobody", "user_not_found")],
)
def test_an_invitation_of_nobody_says_what_to_do(local: Local, text: str, error: str) -> None:
    assert local.post("command", user="lin", channel="oncall", text=text)["error"] == error


def test_who_leaves_is_out_and_may_be_invited_again(local: Local, client: WebClient, oncall: str) -> None:
    local.post("command", user="chen", channel="oncall", text="/leave")
    assert client.conversations_members(channel=oncall)["members"] == ["U0LOCALBOT", "U1"]
    local.post("command", user="lin", channel="oncall", text="/invite <@U2|chen>")
    assert client.conversations_members(channel=oncall)["members"] == ["U0LOCALBOT", "U1", "U2"]
