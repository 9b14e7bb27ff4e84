"""Asking what cannot be interrupted (a name look-up, a dead network mount), without waiting for ever."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

T = TypeVar("T")


class TooLate(Exception):  # noqa: N818 - it is an answer, named as one
    """The question was not answered in time; its `thread` ends when the system call it waits for does."""

    def __init__(self, thread: threading.Thread) -> None:
        super().__init__("not answered in time")
        self.thread = thread


def within(seconds: float, question: Callable[[], T]) -> T:
    """Answer `question` on a thread of its own, at most `seconds` from now.

    Raises TooLate, or whatever the question raised. The thread is a daemon: it never keeps the program
    from ending.
    """
    answer: Future[T] = Future()

    def ask() -> None:
        try:
            answer.set_result(question())
        except BaseException as error:  # noqa: BLE001 - handed over to the thread that asked
            answer.set_exception(error)

    thread = threading.Thread(target=ask, name="check", daemon=True)
    thread.start()
    try:
        return answer.result(seconds)
    except TimeoutError:
        if answer.done():
            raise
        raise TooLate(thread) from None


class StillWaiting(Exception):  # noqa: N818 - it is an answer, named as one
    """An earlier question of the same name still waits for its answer, so it was not asked again."""


class Patience:
    """Asks within a time, and never a second time while the first one waits: one stuck thread is enough."""

    def __init__(self) -> None:
        self._waiting: dict[str, threading.Thread] = {}

    def ask(self, name: str, seconds: float, question: Callable[[], T]) -> T:
        """Raises TooLate, StillWaiting, or whatever the question raised."""
        stuck = self._waiting.get(name)
        if stuck is not None and stuck.is_alive():
            raise StillWaiting(name)
        try:
            return within(seconds, question)
        except TooLate as late:
            self._waiting[name] = late.thread
            raise
