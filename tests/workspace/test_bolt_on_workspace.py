"""An unmodified Bolt for Python app runs on the workspace over real sockets."""

from collections.abc import Callable
from queue import Queue
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from standin import Local

Listen = Callable[[App], SocketModeHandler]

BUTTON = {
    "type": "actions",
    "block_id": "alert",
    "elements": [
        {
            "type": "button",
            "action_id": "acknowledge",
            "text": {"type": "plain_text", "text": "Acknowledge"},
            "value": "alert-7",
        }
    ],
}
MODAL = {
    "type": "modal",
    "callback_id": "silence",
    "title": {"type": "plain_text", "text": "Silence"},
    "submit": {"type": "plain_text", "text": "Silence"},
    "private_metadata": "orders",
    "blocks": [
        {
            "type": "input",
            "block_id": "why",
            "label": {"type": "plain_text", "text": "Why"},
            "element": {"type": "plain_text_input", "action_id": "reason"},
        }
    ],
}


def test_a_slash_command_is_answered_in_the_channel_and_privately(
    app: App, listen: Listen, local: Local, oncall: str
) -> None:
    heard: Queue[Any] = Queue()

    @app.command("/monitor")
    def monitor(ack: Any, body: Any, say: Any, respond: Any) -> None:
        heard.put(body)
        say(f"status of {body['text']}")
        respond("only for you")
        ack("noted")

    listen(app)
    answer = local.post("command", user="lin", channel="oncall", text="/monitor orders @chen in #random")
    assert answer == {"ok": True}
    body = heard.get(timeout=3)
    assert body["command"] == "/monitor"
    assert body["channel_id"] == oncall
    assert body["user_id"] == "U1"
    text = body["text"]
    assert text.startswith("orders <@U2|chen> in <#C")
    assert text.endswith("|random>")
    assert local.texts() == [f"status of {text}", "only for you", "noted"]
    assert local.texts(user="chen") == [f"status of {text}"]


def test_a_button_redraws_its_message(
    app: App, listen: Listen, local: Local, client: WebClient, oncall: str
) -> None:
    heard: Queue[Any] = Queue()

    @app.action("acknowledge")
    def acknowledge(ack: Any, body: Any, client: WebClient) -> None:
        client.chat_update(
            channel=body["channel"]["id"], ts=body["message"]["ts"], text="acknowledged", blocks=[]
        )
        heard.put(body)
        ack()

    listen(app)
    posted = client.chat_postMessage(channel=oncall, text="firing", blocks=[BUTTON])
    press = {"user": "lin", "channel": "oncall", "ts": posted["ts"], "action_id": "acknowledge"}
    assert local.post("action", **press) == {"ok": True}
    body = heard.get(timeout=3)
    assert body["actions"][0]["value"] == "alert-7"
    assert body["actions"][0]["block_id"] == "alert"
    assert body["user"]["id"] == "U1"
    [message] = local.get("messages", channel="oncall")
    assert (message["text"], message["blocks"], message["edits"]) == ("acknowledged", [], 1)
    assert local.post("action", **press)["error"] == "action_not_found"


def test_a_response_url_replaces_the_message_it_came_from(
    app: App, listen: Listen, local: Local, client: WebClient, oncall: str
) -> None:
    @app.action("acknowledge")
    def acknowledge(ack: Any, respond: Any) -> None:
        respond(text="done", replace_original=True)
        respond(text="thank you", replace_original=False)
        ack()

    listen(app)
    posted = client.chat_postMessage(channel=oncall, text="firing", blocks=[BUTTON])
    local.post("action", user="lin", channel="oncall", ts=posted["ts"], action_id="acknowledge")
    messages = local.get("messages", channel="oncall")
    assert [(m["text"], m["ephemeral_to"]) for m in messages] == [("done", None), ("thank you", "U1")]


def test_an_ephemeral_message_is_seen_by_one_person(client: WebClient, local: Local, oncall: str) -> None:
    client.chat_postEphemeral(channel=oncall, user="U2", text="psst")
    assert local.texts(user="lin") == []
    [message] = local.get("messages", channel="oncall", user="chen")
    assert message["ephemeral_to"] == "U2"
    assert client.conversations_history(channel=oncall)["messages"] == []


def test_a_modal_is_opened_refused_with_field_errors_and_submitted(
    app: App, listen: Listen, local: Local
) -> None:
    submitted: Queue[Any] = Queue()

    @app.command("/monitor")
    def monitor(ack: Any, body: Any, client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)
        ack()

    @app.view("silence")
    def silence(ack: Any, view: Any) -> None:
        reason = view["state"]["values"]["why"]["reason"]["value"]
        if reason == "no":
            ack(response_action="errors", errors={"why": "say more"})
        else:
            submitted.put((view["private_metadata"], reason))
            ack()

    listen(app)
    assert local.post("command", user="lin", channel="oncall", text="/monitor silence")["ok"]
    [view] = local.get("views", user="lin")
    form = {"user": "lin", "view_id": view["id"]}
    assert local.post("submit", **form, values={})["errors"] == {
        "why": "Please complete this required field."
    }
    assert local.post("submit", **form, values={"reason": "no"})["errors"] == {"why": "say more"}
    assert local.post("submit", **form, values={"why": {"reason": "deploy"}}) == {"ok": True}
    assert submitted.get(timeout=3) == ("orders", "deploy")
    assert local.get("views", user="lin") == []


def test_a_mention_and_a_direct_message_reach_the_app(app: App, listen: Listen, local: Local) -> None:
    heard: Queue[Any] = Queue()
    app.event("app_mention")(lambda event: heard.put(("mention", event["text"], event["user"])))
    app.event("message")(lambda event: heard.put((event["channel_type"], event["text"], event["user"])))
    listen(app)
    local.post("message", user="lin", channel="oncall", text="@vigil 1 < 2")
    direct = next(c["id"] for c in local.get("state")["channels"] if c.get("user") == "U2")
    local.post("message", user="chen", channel=direct, text="hello")
    assert {heard.get(timeout=3) for _ in range(3)} == {
        ("channel", "<@U0LOCALBOT> 1 &lt; 2", "U1"),
        ("mention", "<@U0LOCALBOT> 1 &lt; 2", "U1"),
        ("im", "hello", "U2"),
    }


def test_the_home_page_is_published_when_it_is_opened(app: App, listen: Listen, local: Local) -> None:
    published: Queue[None] = Queue()

    @app.event("app_home_opened")
    def show(event: Any, client: WebClient) -> None:
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [BUTTON]})
        published.put(None)

    listen(app)
    assert local.get("home", user="lin") is None
    local.post("home", user="lin")
    published.get(timeout=3)
    assert local.get("home", user="lin")["blocks"] == [BUTTON]


def test_without_a_bot_a_command_fails_in_slacks_words(local: Local) -> None:
    answer = local.post("command", user="lin", channel="oncall", text="/monitor status")
    assert answer["error"] == "dispatch_failed"
    assert answer["message"] == '/monitor failed with the error "dispatch_failed"'


def test_a_file_is_given_in_the_thread_of_what_it_is_about(
    app: App, listen: Listen, local: Local, client: WebClient, oncall: str
) -> None:
    done: Queue[Any] = Queue()

    @app.event("app_mention")
    def report(event: Any, client: WebClient) -> None:
        client.files_upload_v2(
            channel=event["channel"],
            thread_ts=event["ts"],
            filename="r.csv",
            content="a,b",
            title="The report",
        )
        done.put(event["ts"])

    listen(app)
    local.post("message", user="lin", channel="oncall", text="@vigil report")
    ts = done.get(timeout=5)
    reply = local.get("messages", channel="oncall")[-1]
    assert (reply["thread_ts"], reply["files"][0]["title"]) == (ts, "The report")


def test_both_kinds_of_shortcuts_open_a_modal_each(app: App, listen: Listen, local: Local) -> None:
    @app.shortcut("note")
    def note(ack: Any, shortcut: Any, client: WebClient) -> None:
        client.views_open(
            trigger_id=shortcut["trigger_id"], view={**MODAL, "private_metadata": shortcut["type"]}
        )
        ack()

    listen(app)
    ts = local.post("message", user="lin", channel="oncall", text="look")["ts"]
    assert local.post("shortcut", user="lin", callback_id="note") == {"ok": True}
    assert [view["private_metadata"] for view in local.get("views", user="lin")] == ["shortcut"]
    local.post("shortcut", user="lin", callback_id="note", channel="oncall", ts=ts)
    assert [view["private_metadata"] for view in local.get("views", user="lin")] == ["message_action"]


def test_modals_are_stacked_updated_in_place_and_cleared(app: App, listen: Listen, local: Local) -> None:
    refused: Queue[Any] = Queue()

    @app.command("/monitor")
    def monitor(ack: Any, body: Any, client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)
        ack()

    @app.view("silence")
    def deeper(ack: Any) -> None:
        ack(response_action="push", view={**MODAL, "callback_id": "second"})

    @app.view("second")
    def changed(ack: Any, view: Any, client: WebClient) -> None:
        fresh = client.views_update(view_id=view["id"], view={**MODAL, "private_metadata": "fresh"})["view"]
        try:
            client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)
        except SlackApiError as error:
            refused.put((error.response["error"], fresh["private_metadata"]))
        ack(response_action="clear")

    listen(app)
    local.post("command", user="lin", channel="oncall", text="/monitor silence")
    for _ in range(2):
        top = local.get("views", user="lin")[-1]
        assert local.post("submit", user="lin", view_id=top["id"], values={"reason": "x"}) == {"ok": True}
    assert refused.get(timeout=3) == ("hash_conflict", "fresh")
    assert local.get("views", user="lin") == []


def test_modals_are_stacked_three_high_at_most(app: App, listen: Listen, local: Local) -> None:
    @app.command("/monitor")
    def monitor(ack: Any, body: Any, client: WebClient) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)
        ack()

    app.view("silence")(lambda ack: ack(response_action="push", view=MODAL))
    listen(app)
    local.post("command", user="lin", channel="oncall", text="/monitor silence")

    def push() -> Any:
        top = local.get("views", user="lin")[-1]
        return local.post("submit", user="lin", view_id=top["id"], values={"reason": "x"})

    assert [push()["ok"], push()["ok"], push()["error"]] == [True, True, "push_limit_reached"]
    assert len(local.get("views", user="lin")) == 3
