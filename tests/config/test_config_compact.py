"""A Setup made anew when the garbage of reading is gone is the same Setup."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Any, cast

from bot.config import load
from bot.config.compact import compact

SHIPPED = Path(__file__).parents[2] / "config.yaml"


def test_what_is_made_anew_is_the_same() -> None:
    assert compact(lambda: load(SHIPPED, {})) == load(SHIPPED, {})


def test_what_cannot_be_copied_stays_as_it_is() -> None:
    whole = cast(Any, Lock())
    assert compact(lambda: whole) is whole
