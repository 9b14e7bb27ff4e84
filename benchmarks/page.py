"""How long the local workspace's page takes to open on a channel with many messages.

    python benchmarks/page.py [MESSAGES]

Prints, and judges, the median of five openings in headless Chromium, nothing cached: from the navigation
until the newest message can be seen, and until one that is sent then stands there.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
import urllib.request
from typing import Any

from playwright.sync_api import Browser, sync_playwright
from printing import say, within

from bot.workspace import Member, Seed, Workspace

GOAL_MS = 1_000
OPENINGS = 5


def call(workspace: Workspace, method: str, **arguments: Any) -> Any:
    headers = {"Content-Type": "application/json", "Authorization": "Bearer xoxb-local"}
    body = json.dumps(arguments).encode()
    request = urllib.request.Request(f"{workspace.url}/api/{method}", body, headers)  # noqa: S310
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return json.load(answer)


def fill(workspace: Workspace, messages: int) -> str:
    """So many messages in #oncall, each tenth a card with a button; the ID of the channel."""
    [oncall] = call(workspace, "conversations.list")["channels"]
    call(workspace, "conversations.join", channel=oncall["id"])
    for number in range(messages):
        text = f":red_circle: *CRITICAL* – order duplication rate 0.{number} &gt; 0.1"
        words = {"type": "plain_text", "text": "Acknowledge"}
        button = {"type": "button", "action_id": "ack", "text": words}
        section = {"type": "section", "text": {"type": "mrkdwn", "text": text}}
        card = [section, {"type": "actions", "elements": [button]}] if number % 10 == 0 else []
        call(workspace, "chat.postMessage", channel=oncall["id"], text=text, blocks=card)
    return str(oncall["id"])


def opened(browser: Browser, workspace: Workspace, channel: str) -> tuple[float, float]:
    """(ms until the newest message is in view, ms until a new one is)."""
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    began = time.monotonic()
    page.goto(f"{workspace.url}/?user=lin")
    page.locator("article").last.wait_for()
    shown = (time.monotonic() - began) * 1000
    said = f"said at {began}"
    began = time.monotonic()
    call(workspace, "chat.postMessage", channel=channel, text=said)
    page.locator("article", has_text=said).wait_for()
    told = (time.monotonic() - began) * 1000
    context.close()
    return shown, told


def main() -> int:
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    workspace = Workspace(Seed("Benchmark", ("oncall",), (Member("U1", "lin", "Lin Wei"),)))
    workspace.start()
    channel = fill(workspace, messages)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        times = [opened(browser, workspace, channel) for _ in range(OPENINGS)]
        browser.close()
    workspace.stop()
    shown, told = (statistics.median(each) for each in zip(*times, strict=True))
    say(f"a new message beside {messages}", f"{told:.0f} ms")
    return 0 if within(f"a page with {messages} messages", shown, GOAL_MS, "ms") else 1


if __name__ == "__main__":
    sys.exit(main())
