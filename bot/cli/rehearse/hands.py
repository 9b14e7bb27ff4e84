"""Hands of a rehearsal: on the sample service, and on the local workspace as people are."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import Event
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

from bot.cli.running.sample import SampleError

_ANSWERS_WITHIN_S = 60
_TRIES = 200


@dataclass(frozen=True, slots=True)
class Hands:
    """Implements engine.rehearsal.script.Hand and wiring's Watched. URLs end without a slash."""

    switches: str
    workspace: str
    channel: str

    def wait(self) -> None:
        """Until the sample answers. Raises SampleError."""
        pause = Event()
        for _ in range(_TRIES):
            try:
                _ask(f"{self.switches}/identity")
            except URLError:
                pause.wait(0.05)
            else:
                return
        raise SampleError(f"the sample service does not answer at {self.switches}")

    def faults(self) -> list[str]:
        """The faults it knows."""
        return list(_ask(f"{self.switches}/faults"))

    def go_on(self, at: datetime) -> None:
        _ask(f"{self.switches}/clock", until=at.timestamp())
        os.environ["ORDERS_NOW"] = str(int(at.timestamp()))  # what the sample's scripts take for now

    def turn(self, fault: str, on: bool) -> None:
        _ask(f"{self.switches}/faults/{fault}", on=on)

    def types(self, person: str, command: str) -> None:
        text = f"/monitor {command}"
        _ask(f"{self.workspace}/local/command", user=person, channel=self.channel, text=text)

    def presses(self, person: str, verb: str, option: str) -> bool:
        messages = _ask(f"{self.workspace}/local/messages?channel={self.channel}")
        for message in reversed(messages):
            for action, value in _offered(message):
                if value.startswith(f"{verb}:") and option in value:
                    where = {"user": person, "channel": self.channel, "ts": message["ts"]}
                    _ask(f"{self.workspace}/local/action", **where, action_id=action, value=value)
                    return True
        return False

    def enters(self, person: str, values: Mapping[str, str]) -> str | None:
        open_forms = _ask(f"{self.workspace}/local/views?user={quote(person)}")
        if not open_forms:
            return None
        form = open_forms[-1]
        refused = self._sent(person, form, values)
        if refused:
            _ask(f"{self.workspace}/local/close", user=person, view_id=form["id"])
        return refused

    def _sent(self, person: str, form: dict[str, Any], values: Mapping[str, str]) -> str:
        fields = {block["element"]["action_id"]: block for block in form["blocks"] if "element" in block}
        if unknown := [name for name in values if name not in fields]:
            return f"the form has no field {', '.join(unknown)}; it has {', '.join(fields)}"
        try:
            answer = _ask(
                f"{self.workspace}/local/submit", user=person, view_id=form["id"], values=dict(values)
            )
        except SampleError as refused:
            return str(refused)
        said = answer.get("errors") or {"": answer.get("message", "")}
        return "" if answer["ok"] else " ".join(said.values())


def _offered(message: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(action ID, value) of every button and choice of a message."""
    for block in message.get("blocks") or ():
        for element in (*block.get("elements", ()), block.get("accessory") or {}):
            for offered in (element, *element.get("options", ())):
                yield element.get("action_id", ""), str(offered.get("value", ""))


def _ask(url: str, **body: object) -> Any:
    """Raises SampleError with what the other side says against it; URLError where nothing answers."""
    request = Request(url, json.dumps(body).encode() if body else None)  # noqa: S310 - our own programs
    request.add_header("content-type", "application/json")
    try:
        with urlopen(request, timeout=_ANSWERS_WITHIN_S) as answer:  # noqa: S310
            return json.load(answer)
    except HTTPError as error:
        raise SampleError(f"{url}: {error.read().decode(errors='replace')}") from error
