"""Every room can be the first that a program imports: no two wait for each other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

FIRST = """
import importlib, sys
for name in sys.argv[1:]:
    for loaded in [each for each in sys.modules if each.partition(".")[0] in ("bot", "checks")]:
        del sys.modules[loaded]
    try:
        importlib.import_module(name)
    except ImportError as error:
        print(f"{name}: {error}")
"""


def test_every_room_can_be_imported_first() -> None:
    rooms = [f"bot.{each.parent.name}" for each in ROOT.glob("bot/*/__init__.py")]
    commands = [f"bot.cli.{each.stem}" for each in ROOT.glob("bot/cli/*") if each.stem != "__init__"]
    engine = [f"bot.engine.{each.stem}" for each in ROOT.glob("bot/engine/*.py") if each.stem != "__init__"]
    names = [*rooms, *engine, *(each for each in commands if "__" not in each), "bot.cli.doctor.visit"]
    said = subprocess.run(
        [sys.executable, "-c", FIRST, *names], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert said.stdout == ""
