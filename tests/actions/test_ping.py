"""The outgoing dead-man's switch, to a real server."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.actions import Pinging
from bot.domain.setup import Ping


class Switch:
    """Counts its calls; answers with `status`."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.status = 200
        self.called = threading.Event()
        switch = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                switch.calls.append(self.path)
                switch.called.set()
                self.send_response(switch.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.ping = Ping(
            url=f"http://127.0.0.1:{self.server.server_port}/s3cret", every=timedelta(milliseconds=10)
        )


@pytest.fixture
def switch() -> Iterator[Switch]:
    built = Switch()
    yield built
    built.server.shutdown()
    built.server.server_close()


def test_it_calls_for_as_long_as_all_is_well(switch: Switch) -> None:
    well = True
    pinging = Pinging(lambda: switch.ping, lambda: well)
    assert pinging.once(switch.ping)
    well = False
    assert not pinging.once(switch.ping)
    assert switch.calls == ["/s3cret"]


def test_it_goes_on_calling_by_itself_until_it_is_stopped(switch: Switch) -> None:
    pinging = Pinging(lambda: switch.ping, lambda: True)
    pinging.start()
    assert switch.called.wait(10)
    pinging.stop()


def test_that_nobody_takes_it_is_said_once_without_its_secret_address(
    switch: Switch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    pinging = Pinging(lambda: switch.ping, lambda: True)
    switch.status = 500
    assert [pinging.once(switch.ping) for _ in range(2)] == [False, False]
    switch.status = 200
    assert pinging.once(switch.ping)
    nowhere = Ping(url="http://127.0.0.1:9/s3cret", every=timedelta(minutes=1))
    assert not pinging.once(nowhere)
    assert [each.getMessage() for each in caplog.records if each.name == "bot.actions.ping"] == [
        "the ping of `web.ping` was answered with HTTP 500",
        "the ping is taken again",
        "the ping of `web.ping` did not get through: Connection refused",
    ]
