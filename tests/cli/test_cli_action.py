"""`vigil action` and `vigil rollback` as a person or a program meets them."""

from __future__ import annotations

import getpass
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from keeping import Kept

from bot.cli import main
from bot.clock import RealClock

Vigil = Callable[..., Result]
Answer = Callable[..., Any]

ACTIONS = """
actions:
  restart: {run: [./act.sh, restarted], confirm: false}
  rollback: {run: [./act.sh, "rolled back"], who: [person:lin]}
"""


@pytest.fixture
def kept(folder: Path) -> Kept:
    config = folder / "config.yaml"
    config.write_text(config.read_text() + ACTIONS)
    (folder / "act.sh").write_text('#!/bin/sh\n[ -e broken ] && exit 1\necho "$1" | tee -a deeds\n')
    (folder / "act.sh").chmod(0o755)
    return Kept(folder)


@pytest.fixture
def awake(kept: Kept) -> Iterator[None]:
    """A bot that runs."""
    ended = threading.Event()

    def run() -> None:
        while not ended.wait(0.02):
            kept.wakes(RealClock().now())

    thread = threading.Thread(target=run)
    thread.start()
    yield
    ended.set()
    thread.join()


def deeds(kept: Kept) -> list[str]:
    file = kept.folder / "deeds"
    return file.read_text().splitlines() if file.exists() else []


def told(answer: Answer) -> list[tuple[str, str, str, str]]:
    return [(each["person"], each["source"], each["deed"], each["subject"]) for each in answer("audit")]


def test_actions_are_listed_with_who_may_run_them(kept: Kept, vigil: Vigil, answer: Answer) -> None:
    assert answer("action") == [
        {"service": "orders", "action": "restart", "who": []},
        {"service": "orders", "action": "rollback", "who": ["person:lin"]},
    ]
    listed = vigil("action").output
    assert "for everybody" in listed
    assert "person:lin" in listed


def test_a_dry_run_does_nothing_and_is_audited(kept: Kept, vigil: Vigil, answer: Answer) -> None:
    for command in (("action", "orders/rollback"), ("rollback",), ("rollback", "orders")):
        tried = vigil(*command, "--dry-run", "--as", "lin")
        assert (tried.exit_code, "would call `./act.sh rolled back`" in tried.output) == (0, True)
    kept.wakes(RealClock().now())
    assert deeds(kept) == []
    assert told(answer) == [("lin", "cli", "action.dry_run", "rollback")] * 3


def test_what_is_asked_for_is_run_by_the_bot_and_audited(kept: Kept, vigil: Vigil, answer: Answer) -> None:
    asked = vigil("action", "restart")
    assert (asked.exit_code, "Restart begins; the channel is told how it ends" in asked.output) == (0, True)
    assert deeds(kept) == []
    kept.wakes(RealClock().now())
    assert deeds(kept) == ["restarted"]
    me = f"@{getpass.getuser()}"
    assert told(answer) == [
        (me, "cli", "action.asked", "restart"),
        (me, "bot", "action.succeeded", "restart"),
    ]


def test_a_script_may_wait_for_the_end(kept: Kept, awake: None, vigil: Vigil) -> None:
    ended = vigil("action", "restart", "--wait")
    assert (ended.exit_code, "Restart succeeded after" in ended.output) == (0, True), ended.output
    (kept.folder / "broken").touch()
    failed = vigil("action", "restart", "--wait")
    assert (failed.exit_code, "it may have acted before that" in failed.output) == (1, True), failed.output


def test_what_no_bot_takes_up_is_said(kept: Kept, vigil: Vigil, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["bot.cli.incidents.action"], "_TAKEN_UP", timedelta(0))
    waited = vigil("action", "restart", "--wait")
    assert (waited.exit_code, "nobody begins it" in waited.output) == (1, True)
    again = vigil("action", "restart")
    assert (again.exit_code, "has not ended yet; nothing was done" in again.output) == (1, True)


@pytest.mark.parametrize("command", [("action", "rollback"), ("rollback",)])
def test_it_is_asked_first_and_who_may_not_is_told(
    kept: Kept, vigil: Vigil, answer: Answer, command: tuple[str, ...]
) -> None:
    refused = vigil(*command, "--yes")
    said = "Rollback is for person:lin; nothing was done; say who you are with --as"
    assert (refused.exit_code, said in refused.output) == (1, True), refused.output
    assert vigil(*command, "--yes", "--as", "chen").exit_code == 1
    thought_better = CliRunner().invoke(main, [*command, "--as", "lin"], input="n\n")
    assert thought_better.exit_code == 1
    assert told(answer) == []


def test_a_rollback_is_a_decision_with_its_verification(kept: Kept, vigil: Vigil, answer: Answer) -> None:
    kept.watch()
    begun = CliRunner().invoke(main, ["rollback", "--as", "lin", "--reason", "it burns"], input="y\n")
    assert begun.exit_code == 0, begun.output
    (incident,) = answer("playbook")
    assert (incident["decision"], begun.output.rpartition("\n")[0].split("\n")[-1].split()[0]) == (
        "roll-back",
        incident["id"],
    )
    assert ("lin", "cli", "decision.roll-back", incident["id"]) in told(answer)
    kept.wakes(RealClock().now() + timedelta(seconds=1))
    assert deeds(kept) == ["rolled back"]


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (["action", "restart", "soon"], "is not among `vigil action [ACTION] [dry]`"),
        (["action", "restart", "dry", "now"], "is more than `vigil action [ACTION] [dry]` takes"),
        (["action", "restart", "--as", "nobody"], "no person is called 'nobody'"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(
    kept: Kept, vigil: Vigil, command: list[str], why: str
) -> None:
    answer = vigil(*command)
    assert (answer.exit_code, why in answer.output) == (2, True), answer.output


def test_of_several_services_the_right_one_is_named(kept: Kept, vigil: Vigil) -> None:
    other = kept.folder / "billing.yaml"
    other.write_text("service: billing\nactions: {restart: {run: [./act.sh, other], confirm: false}}\n")
    config = kept.folder / "config.yaml"
    config.write_text(config.read_text() + "include: [billing.yaml]\n")
    which = vigil("action", "restart")
    assert (which.exit_code, which.stdout) == (1, "")
    assert which.stderr.splitlines()[1:] == [
        "  vigil action orders/restart",
        "  vigil action billing/restart",
    ]
    assert vigil("action", "billing/restart").exit_code == 0
    assert "No service is called `x`" in vigil("rollback", "x").output


def test_the_nearest_action_is_offered_as_it_would_be_typed(kept: Kept, vigil: Vigil) -> None:
    near = vigil("action", "restrat", "--dry-run")
    assert (near.exit_code, near.stderr.splitlines()) == (
        1,
        ["No action is called `restrat`; did you mean `restart`?", "  vigil action restart dry"],
    )
    assert "there are restart, rollback" in vigil("action", "qq").stderr
