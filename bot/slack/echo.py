"""Whether Slack answers us: a real round trip, made when somebody wants to know."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock

from slack_sdk import WebClient

from bot.slack.wire import Exchange, Failure

EVERY_S = 15.0
"""However often somebody asks, Slack is asked no more often."""


class Echo:
    """The newest round trip to Slack with the bot token. Safe to use from several threads."""

    def __init__(self, client: WebClient, elapsed: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._elapsed = elapsed
        self._lock = Lock()
        self._asked: float | None = None
        self._heard: tuple[str, float | None] = ("", None)

    def hear(self) -> tuple[str, float | None]:
        """What is wrong ("" for nothing), and the seconds the answer took; blocks three seconds at most."""
        with self._lock:
            began = self._elapsed()
            if self._asked is None or began - self._asked >= EVERY_S:
                answer = Exchange(self._client).call("auth.test", {})
                self._asked = self._elapsed()
                trouble = answer.outcome.reason if isinstance(answer, Failure) else ""
                self._heard = trouble, None if trouble else self._asked - began
            return self._heard
