"""What a replay is given: files that are wrong are told with their line, and never end in a traceback."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playing import CONFIG, Player, csv_of, named, steady

from bot.domain.measures.recording import Recorded, RecordingError, Typed, read_recording, read_typed

HEAD = "time,metric,value\n"
TYPED = "time,person,command\n"
AT = "2026-01-19T00:00:00Z"


@pytest.fixture
def player(tmp_path: Path) -> Player:
    return Player(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "samples.csv: line 1: the file is empty; the first line must be `time,metric,value`"),
        ("when,what\n", "samples.csv: line 1: the columns are `when,what`; the first line must be"),
        (f"{HEAD}yesterday,latency,1\n", "line 2: `yesterday` is not a time; write it as 2026-"),
        (f"{HEAD}2026-01-19T00:00:00,latency,1\n", "line 2: `2026-01-19T00:00:00` has no offset"),
        (f"{HEAD}0001-01-01T00:00:00Z,latency,1\n", "line 2: `0001-01-01T00:00:00Z` is far away"),
        (f"{HEAD}{AT},latency,high\n", "line 2: `high` is not a number; leave it empty for a check that"),
        (f"{HEAD}{AT},latency,1e999\n", "line 2: `1e999` is not a number that can be compared"),
        (f"{HEAD}{AT},latency\n", "line 2: has 2 columns, the first line has 3"),
        (f"{HEAD}{AT},,1\n", "line 2: names no metric"),
        (
            f"{HEAD}2026-01-19T01:00:00Z,latency,1\n{AT},latency,1\n",
            "line 3: 2026-01-19T00:00:00+00:00 is ear",
        ),
        (
            f"{HEAD}{AT},latncy,1\n",
            "line 2: no metric that is measured is called 'latncy'; did you mean `latency`?",
        ),
        (f"{HEAD}{AT},lat\0ency,1\n", "line 2:"),
        (f"{HEAD}{AT},latency,\udcff\n", "line"),
    ],
)
def test_a_recording_that_is_wrong_is_told_with_its_line(player: Player, text: str, said: str) -> None:
    (player.folder / "samples.csv").write_bytes(text.encode("utf-8", "surrogateescape"))
    result = player.run(str(player.folder / "samples.csv"))
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "actions.csv: line 1: the columns are ``; the first line must be `time,person,command`"),
        (f"{TYPED}{AT},lin\n", "actions.csv: line 2: has 2 columns, and takes time, person and command"),
        (f"{TYPED}{AT},,ack\n", "actions.csv: line 2: names no person"),
        (f"{TYPED}{AT},line,ack\n", "actions.csv: line 2: nobody is called 'line'; did you mean `lin`?"),
        (f"{TYPED}{AT},wu,ack\n", "actions.csv: line 2: wu has no `slack` in the configuration"),
        (f"{TYPED}{AT},lin,akc\n", "actions.csv: line 2: there is no command `akc`; did you mean `ack`?"),
        (
            f"{TYPED}{AT},lin,ack a b c\n",
            "actions.csv: line 2: `ack a b c` is more than `/monitor ack [ALERT]`",
        ),
        (
            f"{TYPED}{AT},lin,ack\n2025-01-01T00:00:00Z,lin,ack\n",
            "actions.csv: line 3: 2025-01-01T00:00:00+00:00",
        ),
    ],
)
def test_commands_that_are_wrong_are_told_with_their_line(tmp_path: Path, text: str, said: str) -> None:
    player = Player(tmp_path, CONFIG.replace("people:\n", "people:\n  wu: {name: Wu}\n"))
    samples = player.write("samples.csv", csv_of([(0, "latency", 1)]))
    result = player.run(samples, "--actions", player.write("actions.csv", text))
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.csv"], "does not exist"),
        (["{samples}", "--watch", "noon"], "'noon' is not a time"),
        (["{samples}", "--watch", "2026-01-19", "--service", "order"], "did you mean `orders`?"),
        (["{samples}", "--compare", "none.yaml"], "does not exist"),
    ],
)
def test_options_that_are_wrong_say_what_to_write(player: Player, arguments: list[str], said: str) -> None:
    samples = player.write("samples.csv", csv_of([(0, "latency", 1)]))
    result = player.run(*(each.format(samples=samples) for each in arguments))
    assert result.exit_code == 2
    assert said in result.stderr


def test_metrics_that_nobody_judges_are_left_out_aloud(player: Player) -> None:
    samples = player.write(
        "samples.csv", csv_of([(0, "requests", 5), (0, "latency", 12), (1, "requests", 6)])
    )
    result = player.run(samples)
    assert result.exit_code == 0
    assert "line 2: no metric that is measured is called 'requests'" in result.stderr
    assert "its lines (2) are left out" in result.stderr
    assert len(result.stdout.splitlines()) == 3


def test_standard_input_will_do(player: Player) -> None:
    result = player.run("-", stdin=csv_of([(0, "latency", 12)]))
    assert [json.loads(line)["event"] for line in result.stdout.splitlines()] == [
        "alert.firing",
        "page",
        "notify",
    ]


def test_a_recording_may_be_compressed(player: Player) -> None:
    file = player.folder / "samples.csv.gz"
    file.write_bytes(gzip.compress(csv_of([(0, "latency", 12)]).encode()))
    assert len(player.run(str(file)).stdout.splitlines()) == 3
    file.write_bytes(file.read_bytes()[:30])
    broken = player.run(str(file))
    assert (broken.exit_code, "samples.csv.gz: it cannot be read" in broken.stderr) == (2, True)
    file.write_bytes(b"time,metric,value\n")
    assert "samples.csv.gz: it cannot be read: Not a gzipped file" in player.run(str(file)).stderr


def test_a_recording_with_nothing_in_it_has_nothing_to_tell(player: Player) -> None:
    result = player.run(player.write("samples.csv", HEAD))
    assert (result.exit_code, result.output) == (0, "")


def test_commands_alone_are_carried_out(player: Player) -> None:
    events = player.play([], typed={0: ("lin", "ack")})
    assert [(each["event"], each["by"], bool(each["reason"])) for each in events] == [
        ("command", "lin", True)
    ]


def test_several_services_are_told_apart_by_their_names(tmp_path: Path) -> None:
    player = Player(tmp_path, CONFIG + "include: [billing.yaml]\n")
    player.write(
        "billing.yaml", 'service: billing\nslack: {channel: bills}\nmetrics:\n  latency: {critical: "> 3"}\n'
    )
    events = player.play([(0, "orders/latency", 12), (0, "billing/latency", 1)])
    assert {each["alert"] for each in named(events, "alert.firing")} == {"orders/latency"}
    ambiguous = player.run(player.write("samples.csv", csv_of([(0, "latency", 1)])))
    assert (ambiguous.exit_code, "no metric that is measured is called 'latency'" in ambiguous.stderr) == (
        2,
        True,
    )


def test_in_words_a_line_is_an_event(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    from playing import T0

    from bot.cli.replay import shown
    from bot.config import load
    from bot.domain.replay.event import event

    words = shown.as_words(load(player.folder / "config.yaml", {}))
    told = words(event(T0, "page", None, alert="orders/latency", level=1, to=("lin", "chen")))
    assert told == "2026-01-19 00:00:00  page                orders/latency  1  lin, chen"


few = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@few
@given(
    st.text(alphabet=st.sampled_from('time,metricvalue\n"0-9:TZ+.eE \0é'), max_size=120)
    | st.text(max_size=60)
)
def test_no_text_at_all_ends_in_anything_but_a_line_and_a_reason(text: str) -> None:
    for read in (read_recording, read_typed):
        found: list[Recorded | Typed] = []
        with suppress(RecordingError):
            found += read(text.splitlines(keepends=True))
        assert [each.at for each in found] == sorted(each.at for each in found)


@few
@given(
    st.lists(
        st.tuples(st.integers(0, 90), st.sampled_from(["latency"]), st.floats(-20, 20) | st.just("")),
        max_size=40,
    )
)
def test_whatever_was_measured_is_replayed_in_order(
    tmp_path: Path, rows: list[tuple[int, str, object]]
) -> None:
    events = Player(tmp_path).play([*rows, *steady("latency", 1, 91, 92)])
    assert [each["at"] for each in events] == sorted(each["at"] for each in events)
    assert len(named(events, "alert.firing")) >= len(named(events, "page")) / 2
