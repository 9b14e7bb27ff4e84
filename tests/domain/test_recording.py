"""Recorded measurements: what a line may be, and what is said about one that it may not."""

from __future__ import annotations

import math
import tracemalloc

import pytest

from bot.domain.measures.recording import RecordingError, read_recording

HEAD = "time,metric,value"
ONE = "2026-01-19T02:00:00+08:00,cpu,1"


def test_lines_are_read_with_their_labels_and_what_could_not_be_measured() -> None:
    text = [
        f"\ufeff{HEAD},host",
        f"{ONE},a",
        "",
        "2026-01-18T19:00:00Z,cpu,,",  # another zone, a later instant, no value
        '2026-01-19T03:00:00+08:00,"latency, p99",1.5e2',
    ]
    found = list(read_recording(text))
    assert [(each.line, each.metric, each.labels) for each in found] == [
        (2, "cpu", (("host", "a"),)),
        (4, "cpu", ()),
        (5, "latency, p99", ()),
    ]
    assert (found[0].value, found[2].value) == (1.0, 150.0)
    assert math.isnan(found[1].value)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([], "line 1: the file is empty; the first line must be `time,metric,value`, then perhaps names"),
        (["metric,time,value", ONE], "line 1: the columns are `metric,time,value`; the first line must be"),
        ([HEAD, "2026-01-19T02:00:00+08:00,cpu"], "line 2: has 2 columns, the first line has 3"),
        ([HEAD, f"{ONE},a"], "line 2: has 4 columns, the first line has 3"),
        ([HEAD, ONE, "yesterday,cpu,1"], "line 3: `yesterday` is not a time; write it as 2026-01-19T02"),
        ([HEAD, "2026-01-19T02:00:00,cpu,1"], "line 2: `2026-01-19T02:00:00` has no offset: write its zone"),
        ([HEAD, "2026-01-19T02:00:00+08:00,cpu,much"], "line 2: `much` is not a number; leave it empty"),
        ([HEAD, "2026-01-19T02:00:00+08:00,,1"], "line 2: names no metric"),
        ([HEAD, ONE, "2026-01-19T01:59:59+08:00,cpu,1"], "line 3: 2026-01-19T01:59:59+08:00 is earlier than"),
        ([HEAD, ONE, "2026-01-18T18:30:00+01:00,cpu,1"], "line 3: 2026-01-18T18:30:00+01:00 is earlier than"),
        (["x" * 200_000], "line 1: this is no CSV: field larger than field limit"),
        ([HEAD, ONE, "x" * 200_000], "line 3: this is no CSV: field larger than field limit"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(lines: list[str], message: str) -> None:
    with pytest.raises(RecordingError) as caught:
        list(read_recording(lines))
    assert str(caught.value).startswith(message)


def test_bytes_that_are_no_text_are_said_with_their_line() -> None:
    def broken(good: int):  # type: ignore[no-untyped-def]
        yield from [HEAD, ONE][:good]
        raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte")

    for good, line in ((0, 1), (2, 3)):
        with pytest.raises(RecordingError, match="this is no text in UTF-8") as caught:
            list(read_recording(broken(good)))
        assert caught.value.line == line


def test_many_rows_need_no_more_memory_than_one() -> None:
    def lines():  # type: ignore[no-untyped-def]
        yield HEAD
        for _ in range(10_000):
            yield ONE

    tracemalloc.start()
    try:
        assert sum(1 for _ in read_recording(lines())) == 10_000
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 200_000
