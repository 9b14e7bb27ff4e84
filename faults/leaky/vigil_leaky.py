"""A kind of check from another package, which leaks: each time a thread, an open file and some memory."""

from __future__ import annotations

import os
import threading
from typing import ClassVar

from checks.base import Answer, Cursor, Options, Situation
from checks.result import State

KEPT: list[object] = []
HELD_BYTES = 100_000


class Leaky:
    name: ClassVar[str] = "leaky"
    options_model: ClassVar[type[Options]] = Options

    def __init__(self, _: Options) -> None:
        pass

    def probe(self, situation: Situation, cursor: Cursor | None) -> tuple[Answer, Cursor | None]:
        threading.Thread(target=threading.Event().wait, daemon=True).start()
        KEPT.append((os.open(os.devnull, os.O_RDONLY), bytearray(HELD_BYTES)))
        return Answer(state=State.OK, summary="well"), cursor
