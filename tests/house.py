"""A whole bot on a held clock, beside a local workspace, over real sockets: tests read like the product."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event

from bot.clock import HeldClock
from bot.config import load
from bot.domain.setup import Setup
from bot.domain.watches.plan import Entry
from bot.engine.people.show import execution_list
from bot.slack.access import SlackAccess
from bot.store import Database
from bot.wiring import Program
from bot.wiring.local import seed_of
from bot.workspace import Workspace
from faults.points import Faults, Kills

DEADLINE_S = 60.0


Message = dict[str, Any]


class House:
    """The bot, its workspace and the measured service, whose values the test sets."""

    def __init__(self, folder: Path, config: str, starts_at: datetime) -> None:
        self.folder = folder
        self.clock = HeldClock(starts_at)
        (folder / "config.yaml").write_text(config)
        self.values: dict[str, float] = {}
        # Cards grow old every half minute: they are drawn anew whenever time stops anyway.
        self.at_stops = {"watch-cards", "homes"}
        self.setup = load(folder / "config.yaml", {})
        self.workspace = Workspace(
            replace(seed_of(self.setup), team="Test"),
            clock=lambda: self.clock.now().timestamp(),
        )
        self.workspace.start()
        self.access = SlackAccess(
            bot_token="xoxb-local", app_token="xapp-local", api_url=f"{self.workspace.url}/api/"
        )
        self._faults: Faults | None = None
        self.program = self._program()

    def _program(self) -> Program:
        program = Program(self.setup, self.access, self.clock, threads=False, read=self._read)
        _trust_memory(program)
        if self._faults:
            self._faults.watch(program)
        program.connect()
        until(lambda: program.connected and self.get("/local/state")["bot"]["connected"])
        return program

    def close(self) -> None:
        self.program.stop()
        self.workspace.stop()

    def restart(self, **away: float) -> None:
        """The bot ends without a word; a new one starts, so much later, on what it left on disk."""
        self.program.stop()
        until(lambda: not self.get("/local/state")["bot"]["connected"])
        self.clock.advance(timedelta(**away))
        self.program = self._program()
        self.program.settle()

    def dies(self, kills: Kills) -> Faults:
        """From now on the bot is killed, and each that follows it, at every point for which `kills` holds.

        Whatever drives it then raises Killed; `restart` begins a new one.
        """
        self._faults = Faults(kills)
        self._faults.watch(self.program)
        return self._faults

    def _read(self) -> Setup:
        return load(self.folder / "config.yaml", {})

    def rewrites(self, config: str) -> None:
        """Somebody changes config.yaml; the bot runs on."""
        (self.folder / "config.yaml").write_text(config)

    def reconfigure(self, config: str) -> None:
        """The bot is restarted on another config.yaml."""
        (self.folder / "config.yaml").write_text(config)
        self.setup = self._read()
        self.restart()

    # --- the world -----------------------------------------------------------------------------------

    def measures(self, **values: float) -> None:
        """What the checks find from now on."""
        self.values |= values
        (self.folder / "values.json").write_text(json.dumps(self.values))

    def watch(self, version: str = "resilience-v1.0") -> None:
        self.program.ensure_watch(self.setup.services["orders"], version)
        self.program.settle()

    def fast_forward(self, **span: float) -> None:
        """Let time pass, stopping at whatever falls due on the way."""
        jumps = self.program.jumps(self.clock, frozenset(self.at_stops))
        jumps.settle()
        jumps.pass_until(self.clock.now() + timedelta(**span))
        jumps.settle()

    def settles_until(self, holds: Callable[[], bool]) -> None:
        """The bot does what comes in, until this holds: for people who act in a browser."""

        def settled() -> bool:
            self.program.settle()
            return holds()

        until(settled)

    # --- people --------------------------------------------------------------------------------------

    def types(self, person: str, text: str) -> Message:
        """A person types a command; returns the newest message only they can see."""
        answer = self.post("/local/command", user=person, channel="oncall", text=text)
        assert answer["ok"], answer
        self.program.settle()
        answers = [each for each in self.messages(user=person) if each["ephemeral_to"]]
        return answers[-1] if answers else {}

    def presses(self, person: str, card: Message, verb: str) -> None:
        """A person presses the button of a card that carries this verb."""
        for element in elements(card):
            if str(element.get("value", "")).startswith(f"{verb}:"):
                self._act(person, card, element["action_id"], element["value"])
                return
            for option in element.get("options", ()):
                if option["value"].startswith(f"{verb}:"):
                    self._act(person, card, element["action_id"], option["value"])
                    return
        raise AssertionError(f"no button says {verb}: {card['blocks']}")

    def _act(self, person: str, card: Message, action: str, value: str) -> None:
        answer = self.post(
            "/local/action", user=person, channel="oncall", ts=card["ts"], action_id=action, value=value
        )
        assert answer["ok"], answer
        self.program.settle()

    def execution_list(self) -> list[Entry]:
        """The list of the newest watch."""
        database = Database(self.setup.storage)
        with database.reading() as ledger:
            entries = execution_list(ledger, ledger.watches.open_all()[-1])
        database.close()
        return list(entries)

    # --- what is seen --------------------------------------------------------------------------------

    def messages(self, user: str | None = None) -> list[Message]:
        answer: list[Message] = self.get("/local/messages?channel=oncall" + (f"&user={user}" if user else ""))
        return answer

    def channel(self) -> list[Message]:
        """Top-level messages everybody sees."""
        return [each for each in self.messages() if not each["thread_ts"] and not each["ephemeral_to"]]

    def card(self, words: str) -> Message:
        """The newest card in the channel that says this."""
        found = [each for each in self.channel() if words in shown(each)]
        assert found, f"no card says {words!r}: {[shown(each) for each in self.channel()]}"
        return found[-1]

    def thread(self, card: Message) -> list[Message]:
        return [each for each in self.messages() if each["thread_ts"] == card["ts"]]

    def files(self, card: Message) -> dict[str, bytes]:
        """The files in the thread of a card: name → what is in it."""
        found: dict[str, bytes] = {}
        for message in self.thread(card):
            for file in message["files"]:
                address = f"{self.workspace.url}/files/{file['id']}/{file['name']}"
                with urllib.request.urlopen(address, timeout=10) as answer:
                    found[file["name"]] = answer.read()
        return found

    def pages(self) -> list[Message]:
        """Every message ever posted that mentions a person, in order."""
        posts: list[Message] = self.get("/local/posts")
        return [each for each in posts if "<@U" in (each["text"] or "")]

    def paged(self) -> list[list[str]]:
        """Whom each page mentioned, in order."""
        keys = {person.slack: key for key, person in self.setup.people.items()}
        return [[keys[part.split(">")[0]] for part in page["text"].split("<@")[1:]] for page in self.pages()]

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.workspace.url + path, timeout=10) as answer:
            return json.load(answer)

    def post(self, path: str, **body: object) -> Any:
        request = urllib.request.Request(
            self.workspace.url + path,
            json.dumps(body).encode(),
            {"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


def _trust_memory(program: Program) -> None:
    """A database that lives for some seconds in this process need not survive a power cut."""
    engine = program._database._engine
    engine.dispose()
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))


def until(holds: Callable[[], bool]) -> None:
    """Wait for something another thread does; never longer than DEADLINE_S."""
    waiting = threading.Event()
    for _ in range(int(DEADLINE_S / 0.01)):
        if holds():
            return
        waiting.wait(0.01)
    raise AssertionError("it did not happen in time")


def elements(message: Message) -> list[dict[str, Any]]:
    """Every button and menu of a message."""
    return [
        element
        for block in message["blocks"] or ()
        for element in (*block.get("elements", ()), *filter(None, [block.get("accessory")]))
    ]


def shown(message: Message) -> str:
    """All words of a message as a reader sees them."""
    words: list[str] = [message["text"] or ""]

    def collect(node: object) -> None:
        if isinstance(node, dict):
            words.extend(str(node["text"]) for _ in (1,) if isinstance(node.get("text"), str))
            for value in node.values():
                collect(value)
        elif isinstance(node, list):
            for value in node:
                collect(value)

    collect(message["blocks"])
    return "\n".join(words).replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
