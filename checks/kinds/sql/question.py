"""What is asked, whoever answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from checks.kinds.sql.rows import Rows

NOW = re.compile(r"(?<![:\w]):now\b")
"""The instant of asking in a query, and no cast to a type `now`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """A query, the instant `:now` stands for (UTC), where relative files start, and the time it has."""

    query: str
    now: datetime
    folder: Path
    timeout_s: float


class Question(Protocol):
    """A query on its way: `rows` waits for the answer, `stop` ends it from another thread."""

    def rows(self) -> Rows:
        """The answer. Raises CouldNotMeasure."""
        ...

    def stop(self) -> None: ...
