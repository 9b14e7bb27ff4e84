"""Every command, button, form, shortcut and reaction asks the one rule of who may do what."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from engine_room import engine_room

from bot.domain.card import Line
from bot.domain.commands import TABLE, WORDS
from bot.domain.events import Inbound, InboundKind
from bot.engine.people.respond import SAY, _answer, _word_of
from bot.engine.world import World

ROOT = Path(__file__).resolve().parents[2]
T0 = datetime(2026, 1, 19, 2, 0, tzinfo=UTC)
CONFIG = "\n".join(
    (
        "service: orders",
        "people: {lin: {name: Lin, slack: U0LIN}, chen: {name: Chen, slack: U0CHEN}}",
        "permissions:",
        *(f"  {word}: [person:chen]" for word in WORDS),
    )
)

TYPED = sorted(
    " ".join((each.word, *words, *["x"] * max(least, 0)))
    for each in TABLE
    for words, least in (
        [((part.word,), part.least) for part in each.parts] if each.parts else [((), each.least)]
    )
)
"""Each command with each word that may follow it, and as much behind that as it needs."""


def drawn() -> set[str]:
    """The verb of every button and menu on every card that we know."""
    found = set()
    for file in (ROOT / "tests" / "cards" / "golden").rglob("*.json"):
        found |= set(re.findall(r'"value": "([a-z-]+):', json.dumps(json.loads(file.read_text()))))
    return found


def asked() -> set[str]:
    """The verb of every form that the engine opens."""
    sources = "".join(file.read_text() for file in (ROOT / "bot" / "engine").rglob("*.py"))
    return set(re.findall(r'Form\(\s*verb="([a-z-]+)"', sources))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with engine_room(tmp_path_factory.mktemp("permission"), CONFIG, T0) as (world, _):
        yield world


def answered(world: World, kind: InboundKind, person: str = "U0LIN", **given: Any) -> object:
    inbound = Inbound(identity="i1", kind=kind, at=T0, person=person, channel="C1", **given)
    with world.store.transaction() as ledger:
        return _answer(ledger, world, inbound, T0)


def refused(answer: object) -> str:
    """The command that this answer says is for somebody else."""
    assert isinstance(answer, Line), answer
    assert answer.text.key == "`{word}` is for {allowed}; nothing was changed", answer.text
    return str(dict(answer.text.params)["word"])


@pytest.mark.parametrize("text", TYPED)
def test_no_command_is_without_a_rule(world: World, text: str) -> None:
    assert refused(answered(world, InboundKind.COMMAND, text=text)) == text.split()[0]


def test_cards_draw_buttons_and_the_engine_opens_forms() -> None:
    assert {"ack", "resolve", "silence", "sign", "tick", "playbook-roll-back"} & drawn() >= {"ack", "resolve"}
    assert {"silence", "escalate", "rollback", "action"} <= asked()


def test_a_button_that_stands_for_a_command_has_the_rule_of_that_command(world: World) -> None:
    assert SAY in drawn()
    answer = answered(world, InboundKind.ACTION, action=SAY, value=f"{SAY}:resolve a1")
    assert refused(answer) == "resolve"


@pytest.mark.parametrize("verb", sorted(drawn() - {SAY}))
def test_no_button_is_without_a_rule(world: World, verb: str) -> None:
    assert _word_of(verb) in WORDS
    answer = answered(world, InboundKind.ACTION, action=verb, value=f"{verb}:x:1")
    assert refused(answer) == _word_of(verb)


@pytest.mark.parametrize("verb", sorted(asked()))
def test_no_form_is_without_a_rule(world: World, verb: str) -> None:
    assert _word_of(verb) in WORDS
    assert refused(answered(world, InboundKind.FORM, value=f"{verb} x")) == _word_of(verb)


@pytest.mark.parametrize("verb", sorted(drawn() - {SAY} | asked()))
def test_whatever_an_old_or_forged_button_or_form_carries_is_answered(world: World, verb: str) -> None:
    for rest in ("", "zz", "zz:x", "zz:1", "zz:-5:9", "9" * 400, "zz\nx=~[\nr"):
        for kind, value in ((InboundKind.ACTION, f"{verb}:{rest}"), (InboundKind.FORM, f"{verb} {rest}")):
            answered(world, kind, "U0CHEN", action=verb, value=value, trigger_id="t1")


@pytest.mark.parametrize("kind", [InboundKind.SHORTCUT, InboundKind.REACTION])
def test_a_message_is_noted_by_those_only_who_may_note(world: World, kind: InboundKind) -> None:
    assert refused(answered(world, kind, text="it broke")) == "note"


def test_who_may_is_not_refused(world: World) -> None:
    answer = answered(world, InboundKind.COMMAND, person="U0CHEN", text="alerts")
    assert "nothing was changed" not in str(answer)
