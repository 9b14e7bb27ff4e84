"""The command line as a whole: the nearest word, examples, completion, and what `/monitor` has too."""

from __future__ import annotations

import os
import re
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
from bot.cli.examples import EXAMPLES
from bot.cli.spoken import PRINTED, SPOKEN
from bot.clock import RealClock
from bot.domain.commands import TABLE
from bot.locale.catalogue import catalogue


def commands(group: click.Group, words: str = "") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        path = f"{words} {name}".strip()
        if isinstance(command, click.Group):
            yield from commands(command, path)
        else:
            yield path, command


COMMANDS = dict(commands(main))


@pytest.mark.parametrize(("path", "examples"), EXAMPLES.items())
def test_every_example_is_taken_as_it_stands(
    path: str, examples: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for file in ("old.csv", "new.csv", "samples.csv"):
        (tmp_path / file).touch()
    command = {**COMMANDS, **main.commands}[path]
    for example in examples:
        words = shlex.split(example)
        assert words[: len(path.split())] == path.split()
        context = command.make_context(path, words[len(path.split()) :])
        assert context.params is not None


@pytest.mark.parametrize("path", EXAMPLES)
def test_help_shows_the_examples(path: str) -> None:
    told = CliRunner().invoke(main, [*path.split(), "--help"]).output
    assert all(f"vigil {example}" in told for example in EXAMPLES[path])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["statsu"], "there is no command `statsu`; did you mean `status`?"),
        (["watch", "strat"], "there is no command `strat`; did you mean `start`?"),
        (["token", "xyzzy"], "there is no command `xyzzy`; known: `create`, `list`, `revoke`"),
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


def test_commands_and_names_of_the_configuration_are_completed(house: House) -> None:
    assert completed(house.folder, "sta") == ["status"]
    assert completed(house.folder, "ack", "--as", "l") == ["lin"]
    assert completed(house.folder, "check", "fi") == ["figures"]
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


def test_every_word_of_the_table_has_its_command() -> None:
    from bot.domain.commands import WORDS

    elsewhere = {"silences": "silence list", "unsilence": "silence end", "reload": "config reload"}
    for word in WORDS:
        known = word in SPOKEN or word in main.commands or elsewhere.get(word) in COMMANDS or word == "help"
        assert known, word


@pytest.mark.parametrize(("language", "said"), [("en_US.UTF-8", "key"), ("zh_CN.UTF-8", "zh")])
def test_a_command_is_told_of_as_in_slack_in_the_language_of_the_terminal(language: str, said: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bot", "--help"],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"LC_ALL": language, "PYTHONIOENCODING": "utf-8", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    told = dict(re.findall(r"^  ([a-z]+) {2,}(.+)$", run.stdout, re.M))
    for definition in TABLE:
        if definition.word in told and definition.word not in PRINTED:
            summary = definition.summary.key
            assert told[definition.word] == (catalogue("zh")[summary] if said == "zh" else summary)
    assert len(told) > len(TABLE)
    assert not any(each.endswith("...") for each in told.values())
