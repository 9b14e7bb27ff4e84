"""What the chapter on replays shows is what the commands in it print."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHAPTER = ROOT / "docs" / "replay.md"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)


def commands(text: str) -> list[tuple[str, str]]:
    """(command, what it prints) of every block, in order; a command may go on over several lines."""
    found: list[tuple[str, str]] = []
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            lines = part.splitlines()
            last = next(number for number, line in enumerate(lines) if not line.endswith("\\"))
            found.append(("\n".join(lines[: last + 1]), "\n".join(lines[last + 1 :]).strip("\n")))
    return found


def rerun(folder: Path) -> list[tuple[str, str]]:
    """The same commands with what they print now, one after the other in a folder of their own."""
    shutil.copy(ROOT / "config.yaml", folder)
    (folder / "examples").symlink_to(ROOT / "examples")
    for name in re.findall(r"^`(\w+\.csv)`:$", CHAPTER.read_text(encoding="utf-8"), re.M):
        told = re.search(rf"^`{name}`:\n\n```\n(.*?)^```$", CHAPTER.read_text(encoding="utf-8"), re.M | re.S)
        assert told
        (folder / name).write_text(told[1], encoding="utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {"PATH": path, "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "utf-8"}
    printed = []
    for command, _ in commands(CHAPTER.read_text(encoding="utf-8")):
        ran = subprocess.run(
            ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, check=False
        )
        lines = (line.rstrip() for line in (ran.stdout + ran.stderr).decode().strip("\n").splitlines())
        printed.append((command, "\n".join(lines).strip("\n")))
    return printed


def test_every_command_prints_what_the_chapter_says(tmp_path: Path) -> None:
    assert rerun(tmp_path) == commands(CHAPTER.read_text(encoding="utf-8"))
