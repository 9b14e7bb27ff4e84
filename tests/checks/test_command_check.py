import os
import resource
import shlex
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from checks.base import Situation
from checks.discretion import secrets_of
from checks.kinds.command import Command, CommandOptions
from checks.result import Measurement, Result, State
from checks.runner import Guard, run

NOW = datetime(2026, 1, 12, tzinfo=UTC)
Ask = Callable[..., Result]
Script = Callable[[str], list[str]]


@pytest.mark.parametrize(
    ("printed", "value", "unit"),
    [
        ("12.5", 12.5, ""),
        ("0.05%", 0.05, "%"),
        ("120 ms", 120, "ms"),
        ("-3", -3, ""),
        ("counting …\n7\n\n", 7, ""),  # the last line that says something
    ],
)
def test_the_last_line_is_the_value(ask: Ask, printed: str, value: float, unit: str) -> None:
    result = ask("command", run=["printf", "%s", printed], metric="m")
    assert result.state is State.OK
    assert result.measurements == (Measurement(metric="m", value=value, unit=unit),)
    assert result.summary == f"m {printed.split()[-1] if unit == '' else printed}".replace("0.05%", "0.05 %")
    assert result.output == printed.strip()


def test_the_unit_comes_from_the_options_unless_the_program_disagrees(ask: Ask) -> None:
    assert ask("command", run=["echo", "5"], metric="m", unit="s").measurements[0].unit == "s"
    result = ask("command", run=["echo", "5ms"], metric="m", unit="s")
    assert result.state is State.UNKNOWN
    assert result.summary == "it printed '5ms', but the check's `unit` is s"


@pytest.mark.parametrize("printed", ["", "none", "nan", "inf", "1,000", "1e999", "value 5", "0x10"])
def test_what_is_no_number_is_unknown(ask: Ask, printed: str) -> None:
    result = ask("command", run=["echo", printed], metric="m")
    assert result.state is State.UNKNOWN
    assert result.measurements == ()
    assert "let its last line be a number" in result.hint


def test_a_json_object_is_a_measurement_each(ask: Ask) -> None:
    result = ask("command", run=["echo", '{"p50": 0.2, "p99": 1, "p100": null}'], output="json")
    assert [(m.metric, m.value) for m in result.measurements] == [("p50", 0.2), ("p99", 1)]
    assert result.state is State.OK
    assert result.summary == "p50 0.2, p99 1"
    assert result.hint == "null, so not measured: p100"


def test_a_json_list_has_units_and_labels(ask: Ask) -> None:
    printed = '[{"metric": "lag", "value": 3, "unit": "s", "labels": {"queue": "push"}}]'
    result = ask("command", run=["echo", printed], output="json")
    assert result.measurements == (Measurement(metric="lag", value=3, unit="s", labels=(("queue", "push"),)),)


@pytest.mark.parametrize(
    ("printed", "complaint"),
    [
        ("", "EOF"),
        ("oops", "expected"),
        ("5", "neither an object nor a list"),
        ('{"a": "x"}', "item 1: value should be a valid number, found 'x'"),
        ('{"a": true}', "item 1: value should be a valid number, found True"),
        ('{"a": NaN}', "line 1 column"),
        ('{"a": 1e999}', "item 1: value should be a finite number"),
        ('{"": 1}', "item 1: metric"),
        ("[1]", "item 1:"),
        ('[{"metric": "a"}]', "item 1: value"),
        ('[{"metric": "a", "value": 1, "unti": "s"}]', "item 1: unti"),
        ("[" * 5000, "line 1 column"),  # no depth breaks it
        ("{}", 'print {"name": 1.5}'),
        ('{"a": null}', "null, so not measured: a"),
    ],
)
def test_unexpected_json_is_unknown_and_says_what_to_print(ask: Ask, printed: str, complaint: str) -> None:
    result = ask("command", run=["echo", printed], output="json")
    assert result.state is State.UNKNOWN
    assert result.measurements == ()
    assert complaint in result.hint


@pytest.mark.parametrize("output", [{"output": "value", "metric": "m"}, {"output": "json"}])
def test_a_number_from_a_failed_program_does_not_count(
    ask: Ask, script: Script, output: dict[str, str]
) -> None:
    result = ask("command", run=script("echo 5; echo first >&2; echo no database >&2; exit 1"), **output)
    assert result.state is State.UNKNOWN
    assert result.summary == "exited 1: no database"
    assert result.measurements == ()
    assert result.output == "5\nfirst\nno database"


@pytest.mark.parametrize(
    ("ending", "state", "summary"),
    [
        ("echo fine; exit 0", State.OK, "fine"),
        ("echo odd; exit 1", State.WARNING, "odd"),
        ("echo bad >&2; exit 2", State.CRITICAL, "bad"),
        ("exit 3", State.UNKNOWN, "exited 3"),
        ("echo x; exit 42", State.UNKNOWN, "exited 42 (the plugin protocol knows 0 to 3)"),
        ("nope; exit $?", State.UNKNOWN, "exited 127 (not found)"),
        ("kill -KILL $$", State.UNKNOWN, "killed by SIGKILL"),
    ],
)
def test_an_exit_code_can_be_the_whole_answer(
    ask: Ask, script: Script, ending: str, state: State, summary: str
) -> None:
    result = ask("command", run=script(ending), output="exit")
    assert (result.state, result.summary, result.measurements) == (state, summary, ())


def test_broken_performance_data_is_named_in_the_hint(ask: Ask) -> None:
    result = ask("command", run=["echo", "LOAD OK | load1=x load5=0.5;1;2;0;"], output="nagios")
    assert (result.state, result.summary) == (State.OK, "LOAD OK")
    assert [m.metric for m in result.measurements] == ["load5"]
    assert result.hint == (
        "performance data passed over: load1: 'x' is not a number; write 12.5, or with a unit 12.5 ms"
    )


def test_a_plugin_that_dies_is_unknown_with_its_last_words(ask: Ask, script: Script) -> None:
    result = ask("command", run=script("echo lost the socket >&2; kill -SEGV $$"), output="nagios")
    assert (result.state, result.summary) == (State.UNKNOWN, "lost the socket")
    assert result.hint == "killed by SIGSEGV"


def test_a_missing_program_says_so(ask: Ask, tmp_path: Path) -> None:
    here = ask("command", run=["./check_nothing"], metric="m")
    assert (here.state, here.summary) == (State.UNKNOWN, "check_nothing not found")
    assert str(tmp_path / "check_nothing") in here.hint
    elsewhere = ask("command", run=["no-such-program-anywhere"], metric="m")
    assert elsewhere.summary == "no-such-program-anywhere not found"


def test_a_program_that_may_not_be_executed_says_how_to_mend_it(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "check.sh").write_text("#!/bin/sh\necho 1\n")
    result = ask("command", run=["./check.sh"], metric="m")
    assert (result.state, result.summary) == (State.UNKNOWN, "check.sh is not executable")
    assert result.hint == f"chmod +x {tmp_path / 'check.sh'}"


def test_a_program_without_a_known_interpreter_says_so(ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "check"
    path.write_text("#!/no/such/interpreter\n")
    path.chmod(0o755)
    assert "interpreter named in the first line" in ask("command", run=["./check"], metric="m").hint
    path.write_text("echo 1\n")
    assert ask("command", run=["./check"], metric="m").summary == "check is no program"


def test_a_missing_folder_says_so(ask: Ask) -> None:
    result = ask("command", run=["true"], metric="m", folder="nowhere")
    assert result.state is State.UNKNOWN
    assert result.hint == "correct the check's `folder`"


def test_an_argument_that_no_program_can_take_is_unknown(ask: Ask) -> None:
    assert ask("command", run=["echo", "a\0b"], metric="m").summary.startswith("echo cannot be started")


def test_paths_start_at_the_folder_of_the_configuration(ask: Ask, tmp_path: Path) -> None:
    inner = tmp_path / "scripts"
    inner.mkdir()
    path = inner / "where.sh"
    path.write_text("#!/bin/sh\npwd; echo 1\n")
    path.chmod(0o755)
    assert ask("command", run=["scripts/where.sh"], metric="m").output == f"{tmp_path}\n1"
    assert ask("command", run=["scripts/where.sh"], folder="scripts", metric="m").output == f"{inner}\n1"


def test_a_relative_folder_of_the_configuration_counts_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: Script
) -> None:
    run_as = script("echo 1")
    monkeypatch.chdir(tmp_path.parent)
    situation = Situation(now=NOW, timeout_s=5, folder=Path(tmp_path.name))
    assert (
        run("c", Command(CommandOptions(run=tuple(run_as), metric="m")), situation, None)[0].state is State.OK
    )


def test_numbers_among_the_arguments_need_no_quotes(ask: Ask) -> None:
    assert ask("command", run=["echo", 5, 0.5], output="exit", env={"N": 1}).summary == "5 0.5"


def test_the_environment_is_added_to_and_standard_input_is_closed(ask: Ask, script: Script) -> None:
    command = script('read line; echo "$LIMIT ${PATH:+path} [$line]"; echo 1')
    assert ask("command", run=command, metric="m", env={"LIMIT": "5"}).output == "5 path []\n1"


def test_a_shell_line_has_pipes_and_an_argument_list_has_none(ask: Ask) -> None:
    line: dict[str, object] = {"run": "echo 3 | tr 3 4", "shell": True}
    assert ask("command", **line, metric="m").measurements[0].value == 4
    assert ask("command", run=["echo", "3 | tr 3 4; exit"], metric="m").state is State.UNKNOWN


def test_bytes_that_are_no_text_are_unknown_not_a_crash(ask: Ask) -> None:
    result = ask("command", run=["printf", r"\377\376\n"], metric="m")
    assert result.state is State.UNKNOWN
    assert result.summary == "it printed '��', not a number"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"run": "echo 1", "metric": "m"}, "write `run` as a list"),
        ({"run": ["echo"], "shell": True, "metric": "m"}, "write `run` as one line"),
        ({"run": ["echo"]}, "needs `metric`"),
        ({"run": ["echo"], "output": "json", "metric": "m"}, "go with `output: value`"),
        ({"run": ["echo"], "output": "exit", "unit": "s"}, "go with `output: value`"),
        ({"run": [], "metric": "m"}, "at least 1"),
        ({"run": ["echo"], "output": "xml"}, "'value', 'json', 'exit' or 'nagios'"),
    ],
)
def test_options_that_do_not_go_together_are_refused(options: dict[str, object], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        CommandOptions.model_validate(options)


def children_with(marker: str) -> list[psutil.Process]:
    """Processes alive with this in their command line."""
    found = []
    for candidate in psutil.process_iter(["cmdline", "status"]):
        line = " ".join(candidate.info["cmdline"] or [])
        if (
            marker in line
            and candidate.info["status"] != psutil.STATUS_ZOMBIE
            and candidate.pid != os.getpid()
        ):
            found.append(candidate)
    return found


@pytest.mark.parametrize(
    "text",
    [
        "exec tail -f /dev/null {m}",
        "trap '' TERM INT HUP; while :; do tail -f /dev/null {m}; done",  # does not listen
        "tail -f /dev/null {m} & tail -f /dev/null {m} & wait",  # has a family
        "(trap '' TERM; tail -f /dev/null {m}) & exit 0",  # leaves an orphan that holds the pipe
        "exec >&- 2>&-; exec sh -c 'while :; do sleep 60; done' {m}",  # closed its output and goes on
        "setsid tail -f /dev/null {m}",  # left the group
    ],
)
def test_nothing_is_left_running_after_the_deadline(
    ask: Ask, script: Script, tmp_path: Path, text: str
) -> None:
    marker = tmp_path / "held-open"
    marker.touch()
    result = ask("command", run=script(text.format(m=marker)), metric="m", timeout_s=0.1)
    assert result.state is State.UNKNOWN
    assert result.duration_s < 1.2
    left = children_with(str(marker))
    _, alive = psutil.wait_procs(left, timeout=1)  # a killed orphan is reaped by init, soon
    assert alive == []
    assert [child for child in psutil.Process().children() if child.status() == psutil.STATUS_ZOMBIE] == []


def test_what_a_finished_program_leaves_behind_does_not_delay_its_answer(
    ask: Ask, script: Script, tmp_path: Path
) -> None:
    marker = tmp_path / "held-open"
    marker.touch()
    result = ask("command", run=script(f"tail -f {marker} & echo 5"), metric="m")
    assert result.measurements[0].value == 5
    assert result.duration_s < 1
    assert psutil.wait_procs(children_with(str(marker)), timeout=1)[1] == []


def test_a_program_that_asks_at_the_terminal_is_not_waited_for() -> None:
    at_a_terminal = (
        "from pathlib import Path; from checks.child import run_child; "
        "print(run_child(['sh', '-c', 'read word </dev/tty'], "
        "folder=Path('/'), environment={}, timeout_s=30))"
    )
    line = shlex.join([sys.executable, "-c", at_a_terminal])
    with Path("/dev/null").open() as nothing:
        said = subprocess.run(
            ["script", "-qec", line, "/dev/null"], stdin=nothing, capture_output=True, text=True, check=True
        ).stdout
    assert "in_time=True" in said
    assert "No such device or address" in said


def test_a_program_out_of_time_says_its_last_words(ask: Ask, script: Script) -> None:
    command = script("echo waiting for the lock >&2; exec tail -f /dev/null")
    result = ask("command", run=command, metric="m", timeout_s=0.1)
    assert result.summary == "no answer within 0.1 s"
    assert result.hint == "make it faster or raise `timeout`; its last words: waiting for the lock"


def test_a_flood_of_output_keeps_memory_flat_and_the_last_line_counts(ask: Ask, script: Script) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = ask("command", run=script("head -c 300000000 /dev/zero; echo; echo 5"), metric="m", timeout_s=9)
    assert result.measurements[0].value == 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8 * 1024  # KiB


def test_endless_output_ends_at_the_deadline(ask: Ask) -> None:
    result = ask("command", run=["yes"], output="json", timeout_s=0.1)
    assert result.state is State.UNKNOWN
    assert result.duration_s < 1.1


def test_json_of_more_than_64_kib_is_unknown(ask: Ask, script: Script) -> None:
    result = ask("command", run=script("echo '{'; yes | head -c 70000; echo '}'"), output="json")
    assert result.summary == "it printed more than is kept"


def test_more_may_be_kept_of_what_is_printed(ask: Ask, script: Script) -> None:
    run_ = script("""printf '{"m": 1, "%s": 2}' "$(head -c 100000 /dev/zero | tr '\\0' x)" """)
    result = ask("command", run=run_, output="json", output_limit="200 KB")
    assert [m.value for m in result.measurements] == [1, 2]


def test_only_the_variables_that_are_named_are_handed_on(
    ask: Ask, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OF_THE_BOT", "hunter22")
    run_ = script('echo "${OF_THE_BOT-none} ${OWN-none}"; exit 0')
    assert ask("command", run=run_, output="exit").summary == "hunter22 none"
    result = ask("command", run=run_, output="exit", inherit=["PATH"], env={"OWN": 5})
    assert result.summary == "none 5"
    assert ask("command", run=run_, output="exit", inherit=["OF_THE_BOT"]).summary == "hunter22 none"


def test_a_secret_of_the_environment_is_not_repeated(script: Script, situation: Situation) -> None:
    options = CommandOptions.model_validate(
        {"run": script('echo "with $API_TOKEN"'), "output": "exit", "env": {"API_TOKEN": "hunter22"}}
    )
    result, _ = run("c", Command(options), situation, None, Guard(secrets=secrets_of(options)))
    assert (result.summary, result.output) == ("with ***", "with ***")


def test_it_stands_back_behind_other_programs(ask: Ask, script: Script) -> None:
    own = os.getpriority(os.PRIO_PROCESS, 0)
    # `nice` alone prints how nice it is; the shell waits until it has been told.
    run_ = script(f'while [ "$(nice)" = {own} ]; do :; done; nice')
    assert ask("command", run=run_, metric="m", nice=own + 7).measurements[0].value == own + 7


def test_it_runs_as_another_user_where_the_bot_may(ask: Ask) -> None:
    line = 'echo "$(id -un) $(id -Gn) $HOME"'
    result = ask("command", run=["sh", "-c", line], output="exit", user="nobody", folder="/")
    if os.geteuid() == 0:
        assert result.summary == "nobody nogroup /nonexistent"
    else:
        assert (result.state, result.summary) == (
            State.UNKNOWN,
            "sh cannot be started as another user",
        )


def test_a_user_nobody_knows_is_unknown(ask: Ask) -> None:
    result = ask("command", run=["true"], output="exit", user="no-such-user")
    assert (result.state, result.summary) == (State.UNKNOWN, "there is no user no-such-user")
