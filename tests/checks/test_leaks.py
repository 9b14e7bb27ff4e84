"""Checks that leave programs, threads and files behind are found out, named, and not asked on."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from checks import leaks
from checks.base import Answer, Cursor, Options, Situation
from checks.kinds.command import Command, CommandOptions
from checks.leaks import MARKED, MOST_HELD, MOST_PROGRAMS, Contained, Marks, Programs
from checks.result import Result, State
from checks.runner import run

HERE = Situation(now=datetime(2026, 1, 19, tzinfo=UTC), timeout_s=5, folder=Path("/"))


WELL = Answer(state=State.OK, summary="well")


class Leaky:
    """Leaves a thread and an open file behind each time."""

    name: ClassVar[str] = "leaky"
    options_model: ClassVar[type[Options]] = Options

    def __init__(self, _: Options | None = None) -> None:
        self.over = threading.Event()
        self.files: list[int] = []

    def probe(self, situation: Situation, cursor: Cursor | None) -> tuple[Answer, Cursor | None]:
        threading.Thread(target=self.over.wait, daemon=True).start()
        self.files.append(os.open(os.devnull, os.O_RDONLY))
        return WELL, cursor

    def ends(self) -> None:
        self.over.set()
        while self.files:
            os.close(self.files.pop())
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and thread.daemon:
                thread.join(0.2)


def test_a_kind_that_leaves_threads_and_files_behind_is_not_asked_until_they_are_gone() -> None:
    leaky = Leaky()
    contained = Contained(leaky)

    def asked() -> Result:
        return run("leaky", contained, HERE, None)[0]

    results = [asked() for _ in range(MOST_HELD)]
    threads = sum(each.state is State.OK for each in results)
    assert threads == len(leaky.files) <= MOST_HELD / 2 + 1  # bounded, however often it is asked
    assert results[-1].state is State.UNKNOWN
    assert results[-1].summary == f"it has left {threads} threads and {threads} open files behind in the bot"
    assert "mend the package" in results[-1].hint
    leaky.ends()
    assert asked().state is State.OK
    leaky.ends()


def test_a_kind_that_holds_what_it_needs_is_asked_on() -> None:
    class Pooled(Leaky):
        def probe(self, situation: Situation, cursor: Cursor | None) -> tuple[Answer, Cursor | None]:
            return super().probe(situation, cursor) if not self.files else (WELL, cursor)

    pooled = Pooled()
    contained = Contained(pooled)
    for _ in range(3 * MOST_HELD):
        assert contained.probe(HERE, None)[0].state is State.OK
    pooled.ends()


@pytest.fixture
def marks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Marks]:
    made = Marks()
    monkeypatch.setattr(leaks, "MARKED", 1)  # every run, so that few are needed
    yield made
    made.look()
    for processes in made._found.values():
        for each in processes:
            os.kill(each, signal.SIGKILL)


def daemon(marks: Marks, *command: str) -> Command:
    made = Command(CommandOptions.model_validate({"run": command, "output": "exit"}))
    made._programs = Programs(marks)
    return made


def test_a_command_that_leaves_programs_behind_is_not_asked_until_they_are_gone(marks: Marks) -> None:
    check = daemon(marks, "setsid", "--fork", "sh", "-c", "exec sleep 60 >/dev/null 2>&1")
    left: list[int] = []
    for _ in range(50):  # one that was not out of the family's reach yet is ended with it
        assert run("daemons", check, HERE, None)[0].state is State.OK
        marks.look()
        left = marks.of(check._programs._mark)
        if len(left) > MOST_PROGRAMS:
            break
    refused = run("daemons", check, HERE, None)[0]
    assert refused.state is State.UNKNOWN
    assert refused.summary == f"it leaves programs behind that run on, about {MOST_PROGRAMS + 1} by now"
    assert refused.hint.endswith(f"such as process {left[0]}")
    for each in left:
        os.kill(each, signal.SIGKILL)
    while marks.of(check._programs._mark):
        marks.look()
    assert run("daemons", check, HERE, None)[0].state is State.OK


def test_what_a_check_starts_while_it_runs_is_no_leak(marks: Marks) -> None:
    check = daemon(marks, "sh", "-c", "for i in 1 2 3 4 5 6 7 8; do sleep 9 & done; sleep 1; exit 0")
    running = threading.Thread(target=run, args=("many", check, HERE, None))
    running.start()
    for _ in range(50):
        marks.look()
        assert marks.of(check._programs._mark) == []
        if _marked(check._programs._mark) >= 8:
            break
        threading.Event().wait(0.05)
    assert _marked(check._programs._mark) >= 8
    marks.look()
    assert marks.of(check._programs._mark) == []
    running.join()


def _marked(mark: str) -> int:
    found = 0
    for file in Path("/proc").glob("[0-9]*/environ"):
        try:
            found += mark.encode() in file.read_bytes()
        except OSError:
            continue
    return found


def test_one_run_in_some_is_marked() -> None:
    programs = Programs(Marks())
    marked = [bool(programs.environment({})) for _ in range(2 * MARKED)]
    assert [number for number, each in enumerate(marked) if each] == [0, MARKED]
