"""What the workspace refuses as Slack does: missing scopes, too many calls, archived channels."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler
from standin import SEED, Clock, Local

from bot.slack.manifest import SCOPES
from bot.workspace import Seed, Workspace
from bot.workspace.api.calls import METHODS_OF_THE_BOT
from bot.workspace.api.permissions import NEEDED
from bot.workspace.api.rates import OF_METHOD

Start = Callable[..., WebClient]


@pytest.fixture
def start(clock: Clock) -> Iterator[Start]:
    """start(seed, rate_limits) → the client of an app in a workspace of its own."""
    running: list[Workspace] = []

    def started(seed: Seed = SEED, *, rate_limits: bool = False) -> WebClient:
        running.append(Workspace(seed, clock=clock, rate_limits=rate_limits))
        running[-1].start()
        return WebClient(token="xoxb-local", base_url=f"{running[-1].url}/api/", retry_handlers=[])

    yield started
    for each in running:
        each.stop()


def refused(client: WebClient, method: str, **arguments: Any) -> Any:
    with pytest.raises(SlackApiError) as refusal:
        client.api_call(method, json=arguments)
    return refusal.value.response


@pytest.mark.parametrize(
    ("lacking", "method", "arguments"),
    [
        # each scope that the manifest asks for
        ("channels:history", "conversations.history", {}),
        ("channels:history", "conversations.replies", {"ts": "1.000000"}),
        ("channels:join", "conversations.join", {}),
        ("channels:read", "conversations.info", {}),
        ("chat:write", "chat.postMessage", {"text": "x"}),
        ("chat:write", "chat.update", {"text": "x", "ts": "1.000000"}),
        ("chat:write", "chat.postEphemeral", {"text": "x", "user": "U1"}),
        ("files:write", "files.getUploadURLExternal", {"filename": "a", "length": 1}),
        ("usergroups:read", "usergroups.list", {}),
        ("usergroups:write", "usergroups.users.update", {"usergroup": "S1", "users": "U1"}),
        ("users:read", "users.info", {"user": "U1"}),
    ],
)
def test_a_method_asks_for_its_scope(start: Start, lacking: str, method: str, arguments: Any) -> None:
    client = start(replace(SEED, scopes=tuple(each for each in SCOPES if each != lacking)))
    channel = start().conversations_list()["channels"][0]["id"]
    answer = refused(client, method, channel=channel, **arguments)
    assert (answer["error"], answer["needed"]) == ("missing_scope", lacking)
    assert set(answer["provided"].split(",")) == {*SCOPES} - {lacking}


def test_every_method_has_its_scope_and_its_tier_or_none() -> None:
    free = {"auth.test", "blocks.validate", "chat.getPermalink"}
    views = {"views.open", "views.publish", "views.push", "views.update"}
    assert set(METHODS_OF_THE_BOT) == set(NEEDED) | free | views
    assert set(METHODS_OF_THE_BOT) == set(OF_METHOD) | free | {"chat.postMessage"}


def test_a_channel_takes_ten_messages_at_once_and_then_one_a_second(start: Start, clock: Clock) -> None:
    client = start(rate_limits=True)
    oncall, random = [channel["id"] for channel in client.conversations_list()["channels"][:2]]
    for channel in (oncall, random):
        client.conversations_join(channel=channel)
    for number in range(10):
        client.chat_postMessage(channel=oncall, text=str(number))
    answer = refused(client, "chat.postMessage", channel=oncall, text="too soon")
    assert (answer.status_code, answer["error"], answer.headers["Retry-After"]) == (429, "ratelimited", "10")
    client.chat_postMessage(channel=random, text="another channel")
    clock.now += 10
    client.chat_postMessage(channel=oncall, text="in time")


@pytest.mark.parametrize(
    ("method", "calls"), [("users.list", 20), ("conversations.info", 50), ("users.info", 100)]
)
def test_a_tier_is_so_many_calls_a_minute(start: Start, clock: Clock, method: str, calls: int) -> None:
    client = start(rate_limits=True)
    arguments = {"user": "U1", "channel": client.conversations_open(users="U1")["channel"]["id"]}
    for _ in range(calls):
        client.api_call(method, json=arguments)
    clock.now += 20
    answer = refused(client, method, **arguments)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "40")
    clock.now += 40
    assert client.api_call(method, json=arguments)["ok"]


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("chat.postMessage", {"text": "x"}),
        ("chat.postEphemeral", {"text": "x", "user": "U1"}),
        ("conversations.join", {}),
        ("reactions.add", {"name": "eyes", "timestamp": "1.000000"}),
    ],
)
def test_an_archived_channel_takes_nothing(
    client: WebClient, local: Local, oncall: str, method: str, arguments: Any
) -> None:
    local.post("channel", user="lin", channel="oncall", deed="archive")
    assert refused(client, method, channel=oncall, **arguments)["error"] == "is_archived"
    assert client.conversations_history(channel=oncall)["ok"]
    shown = client.conversations_list(exclude_archived=True)["channels"]
    assert oncall not in [channel["id"] for channel in shown]
    local.post("channel", user="lin", channel="oncall", deed="unarchive")
    assert client.conversations_join(channel=oncall)["ok"]


def test_who_left_a_channel_posts_there_no_more(client: WebClient, local: Local, oncall: str) -> None:
    assert client.api_call("conversations.leave", json={"channel": oncall})["ok"]
    assert refused(client, "chat.postMessage", channel=oncall, text="x")["error"] == "not_in_channel"
    local.post("channel", user="lin", channel="oncall", deed="leave")
    state = {channel["name"]: channel for channel in local.get("state")["channels"]}
    assert state["oncall"]["members"] == ["U2"]


def test_a_reaction_is_given_once_and_taken_back(client: WebClient, oncall: str) -> None:
    ts = client.chat_postMessage(channel=oncall, text="x")["ts"]
    there = {"channel": oncall, "timestamp": ts, "name": "eyes"}
    client.reactions_add(**there)
    assert refused(client, "reactions.add", **there)["error"] == "already_reacted"
    shown = client.reactions_get(channel=oncall, timestamp=ts)["message"]["reactions"]
    assert shown == [{"name": "eyes", "users": ["U0LOCALBOT"], "count": 1}]
    client.reactions_remove(**there)
    assert refused(client, "reactions.remove", **there)["error"] == "no_reaction"
    assert "reactions" not in client.reactions_get(channel=oncall, timestamp=ts)["message"]


@pytest.mark.parametrize(
    ("token", "method", "error"),
    [
        ("xoxb-wrong", "auth.test", "invalid_auth"),
        ("xoxb-wrong", "chat.postMessage", "invalid_auth"),
        ("xoxp-local", "conversations.list", "invalid_auth"),
        ("xapp-local", "chat.postMessage", "not_allowed_token_type"),
        ("xoxb-local", "apps.connections.open", "not_allowed_token_type"),
    ],
)
def test_a_token_opens_what_it_is_for(workspace: Workspace, token: str, method: str, error: str) -> None:
    client = WebClient(token=token, base_url=f"{workspace.url}/api/", retry_handlers=[])
    assert refused(client, method)["error"] == error


def test_a_user_group_is_never_empty(client: WebClient) -> None:
    def replaced(users: str, group: str = "S1") -> Any:
        return refused(client, "usergroups.users.update", usergroup=group, users=users)["error"]

    assert replaced("") == "no_users_provided"
    assert replaced("U1,U9") == "invalid_users"
    assert replaced("U1", "S9") == "no_such_subteam"
    assert client.usergroups_users_update(usergroup="S1", users=["U1"])["usergroup"]["users"] == ["U1"]


def test_a_view_that_is_too_large_is_refused_as_such(client: WebClient) -> None:
    rows = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}] * 90
    answer = refused(client, "views.publish", user_id="U1", view={"type": "home", "blocks": rows})
    assert answer["error"] == "view_too_large"


def test_a_client_that_waits_as_it_is_told_gets_through(start: Start, clock: Clock) -> None:
    """The SDK's own handler of rate limits sleeps for Retry-After: here it moves the clock instead."""
    client = start(rate_limits=True)
    channel = client.conversations_list()["channels"][0]["id"]
    client.conversations_join(channel=channel)
    waits: list[float] = []

    class Waits(RateLimitErrorRetryHandler):
        def prepare_for_next_attempt(self, *, state: Any, response: Any = None, **_: Any) -> None:
            state.next_attempt_requested = True
            waits.append(float(response.headers["retry-after"][0]))
            clock.now += waits[-1]
            state.increment_current_attempt()

    client.retry_handlers = [Waits(max_retry_count=1)]
    for number in range(12):
        client.chat_postMessage(channel=channel, text=str(number))
    assert waits == [10.0]
