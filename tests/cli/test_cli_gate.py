"""`vigil gate`: the verdict a pipeline waits for, by its exit code and as JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import Result
from keeping import Kept

from bot.config import load
from bot.domain.text import Name, say
from bot.domain.watches.plan import EntryKind, EntryState
from bot.domain.watches.verdict import Finding, Outcome, Verdict
from bot.domain.watches.watch import Watch
from bot.domain.watches.watch_life import roll_back
from bot.engine.watches.watch import record_change
from bot.store import Database

Vigil = Callable[..., Result]
Answer = Callable[..., Any]


@pytest.fixture
def database(kept: Kept) -> Any:
    opened = Database(load(kept.folder / "config.yaml", {}).storage)
    yield opened
    opened.close()


def said(gate: Any) -> list[tuple[str, str]]:
    """The findings in words, with what each means."""
    return [(each["outcome"], each["text"]) for each in gate["findings"]]


def judged(database: Database, state: EntryState, outcome: Outcome, decided: str | None = None) -> Watch:
    """The first gate of the open watch was judged like this."""
    with database.transaction() as ledger:
        [watch] = ledger.watches.open_all()
        gate = next(each for each in ledger.entries.of_watch(watch.id) if each.entry.kind is EntryKind.GATE)
        findings = (Finding(outcome=outcome, text=say("0 critical alerts")),)
        ledger.entries.save(
            replace(
                gate,
                entry=replace(gate.entry, state=state),
                ran_at=gate.entry.at + timedelta(seconds=2),
                verdict=Verdict(outcome=outcome, findings=findings),
                decided=say("{person} let it pass", person=Name(decided)) if decided else None,
                next_at=None,
            )
        )
    return watch


def test_before_the_first_gate_the_answer_is_pending_with_its_time(
    kept: Kept, answer: Answer, vigil: Vigil
) -> None:
    watch = answer("watch", "start", "--version", "v1")
    told = answer("gate")
    due = datetime.fromisoformat(watch["deployed_at"]) + timedelta(hours=24)
    assert datetime.fromisoformat(told.pop("at")) == due
    assert told == {
        "watch": watch["id"],
        "service": "orders",
        "version": "v1",
        "gate": "24h",
        "state": "pending",
        "findings": [],
    }
    assert vigil("gate").exit_code == 3
    assert vigil("gate").stdout.startswith("orders v1 – Gate 24 h: pending · ")


@pytest.mark.parametrize(
    ("state", "outcome", "told", "exit_code"),
    [
        (EntryState.PASSED, Outcome.PASSED, "passed", 0),
        (EntryState.FAILED, Outcome.FAILED, "failed", 1),
        # it waits for a person
        (EntryState.RUNNING, Outcome.INCONCLUSIVE, "inconclusive", 3),
    ],
)
def test_the_exit_code_is_the_verdict(
    state: EntryState,
    outcome: Outcome,
    told: str,
    exit_code: int,
    kept: Kept,
    database: Database,
    answer: Answer,
    vigil: Vigil,
) -> None:
    kept.watch()
    watch = judged(database, state, outcome)
    assert vigil("gate", watch.id).exit_code == exit_code
    found = answer("gate")
    assert (found["state"], said(found)) == (told, [(told, "0 critical alerts")])
    assert datetime.fromisoformat(found["at"]) == watch.deployed_at + timedelta(hours=24, seconds=2)


def test_what_a_person_decided_stands_first(
    kept: Kept, database: Database, answer: Answer, vigil: Vigil
) -> None:
    kept.watch()
    judged(database, EntryState.PASSED, Outcome.INCONCLUSIVE, decided="lin")
    assert vigil("gate").exit_code == 0
    assert said(answer("gate")) == [
        ("passed", "Lin Wei let it pass"),
        ("inconclusive", "0 critical alerts"),
    ]


def test_a_deployment_that_was_rolled_back_has_failed(
    kept: Kept, database: Database, answer: Answer, vigil: Vigil
) -> None:
    kept.watch()
    watch = judged(database, EntryState.PASSED, Outcome.PASSED)
    at = kept.now + timedelta(minutes=5)
    setup = load(kept.folder / "config.yaml", {})
    with database.transaction() as ledger:
        record_change(ledger, setup, roll_back(watch, "lin", at))  # type: ignore[arg-type]
    assert vigil("gate").exit_code == 1
    found = answer("gate")
    assert (found["state"], datetime.fromisoformat(found["at"])) == ("failed", at)
    assert said(found)[0] == ("failed", "the deployment was rolled back")


def test_a_watch_that_was_stopped_before_its_gate_never_gets_a_verdict(
    kept: Kept, answer: Answer, vigil: Vigil
) -> None:
    answer("watch", "start", "--version", "v1")
    answer("watch", "stop", "--as", "lin", "replaced")
    found = answer("gate")
    assert found["state"] == "inconclusive"
    assert said(found) == [("inconclusive", "Stopped by Lin Wei: replaced")]
    assert vigil("gate").exit_code == 3


def test_a_plan_without_gates_is_never_passed(kept: Kept, answer: Answer, vigil: Vigil) -> None:
    config = kept.folder / "config.yaml"
    config.write_text(config.read_text().replace("  gates:\n    - {at: 24h, criteria: first-day}\n", ""))
    answer("watch", "start", "--version", "v1")
    found = answer("gate")
    assert (found["state"], found["gate"], found["at"]) == ("inconclusive", None, None)
    assert said(found) == [("inconclusive", "The plan has no gate")]
    assert vigil("gate").exit_code == 3


def test_without_a_name_the_newest_watch_is_meant_though_it_has_ended(kept: Kept, answer: Answer) -> None:
    first = answer("watch", "start", "--version", "v1")["id"]
    second = answer("watch", "start", "--version", "v2")["id"]
    answer("watch", "stop", second)
    assert answer("gate")["watch"] == second
    assert answer("gate", first)["watch"] == first


def test_the_time_of_a_gate_is_told_as_the_configuration_writes_it(kept: Kept, answer: Answer) -> None:
    config = kept.folder / "config.yaml"
    for written in ("90m", "7d", "36h", "1h"):
        text = config.read_text()
        config.write_text(text.replace(text.partition("gates:\n    - {at: ")[2].partition(",")[0], written))
        answer("watch", "start", "--version", f"v{written}")
        assert answer("gate")["gate"] == written


def test_an_unknown_watch_and_none_at_all_are_usage_errors(kept: Kept, answer: Answer, vigil: Vigil) -> None:
    none = vigil("gate")
    assert (none.exit_code, none.stderr) == (2, "no watch was ever started; `vigil watch start` begins one\n")
    watch_id = answer("watch", "start", "--version", "v1")["id"]
    unknown = vigil("gate", watch_id[:-1])
    assert unknown.exit_code == 2
    assert f"the ID or version '{watch_id[:-1]}'; did you mean `{watch_id}`?" in unknown.stderr
