import json
import os
import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from checks.base import Situation
from checks.kinds.system import System, SystemOptions
from checks.result import Result, State

Ask = Callable[..., Result]


def figures(result: Result) -> dict[str, float]:
    return {m.metric + "".join(f" {v}" for _, v in m.labels): m.value for m in result.measurements}


def test_the_first_probe_measures_everything_already(ask: Ask) -> None:
    result = ask("system")
    assert result.state is State.OK
    found = figures(result)
    assert list(found) == ["cpu", "memory", "swap", "disk", "load1"]
    assert all(0 <= found[name] <= 100 for name in ("cpu", "memory", "swap", "disk"))
    assert found["memory"] > 0
    assert found["disk"] == pytest.approx(psutil.disk_usage("/").percent, abs=1)
    assert found["load1"] == pytest.approx(os.getloadavg()[0] / (os.cpu_count() or 1), abs=0.5)
    assert [m.unit for m in result.measurements] == ["%", "%", "%", "%", ""]


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
