"""Events that the bot must acknowledge: kept until it does, tried again when it does not."""

import asyncio
import json
import secrets
from collections.abc import Callable
from typing import Any

from bot.workspace.app.line import Line
from bot.workspace.app.socketmode import UntoldError
from bot.workspace.facts.journal import Journal
from bot.workspace.seed import APP_ID, BOT_USER_ID, TEAM_ID

Json = dict[str, Any]

# https://docs.slack.dev/apis/events-api/#retries: nearly at once, after one minute, after five minutes.
# The first wait is the time that the bot has for its acknowledgement.
_WAITS_S = (3.0, 60.0, 300.0, 3.0)
_LOOK_AGAIN_S = 0.25
"""How often the clock is read while an event waits: a clock in a test's hand moves without a sound."""


class Deliveries:
    """`events` are the types that the app has subscribed to; none means all."""

    def __init__(self, journal: Journal, clock: Callable[[], float], events: tuple[str, ...] = ()) -> None:
        self._events = events
        self._journal = journal
        self._clock = clock
        self._changed = asyncio.Event()
        self._under_way: dict[str, asyncio.Task[None]] = {}

    def add(self, event: Json) -> None:
        """Only what the app has subscribed to is kept for it."""
        if self._events and _subscription(event) not in self._events:
            return
        identity = "Ev" + secrets.token_hex(5).upper()
        body = {
            "token": "local",
            "team_id": TEAM_ID,
            "api_app_id": APP_ID,
            "event": event,
            "type": "event_callback",
            "event_id": identity,
            "event_time": int(self._clock()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": TEAM_ID,
                    "user_id": BOT_USER_ID,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
        }
        self._journal.change(
            "INSERT INTO events (id, body, due) VALUES (?, ?, ?)", identity, json.dumps(body), self._clock()
        )
        self._changed.set()

    def retry_now(self) -> None:
        """A bot has come: what waits is due."""
        self._journal.change("UPDATE events SET due = ?", self._clock())
        self._changed.set()

    async def run(self, line: Line) -> None:
        """Delivers until cancelled; asleep while nothing waits."""
        while True:
            self._changed.clear()
            waiting = self._journal.rows("SELECT * FROM events ORDER BY rowid")
            now = self._clock()
            for row in waiting:
                if row["due"] <= now and row["id"] not in self._under_way:
                    self._try(line, row["id"], row["body"], (row["attempts"], row["reason"]))
            timeout = _LOOK_AGAIN_S if waiting else None
            try:
                await asyncio.wait_for(self._changed.wait(), timeout)
            except TimeoutError:
                continue

    def _try(self, line: Line, identity: str, body: str, before: tuple[int, str]) -> None:
        """`before` is how often it was tried, and why the last time failed."""
        attempts, _ = before
        if attempts == len(_WAITS_S):
            self._journal.change("DELETE FROM events WHERE id = ?", identity)
            return
        self._journal.change(
            "UPDATE events SET attempts = attempts + 1, due = ? WHERE id = ?",
            self._clock() + _WAITS_S[attempts],
            identity,
        )
        task = asyncio.create_task(self._deliver(line, identity, json.loads(body), before))
        self._under_way[identity] = task
        task.add_done_callback(lambda _: self._under_way.pop(identity, None))

    async def _deliver(self, line: Line, identity: str, body: Json, before: tuple[int, str]) -> None:
        attempts, reason = before
        try:
            await line.ask("events_api", body, retry_attempt=attempts, retry_reason=reason)
        except UntoldError as untold:
            if untold.comes_again:  # the next try is noted already
                self._journal.change("UPDATE events SET reason = ? WHERE id = ?", untold.reason, identity)
                return
        self._journal.change("DELETE FROM events WHERE id = ?", identity)


def _subscription(event: Json) -> str:
    """What the manifest calls this event: messages are told apart by where they are."""
    if event["type"] != "message":
        return str(event["type"])
    return {"im": "message.im", "group": "message.groups", "channel": "message.channels"}[
        event["channel_type"]
    ]
