"""What people see on a terminal of 60 columns: nothing is cut off, and no word is broken."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from keeping import Kept

from bot.cli.frame.layout import columns, wrapped


def on_terminal(folder: Path, *words: str) -> list[str]:
    """The lines that a terminal of 60 columns gets."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 60, 0, 0))
    environ = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
    with subprocess.Popen(
        [sys.executable, "-m", "bot", *words, "--config", str(folder / "config.yaml")],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environ | {"TERM": "xterm", "NO_COLOR": "1"},
        cwd=Path(__file__).parents[2],
    ):
        os.close(theirs)
        said = b""
        while part := _read(ours):
            said += part
    os.close(ours)
    return re.sub(r"\x1b\[[\d;]*m", "", said.decode()).splitlines()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # its other end is closed
        return b""


@pytest.mark.parametrize(
    ("words", "whole"),
    [
        (("status",), ("Waiting time", "Open alerts: critical 0")),
        (("oncall",), ("Followed by", "rotation of primary, week")),
        (("plan", "--start", "2026-01-19T09:00"), ("Mon 19 Jan 12:00", "milestone", "not applicable")),
    ],
)
def test_a_narrow_terminal_breaks_no_word(kept: Kept, words: tuple[str, ...], whole: tuple[str, ...]) -> None:
    lines = on_terminal(kept.folder, *words)
    assert [line for line in lines if "·" in line and columns(line.rstrip()) > 60] == []
    said = " ".join(" ".join(lines).split())
    assert [each for each in whole if each not in said] == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three", ["one two", "three"]),
        ("巡检暂停一段时间", ["巡检暂停", "一段时间"]),  # a letter of two columns, and no blanks
        ("告警照常进行，采样", ["告警照常", "进行，采", "样"]),
        ("告警照常，采样", ["告警照", "常，采样"]),  # no line begins with a comma
        ("a-very-long-word x", ["a-very-l", "ong-word", "x"]),
        ("", []),
    ],
)
def test_paragraphs_are_as_wide_as_their_columns(text: str, lines: list[str]) -> None:
    assert wrapped(text, 8) == lines
