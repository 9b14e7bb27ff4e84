"""An unmodified Bolt for JavaScript app runs on the workspace over real sockets."""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator

import pytest
from node import HOME, needed
from slack_sdk import WebClient
from standin import Local

from bot.workspace import Workspace


@pytest.fixture
def app(workspace: Workspace, client: WebClient) -> Iterator[None]:
    needed("@slack/bolt")
    environment = {"PATH": os.environ["PATH"], "SLACK_API_URL": f"{workspace.url}/api/"}
    running = subprocess.Popen(
        ["node", "flows.mjs"], cwd=HOME, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "started\n"
    yield
    running.kill()
    running.communicate()


def eventually(condition: Callable[[], object]) -> None:
    for _ in range(200):
        if condition():
            return
        threading.Event().wait(0.05)
    raise AssertionError("it did not come true within 10 s")


def test_a_command_a_button_a_modal_a_file_app_home_and_shortcuts(
    app: None, workspace: Workspace, local: Local, client: WebClient, oncall: str
) -> None:
    def lin(act: str, **more: object) -> object:
        return local.post(act, user="lin", **more)

    direct = client.conversations_list(types="im")["channels"][0]["id"]

    # a command is answered in the channel, its button replaces the answer
    assert lin("command", channel="oncall", text="/monitor status") == {"ok": True}
    eventually(lambda: local.texts() == ["firing"])
    [message] = local.get("messages", channel="oncall")
    assert lin("action", channel="oncall", ts=message["ts"], action_id="take") == {"ok": True}
    eventually(lambda: local.texts() == ["taken by <@U1>"])

    # a modal is refused at its field, then taken
    assert lin("command", channel="oncall", text="/monitor form") == {"ok": True}
    eventually(lambda: local.get("views", user="lin"))
    [view] = local.get("views", user="lin")
    refused = lin("submit", view_id=view["id"], values={"reason": "no"})
    assert refused == {"ok": False, "error": "invalid_values", "errors": {"why": "say more"}}
    assert lin("submit", view_id=view["id"], values={"reason": "deploy"}) == {"ok": True}
    eventually(lambda: local.texts(direct) == ["silenced: deploy"])

    # a file is uploaded in two steps
    assert lin("command", channel="oncall", text="/monitor file") == {"ok": True}
    eventually(lambda: local.texts() == ["taken by <@U1>", "The report"])
    [file] = local.get("messages", channel="oncall")[-1]["files"]
    shown = local.session.get(f"{workspace.url}/files/{file['id']}/{file['name']}", timeout=5)
    assert shown.text == "all is well"

    # App Home, a mention, and both kinds of shortcuts
    lin("home")
    eventually(lambda: local.get("home", user="lin"))
    lin("message", channel="oncall", text="@vigil look")
    eventually(lambda: local.get("messages", channel="oncall")[-1]["reactions"])
    assert lin("shortcut", callback_id="ask") == {"ok": True}
    assert lin("shortcut", callback_id="ask", channel="oncall", ts=file_message(local)) == {"ok": True}
    eventually(lambda: local.texts(direct)[1:] == ["asked by shortcut", "asked by message_action"])


def file_message(local: Local) -> str:
    """The ts of the message with the file."""
    return str(next(each["ts"] for each in local.get("messages", channel="oncall") if each["files"]))


@pytest.mark.parametrize("package", ["@slack/bolt", "typescript"])
def test_what_npm_installs_is_there_in_continuous_integration(package: str) -> None:
    assert needed(package).is_dir()
