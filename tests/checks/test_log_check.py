import gzip
import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.base import Cursor, Situation
from checks.kinds.log import Log
from checks.kinds.log.options import LogOptions
from checks.result import Result, State
from checks.runner import run

NOW = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)


class Followed:
    """A log that a check follows: `asked()` is what came since the last time."""

    def __init__(self, folder: Path, **options: object) -> None:
        self.path = folder / "app.log"
        self.situation = Situation(now=NOW, timeout_s=5, folder=folder)
        self.log = Log(LogOptions.model_validate({"path": "app.log", **options}))
        self.cursor: Cursor | None = None

    def write(self, text: str | bytes) -> None:
        with self.path.open("ab") as stream:
            stream.write(text.encode() if isinstance(text, str) else text)

    def asked(self) -> Result:
        result, cursor = run("app", self.log, self.situation, self.cursor)
        self.cursor = json.loads(json.dumps(cursor))  # as the database keeps it
        return result

    def counted(self) -> dict[str, float]:
        result = self.asked()
        assert result.state is State.OK, result
        return {m.metric: m.value for m in result.measurements}

    def lines(self) -> float:
        return self.counted()["log_lines"]


@pytest.fixture
def log(tmp_path: Path) -> Followed:
    followed = Followed(tmp_path)
    followed.write("INFO before it was followed\n")
    assert followed.lines() == 0
    return followed


def test_only_what_comes_after_the_first_look_is_counted(log: Followed) -> None:
    log.write("INFO one\nWARN two\nERROR three\n")
    assert log.counted() == {"log_lines": 3, "log_errors": 1, "log_warnings": 1}
    assert log.counted() == {"log_lines": 0, "log_errors": 0, "log_warnings": 0}


def test_what_stood_there_already_is_known_and_counts_nothing(tmp_path: Path) -> None:
    log = Followed(tmp_path)
    log.write("ERROR an old story\n")
    first = log.asked()
    assert [(each.template, each.count) for each in first.sightings] == [("an old story", 0)]
    assert first.summary == "0 lines, 0 errors, 0 warnings"
    log.write("ERROR an old story\n")
    (again,) = log.asked().sightings
    assert (again.key, again.count) == (first.sightings[0].key, 1)


def test_from_the_beginning_everything_counts(tmp_path: Path) -> None:
    log = Followed(tmp_path, start="beginning")
    log.write("ERROR an old story\n")
    assert log.counted()["log_errors"] == 1


def test_an_unfinished_line_waits_for_its_end(log: Followed) -> None:
    log.write("INFO whole\nERROR half of a l")
    assert log.counted() == {"log_lines": 1, "log_errors": 0, "log_warnings": 0}
    log.write("ine\n")
    result = log.asked()
    assert [s.sample for s in result.sightings] == ["ERROR half of a line"]


def test_a_log_rotated_by_renaming_is_read_to_its_end(log: Followed) -> None:
    log.write("INFO 1\n")
    assert log.lines() == 1
    log.write("INFO 2\nINFO last, without a line break")
    log.path.rename(log.path.with_name("app.log.1"))
    log.write("INFO 3\n")
    assert log.lines() == 3
    log.write("INFO 4\n")
    assert log.lines() == 1


def test_several_rotations_between_two_looks_lose_nothing(log: Followed) -> None:
    log.write("INFO 1\n")
    for number in (2, 1):
        log.path.rename(log.path.with_name(f"app.log.{number}"))
        log.write(f"INFO after {number}\n")
    assert log.lines() == 3


def test_a_rotated_log_may_be_compressed_meanwhile(log: Followed) -> None:
    log.write("INFO seen\n")
    assert log.lines() == 1
    log.write("INFO not seen\n")
    with gzip.open(log.path.with_name("app.log-20260119.gz"), "wb") as archive:
        archive.write(log.path.read_bytes())
    log.path.unlink()
    log.write("INFO new\n")
    assert log.lines() == 2
    log.write("INFO newer\n")
    assert log.lines() == 1


def test_a_log_copied_and_truncated_is_read_to_its_end(log: Followed) -> None:
    log.write("INFO seen\n")
    assert log.lines() == 1
    log.write("INFO not seen\n")
    shutil.copy2(log.path, log.path.with_name("app.log.1"))
    os.truncate(log.path, 0)
    log.write("INFO new, and already longer than what had been read of the old one " * 3 + "\n")
    assert log.lines() == 2


def test_a_truncated_log_is_read_from_its_beginning_and_says_so(log: Followed) -> None:
    log.write("INFO seen\n")
    assert log.lines() == 1
    os.truncate(log.path, 0)
    log.write("INFO new\n")
    result = log.asked()
    assert result.measurements[0].value == 1
    assert result.hint == "app.log was cut or taken away before it was read to its end"


def test_an_inode_used_again_is_not_taken_for_the_old_log(log: Followed) -> None:
    log.write("INFO seen\n")
    assert log.lines() == 1
    inode = log.path.stat().st_ino
    log.path.unlink()
    log.write("INFO a new file that is longer than the old one\n" * 3)
    if log.path.stat().st_ino != inode:  # most file systems use it again at once
        log.cursor["files"][str(log.path)]["file"] = f"{log.path.stat().st_dev}:{log.path.stat().st_ino}"
    assert log.lines() == 3


def test_a_log_that_is_away_between_rotations_is_waited_for(tmp_path: Path) -> None:
    log = Followed(tmp_path, missing="ok")
    assert log.asked().hint == "there is no app.log"
    log.write("ERROR the first line ever\n")
    assert log.counted()["log_errors"] == 1
    log.write("INFO 2\n")
    log.path.rename(log.path.with_name("app.log.1"))
    assert log.lines() == 1
    assert log.lines() == 0
    log.write("INFO 3\n")
    assert log.lines() == 1


def test_a_missing_log_is_unknown_and_named(tmp_path: Path) -> None:
    result = Followed(tmp_path).asked()
    assert (result.state, result.summary) == (State.UNKNOWN, "there is no app.log")
    assert "`missing: ok`" in result.hint


def test_a_log_that_may_not_be_read_is_unknown(tmp_path: Path) -> None:
    log = Followed(tmp_path)
    log.path.mkdir()
    result = log.asked()
    assert (result.state, result.summary) == (State.UNKNOWN, "app.log cannot be read: Is a directory")


def test_a_pipe_without_a_writer_is_given_up_in_time(tmp_path: Path) -> None:
    log = Followed(tmp_path)
    log.situation = Situation(now=NOW, timeout_s=0.1, folder=tmp_path)
    os.mkfifo(log.path)
    assert log.asked().summary == "the log could not be read within 0.1 s"
    assert log.asked().summary == "the log does not answer"
    os.close(os.open(log.path, os.O_WRONLY))


def test_several_files_are_one_log_and_new_ones_are_found(tmp_path: Path) -> None:
    log = Followed(tmp_path, path=["app.log", "worker-*.log"])
    for name in ("app.log", "worker-1.log"):
        (tmp_path / name).touch()
    assert log.lines() == 0
    for name in ("app.log", "worker-1.log", "worker-2.log"):
        with (tmp_path / name).open("a") as stream:
            stream.write("ERROR oh\n")
    assert log.counted()["log_errors"] == 3
    assert log.counted()["log_errors"] == 0


def test_bad_encodings_and_endless_lines_do_no_harm(log: Followed) -> None:
    log.write(b"ERROR caf\xe9 \x00\xff\n" + b"x" * 3_000_000 + b"\nERROR fine\r\n")
    result = log.asked()
    assert [m.value for m in result.measurements][1] == 2
    assert {s.sample for s in result.sightings} == {"ERROR caf� �", "ERROR fine"}


def test_a_log_in_another_encoding_is_read_as_it_is_written(tmp_path: Path) -> None:
    log = Followed(tmp_path, encoding="gb18030", start="beginning")
    log.write("ERROR 推送失败\n".encode("gb18030"))
    (seen,) = log.asked().sightings
    assert seen.template == "推送失败"


TRACEBACK = """\
2026-01-19 02:14:00,123 ERROR order 7 not stored
Traceback (most recent call last):
  File "store.py", line 3, in put
    raise errors.StoreError("closed")
store.errors.StoreError: closed

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "store.py", line 9, in retry
store.GivenUpError: closed for good
2026-01-19 02:14:01,000 INFO next
"""


def test_a_traceback_is_one_error_of_its_last_class(log: Followed) -> None:
    log.write(TRACEBACK)
    result = log.asked()
    assert [m.value for m in result.measurements] == [12, 1, 0]
    (seen,) = result.sightings
    assert (seen.template, seen.category, seen.severity) == ("order … not stored", "GivenUpError", "error")
    assert result.summary == "12 lines, 1 error, 0 warnings of 1 type"
    assert result.output == "1 × error: 2026-01-19 02:14:00,123 ERROR order 7 not stored"


def test_a_traceback_that_is_torn_apart_is_still_one_error(log: Followed) -> None:
    whole = TRACEBACK.splitlines(keepends=True)
    log.write("".join(whole[:3]))
    assert log.counted()["log_errors"] == 1
    log.write("".join(whole[3:5]))
    assert log.counted()["log_errors"] == 0


@pytest.mark.parametrize(
    ("line", "severity", "template", "category"),
    [
        # as Python, Java, Go, Rust and their friends write
        ("ERROR:root:it broke", "error", "root:it broke", ""),
        ("2026-01-19T02:14:00.1Z  WARN app: disk at 91 %", "warning", "app: disk at … %", ""),
        ("02:14:00 [main] FATAL c.e.App - gone", "critical", "c.e.App - gone", ""),
        ("E0119 02:14:00.123456  1 server.go:7] no route", "error", "… …] no route", ""),
        ("ts=1 level=error msg=oops", "error", "ts=… level=error msg=oops", ""),
        ('{"level":"error","message":"cannot reach 10.0.0.7:5432"}', "error", "cannot reach …", ""),
        ('{"level":50,"time":1,"msg":"request failed"}', "error", "request failed", ""),
        ("2026/01/19 02:14:00 [crit] 7#7: *1 open() failed", "critical", "…#…: *… open() failed", ""),
        ("<err> kernel: out of memory", "error", "kernel: out of memory", ""),
        ("java.lang.IllegalStateException: no order 5", "error", "", "IllegalStateException"),
        ("ERROR push failed: TimeoutError after 5 s", "error", "", "TimeoutError"),
        ("ERROR user 'alice' may not", "error", "user … may not", ""),
        ("ERROR 6b2e1a52-9d3c-4d2b-8a5e-0f1e2d3c4b5a lost", "error", "… lost", ""),
    ],
)
def test_levels_and_messages_are_understood_as_they_are_written(
    log: Followed, line: str, severity: str, template: str, category: str
) -> None:
    log.write(f"{line}\n")
    (seen,) = log.asked().sightings
    assert (seen.severity, seen.category) == (severity, category)
    assert not template or seen.template == template


@pytest.mark.parametrize(
    "line",
    [
        "INFO retried after TimeoutError",
        "DEBUG the ERROR counter is 0",
        '{"level":"info","error":null}',
        "GET /error 200",
        "an Alert component was mounted",
        "\tat com.example.Error",
    ],
)
def test_what_only_mentions_an_error_is_none(log: Followed, line: str) -> None:
    log.write(f"{line}\n")
    assert log.counted() == {"log_lines": 1, "log_errors": 0, "log_warnings": 0}


def test_the_team_says_what_counts_and_what_does_not(tmp_path: Path) -> None:
    log = Followed(
        tmp_path,
        start="beginning",
        errors="^!!",
        begins="^[!.]",
        ignore=["health"],
        count={"slow": "took [0-9]{2,} s", "logins": "log(ged )?in"},
    )
    log.write("!! broke\nERROR in what\nfollows\n.. took 12 s, logged in\n!! health page\n.. took 3 s\n")
    assert log.counted() == {"log_lines": 6, "log_errors": 1, "log_warnings": 0, "slow": 1, "logins": 1}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"errors": "(oh"}, "'\\(oh' is not a regular expression: missing \\)"),
        ({"count": {"a": "*"}}, "is not a regular expression"),
        ({"encoding": "utf-16"}, "cannot be followed"),
        ({"encoding": "klingon"}, "there is no encoding 'klingon'; write utf-8"),
        ({"path": ""}, "at least 1"),
    ],
)
def test_options_that_make_no_sense_are_refused(options: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        LogOptions.model_validate({"path": "app.log", **options})


def test_time_that_runs_short_is_said_and_the_rest_is_read_next_time(tmp_path: Path) -> None:
    log = Followed(tmp_path, start="beginning")
    log.situation = Situation(now=NOW, timeout_s=1e-9, folder=tmp_path)
    log.log._patience.ask = lambda _name, _seconds, question: question()  # type: ignore[method-assign]
    log.write("INFO one more line of a log that is much too long\n" * 20_000)
    result = log.asked()
    assert result.hint == "time was short: app.log is read on from here next time"
    counted = result.measurements[0].value
    looks = 0
    while counted < 20_000:
        counted += log.lines()
        looks += 1
        assert looks < 20
    assert counted == 20_000


@pytest.mark.parametrize("cursor", [{}, {"files": 7}, {"files": {"x": {"offset": "1"}}, "types": [1, ["a"]]}])
def test_a_useless_cursor_is_as_good_as_an_empty_one(log: Followed, cursor: Cursor) -> None:
    log.cursor = cursor
    assert log.lines() == 1  # nothing of this file has been read, as far as it knows


steps = st.lists(st.sampled_from(["write", "half", "rename", "copy", "squeeze", "ask"]), max_size=30)


@given(steps)
@settings(deadline=None, max_examples=60)
def test_whatever_happens_to_the_files_every_line_is_counted_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    log = Followed(tmp_path_factory.mktemp("log"), start="beginning")
    log.write("the first line\n")
    seen = int(log.lines())
    written, generation = 1, 0
    for number, step in enumerate(steps):
        rotated = log.path.with_name(f"app.log-{generation:04}")
        if step == "write":
            log.write(f"{number} a line\n" * 3)
            written += 3
        elif step == "half":
            log.write(f"{number} a line in ")
            seen += int(log.lines())
            log.write("two pieces\n")
            written += 1
        elif step == "rename":
            log.path.rename(rotated)
            log.write(f"{number} a first line\n")
            generation, written = generation + 1, written + 1
        elif step == "copy":
            shutil.copy2(log.path, rotated)
            os.truncate(log.path, 0)
            log.write(f"{number} a first line\n")
            generation, written = generation + 1, written + 1
        elif step == "squeeze" and generation:
            plain = log.path.with_name(f"app.log-{generation - 1:04}")
            if plain.exists():
                with gzip.open(f"{plain}.gz", "wb") as archive:
                    archive.write(plain.read_bytes())
                os.utime(f"{plain}.gz", ns=(plain.stat().st_atime_ns, plain.stat().st_mtime_ns))
                plain.unlink()
        elif step == "ask":
            seen += int(log.lines())
    assert seen + int(log.lines()) == written
