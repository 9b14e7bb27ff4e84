"""Posting, editing, reading and refusing, as Slack does it."""

import json
from typing import Any

import pytest
import requests
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from standin import Clock, Local

from bot.workspace import Workspace

LONG = [{"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}]
METADATA = {"event_type": "page", "event_payload": {"operation": "op-1"}}


HEADER = {"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}


def error_of(client: WebClient, method: str, **arguments: Any) -> Any:
    with pytest.raises(SlackApiError) as refused:
        client.api_call(method, params=arguments)
    return refused.value.response


def test_ts_grow_even_when_the_clock_stands_still_or_goes_back(
    client: WebClient, oncall: str, clock: Clock
) -> None:
    stamps = [client.chat_postMessage(channel=oncall, text="1")["ts"] for _ in range(3)]
    clock.now -= 100
    stamps.append(client.chat_postMessage(channel=oncall, text="4")["ts"])
    clock.now += 200
    stamps.append(client.chat_postMessage(channel=oncall, text="5")["ts"])
    assert stamps == [
        "1768760000.250000",
        "1768760000.250001",
        "1768760000.250002",
        "1768760000.250003",
        "1768760100.250000",
    ]


def test_a_post_is_found_again_by_its_metadata(client: WebClient, oncall: str) -> None:
    head = client.chat_postMessage(channel=oncall, text="head", metadata=METADATA)
    client.chat_postMessage(channel=oncall, text="page", thread_ts=head["ts"], metadata=METADATA)
    [found] = client.conversations_history(channel=oncall, include_all_metadata=True)["messages"]
    assert (found["metadata"], found["reply_count"], found["thread_ts"]) == (METADATA, 1, head["ts"])
    replies = client.conversations_replies(channel=oncall, ts=head["ts"], include_all_metadata=True)
    assert [m["metadata"] for m in replies["messages"]] == [METADATA, METADATA]
    assert "metadata" not in client.conversations_history(channel=oncall)["messages"][0]


def test_a_broadcast_reply_stands_in_the_channel_too(client: WebClient, oncall: str) -> None:
    head = client.chat_postMessage(channel=oncall, text="head")["ts"]
    client.chat_postMessage(channel=oncall, text="quiet", thread_ts=head)
    client.chat_postMessage(channel=oncall, text="loud", thread_ts=head, reply_broadcast=True)
    assert [m["text"] for m in client.conversations_history(channel=oncall)["messages"]] == ["loud", "head"]


def test_history_comes_in_pages_newest_first(client: WebClient, oncall: str) -> None:
    for text in "abcde":
        client.chat_postMessage(channel=oncall, text=text)
    first = client.conversations_history(channel=oncall, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    second = client.conversations_history(channel=oncall, limit=3, cursor=cursor)
    assert [m["text"] for m in first["messages"] + second["messages"]] == list("edcba")
    assert (first["has_more"], second["has_more"]) == (True, False)


@pytest.mark.parametrize(("inclusive", "expected"), [(False, ["c", "b"]), (True, ["d", "c", "b", "a"])])
def test_oldest_and_latest_are_exclusive_unless_told(
    client: WebClient, oncall: str, inclusive: bool, expected: list[str]
) -> None:
    stamps = [client.chat_postMessage(channel=oncall, text=text)["ts"] for text in "abcd"]
    found = client.conversations_history(
        channel=oncall, oldest=stamps[0], latest=stamps[3], inclusive=inclusive
    )
    assert [m["text"] for m in found["messages"]] == expected


def test_an_update_without_blocks_takes_them_away_and_keeps_the_metadata(
    client: WebClient, oncall: str, local: Local
) -> None:
    ts = client.chat_postMessage(channel=oncall, text="a", blocks=[{"type": "divider"}], metadata=METADATA)[
        "ts"
    ]
    client.chat_update(channel=oncall, ts=ts, text="b")
    [message] = local.get("messages", channel="oncall")
    assert (message["text"], message["blocks"], message["metadata"]) == ("b", [], METADATA)
    assert (message["edits"], message["edited_ts"]) == (1, "1768760000.250000")
    assert client.conversations_history(channel=oncall)["messages"][0]["edited"]["ts"]


def test_a_deleted_message_is_gone_but_was_posted(client: WebClient, oncall: str, local: Local) -> None:
    ts = client.chat_postMessage(channel=oncall, text="a")["ts"]
    client.chat_delete(channel=oncall, ts=ts)
    assert local.texts() == []
    assert [(p["method"], p["ts"]) for p in local.get("posts")] == [("chat.postMessage", ts)]
    assert error_of(client, "chat.update", channel=oncall, ts=ts, text="b")["error"] == "message_not_found"


def test_a_person_may_be_written_to_by_their_id(client: WebClient, local: Local) -> None:
    direct = client.conversations_open(users="U2")["channel"]["id"]
    assert client.chat_postMessage(channel="U2", text="hello")["channel"] == direct
    assert client.chat_postMessage(channel="#oncall", text="hello")["ok"]
    assert local.texts(direct) == ["hello"]


def test_a_button_without_ids_is_given_some(client: WebClient, oncall: str) -> None:
    button = {"type": "button", "text": {"type": "plain_text", "text": "x"}}
    posted = client.chat_postMessage(
        channel=oncall, text="x", blocks=[{"type": "actions", "elements": [button]}]
    )
    [block] = posted["message"]["blocks"]
    assert block["block_id"]
    assert block["elements"][0]["action_id"]


def test_attachments_stay_until_others_are_given(client: WebClient, oncall: str, local: Local) -> None:
    bar = {"color": "danger", "blocks": [{"type": "divider", "block_id": "d"}]}
    ts = client.chat_postMessage(channel=oncall, text="x", attachments=[bar])["ts"]
    [kept] = client.conversations_history(channel=oncall)["messages"][0]["attachments"]
    assert kept == {"fallback": "[no preview available]", "id": 1, **bar}
    client.chat_update(channel=oncall, ts=ts, text="y")
    assert local.get("messages", channel="oncall")[0]["attachments"] == [{"id": 1, **bar}]
    client.chat_update(channel=oncall, ts=ts, text="y", attachments=[])
    assert local.get("messages", channel="oncall")[0]["attachments"] == []


# (method, arguments, Slack's error)
REFUSED = [
    (
        "chat.postMessage",
        {"channel": "ONCALL", "attachments": json.dumps([{"blocks": LONG}])},
        "invalid_attachments",
    ),
    ("chat.postMessage", {"channel": "ONCALL", "attachments": "{"}, "invalid_attachments"),
    (
        "chat.postMessage",
        {"channel": "ONCALL", "attachments": json.dumps([{"text": "x"}] * 101)},
        "too_many_attachments",
    ),
    ("chat.postMessage", {"channel": "C0"}, "channel_not_found"),
    ("chat.postMessage", {"channel": "ONCALL"}, "no_text"),
    ("chat.postMessage", {"channel": "ONCALL", "text": "x" * 40_001}, "msg_too_long"),
    ("chat.postMessage", {"channel": "ONCALL", "text": "x", "blocks": "{"}, "invalid_blocks_format"),
    ("chat.postMessage", {"channel": "ONCALL", "blocks": json.dumps(LONG)}, "invalid_blocks"),
    ("chat.postMessage", {"channel": "#random", "text": "x"}, "not_in_channel"),
    ("chat.postMessage", {"channel": "ONCALL", "text": "x", "thread_ts": "1.000000"}, "thread_not_found"),
    ("chat.postMessage", {"channel": "ONCALL", "text": "x", "thread_ts": "soon"}, "invalid_thread_ts"),
    ("chat.postMessage", {"channel": "ONCALL", "text": "x", "metadata": "{}x"}, "invalid_metadata_format"),
    (
        "chat.postMessage",
        {"channel": "ONCALL", "text": "x", "metadata": '{"a":1}'},
        "invalid_metadata_schema",
    ),
    ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
    ("chat.postMessage", {"channel": "lin", "text": "x"}, "channel_not_found"),
    ("chat.postEphemeral", {"channel": "ONCALL", "text": "x", "user": "U9"}, "user_not_in_channel"),
    ("chat.postEphemeral", {"channel": "ONCALL", "text": "x", "user": "lin"}, "user_not_in_channel"),
    ("conversations.history", {"channel": "oncall"}, "channel_not_found"),
    ("users.info", {"user": "lin"}, "user_not_found"),
    ("chat.update", {"channel": "ONCALL", "ts": "1.000000", "text": "x"}, "message_not_found"),
    ("chat.update", {"channel": "#oncall", "ts": "1.000000", "text": "x"}, "channel_not_found"),
    ("conversations.replies", {"channel": "ONCALL", "ts": "1.000000"}, "thread_not_found"),
    ("conversations.history", {"channel": "ONCALL", "cursor": "§"}, "invalid_cursor"),
    ("conversations.history", {"channel": "ONCALL", "oldest": "soon"}, "invalid_ts_oldest"),
    ("conversations.open", {"users": ""}, "no_users_provided"),
    ("conversations.open", {"users": "U9"}, "user_not_found"),
    ("users.info", {"user": "U9"}, "user_not_found"),
    ("usergroups.users.list", {"usergroup": "S9"}, "no_such_subteam"),
    ("reactions.add", {"channel": "ONCALL", "name": "eyes", "timestamp": "1.000000"}, "message_not_found"),
    ("views.open", {"trigger_id": "x", "view": "{}"}, "invalid_arguments"),
    ("bots.info", {"bot": "B9"}, "bot_not_found"),
    ("chat.unheard", {}, "unknown_method"),
    ("apps.connections.open", {}, "not_allowed_token_type"),
]


@pytest.mark.parametrize(("method", "arguments", "error"), REFUSED, ids=lambda value: str(value)[:50])
def test_slack_refuses(
    client: WebClient, oncall: str, method: str, arguments: dict[str, str], error: str
) -> None:
    sent = {name: oncall if value == "ONCALL" else value for name, value in arguments.items()}
    assert error_of(client, method, **sent)["error"] == error


def test_invalid_blocks_come_with_the_place(client: WebClient, oncall: str) -> None:
    answer = error_of(client, "chat.postMessage", channel=oncall, blocks=json.dumps(LONG))
    assert answer["response_metadata"]["messages"] == [
        "[ERROR] must have at most 3000 characters, has 3001 [json-pointer:/blocks/0/text/text]"
    ]


def test_an_updated_text_has_at_most_four_thousand_characters(client: WebClient, oncall: str) -> None:
    ts = client.chat_postMessage(channel=oncall, text="x" * 4001)["ts"]
    client.chat_update(channel=oncall, ts=ts, text="x" * 4000)
    refused = error_of(client, "chat.update", channel=oncall, ts=ts, text="x" * 4001)
    assert refused["error"] == "msg_too_long"


def test_a_persons_message_cannot_be_edited_by_the_bot(client: WebClient, oncall: str, local: Local) -> None:
    ts = local.post("message", user="lin", channel="oncall", text="mine")["ts"]
    assert error_of(client, "chat.update", channel=oncall, ts=ts, text="x")["error"] == "cant_update_message"
    assert error_of(client, "chat.delete", channel=oncall, ts=ts)["error"] == "cant_delete_message"


@pytest.mark.parametrize(
    ("headers", "body", "error"),
    [
        # no token, a wrong one, the right one in the form, an empty body that claims to be JSON
        ({}, "", "not_authed"),
        ({"Authorization": "Bearer xoxb-wrong"}, "", "invalid_auth"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "token=xoxb-local", None),
        ({"Authorization": "Bearer xoxb-local", "Content-Type": "application/json"}, "", None),
        ({"Authorization": "Bearer xoxb-local", "Content-Type": "application/json"}, "{", "invalid_json"),
        ({"Authorization": "Bearer xoxb-local", "Content-Type": "application/json"}, "[]", "json_not_object"),
    ],
)
def test_tokens_and_bodies(
    workspace: Workspace, headers: dict[str, str], body: str, error: str | None
) -> None:
    answer = requests.post(f"{workspace.url}/api/auth.test", data=body, headers=headers, timeout=5).json()
    assert answer.get("error") == error


def test_people_and_groups_are_listed(client: WebClient, oncall: str, local: Local) -> None:
    assert client.auth_test()["user_id"] == "U0LOCALBOT"
    assert [u["name"] for u in client.users_list()["members"]] == ["lin", "chen", "vigil"]
    assert client.users_info(user="U2")["user"]["real_name"] == "Chen Jie"
    [group] = client.usergroups_list(include_users=True)["usergroups"]
    assert (group["handle"], group["users"]) == ("operations", ["U1", "U2"])
    assert client.usergroups_users_list(usergroup="S1")["users"] == ["U1", "U2"]
    assert client.conversations_members(channel=oncall)["members"] == ["U0LOCALBOT", "U1", "U2"]
    [shown] = local.get("state")["usergroups"]
    assert shown == {"id": "S1", "handle": "operations", "members": ["U1", "U2"]}
    assert client.conversations_info(channel=oncall)["channel"]["is_member"]
    assert client.bots_info()["bot"]["name"] == "vigil"


def test_a_reaction_is_given_once(client: WebClient, oncall: str, local: Local) -> None:
    ts = client.chat_postMessage(channel=oncall, text="x")["ts"]
    reaction = {"channel": oncall, "timestamp": ts, "name": "eyes"}
    client.reactions_add(**reaction)
    assert error_of(client, "reactions.add", **reaction)["error"] == "already_reacted"
    [message] = local.get("messages", channel="oncall")
    assert message["reactions"] == [{"name": "eyes", "users": ["U0LOCALBOT"], "count": 1}]


def test_a_permalink_names_channel_message_and_thread(client: WebClient, oncall: str) -> None:
    head = client.chat_postMessage(channel=oncall, text="x")["ts"]
    reply = client.chat_postMessage(channel=oncall, text="y", thread_ts=head)["ts"]
    link = client.chat_getPermalink(channel=oncall, message_ts=reply)["permalink"]
    assert link.endswith(f"/archives/{oncall}/p{reply.replace('.', '')}?thread_ts={head}&cid={oncall}")


@pytest.mark.parametrize(
    ("path", "status", "place"),
    [
        ("C1/p1768760000250000", 307, "/#C1/1768760000.250000"),
        ("C1/p1768760007000001?thread_ts=1768760000.250000&cid=C1", 307, "/#C1/1768760000.250000"),  # a reply
        ("C1/p17", 404, None),  # no ts
        ("C1/hello", 404, None),
    ],
)
def test_a_permalink_opened_directly_leads_to_its_place_on_the_page(
    workspace: Workspace, path: str, status: int, place: str | None
) -> None:
    answer = requests.get(f"{workspace.url}/archives/{path}", allow_redirects=False, timeout=5)
    assert (answer.status_code, answer.headers.get("Location")) == (status, place)


@pytest.mark.parametrize(
    ("given", "error", "pointer", "constraint"),
    [
        # each of the three that may be asked about, and what Slack would say of it
        ({"blocks": [{"type": "divider"}]}, None, "", None),
        ({"message": {"text": "x"}}, None, "", None),
        ({"view": {"type": "home", "blocks": []}}, None, "", None),
        ({"blocks": [HEADER]}, "invalid_blocks", "/blocks/0/text/text", ("max_length", 150, 151)),
        (
            {"message": {"blocks": [HEADER]}},
            "invalid_message",
            "/blocks/0/text/text",
            ("max_length", 150, 151),
        ),
        ({"message": {}}, "invalid_message", "/text", None),
        (
            {"view": {"type": "home", "blocks": [HEADER]}},
            "invalid_view",
            "/view/blocks/0/text/text",
            ("max_length", 150, 151),
        ),
    ],
)
def test_a_payload_may_be_judged_without_being_sent(
    client: WebClient, given: dict[str, Any], error: str | None, pointer: str, constraint: Any
) -> None:
    if error is None:
        assert client.api_call("blocks.validate", json=given)["ok"]
        return
    with pytest.raises(SlackApiError) as refused:
        client.api_call("blocks.validate", json=given)
    [problem] = refused.value.response["errors"]
    kind, expected, got = constraint or (None, None, None)
    wanted = {"type": kind, "expected": expected, "got": got} if constraint else None
    assert refused.value.response["error"] == error
    assert (problem["pointer"], problem.get("constraint")) == (pointer, wanted)
    assert (problem["code"], bool(problem["message"])) == ("failed_constraint", True)


def test_one_payload_is_judged_at_a_time(client: WebClient) -> None:
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        client.api_call("blocks.validate", json={"blocks": [], "message": {"text": "x"}})
