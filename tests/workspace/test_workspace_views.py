"""Modals in stacks, home pages, and choices of every kind, against a bot that is only a socket."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from typing import Any

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from standin import Clock, Local
from websockets.sync.client import ClientConnection, connect

from bot.workspace import Workspace

TITLE = {"type": "plain_text", "text": "Title"}


def modal(name: str, **more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": TITLE, "callback_id": name, "blocks": [], **more}


def option(value: str) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": value.upper()}, "value": value}


class Bot:
    """Acknowledges what it is told with what the test says."""

    def __init__(self, link: ClientConnection, local: Local) -> None:
        self._link = link
        self._local = local

    def when(self, act: str, acknowledgement: Any = None, **body: Any) -> tuple[Any, Any]:
        """(the payload that the bot got, the answer that the person got)."""
        answers: Queue[Any] = Queue()
        threading.Thread(target=lambda: answers.put(self._local.post(act, **body))).start()
        envelope = json.loads(self._link.recv(timeout=3))
        reply = {"envelope_id": envelope["envelope_id"]}
        if acknowledgement is not None:
            reply["payload"] = acknowledgement
        self._link.send(json.dumps(reply))
        return envelope["payload"], answers.get(timeout=3)

    def told_after(self, act: str, acknowledgement: Any, **body: Any) -> Any:
        """What the bot is told next, when it has acknowledged what somebody did."""
        threading.Thread(target=lambda: self._local.post(act, **body)).start()
        for reply in ({"payload": acknowledgement}, {}):
            envelope = json.loads(self._link.recv(timeout=3))
            self._link.send(json.dumps({"envelope_id": envelope["envelope_id"], **reply}))
        return envelope["payload"]

    def trigger(self) -> str:
        payload, _ = self.when("command", user="lin", channel="oncall", text="/monitor")
        trigger: str = payload["trigger_id"]
        return trigger


@contextmanager
def connected(workspace: Workspace, local: Local) -> Iterator[Bot]:
    app = WebClient(token="xapp-local", base_url=workspace.url + "/api/")
    with connect(app.apps_connections_open(app_token="xapp-local")["url"]) as link:
        link.recv(timeout=3)
        yield Bot(link, local)


@pytest.fixture
def bot(workspace: Workspace, local: Local) -> Iterator[Bot]:
    with connected(workspace, local) as bot:
        yield bot


def open_modals(local: Local) -> list[str]:
    return [view["callback_id"] for view in local.get("views", user="lin")]


def test_a_trigger_is_exchanged_once(bot: Bot, client: WebClient) -> None:
    trigger = bot.trigger()
    client.views_open(trigger_id=trigger, view=modal("one"))
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        client.views_open(trigger_id=trigger, view=modal("two"))
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        client.views_open(trigger_id="anything", view=modal("two"))


def test_three_modals_make_a_full_stack(bot: Bot, client: WebClient, local: Local) -> None:
    root = client.views_open(trigger_id=bot.trigger(), view=modal("1"))["view"]
    for name in "23":
        top = client.views_push(trigger_id=bot.trigger(), view=modal(name))["view"]
    assert open_modals(local) == ["1", "2", "3"]
    assert (top["root_view_id"], root["previous_view_id"]) == (root["id"], None)
    with pytest.raises(SlackApiError, match="push_limit_reached"):
        client.views_push(trigger_id=bot.trigger(), view=modal("4"))


def test_a_modal_is_updated_only_by_who_knows_its_latest_state(
    bot: Bot, client: WebClient, local: Local
) -> None:
    old = client.views_open(trigger_id=bot.trigger(), view=modal("old", external_id="x"))["view"]
    client.views_update(external_id="x", hash=old["hash"], view=modal("new", external_id="x"))
    assert open_modals(local) == ["new"]
    with pytest.raises(SlackApiError, match="hash_conflict"):
        client.views_update(view_id=old["id"], hash=old["hash"], view=modal("late"))
    with pytest.raises(SlackApiError, match="not_found"):
        client.views_update(view_id="V0", view=modal("late"))


@pytest.mark.parametrize(
    ("acknowledgement", "left"),
    [
        # nothing more: the modal closes; clear: all do; else what the bot says
        (None, ["root"]),
        ({"response_action": "clear"}, []),
        ({"response_action": "update", "view": modal("other")}, ["root", "other"]),
        ({"response_action": "push", "view": modal("third")}, ["root", "top", "third"]),
        # a view that Slack would refuse changes nothing
        ({"response_action": "update", "view": {"type": "modal"}}, ["root", "top"]),
    ],
)
def test_the_bot_says_what_becomes_of_a_submitted_modal(
    bot: Bot, client: WebClient, local: Local, acknowledgement: Any, left: list[str]
) -> None:
    client.views_open(trigger_id=bot.trigger(), view=modal("root"))
    top = client.views_push(trigger_id=bot.trigger(), view=modal("top"))["view"]
    payload, _ = bot.when("submit", acknowledgement, user="lin", view_id=top["id"], values={})
    assert (payload["type"], payload["view"]["callback_id"]) == ("view_submission", "top")
    assert open_modals(local) == left


def test_the_bot_hears_of_a_closed_modal_when_it_asked_to(bot: Bot, client: WebClient, local: Local) -> None:
    asked = client.views_open(trigger_id=bot.trigger(), view=modal("x", notify_on_close=True))["view"]
    payload, answer = bot.when("close", user="lin", view_id=asked["id"])
    assert (payload["type"], payload["is_cleared"], answer) == ("view_closed", False, {"ok": True})
    quiet = client.views_open(trigger_id=bot.trigger(), view=modal("x"))["view"]
    assert local.post("close", user="lin", view_id=quiet["id"]) == {"ok": True}
    assert open_modals(local) == []


# (element, what the page sends, what the bot gets)
CHOICES = [
    ({"type": "static_select", "options": [option("a"), option("b")]}, "b", {"selected_option": option("b")}),
    ({"type": "radio_buttons", "options": [option("a")]}, "a", {"selected_option": option("a")}),
    ({"type": "overflow", "options": [option("a")]}, "a", {"selected_option": option("a")}),
    ({"type": "checkboxes", "options": [option("a")]}, ["a"], {"selected_options": [option("a")]}),
    ({"type": "multi_static_select", "options": [option("a")]}, [], {"selected_options": []}),
    ({"type": "users_select"}, "U2", {"selected_user": "U2"}),
    ({"type": "multi_users_select"}, ["U1", "U2"], {"selected_users": ["U1", "U2"]}),
    ({"type": "channels_select"}, "C1", {"selected_channel": "C1"}),
    ({"type": "multi_channels_select"}, ["C1"], {"selected_channels": ["C1"]}),
    ({"type": "conversations_select"}, "C1", {"selected_conversation": "C1"}),
    ({"type": "multi_conversations_select"}, [], {"selected_conversations": []}),
    ({"type": "datepicker"}, "2026-01-19", {"selected_date": "2026-01-19"}),
    ({"type": "timepicker"}, "09:00", {"selected_time": "09:00"}),
    ({"type": "datetimepicker"}, 1768760000, {"selected_date_time": 1768760000}),
    (
        {
            "type": "static_select",
            "option_groups": [{"label": TITLE, "options": [option("a")]}],
        },
        "a",
        {"selected_option": option("a")},
    ),
]


@pytest.mark.parametrize(("element", "value", "expected"), CHOICES, ids=lambda v: str(v)[:30])
def test_a_choice_arrives_as_slack_sends_it(
    bot: Bot, client: WebClient, oncall: str, element: dict[str, Any], value: Any, expected: Any
) -> None:
    blocks = [{"type": "actions", "block_id": "b", "elements": [{**element, "action_id": "choose"}]}]
    ts = client.chat_postMessage(channel=oncall, text="x", blocks=blocks)["ts"]
    payload, answer = bot.when("action", user="lin", channel="oncall", ts=ts, action_id="choose", value=value)
    assert answer == {"ok": True}
    [action] = payload["actions"]
    assert {name: action[name] for name in expected} == expected
    assert (action["type"], action["block_id"]) == (element["type"], "b")
    assert payload["container"]["message_ts"] == payload["message"]["ts"] == ts
    if element["type"] != "overflow":
        assert payload["state"]["values"]["b"]["choose"] == {"type": element["type"], **expected}


@pytest.mark.parametrize("kind", ["static_select", "overflow"])
def test_a_choice_that_is_none_is_refused(client: WebClient, local: Local, oncall: str, kind: str) -> None:
    element = {"type": kind, "options": [option("a")], "action_id": "choose"}
    blocks = [{"type": "actions", "elements": [element]}]
    ts = client.chat_postMessage(channel=oncall, text="x", blocks=blocks)["ts"]
    answer = local.post("action", user="lin", channel="oncall", ts=ts, action_id="choose", value="z")
    assert (answer["error"], "['a']" in answer["message"]) == ("invalid_value", True)


def test_a_home_page_has_buttons_of_its_own(bot: Bot, client: WebClient, local: Local) -> None:
    button = {"type": "button", "text": TITLE, "action_id": "go", "value": "1"}
    view = {"type": "home", "blocks": [{"type": "actions", "elements": [button]}]}
    published = client.views_publish(user_id="U1", view=view)["view"]
    payload, _ = bot.when("action", user="lin", view_id=published["id"], action_id="go")
    assert payload["container"] == {"type": "view", "view_id": published["id"]}
    assert "channel" not in payload
    again = client.views_publish(user_id="U1", view=view)["view"]
    assert again["id"] == published["id"] == local.get("home", user="lin")["id"]


def test_what_one_person_sees_another_cannot_press(client: WebClient, local: Local, oncall: str) -> None:
    button = {"type": "button", "text": TITLE, "action_id": "go"}
    blocks = [{"type": "actions", "elements": [button]}]
    client.chat_postEphemeral(channel=oncall, user="U2", text="x", blocks=blocks)
    [message] = local.get("messages", channel="oncall")
    press = {"channel": "oncall", "ts": message["ts"], "action_id": "go"}
    assert local.post("action", user="lin", **press)["error"] == "message_not_found"
    assert local.post("action", user="chen", **press)["error"] == "dispatch_failed"


def test_the_bot_does_not_hear_a_channel_that_it_has_not_joined(bot: Bot, local: Local) -> None:
    local.post("message", user="lin", channel="random", text="@vigil are you there?")
    payload, _ = bot.when("command", user="lin", channel="random", text="/monitor\nhelp")
    assert (payload["command"], payload["text"]) == ("/monitor", "help")


def test_clicks_of_two_bots_are_shared_out(workspace: Workspace, local: Local, clock: Clock) -> None:
    with connected(workspace, local) as one, connected(workspace, local) as other:
        first, _ = one.when("command", user="lin", channel="oncall", text="/monitor 1")
        second, _ = other.when("command", user="lin", channel="oncall", text="/monitor 2")
    assert (first["text"], second["text"]) == ("1", "2")


def test_a_button_in_an_attachment_says_in_which(bot: Bot, client: WebClient, local: Local) -> None:
    channel = client.conversations_open(users="U1")["channel"]["id"]
    button = {"type": "button", "text": TITLE, "action_id": "go", "value": "7"}
    attachments = [{"text": "first"}, {"blocks": [{"type": "actions", "elements": [button]}]}]
    ts = client.chat_postMessage(channel=channel, text="x", attachments=attachments)["ts"]
    payload, _ = bot.when("action", user="lin", channel=channel, ts=ts, action_id="go")
    assert payload["container"]["type"] == "message_attachment"
    assert payload["container"]["attachment_id"] == 2
    assert payload["actions"][0]["value"] == "7"


@pytest.mark.parametrize("how", ["its cross", "the bot's answer"])
def test_a_stack_that_goes_at_once_tells_of_each_modal_that_asked_for_it(
    bot: Bot, client: WebClient, local: Local, how: str
) -> None:
    client.views_open(trigger_id=bot.trigger(), view=modal("root", notify_on_close=True))
    top = client.views_push(trigger_id=bot.trigger(), view=modal("top", clear_on_close=True))["view"]
    if how == "its cross":
        payload, answer = bot.when("close", user="lin", view_id=top["id"])
        assert answer == {"ok": True}
    else:
        clear = {"response_action": "clear"}
        payload = bot.told_after("submit", clear, user="lin", view_id=top["id"], values={})
    assert (payload["type"], payload["view"]["callback_id"]) == ("view_closed", "root")
    assert payload["is_cleared"] is True
    assert open_modals(local) == []


def test_an_external_id_belongs_to_one_open_modal(bot: Bot, client: WebClient, local: Local) -> None:
    opened = client.views_open(trigger_id=bot.trigger(), view=modal("1", external_id="x"))["view"]
    with pytest.raises(SlackApiError, match="duplicate_external_id"):
        client.views_push(trigger_id=bot.trigger(), view=modal("2", external_id="x"))
    client.views_update(view_id=opened["id"], view=modal("3", external_id="x"))
    local.post("close", user="lin", view_id=opened["id"])
    client.views_open(trigger_id=bot.trigger(), view=modal("4", external_id="x"))
    assert open_modals(local) == ["4"]


@pytest.mark.parametrize(
    ("element", "value", "said"),
    [
        # what Slack's own page does not let through never reaches the bot
        ({"type": "plain_text_input", "max_length": 3}, "four", "Enter at most 3 characters."),
        ({"type": "plain_text_input"}, "x" * 3001, "Enter at most 3000 characters."),
        ({"type": "plain_text_input", "min_length": 3}, "ab", "Enter at least 3 characters."),
        ({"type": "email_text_input"}, "lin", "Enter an email address."),
        ({"type": "url_text_input"}, "runbook", "Enter a link."),
        ({"type": "multi_users_select", "max_selected_items": 1}, ["U1", "U2"], "Choose at most 1."),
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "Enter a whole number."),
        ({"type": "number_input", "is_decimal_allowed": True}, "many", "Enter a number."),
        ({"type": "number_input", "is_decimal_allowed": True}, "nan", "Enter a number."),
        ({"type": "number_input", "is_decimal_allowed": False, "min_value": "2"}, "1", "Enter 2 or more."),
        ({"type": "number_input", "is_decimal_allowed": True, "max_value": "2"}, "2.1", "Enter 2 or less."),
        (
            {
                "type": "multi_static_select",
                "max_selected_items": 1,
                "options": [option("a"), option("b")],
            },
            ["a", "b"],
            "Choose at most 1.",
        ),
    ],
    ids=lambda v: str(v)[:40],
)
def test_a_field_takes_what_its_element_allows(
    bot: Bot, client: WebClient, local: Local, element: dict[str, Any], value: Any, said: str
) -> None:
    field = {"type": "input", "block_id": "b", "label": TITLE, "element": {**element, "action_id": "a"}}
    view = {**modal("x"), "submit": TITLE, "blocks": [field]}
    opened = client.views_open(trigger_id=bot.trigger(), view=view)["view"]
    answer = local.post("submit", user="lin", view_id=opened["id"], values={"a": value})
    assert answer == {"ok": False, "error": "invalid_values", "errors": {"b": said}}


def test_what_stands_in_a_field_is_sent_back_as_it_is(bot: Bot, client: WebClient, local: Local) -> None:
    elements = [
        {"type": "multi_users_select", "initial_users": ["U1"]},
        {"type": "channels_select", "initial_channel": "C1"},
        {"type": "conversations_select", "initial_conversation": "C1"},
        {"type": "email_text_input", "initial_value": "lin@x.example"},
        {"type": "url_text_input", "initial_value": "https://x.example"},
    ]
    fields = [
        {"type": "input", "label": TITLE, "element": {**each, "action_id": each["type"]}} for each in elements
    ]
    view = {**modal("x"), "submit": TITLE, "blocks": fields}
    opened = client.views_open(trigger_id=bot.trigger(), view=view)["view"]
    payload, answer = bot.when("submit", user="lin", view_id=opened["id"], values={})
    assert answer == {"ok": True}
    values = payload["view"]["state"]["values"]
    assert [next(iter(value.values())) for value in values.values()] == [
        {"type": "multi_users_select", "selected_users": ["U1"]},
        {"type": "channels_select", "selected_channel": "C1"},
        {"type": "conversations_select", "selected_conversation": "C1"},
        {"type": "email_text_input", "value": "lin@x.example"},
        {"type": "url_text_input", "value": "https://x.example"},
    ]


@pytest.mark.parametrize("fault", ["nobody is there", "no answer in 3 s", "an invalid view"])
def test_a_modal_that_could_not_be_sent_back_stays_open_with_slacks_words(
    workspace: Workspace, bot: Bot, client: WebClient, local: Local, fault: str
) -> None:
    opened = client.views_open(trigger_id=bot.trigger(), view=modal("x"))["view"]
    submit = {"user": "lin", "view_id": opened["id"], "values": {}}
    if fault == "an invalid view":
        _, answer = bot.when("submit", {"response_action": "update", "view": {"type": "modal"}}, **submit)
    else:
        effect = "outage" if fault == "nobody is there" else "silence"
        local.post("faults", effect=effect, seconds=60)
        answer = local.post("submit", **submit)
    assert answer["message"].startswith("We had some trouble connecting. Try again?")
    assert open_modals(local) == ["x"]
