"""Every card as a whole. To accept a change: `VIGIL_GOLDEN=write pytest tests/cards`, then read the diff."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
from scenes import DAY_4, FORMS, HOMES, NAMES, NOW, SCENES, ZONE

from bot.blockkit import validate_message, validate_view
from bot.domain.card import Message
from bot.domain.text import Text
from bot.locale import Speaker
from bot.locale.catalogue import catalogue
from bot.slack.cards import draw, draw_form, draw_home
from bot.slack.cards.forms import FORM_TITLES

GOLDEN = Path(__file__).parent / "golden"
LATER = {"plan-all": DAY_4}
LANGUAGES = ("en", "zh")


def as_agreed(scene: str, language: str, drawn: dict[str, Any]) -> None:
    written = json.dumps(drawn, ensure_ascii=False, indent=1) + "\n"
    path = GOLDEN / f"{scene}.{language}.json"
    if os.environ.get("VIGIL_GOLDEN") == "write":
        path.write_text(written, encoding="utf-8")
    assert written == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scene", SCENES)
def test_a_card_looks_as_it_was_agreed_and_slack_takes_it(scene: str, language: str) -> None:
    drawn = draw(SCENES[scene], Speaker(language, ZONE, NAMES), LATER.get(scene, NOW))
    assert validate_message(drawn.text, drawn.blocks) == []
    as_agreed(scene, language, {"text": drawn.text, "blocks": drawn.blocks})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scene", FORMS)
def test_a_form_looks_as_it_was_agreed_and_slack_takes_it(scene: str, language: str) -> None:
    view = draw_form(FORMS[scene], Speaker(language, ZONE, NAMES), NOW)
    assert validate_view(view) == []
    as_agreed(scene, language, view)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scene", HOMES)
def test_app_home_looks_as_it_was_agreed_and_slack_takes_it(scene: str, language: str) -> None:
    view = draw_home(HOMES[scene], Speaker(language, ZONE, NAMES), NOW)
    assert validate_view(view) == []
    as_agreed(scene, language, view)


def texts(part: Any) -> Iterator[Text]:
    """Every sentence in a value, and in its sentences."""
    if isinstance(part, Text):
        yield part
        for _, inner in part.params:
            yield from texts(inner)
    elif isinstance(part, tuple | list):
        for each in part:
            yield from texts(each)
    elif is_dataclass(part):
        for one in fields(part):
            yield from texts(getattr(part, one.name))


def test_the_scenes_say_only_what_the_bot_says() -> None:
    """A sentence of our own invention would stand in the Chinese pictures in English."""
    said = {text.key for scenes in (SCENES, FORMS, HOMES) for text in texts(tuple(scenes.values()))}
    words = {key for key in said if re.search("[A-Za-z]", re.sub(r"\{\w+\}", "", key))}
    assert sorted(words - set(catalogue("zh"))) == []


def test_every_kind_of_card_and_form_has_a_scene() -> None:
    assert {type(scene) for scene in SCENES.values()} == set(get_args(Message))
    assert {form.verb for form in FORMS.values()} == set(FORM_TITLES)


def test_no_golden_file_is_left_over() -> None:
    scenes = (*SCENES, *FORMS, *HOMES)
    expected = {f"{scene}.{language}.json" for scene in scenes for language in LANGUAGES}
    assert {path.name for path in GOLDEN.iterdir()} == expected
