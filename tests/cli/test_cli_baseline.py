"""`vigil baseline` and `vigil report`: what they print, and what they say to bad input."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.config import load
from bot.domain.measures.reading import Reading
from bot.engine.watches.watch import Start, start_watch
from bot.store import Database

CONFIG = """
service: orders
timezone: Asia/Shanghai
metrics:
  latency: {unit: ms, target: "< 500", group: performance, tier: 1}
  errors: {unit: "%", target: "= 0", tier: 1}
plan:
  gates: [{at: 24h, criteria: first}]
  phases: [{after: 0h, until: 24h, every: 1h}]
"""
NOW = datetime.now(UTC)  # noqa: TID251 - the commands ask the real clock


def vigil(folder: Path, *words: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words, "--config", "config.yaml"],
        cwd=folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.yaml").write_text(CONFIG)
    return tmp_path


def recording(folder: Path, name: str, latency: float, step: float = 1.0) -> str:
    lines = ["time,metric,value"]
    for number in range(40):
        at = datetime(2026, 1, 19, 2, number, tzinfo=UTC).isoformat()
        lines += [f"{at},latency,{latency + step * number}", f"{at},errors,0"]
    (folder / name).write_text("\n".join(lines) + "\n")
    return name


def stored(folder: Path) -> Database:
    """A day of values, half of it before the deployment of a watch, in which latency doubles."""
    setup = load(folder / "config.yaml", {})
    database = Database(setup.storage)
    deployed = NOW - timedelta(hours=12)
    with database.transaction() as rows:
        start = Start(version="v1", deployed_at=deployed)
        start_watch(rows, setup.services["orders"], start, deployed)
        rows.readings.add(
            [
                Reading(
                    service="orders", metric=key, labels=(), value=value, unit="", at=at, fresh_until=at,
                )
                for step in range(24 * 12)
                for at in [NOW - timedelta(minutes=5 * (step + 1))]
                for key, value in (("latency", 100.0 + step % 7 + 100 * (at > deployed)), ("errors", 0.0))
            ]
        )  # fmt: skip
    return database


def test_two_recordings_are_compared_as_programs_and_people_read_them(folder: Path) -> None:
    before, after = recording(folder, "before.csv", 100), recording(folder, "after.csv", 200)
    code, out, err = vigil(folder, "baseline", "compare", "--before", before, "--after", after, "--json")
    assert (code, err) == (1, "")
    latency, errors = json.loads(out)
    assert {key: latency[key] for key in ("metric", "before", "after", "verdict", "effect")} == {
        "metric": "latency",
        "before": 119.5,
        "after": 219.5,
        "verdict": "worse",
        "effect": 1.0,
    }
    assert latency["change"] == pytest.approx(100 / 119.5)
    assert 0 < latency["p_value"] < 1e-9
    assert (errors["verdict"], errors["change"], errors["reason"]) == (
        "same",
        0.0,
        "the same values before and after",
    )
    code, out, _ = vigil(folder, "baseline", "compare", "--before", before, "--after", before)
    assert code == 0
    assert "the same values before and after" in out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("metric,value\n", "before.csv: line 1: the columns are `metric,value`; the first line must be"),
        ("time,metric,value\nsoon,latency,1\n", "before.csv: line 2: `soon` is not a time"),
        ("time,metric,value\n2026-01-19T02:00:00,latency,1\n", "before.csv: line 2: `2026-01-19T02:00:00`"),
        ("", "before.csv: line 1: the file is empty"),
        ("\xff", "before.csv: line 1: this is no text in UTF-8"),
    ],
)  # fmt: skip
def test_a_bad_recording_is_refused_with_its_line(folder: Path, text: str, message: str) -> None:
    (folder / "before.csv").write_bytes(text.encode("latin-1"))
    after = recording(folder, "after.csv", 200)
    code, out, err = vigil(folder, "baseline", "compare", "--before", "before.csv", "--after", after)
    assert (code, out) == (2, "")
    assert err.startswith(message)
    assert "Traceback" not in err


def test_what_a_recording_does_not_say_is_no_data(folder: Path) -> None:
    """After the deployment the check of one metric could not measure, the other metric is not there."""
    before = recording(folder, "before.csv", 100)
    gap = [f"2026-01-20T{hour:02}:00:00+08:00,latency," for hour in range(24)]
    (folder / "after.csv").write_text("\n".join(["time,metric,value", *gap]))
    code, out, err = vigil(
        folder, "baseline", "compare", "--before", before, "--after", "after.csv", "--json"
    )
    assert (code, err) == (0, "")
    assert [(each["metric"], each["verdict"], each["reason"]) for each in json.loads(out)] == [
        ("latency", "no_data", "no value after is a number"),
        ("errors", "no_data", "no values after"),
    ]


def test_what_is_stored_is_captured_compared_and_reported(folder: Path) -> None:
    database = stored(folder)
    code, out, _ = vigil(folder, "baseline", "capture", "--json")
    assert code == 0
    counts = json.loads(out)["counts"]
    # A value each five minutes of the last day; on a slow machine some of it has passed by now.
    assert counts["latency"] == counts["errors"]
    assert 280 <= counts["latency"] <= 288
    with database.reading() as rows:
        watch = rows.watches.newest()
    assert watch is not None
    imported = recording(folder, "before.csv", 100)
    code, out, _ = vigil(folder, "baseline", "capture", "--csv", imported, "--watch", watch.id)
    assert (code, out) == (0, "orders: 2 of 2 metrics have values in the file before.csv\n")
    code, out, _ = vigil(folder, "baseline", "compare", "--json")
    assert (code, [each["verdict"] for each in json.loads(out)]) == (1, ["worse", "same"])
    report: Any
    for kind in ("hourly", "final"):
        code, out, err = vigil(folder, "report", kind, "--format", "json", "--language", "zh")
        assert (code, err) == (0, "")
        report = json.loads(out)
        assert (report["kind"], report["language"], report["watch"]) == (kind, "zh", watch.id)
    titles = [section["title"] for section in report["sections"]]
    assert titles[:2] == ["监控进度", "成功标准确认"]
    code, out, _ = vigil(folder, "report", "daily")
    assert out.startswith("# Daily monitoring summary – ")
    assert "- ✅ Errors: 0% (target = 0%" in out
    code, out, _ = vigil(folder, "report", "daily", "--format", "html")
    assert out.startswith("<!doctype html>")
    assert out.count("data:image/svg+xml;base64,") == 2
    assert "http://" not in out.replace("http://www.w3.org", "")
    database.close()


def test_wrong_names_are_refused(folder: Path) -> None:
    stored(folder).close()
    for words in (
        ("report", "daily", "--watch", "w0"),
        ("baseline", "compare", "--watch", "w0"),
        ("baseline", "capture", "--watch", "w0"),
    ):
        code, out, err = vigil(folder, *words)
        assert (code, out) == (2, "")
        assert "no watch has the ID or version 'w0'" in err
    assert vigil(folder, "report", "yearly")[0] == 2
    assert vigil(folder, "report", "daily", "--service", "order")[0] == 2
