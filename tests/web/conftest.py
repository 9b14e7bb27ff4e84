"""The bot's HTTP over real sockets."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from starlette.types import ASGIApp

from bot.web import Served, serve

Serve = Callable[[ASGIApp], Served]


@pytest.fixture
def served() -> Iterator[Serve]:
    """Serve an app on a free port until the test ends."""
    running: list[Served] = []

    def start(app: ASGIApp) -> Served:
        running.append(serve(app, "127.0.0.1", 0))
        return running[-1]

    yield start
    for each in running:
        each.stop()
