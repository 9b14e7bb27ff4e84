"""`vigil db`: upgrade, export, import."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from keeping import Kept

from bot.cli import main

Vigil = Callable[..., Result]
Answer = Callable[..., Any]


def test_an_installation_moves_to_another_database_with_its_watch_and_its_audit(
    kept: Kept,
    vigil: Vigil,
    answer: Answer,
    monkeypatch: pytest.MonkeyPatch,
    new_postgresql: Callable[[], str],
) -> None:
    answer("watch", "start", "--version", "v1", "--as", "lin")
    before = answer("watch", "list"), answer("audit")
    file = kept.folder / "vigil.archive"
    told = vigil("db", "export", str(file))
    assert told.exit_code == 0
    assert f"written to {file}" in told.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    monkeypatch.setenv("DATABASE_URL", new_postgresql())
    assert vigil("db", "import", str(file)).exit_code == 0
    assert (answer("watch", "list"), answer("audit")) == before
    refused = vigil("db", "import", str(file))
    assert refused.exit_code == 2
    assert "the database is not empty" in refused.output


def test_an_archive_goes_through_a_pipe(kept: Kept, vigil: Vigil, answer: Answer, folder: Path) -> None:
    answer("watch", "start", "--version", "v1")
    before = answer("watch", "list")
    archive = vigil("db", "export", "-").stdout_bytes
    for each in folder.glob("vigil.db*"):
        each.unlink()
    told = CliRunner().invoke(main, ["db", "import", "-"], input=archive)
    assert told.exit_code == 0, told.output
    assert answer("watch", "list") == before


def test_a_database_is_made_by_the_upgrade(folder: Path, vigil: Vigil) -> None:
    told = vigil("db", "upgrade")
    assert told.exit_code == 0
    assert "vigil.db: version 0001" in told.output
    assert vigil("db", "upgrade").output == told.output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("export", "there"), "there is there already; name another file"),
        (("export", "nowhere/new"), "nowhere/new: No such file or directory; name a file that this user may"),
        (("import", "nowhere"), "nowhere: No such file or directory"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_mend(
    kept: Kept, vigil: Vigil, monkeypatch: pytest.MonkeyPatch, words: tuple[str, str], said: str
) -> None:
    monkeypatch.chdir(kept.folder)
    (kept.folder / "there").write_text("something else")
    told = vigil("db", *words)
    assert (told.exit_code, told.stdout) == (2, "")
    assert said in told.stderr
    assert (kept.folder / "there").read_text() == "something else"
    assert not list(kept.folder.glob("**/*.part"))


def test_a_file_of_something_else_is_not_taken_in(folder: Path, vigil: Vigil) -> None:
    (folder / "there").write_text("something else")
    told = vigil("db", "import", str(folder / "there"))
    assert told.exit_code == 2
    assert "there: line 1: it is no JSON; is this file what `vigil db export` wrote?" in told.stderr


def test_there_is_nothing_to_export_before_the_first_start(folder: Path, vigil: Vigil) -> None:
    told = vigil("db", "export", str(folder / "new"))
    assert told.exit_code == 2
    assert "there is no database" in told.stderr
    assert not (folder / "new").exists()
