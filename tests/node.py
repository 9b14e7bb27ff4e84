"""What comes from npm, and the TypeScript compiler as a judge of payloads."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

HOME = Path(__file__).parent / "npm"
_OPTIONS = ("--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022")
_TYPES = """import type { HomeView, KnownBlock, ModalView } from "@slack/types";
import type { ChatPostMessageArguments } from "@slack/web-api";"""


def needed(package: str) -> Path:
    """Where this package is installed; else the test is skipped, or failed where CI is to have it."""
    found = HOME / "node_modules" / package
    if shutil.which("node") and found.exists():
        return found
    missing = f"needs node and {package}: npm ci --prefix tests/npm"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


def judged_by_types(payloads: Sequence[tuple[str, Any]], folder: Path) -> list[bool]:
    """Whether each (type of Slack's, JSON) is one, in one run of the compiler."""
    compiler = needed("typescript") / "bin" / "tsc"
    (folder / "node_modules").symlink_to(needed("@slack/types").parents[1])
    lines = [f"({json.dumps(value)}) satisfies {kind};" for kind, value in payloads]
    source = folder / "payloads.mts"
    source.write_text("\n".join([_TYPES, *lines]), encoding="utf-8")
    ran = subprocess.run(
        ["node", compiler, *_OPTIONS, source.name], cwd=folder, capture_output=True, text=True, check=False
    )
    wrong = re.findall(r"^payloads\.mts\((\d+),\d+\): error", ran.stdout, re.MULTILINE)
    assert ran.returncode == (2 if wrong else 0), ran.stdout + ran.stderr
    numbers = {int(number) for number in wrong}
    first = _TYPES.count("\n") + 2
    assert not numbers & set(range(1, first)), ran.stdout
    return [line not in numbers for line in range(first, len(lines) + first)]
