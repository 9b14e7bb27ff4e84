"""Limits as the plan writes them: `> 0.1`, `= 0`, `outside 0..4`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Condition:
    """A comparison with one limit, or `outside` with two.

    `text` is how the plan wrote it. `operator` is one of `<`, `<=`, `=`, `>=`, `>`, `outside`.
    """

    operator: str
    limit: float
    upper: float | None = None
