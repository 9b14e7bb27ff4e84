"""`vigil audit`, and `permissions` on the command line."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import Any

from click.testing import Result
from keeping import Kept

Vigil = Callable[..., Result]
Answer = Callable[..., Any]


def test_what_people_do_on_the_command_line_is_written_with_before_and_after(
    kept: Kept, answer: Answer, vigil: Vigil
) -> None:
    assert answer("audit") == []
    answer("watch", "start", "--version", "v1", "--as", "lin")
    answer("watch", "pause", "1h")
    told = answer("audit")
    assert [
        (each["person"], each["source"], each["deed"], each["before"], each["after"]) for each in told
    ] == [
        ("lin", "cli", "watch.started", "", "running"),
        (f"@{getpass.getuser()}", "cli", "watch.paused", "running", "paused"),
    ]
    assert told[0]["seq"] < told[1]["seq"]
    assert [each["deed"] for each in answer("audit", "--person", "lin")] == ["watch.started"]
    assert answer("audit", "--service", "billing") == []
    printed = vigil("audit").output
    assert "running → paused" in printed


def test_permissions_hold_on_the_command_line_too(kept: Kept, vigil: Vigil, answer: Answer) -> None:
    config = kept.folder / "config.yaml"
    config.write_text(config.read_text() + "\npermissions: {watch: [person:lin]}\n")
    refused = vigil("watch", "start", "--version", "v1")
    assert refused.exit_code == 1
    assert "`watch` is for person:lin; nothing was changed; say who you are with --as" in refused.output
    assert vigil("watch", "start", "--version", "v1", "--as", "chen").exit_code == 1
    assert vigil("watch", "start", "--version", "v1", "--as", "lin").exit_code == 0
    assert [each["person"] for each in answer("audit")] == ["lin"]
