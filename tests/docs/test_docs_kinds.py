"""The documented kind of check is installed as its page says, and asked."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from bot.config import ConfigError, load
from bot.wiring import asking
from checks import registry
from checks.result import Result, State

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 1, 12, tzinfo=UTC)
FILE = re.compile(r"^```\w+\n# ([\w.]+)\n(.*?)^```$", re.M | re.S)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package, its configuration, and in `site` the package installed by itself."""
    folder = tmp_path_factory.mktemp("spool")
    files = dict(FILE.findall((ROOT / "docs/kinds.md").read_text()))
    assert set(files) == {"vigil_spool.py", "pyproject.toml", "config.yaml"}
    for name, text in files.items():
        (folder / name).write_text(text)
    options = ["--no-deps", "--no-index", "--no-build-isolation", "--disable-pip-version-check"]
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            *options,
            "--target",
            f"{folder}/site",
            str(folder),
        ],
        check=True,
        capture_output=True,
    )
    return folder


@pytest.fixture
def installed(package: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.syspath_prepend(str(package / "site"))
    return package


def test_the_kind_that_the_page_shows_is_found_and_asked(installed: Path) -> None:
    setup = load(installed / "config.yaml", {})
    check = setup.services["orders"].checks["outbox"]

    def asked() -> Result:
        return asking(setup)(check, NOW, None)[0]

    assert (asked().state, asked().hint) == (State.UNKNOWN, "correct the check's `folder`")
    (installed / "outbox").mkdir()
    for name, state in (("a", State.OK), ("b", State.OK), ("c", State.CRITICAL)):
        (installed / "outbox" / name).touch()
        assert asked().state is state
    assert asked().summary == "3 files wait"
    assert [(m.metric, m.value) for m in asked().measurements] == [("spool_files", 3)]


def test_its_mistakes_are_named_with_their_lines(installed: Path) -> None:
    wrong = installed / "wrong.yaml"
    wrong.write_text((installed / "config.yaml").read_text().replace("at_most", "at_mots"))
    with pytest.raises(ConfigError) as refused:
        load(wrong, {})
    assert "wrong.yaml:3: checks.outbox.at_mots: unknown key `at_mots`; did you mean `at_most`?" in str(
        refused.value
    )


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("no_such_module:Kind", "cannot be loaded: ModuleNotFoundError: No module named 'no_such_module'"),
        ("json:dumps", "is none: it needs an `options_model` derived from Options, and a `probe`"),
    ],
)
def test_an_installed_kind_that_is_broken_says_so(
    monkeypatch: pytest.MonkeyPatch, value: str, complaint: str
) -> None:
    point = EntryPoint("spool", value, registry.GROUP)
    monkeypatch.setattr(registry, "entry_points", lambda group: [point])
    with pytest.raises(ValueError, match=re.escape(complaint)):
        registry.find_kind("spool")
    with pytest.raises(ValueError, match="did you mean spool"):
        registry.find_kind("spol")
    assert registry.find_kind("http").name == "http"
