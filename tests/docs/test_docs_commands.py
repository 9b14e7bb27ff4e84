"""docs/commands.md: as the table of commands and the terminal say it."""

from __future__ import annotations

import runpy
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_is_what_its_source_and_the_commands_say() -> None:
    written = runpy.run_path(str(ROOT / "docs" / "commands.py"))["page"]()
    assert written == (ROOT / "docs" / "commands.md").read_text(encoding="utf-8"), "run `make docs`"
