"""Tokens with names: made and revoked by the command line, asked for over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from test_web_api import NOW, TOKEN, Bot, vigil

from bot.cli import main
from bot.domain.bearer import Bearer, bearer_of, digest


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    built = Bot(tmp_path)
    yield built
    built.close()


def types(bot: Bot, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["token", *arguments, "--config", str(bot.config)])


def asks(bot: Bot, token: str) -> int:
    return bot.asks("/api/v1/watches", Authorization=f"Bearer {token}").status


def test_a_token_opens_the_api_until_it_is_revoked(bot: Bot) -> None:
    assert bot.asks("/api/v1/watches").status == 200  # this machine, as long as nobody has a token
    made = types(bot, "create", "ci", "--as", "lin")
    token = made.stdout.strip()
    assert token.startswith("vigil_")
    assert "From now on everybody needs a token" in made.stderr
    assert bot.asks("/api/v1/watches").status == 401
    assert [asks(bot, each) for each in (token, token[:-1], f"{token}x", "vigil_")] == [200, 401, 401, 401]
    assert vigil(bot, "token", "list")[0] | {"made_at": ""} == {"name": "ci", "made_at": "", "made_by": "lin"}
    assert types(bot, "revoke", "ci", "--as", "lin").exit_code == 0
    assert bot.asks("/api/v1/watches", Authorization=f"Bearer {token}").status == 200  # nobody has one again
    types(bot, "create", "other")
    assert asks(bot, token) == 401


def test_only_the_digest_of_a_token_is_on_disk(bot: Bot, tmp_path: Path) -> None:
    token = types(bot, "create", "ci").stdout.strip()
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("vigil.db*"))
    assert digest(token).encode() in stored
    assert token.encode() not in stored
    assert token.removeprefix("vigil_").encode() not in stored


def test_what_a_program_did_stands_under_the_name_of_its_token(bot: Bot) -> None:
    token = types(bot, "create", "ci", "--as", "lin").stdout.strip()
    begun = bot.asks("/api/v1/watches", {"version": "v1"}, Authorization=f"Bearer {token}")
    bot.asks(f"{begun.location}/stop", {}, Authorization=f"Bearer {token}")
    deeds = {each["deed"]: each["person"] for each in vigil(bot, "audit", "--since", "2020-01-01")}
    assert deeds["watch.stopped"] == "@ci"
    assert deeds["token.created"] == "lin"


def test_the_token_of_the_environment_fits_beside_those_that_were_made(tmp_path: Path) -> None:
    bot = Bot(tmp_path, TOKEN)
    token = types(bot, "create", "ci").stdout.strip()
    assert [asks(bot, each) for each in (TOKEN, token, "x")] == [200, 200, 401]
    bot.close()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        # a second one of the same name
        (("create", "ci"), 1, "ci has a token already; revoke it first: `vigil token revoke ci`"),
        # a name that is none
        (("create", "C I"), 2, "is more than `vigil token create NAME` takes"),
        (("create", "../ci"), 2, "write lower case letters"),
        (("create", ""), 2, "is less than `vigil token create NAME` takes"),
        (("create", "x" * 41), 2, "write lower case letters"),
        # nobody's
        (("revoke", "cii"), 2, "cii has no token; did you mean `ci`?"),
    ],
)
def test_what_cannot_be_done_is_said(arguments: tuple[str, ...], code: int, said: str, bot: Bot) -> None:
    types(bot, "create", "ci")
    refused = types(bot, *arguments)
    assert (refused.exit_code, said in refused.stderr, refused.stdout) == (code, True, "")
    assert [each["name"] for each in vigil(bot, "token", "list")] == ["ci"]


@given(st.lists(st.text(), unique=True, min_size=1), st.text())
def test_a_token_is_its_owners_and_nobody_elses(tokens: list[str], guess: str) -> None:
    known = [
        Bearer(name=str(number), digest=digest(token), made_at=NOW, made_by="lin")
        for number, token in enumerate(tokens)
    ]
    for each, token in zip(known, tokens, strict=True):
        assert bearer_of(token, known) == each
    assert (bearer_of(guess, known) is None) == (guess not in tokens)
