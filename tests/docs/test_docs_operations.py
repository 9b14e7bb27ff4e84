"""docs/operations.md: of every table it says how far it grows."""

from __future__ import annotations

import re
from pathlib import Path

from bot.store.tables import metadata

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"


def test_of_every_table_it_is_said_how_far_it_grows() -> None:
    section = PAGE.read_text().partition("## What grows, and how far")[2].partition("\n## ")[0]
    rows = [line.split("|")[2] for line in section.splitlines() if line.startswith("| ")][1:]
    told = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(told) == sorted(metadata.tables)
