"""Points at which a bot can be killed, each with a name; the program itself knows nothing of them."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bot.wiring import Program

Kills = Callable[[str], bool]
"""Whether the bot is to die at the point of this name."""


class Killed(BaseException):
    """The bot is gone in the middle of what it was doing, as `kill -9` leaves it."""


class Faults:
    """Every point that a bot passes on its way: around what it writes to disk, and around what it posts.

    A transaction bears the name of the function that began it, a post that of what is posted; both are
    numbered: `before run_due 2` is the second one, about to be written, `after run_due 2` when it is.
    `threads`: the program works on threads of its own, all of which count; else those are Slack's listeners.
    """

    def __init__(self, kills: Kills, *, threads: bool = False) -> None:
        self.passed: list[str] = []
        self._kills = kills
        self._threads = threads
        self._count: Counter[str] = Counter()

    def watch(self, program: Program) -> None:
        """From now on this program passes the points; the one before it is gone."""
        self._transaction = program._database.transaction
        self._post = program._world.door.post
        program._database.transaction = self._written  # type: ignore[method-assign,assignment]
        program._world.door.post = self._posted  # type: ignore[method-assign]

    @contextmanager
    def _written(self, *arguments: Any) -> Iterator[Any]:
        if not self._threads and threading.current_thread() is not threading.main_thread():
            with self._transaction(*arguments) as rows:
                yield rows
            return
        name = self._numbered(sys._getframe(2).f_code.co_name)
        with self._transaction(*arguments) as rows:
            yield rows
            self._pass("before", name)
        self._pass("after", name)

    def _posted(self, operation: str, place: Any, message: Any) -> Any:
        name = self._numbered(f"post {type(message).__name__}")
        self._pass("before", name)
        outcome = self._post(operation, place, message)
        self._pass("after", name)
        return outcome

    def _numbered(self, name: str) -> str:
        return f"{name} {self._count[name] + 1}"

    def _pass(self, when: str, name: str) -> None:
        point = f"{when} {name}"
        self.passed.append(point)
        if when == "after":
            self._count[name.rpartition(" ")[0]] += 1
        if self._kills(point):
            raise Killed(point)
