import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from checks.base import Situation
from checks.kinds.system import System
from checks.kinds.system.container import Container, container
from checks.kinds.system.options import SystemOptions
from checks.result import Result, State

Ask = Callable[..., Result]


def figures(result: Result) -> dict[str, float]:
    return {m.metric + "".join(f" {v}" for _, v in m.labels): m.value for m in result.measurements}


def test_the_first_probe_measures_everything_already(ask: Ask) -> None:
    result = ask("system")
    assert result.state is State.OK
    found = figures(result)
    assert [name for name in found if name != "inodes"] == ["cpu", "memory", "swap", "disk", "load1"]
    assert all(0 <= found[name] <= 100 for name in found if name != "load1")
    assert found["memory"] > 0
    assert found["disk"] == pytest.approx(psutil.disk_usage("/").percent, abs=1)
    assert found["load1"] == pytest.approx(os.getloadavg()[0] / (os.cpu_count() or 1), abs=0.5)
    assert {m.unit for m in result.measurements if m.metric != "load1"} == {"%"}


def test_several_mounts_are_told_apart_by_a_label(ask: Ask, tmp_path: Path) -> None:
    found = figures(ask("system", mounts=["/", str(tmp_path)]))
    assert "disk" not in found
    assert {"disk /", f"disk {tmp_path}"} <= set(found)


def test_the_processor_is_measured_since_the_last_probe(situation: Situation) -> None:
    system = System(SystemOptions())
    _, cursor = system.probe(situation, None)
    total, idle = cursor["total"], cursor["idle"]
    assert isinstance(total, float)
    assert isinstance(idle, float)
    # As if the last probe had been 1,000 processor seconds ago, and 600 of them idle.
    answer, _ = system.probe(situation, {"total": total - 1000, "idle": idle - 600})
    assert answer.measurements[0].value == pytest.approx(40, abs=0.5)


@pytest.mark.parametrize(
    "cursor",
    [
        {"total": 1e12, "idle": 1e12},  # the machine has been restarted since
        {"total": "1", "idle": None},  # of another version
        {},
    ],
)
def test_a_useless_cursor_is_as_good_as_none(ask: Ask, cursor: dict[str, object]) -> None:
    result = ask("system", cursor=cursor)
    assert result.state is State.OK
    assert 0 <= figures(result)["cpu"] <= 100


def test_the_cursor_can_be_stored_as_json(situation: Situation) -> None:
    _, cursor = System(SystemOptions()).probe(situation, None)
    assert json.loads(json.dumps(cursor)) == cursor


def test_an_unreadable_mount_is_unknown_and_named(ask: Ask) -> None:
    result = ask("system", mounts=["/", "/no/such/mount"])
    assert result.state is State.UNKNOWN
    assert result.summary == "disk /no/such/mount cannot be read: No such file or directory"
    assert "`mounts`" in result.hint


def test_a_dead_network_mount_is_unknown_in_time_and_not_asked_twice(
    monkeypatch: pytest.MonkeyPatch, situation: Situation
) -> None:
    mended, asked = threading.Event(), []

    def hang(mount: str) -> None:  # what statvfs does on a dead mount, which a test cannot make
        asked.append(mount)
        mended.wait(5)

    monkeypatch.setattr(psutil, "disk_usage", hang)
    system = System(SystemOptions())
    for words in ("did not answer within 0.02 s", "does not answer"):
        with pytest.raises(Exception, match=words):
            system._disk_used("/", 0.02)
    assert asked == ["/"]
    mended.set()
    system._patience._waiting["/"].join(5)
    monkeypatch.undo()
    assert system.probe(situation, None)[0].state is State.OK


def later(situation: Situation, seconds: float) -> Situation:
    return replace(situation, now=situation.now + timedelta(seconds=seconds))


def test_traffic_is_a_rate_since_the_last_probe(situation: Situation) -> None:
    system = System(SystemOptions(interfaces=("lo",)))
    answer, cursor = system.probe(situation, None)
    assert not any(m.metric.startswith("network") for m in answer.measurements)
    received, sent, errors = cursor["traffic"]["lo"]  # type: ignore[index]
    cursor["traffic"] = {"lo": [received - 2000, sent - 1000, errors]}  # as if so much had come since
    answer, _ = system.probe(later(situation, 10), json.loads(json.dumps(cursor)))
    found = {m.metric: m for m in answer.measurements}
    assert found["network_in"].value >= 200
    assert found["network_out"].value >= 100
    assert found["network_errors"].labels == (("interface", "lo"),)


def test_counters_that_began_anew_give_no_rate(situation: Situation) -> None:
    system = System(SystemOptions(interfaces=("lo",)))
    _, cursor = system.probe(situation, None)
    cursor["traffic"] = {"lo": [2**62, 0, 0]}
    answer, _ = system.probe(later(situation, 10), cursor)
    assert not any(m.metric.startswith("network") for m in answer.measurements)


def test_an_interface_that_is_not_there_is_unknown_and_the_others_are_named(ask: Ask) -> None:
    result = ask("system", interfaces=["eth99"])
    assert (result.state, result.summary) == (State.UNKNOWN, "there is no interface eth99")
    assert "lo" in result.hint


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator[str]:
    """A process with a command line of its own; answers a word of it."""
    word = f"sleeper-{tmp_path.name}"
    code = "import sys; print('up', flush=True); sys.stdin.read()"
    arguments = [sys.executable, "-c", code, word]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield word
        process.communicate()


@pytest.mark.parametrize(
    ("wanted", "state", "words"),
    [
        ({}, State.OK, "processes WORD 1"),
        ({"at_least": 2}, State.CRITICAL, "WORD runs once, not 2 or more"),
        ({"match": "no such process"}, State.CRITICAL, "WORD runs not at all, not 1 or more"),
        ({"at_most": 0}, State.WARNING, "WORD runs once, more than 0"),
        ({"memory": "1 KB"}, State.WARNING, "MB, more than 0.001 MB"),
        ({"memory": "4 GiB"}, State.OK, "process_memory WORD "),
        ({"at_least": 2, "memory": 1}, State.CRITICAL, "WORD runs once, not 2 or more, WORD has "),
    ],
)
def test_processes_are_counted_and_weighed(
    ask: Ask, sleeper: str, wanted: dict[str, object], state: State, words: str
) -> None:
    result = ask("system", processes={sleeper: wanted})
    assert (result.state, words.replace("WORD", sleeper) in result.summary) == (state, True), result.summary
    assert figures(result)[f"processes {sleeper}"] == (0 if "match" in wanted else 1)


@pytest.mark.parametrize(
    ("wanted", "state", "words"),
    [
        ({"path": "logs/*.log"}, State.OK, ""),
        ({"path": ["logs/a.log", "logs/b.log"], "at_least": 2}, State.OK, ""),
        ({"path": "logs/*.log", "larger_than": "2 MB"}, State.WARNING, "logs has 3 MB, more than 2 MB"),
        ({"path": "logs/*.log", "older_than": "10m"}, State.OK, ""),
        (
            {"path": "logs/a.log", "older_than": "10m"},
            State.WARNING,
            "not written for 3600 s, more than 600 s",
        ),
        ({"path": "logs/none.log"}, State.CRITICAL, "logs: there is no file"),
        ({"path": "logs/none.log", "at_least": 0}, State.OK, ""),
    ],
)
def test_files_are_weighed_and_dated(
    ask: Ask, situation: Situation, tmp_path: Path, wanted: dict[str, object], state: State, words: str
) -> None:
    (tmp_path / "logs").mkdir()
    for name, size, age in (("a.log", 1_000_000, 3600), ("b.log", 2_000_000, 60)):
        path = tmp_path / "logs" / name
        path.write_bytes(b"x" * size)
        written = situation.now.timestamp() - age
        os.utime(path, (written, written))
    result = ask("system", files={"logs": wanted})
    assert (result.state, words in result.summary) == (state, True), result.summary
    found = figures(result)
    assert found["files logs"] == (0 if "none" in str(wanted) else 1 if wanted["path"] == "logs/a.log" else 2)
    if wanted["path"] == "logs/*.log":
        assert (found["file_size logs"], found["file_age logs"]) == (3, 60)


def test_in_a_container_the_limits_count(monkeypatch: pytest.MonkeyPatch, situation: Situation) -> None:
    spent = iter([100.0, 105.0])
    monkeypatch.setattr(
        "checks.kinds.system.container", lambda: Container(memory=42.0, cpus=2.0, cpu_seconds=next(spent))
    )
    system = System(SystemOptions())
    _, cursor = system.probe(situation, None)
    answer, _ = system.probe(later(situation, 10), cursor)
    found = {m.metric: m.value for m in answer.measurements}
    assert (found["cpu"], found["memory"]) == (25, 42)


TWO = {
    "cgroup.controllers": "cpu memory",
    "memory.max": "1000",
    "memory.current": "700",
    "memory.stat": "anon 300\ninactive_file 200\n",
    "cpu.max": "150000 100000",
    "cpu.stat": "usage_usec 2500000\nuser_usec 1\n",
}
ONE = {
    "memory/memory.limit_in_bytes": "1000",
    "memory/memory.usage_in_bytes": "700",
    "memory/memory.stat": "total_inactive_file 200",
    "cpu/cpu.cfs_quota_us": "150000",
    "cpu/cpu.cfs_period_us": "100000",
    "cpuacct/cpuacct.usage": "2500000000",
}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (TWO, Container(50.0, 1.5, 2.5)),
        (ONE, Container(50.0, 1.5, 2.5)),
        (TWO | {"memory.max": "max", "cpu.max": "max 100000"}, Container(None, None, 2.5)),
        (
            ONE | {"memory/memory.limit_in_bytes": str(2**63 - 4096), "cpu/cpu.cfs_quota_us": "-1"},
            Container(None, None, 2.5),
        ),
        ({}, Container(None, None, 0)),
    ],
)
def test_control_groups_of_either_version_are_read(
    tmp_path: Path, files: dict[str, str], expected: Container
) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{text}\n")
    assert container(tmp_path) == expected


def test_a_size_needs_a_unit_that_is_known() -> None:
    with pytest.raises(ValueError, match="'5 parsecs' is no size; write one such as 500 MB or 2 GiB"):
        SystemOptions.model_validate({"files": {"a": {"path": "a", "larger_than": "5 parsecs"}}})
