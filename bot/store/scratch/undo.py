"""Rows in memory that a decision which fails leaves as they were."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Undo:
    """What takes back the changes of one decision, newest first."""

    def __init__(self) -> None:
        self._steps: list[Callable[[], None]] = []

    def add(self, step: Callable[[], None]) -> None:
        self._steps.append(step)

    def keep(self) -> None:
        """The decision is made."""
        self._steps.clear()

    def undo(self) -> None:
        while self._steps:
            self._steps.pop()()


class Remembered(Generic[Key, Value]):
    """Values by key."""

    def __init__(self, undo: Undo) -> None:
        self.values: dict[Key, Value] = {}
        self._undo = undo

    def put(self, key: Key, value: Value) -> None:
        before = self.values.get(key)
        self._undo.add(lambda: self._back(key, before))
        self.values[key] = value

    def drop(self, key: Key) -> None:
        before = self.values.pop(key, None)
        self._undo.add(lambda: self._back(key, before))

    def _back(self, key: Key, before: Value | None) -> None:
        if before is None:
            self.values.pop(key, None)
        else:
            self.values[key] = before
