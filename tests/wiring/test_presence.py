"""A process knows whether another one of its host is still there."""

from __future__ import annotations

import subprocess
import sys

from bot.wiring.presence import gone, presence


def test_a_process_that_was_killed_is_gone_and_one_elsewhere_may_be_there() -> None:
    program = "from bot.wiring.presence import presence; print(presence(), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        name = other.stdout.readline().strip()
        assert not gone(name)
        other.kill()
    assert gone(name)
    assert not gone(presence())
    assert not gone("elsewhere.example.com/1/77")
    host, number, _ = presence().rsplit("/", 2)
    assert gone(f"{host}/{number}/77")  # somebody else has its number by now
