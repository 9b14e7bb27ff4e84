"""Many programs on one thread: none waits for another, and each is treated as if it were alone."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from checks.base import Situation
from checks.child import Loop, run_child
from checks.child.loop import ready
from checks.kinds.command import Command, CommandOptions
from checks.result import Result, State
from checks.runner import run

FAR = 30.0


@pytest.fixture
def loop() -> Iterator[Loop]:
    loop = Loop(8, 8)
    yield loop
    loop.stop()


class Answers:
    """What jobs have said, in the order in which they said it."""

    def __init__(self, expected: int) -> None:
        self.said: list[str] = []
        self.threads: set[str] = set()
        self._left = threading.Semaphore(0)
        self._expected = expected

    def say(self, word: str) -> None:
        self.said.append(word)
        self.threads.add(threading.current_thread().name)
        self._left.release()

    def all(self) -> list[str]:
        for _ in range(self._expected):
            assert self._left.acquire(timeout=FAR)
        return self.said


def holding(marker: Path) -> list[psutil.Process]:
    """Processes with this among their arguments."""
    return [each for each in psutil.process_iter(["cmdline"]) if str(marker) in (each.info["cmdline"] or [])]


def test_whoever_is_ready_goes_on_first_and_all_on_one_thread(loop: Loop) -> None:
    pipes = {name: os.pipe() for name in "abc"}
    answers, waiting = Answers(3), threading.Semaphore(0)

    def job(name: str) -> None:
        waiting.release()
        assert ready([pipes[name][0]], time.monotonic() + FAR) == [pipes[name][0]]
        os.read(pipes[name][0], 1)
        answers.say(name)
        following = {"b": "c", "c": "a"}.get(name)
        if following:
            os.write(pipes[following][1], b"!")

    for name in pipes:
        loop.start(lambda name=name: job(name))  # type: ignore[misc]
    for _ in pipes:
        assert waiting.acquire(timeout=FAR)
    os.write(pipes["b"][1], b"!")
    assert answers.all() == ["b", "c", "a"]
    assert answers.threads == {"programs"}
    for ends in pipes.values():
        for end in ends:
            os.close(end)


def test_who_waits_in_vain_goes_on_at_the_instant_named(loop: Loop) -> None:
    answers = Answers(2)

    def job(name: str, wait_s: float) -> None:
        assert list(ready([], time.monotonic() + wait_s)) == []
        answers.say(name)

    loop.start(lambda: job("later", 0.05))
    loop.start(lambda: job("soon", 0.0))
    assert answers.all() == ["soon", "later"]


def test_there_are_never_more_than_there_is_room_for() -> None:
    loop, answers = Loop(2, 2), Answers(6)
    inside, most = 0, 0

    def job() -> None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        ready([], time.monotonic() + 0.01)
        inside -= 1
        answers.say("done")

    for _ in range(6):
        loop.start(job)
    answers.all()
    loop.stop()
    assert most == 2


def test_what_waits_for_long_leaves_its_place_to_another(tmp_path: Path) -> None:
    loop, answers = Loop(1, 2), Answers(2)
    reading, writing = os.pipe()

    def waits() -> None:
        ready([reading], time.monotonic() + FAR)
        answers.say("waited")

    def wakes() -> None:
        answers.say("came later")
        os.write(writing, b"!")

    loop.start(waits)
    loop.start(wakes)
    assert answers.all() == ["came later", "waited"]
    loop.stop()
    for end in (reading, writing):
        os.close(end)


def test_a_stopped_loop_kills_what_runs_and_begins_nothing(tmp_path: Path) -> None:
    marker, begun = tmp_path / "held-open", threading.Event()
    loop, said = Loop(1, 1), list[str]()

    def job() -> None:
        begun.set()
        line = ("sh", "-c", "trap '' TERM; while :; do sleep 60; done", str(marker))
        run_child(line, folder=tmp_path, environment={}, timeout_s=FAR)
        said.append("ended by itself")

    loop.start(job)
    loop.start(lambda: said.append("queued"))
    assert begun.wait(FAR)
    loop.stop()
    loop.start(lambda: said.append("too late"))
    for thread in threading.enumerate():
        if thread.name == "programs":
            thread.join(FAR)
            assert not thread.is_alive()
    assert said == []
    assert psutil.wait_procs(holding(marker), timeout=5)[1] == []
    loop.stop()  # twice is no harm


HOSTILE = {
    "hangs": "exec tail -f /dev/null {m}",
    "deaf": "trap '' TERM INT HUP; while :; do tail -f /dev/null {m}; done",
    "a family": "tail -f /dev/null {m} & tail -f /dev/null {m} & wait",
    "an orphan that holds the pipe": "(trap '' TERM; tail -f /dev/null {m}) & sleep 60",
    "closed its output": "exec >&- 2>&-; exec sh -c 'while :; do sleep 60; done' {m}",
    "left the group": "setsid tail -f /dev/null {m}",
    "never stops talking": "exec yes {m}",
}


def test_hostile_programs_side_by_side_end_in_time_and_hold_up_nobody(loop: Loop, tmp_path: Path) -> None:
    marker = tmp_path / "held-open"
    marker.touch()
    results: dict[str, Result] = {}
    answers = Answers(len(HOSTILE) + 1)

    def start(name: str, text: str, timeout_s: float) -> None:
        path = tmp_path / f"{name}.sh"
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)
        options = CommandOptions.model_validate({"run": [str(path)], "metric": "m"})
        situation = Situation(now=datetime(2026, 1, 12, tzinfo=UTC), timeout_s=timeout_s, folder=tmp_path)

        def job() -> None:
            results[name] = run(name, Command(options), situation, None)[0]
            answers.say(name)

        loop.start(job)

    for name, text in HOSTILE.items():
        start(name, text.format(m=marker), 0.5)
    start("quick", "echo 5", 30.0)
    assert answers.all()[0] == "quick"
    assert results.pop("quick").measurements[0].value == 5
    assert {name: result.state for name, result in results.items()} == dict.fromkeys(HOSTILE, State.UNKNOWN)
    assert all(result.summary == "no answer within 0.5 s" for result in results.values())
    assert max(result.duration_s for result in results.values()) < 3.0
    assert psutil.wait_procs(holding(marker), timeout=5)[1] == []
    assert [each for each in psutil.Process().children() if each.status() == psutil.STATUS_ZOMBIE] == []
