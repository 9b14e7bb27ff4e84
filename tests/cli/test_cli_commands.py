"""The command line as a whole: the nearest word, examples, completion, and what `/monitor` has too."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from house import House, shown

from bot.cli import main
from bot.cli.frame.layout import columns
from bot.cli.frame.pages import Group, Option, Single
from bot.clock import RealClock
from bot.domain.commands import TABLE, Definition
from bot.locale.catalogue import catalogue


def commands(group: click.Group, words: str = "") -> Iterator[tuple[str, Single | Group]]:
    for name, command in group.commands.items():
        path = f"{words} {name}".strip()
        assert isinstance(command, Single | Group)
        yield path, command
        if isinstance(command, Group):
            yield from commands(command, path)


COMMANDS = dict(commands(main))
SPOKEN = [
    (" ".join(words), definition)
    for each in TABLE
    for words, definition in [((each.word,), each), *(((each.word, part.word), part) for part in each.parts)]
]
"""Whatever may be typed after `/monitor`."""


@pytest.mark.parametrize(("words", "definition"), SPOKEN)
def test_what_slack_takes_the_terminal_takes(words: str, definition: Definition) -> None:
    found = COMMANDS[words].definition
    assert (found.arguments, found.parts, found.summary) == (
        definition.arguments,
        definition.parts,
        definition.summary,
    )
    if isinstance(COMMANDS[words], Group):
        assert {each.word for each in definition.parts} == set(COMMANDS[words].commands)


@pytest.mark.parametrize("path", COMMANDS)
def test_every_example_is_taken_as_it_stands(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for file in ("old.csv", "new.csv", "january.csv", "who-did-what.csv", "quieter.yaml"):
        (tmp_path / file).touch()
    for scenario in ("duplicated-orders", "asleep"):
        file = tmp_path / f"examples/orders/scenarios/{scenario}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    examples = COMMANDS[path].definition.examples
    assert examples or isinstance(COMMANDS[path], Group)
    for example in examples:
        words = shlex.split(example.partition(" | ")[0])
        assert words[: len(path.split())] == path.split()
        longest = max((each for each in COMMANDS if f"{example} ".startswith(f"{each} ")), key=len)
        rest = words[len(longest.split()) :]
        assert COMMANDS[longest].make_context(longest, rest).params is not None


PAGES = [(path, language) for path in ("", *COMMANDS) for language in ("en_US.UTF-8", "zh_CN.UTF-8")]


@pytest.mark.parametrize(("path", "language"), PAGES)
def test_help_is_in_the_language_of_the_terminal_and_as_wide(
    path: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", language)
    told = CliRunner().invoke(main, [*path.split(), "--help"], terminal_width=60)
    assert told.exit_code == 0
    definition = COMMANDS[path].definition if path else main.definition
    assert all(f"  vigil {example}\n" in told.output for example in definition.examples)
    of = catalogue("zh") if language.startswith("zh") else {}
    options = [each.about for each in (COMMANDS[path] if path else main).params if isinstance(each, Option)]
    page = "".join(told.output.split())
    for text in (
        definition.summary,
        *definition.details,
        *(each.about for each in definition.arguments),
        *options,
    ):
        assert "".join(of.get(text.key, text.key).split())[:20] in page
    lines = told.output.partition(of.get("Examples", "Examples"))[0].splitlines()
    assert [line for line in lines if columns(line) > 60] == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["statsu"], "there is no command `statsu`; did you mean `status`?"),
        (["watch", "strat"], "there is no command `strat`; did you mean `start`?"),
        (["token", "xyzzy"], "there is no command `xyzzy`; known: `create`, `list`, `revoke`"),
        (["--config", "x", "status"], "Options stand behind the command"),
        (["status", "--jsn"], "No such option '--jsn'. Did you mean '--json'?"),
    ],
)
def test_the_nearest_word_is_named(words: list[str], said: str) -> None:
    told = CliRunner().invoke(main, words)
    assert (told.exit_code, said in told.output.replace("--jsn Did", "'--jsn'. Did")) in (
        (2, True),
        (2, False),
    )
    assert said.split("; ")[0].split(". ")[0].replace("'", "") in told.output.replace("'", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_script(shell: str) -> None:
    told = CliRunner().invoke(main, ["completion", shell])
    assert (told.exit_code, "_VIGIL_COMPLETE" in told.output) == (0, True)


def completed(folder: Path, *words: str) -> list[str]:
    """What bash would offer for the last word."""
    environ = {
        **os.environ,
        "_VIGIL_COMPLETE": "bash_complete",
        "COMP_WORDS": shlex.join(["vigil", *words]),
        "COMP_CWORD": str(len(words)),
    }
    done = subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main(prog_name='vigil')"],
        cwd=folder,
        env={**environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    return [line.partition(",")[2] for line in done.stdout.split()]


def test_commands_choices_and_names_of_what_there_is_are_completed(house: House) -> None:
    house.watch()
    assert completed(house.folder, "sta") == ["status"]
    assert completed(house.folder, "ack", "--as", "l") == ["lin"]
    assert completed(house.folder, "check", "fi") == ["figures"]
    assert completed(house.folder, "report", "d") == ["daily"]
    assert completed(house.folder, "watch", "resume", "res") == ["resilience-v1.0"]
    (house.folder / "config.yaml").write_text("{")
    assert completed(house.folder, "check", "fi") == []


@pytest.fixture
def today(healthy: str, tmp_path: Path) -> Iterator[House]:
    """The house at the time of the terminal, which knows no other."""
    built = House(tmp_path, healthy, RealClock().now())
    built.measures(order_duplication_rate=0, latency_p99=0.2, cpu=15)
    built.watch()
    yield built
    built.close()


def types(house: House, *words: str) -> Result:
    told = CliRunner().invoke(main, [*words, "--config", str(house.folder / "config.yaml")])
    house.fast_forward(seconds=max(0.0, (RealClock().now() - house.clock.now()).total_seconds()))
    return told


def test_an_alert_is_handled_from_the_terminal_as_in_slack(today: House) -> None:
    house = today
    house.measures(order_duplication_rate=0.42)
    house.fast_forward(seconds=15)
    nobody = types(house, "ack", "order_duplicatoin", "--as", "lin")
    assert (nobody.exit_code, nobody.stdout) == (1, "")
    taken = types(house, "ack", "order_duplication_rate", "--as", "lin")
    assert taken.exit_code == 0
    assert "ACKNOWLEDGED" in shown(house.card("Order duplication rate"))
    again = types(house, "escalate", "--as", "lin")
    assert again.exit_code == 0
    assert house.paged()[1:] == [["chen", "wang"]]
    house.measures(latency_p99=12)
    house.fast_forward(minutes=2)
    several = types(house, "resolve", "--as", "lin")
    assert several.exit_code == 1
    assert "vigil resolve" in several.stderr
    assert "orders/latency_p99" in several.stderr


def test_who_is_on_call_is_changed_behind_oncall_too(today: House) -> None:
    changed = types(today, "oncall", "override", "chen", "4h", "--as", "lin")
    assert (changed.exit_code, "Chen" in changed.stdout) == (0, True)


@pytest.mark.parametrize("path", [path for path, each in COMMANDS.items() if isinstance(each, Single)])
def test_every_command_takes_a_configuration(path: str) -> None:
    assert "config" in [each.name for each in COMMANDS[path].params]


@pytest.mark.parametrize("word", ["silence", "alert"])
def test_what_opens_a_form_in_slack_is_answered_with_its_usage(word: str) -> None:
    told = CliRunner().invoke(main, [word])
    assert (told.exit_code, f"is less than `vigil {word}" in " ".join(told.output.split())) == (2, True)


def test_words_that_are_none_are_answered_and_end_with_2(today: House) -> None:
    told = types(today, "snooze", "a", "b", "c")
    assert (told.exit_code, told.stdout) == (2, "")
    assert "is more than" in told.stderr


def test_a_round_and_an_alert_by_hand_are_taken_up_by_the_running_bot(today: House) -> None:
    house = today
    assert types(house, "run", "intensive", "--as", "lin").exit_code == 0
    assert "Round of orders" in shown(house.card("Round of orders"))
    raised = types(house, "alert", "the", "payment", "page", "is", "blank", "--as", "chen")
    assert (raised.exit_code, raised.stdout) == (0, "The alert orders/the payment page is blank begins\n")
    assert len(house.paged()) == 1
    taken = types(house, "ack", "the payment page is blank", "--as", "chen")
    assert (taken.exit_code, "Acknowledged by Chen" in taken.stdout) == (0, True)


def test_words_are_taken_in_any_case_as_in_slack() -> None:
    lower, upper = (CliRunner().invoke(main, [word, "--help"]).output for word in ("status", "STATUS"))
    assert lower == upper


def test_help_of_a_command_may_be_asked_for_by_word() -> None:
    asked = CliRunner().invoke(main, ["help", "silence"])
    assert asked.output == CliRunner().invoke(main, ["silence", "--help"]).output
    assert CliRunner().invoke(main, ["help"]).output == CliRunner().invoke(main, ["--help"]).output
    assert "did you mean `silence`?" in CliRunner().invoke(main, ["help", "silense"]).output


def test_help_speaks_as_the_environment_says_whatever_the_configuration() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bot", "--help"],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"LC_ALL": "zh_CN.UTF-8", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert catalogue("zh")["Vigil keeps watch after you deploy"] in run.stdout
