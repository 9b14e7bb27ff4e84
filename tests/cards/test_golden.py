"""Every card as a whole. To accept a change: `VIGIL_GOLDEN=write pytest tests/cards`, then read the diff."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from scenes import DAY_4, FORMS, HOMES, NAMES, NOW, SCENES, ZONE

from bot.blockkit import validate_message, validate_view
from bot.locale import Speaker
from bot.slack.cards import draw, draw_form, draw_home

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


def test_no_golden_file_is_left_over() -> None:
    scenes = (*SCENES, *FORMS, *HOMES)
    expected = {f"{scene}.{language}.json" for scene in scenes for language in LANGUAGES}
    assert {path.name for path in GOLDEN.iterdir()} == expected
