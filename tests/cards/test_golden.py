"""Every card as a whole. To accept a change: `VIGIL_GOLDEN=write pytest tests/cards`, then read the diff."""

import json
import os
from pathlib import Path

import pytest
from scenes import NAMES, NOW, SCENES, ZONE

from bot.blockkit import validate_message
from bot.locale import Speaker
from bot.slack.cards import draw

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("scene", SCENES)
def test_a_card_looks_as_it_was_agreed_and_slack_takes_it(scene: str, language: str) -> None:
    drawn = draw(SCENES[scene], Speaker(language, ZONE, NAMES), NOW)
    written = json.dumps({"text": drawn.text, "blocks": drawn.blocks}, ensure_ascii=False, indent=1) + "\n"
    path = GOLDEN / f"{scene}.{language}.json"
    if os.environ.get("VIGIL_GOLDEN") == "write":
        path.write_text(written, encoding="utf-8")
    assert validate_message(drawn.text, drawn.blocks) == []
    assert written == path.read_text(encoding="utf-8")


def test_no_golden_file_is_left_over() -> None:
    expected = {f"{scene}.{language}.json" for scene in SCENES for language in ("en", "zh")}
    assert {path.name for path in GOLDEN.iterdir()} == expected
