"""What `deploy/` ships, held against the programs and schemas that read it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import click
import jsonschema
import pytest
import yaml

from bot.cli import main

DEPLOY = Path(__file__).parents[2] / "deploy"
BIN = Path(sys.prefix) / "bin"


def parsed(words: list[str]) -> str:
    """The path of the command of `vigil` that these words give; an unknown word or option is an error."""
    path: list[str] = []
    command: click.Command = main
    while isinstance(command, click.Group):
        name, *words = words
        path.append(name)
        command = command.commands[name]
    command.make_context(name, words)
    return " ".join(path)


def test_the_dockerfile_follows_the_rules_of_hadolint() -> None:
    told = subprocess.run(
        [BIN / "hadolint", "--no-color", DEPLOY / "Dockerfile"], capture_output=True, text=True, timeout=60
    )
    assert (told.returncode, told.stdout) == (0, "")


def test_the_container_starts_a_command_that_exists_as_an_ordinary_user() -> None:
    lines = dict(re.findall(r"^(ENTRYPOINT|CMD|USER) (.+)$", (DEPLOY / "Dockerfile").read_text(), re.M))
    assert json.loads(lines["ENTRYPOINT"]) == ["vigil"]
    assert parsed(json.loads(lines["CMD"])) == "up"
    assert int(lines["USER"]) > 0


def test_everything_the_container_copies_is_let_into_its_build() -> None:
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", (DEPLOY / "Dockerfile").read_text(), re.M)
    let_in = {
        line.removeprefix("!")
        for line in (DEPLOY.parent / ".dockerignore").read_text().splitlines()
        if line.startswith("!")
    }
    assert {name for line in copied for name in line.split()} == let_in
    assert all((DEPLOY.parent / name).exists() for name in let_in)


def test_the_composition_is_one_by_its_published_schema() -> None:
    schema = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    composition = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    jsonschema.validate(composition, json.loads(schema.read_text()))
    vigil = composition["services"]["vigil"]
    assert vigil["deploy"]["replicas"] == 2
    assert vigil["environment"]["DATABASE_URL"].startswith("postgresql://")


@pytest.mark.parametrize("unit", sorted(each.name for each in DEPLOY.glob("*.service")))
def test_the_unit_is_one_that_systemd_understands(unit: str, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        if os.environ.get("CI"):
            pytest.fail("no systemd-analyze here: install the package systemd")
        pytest.skip("no systemd-analyze here: install the package systemd")
    # systemd looks whether the program is there
    written = (DEPLOY / unit).read_text().replace("/opt/vigil/.venv/bin/vigil", str(BIN / "vigil"))
    file = tmp_path / unit.replace("@.", "@web-1.")
    file.write_text(written)
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", file], capture_output=True, text=True, timeout=60
    )
    assert (told.returncode, told.stderr) == (0, "")
    started = re.findall(r"^ExecStart\S*=\S+/vigil (.+)$", written, re.M)
    assert [parsed(line.split()) for line in started] in (["config check", "up"], ["worker"])


def test_the_procfile_starts_commands_that_exist() -> None:
    lines = (DEPLOY.parent / "Procfile").read_text().replace("$PORT", "8080").splitlines()
    assert [parsed(line.split()[2:]) for line in lines] == ["up", "up"]
