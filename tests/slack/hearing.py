"""A connection of the bot's, and its log to wait for."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from bot.slack.access import SlackAccess
from bot.slack.connection import Connection
from bot.slack.listeners import build_app

AT = datetime(2026, 1, 19, 2, 14, tzinfo=UTC)


class Heard(logging.Handler):
    """The lines in the log, waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.changed = threading.Condition()

    def emit(self, record: logging.LogRecord) -> None:
        with self.changed:
            self.lines.append(record.getMessage())
            assert record.exc_info is None
            self.changed.notify_all()

    def wait(self, said: str, times: int = 1) -> None:
        with self.changed:
            found = self.changed.wait_for(
                lambda: sum(said in line for line in self.lines) >= times, timeout=8
            )
            assert found, self.lines


@contextmanager
def connection(access: SlackAccess, inbox: Any) -> Iterator[Connection]:
    opened = Connection(access, build_app(access, inbox, lambda: AT), lambda: None)
    opened.start()
    try:
        yield opened
    finally:
        opened.close()
