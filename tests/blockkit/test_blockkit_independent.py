"""Our models judge as those that others have written: slack_sdk's, and Slack's types for TypeScript.

Where they do not, the difference stands in a list below, with its reason; a difference that is not listed
fails, and so does one that is listed and not met.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from judging import Blind, Judged, Stricter, judge_equally
from node import judged_by_types
from payloads import Maker
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.blockkit import validate_message

Json = dict[str, Any]
GOLDEN = Path(__file__).parents[1] / "cards" / "golden"
NAMELESS = {"text": {"type": "plain_text", "text": "x"}}
RARE: list[Json] = [
    {"type": "rich_text", "elements": []},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]], "column_settings": [None]},
    {"type": "actions", "elements": [{"type": "overflow", "action_id": "a", "options": [NAMELESS]}]},
]
"""What chance does not always bring."""

COUNT = 3000
"""As many payloads are made; every third is right, the others have one thing wrong."""


TYPES_DO_NOT_SEE = (
    Blind("failed_constraint", "max_length", "", "a type has no length"),
    Blind("failed_constraint", "max_items", "", "a list has no length"),
    Blind("failed_constraint", "min_items", "", "an empty list is a list"),
    Blind("failed_constraint", "min_length", "", "an empty string is a string"),
    Blind("failed_constraint", "pattern", "", "a URL, a date and a time of day are strings"),
    Blind("failed_constraint", "unique", "", "parts do not know of each other"),
    Blind("failed_constraint", None, "^/blocks/0$", "a section's text and fields are both optional"),
    Blind(
        "failed_constraint", None, r"/(accessory|element|elements/\d+)$", "an initial choice is any option"
    ),
    Blind("missing_field", None, "options?/(\\d+/)?value$", "the value of an option is optional there"),
)
TYPES_ARE_STRICTER = (
    Stricter(
        r'"description": \{"type": "mrkdwn"',
        "Block Kit Builder's own checkboxes have formatted descriptions, which the types do not allow",
    ),
    Stricter(r'"column_settings": \[null', "Slack's page about tables skips a column so"),
)
MODELS_DO_NOT_SEE = (
    Blind("failed_constraint", "type", "", "whatever is given is kept, of any type"),
    Blind("failed_constraint", "enum", "", "words are only checked in a few places"),
    Blind("failed_constraint", "pattern", "", "a URL is a string; only dates and times have a pattern"),
    Blind("failed_constraint", "min_length", "", "an empty string is a string"),
    Blind(
        "failed_constraint",
        "max_length",
        "/(text|value|url|alt_text|block_id|blocks|blocks/0)$",
        "few texts have a limit",
    ),
    Blind(
        "failed_constraint",
        "max_items",
        "/(rows|fields|elements|options|column_settings)",
        "few lists have one",
    ),
    Blind("failed_constraint", "min_items", "/rows/\\d+$", "a table's rows are not looked into"),
    Blind("failed_constraint", "unique", "", "parts do not know of each other"),
    Blind("failed_constraint", None, "", "a picture's two sources, and initial choices, are not compared"),
    Blind("missing_field", None, "", "what stands in tables, titles and rich text is not looked into"),
    Blind("unknown_field", None, "", "what stands in tables and options is not looked into"),
)
MODELS_ARE_STRICTER = (Stricter(r'"(column_settings|elements)": \[\]', "an empty list is dropped"),)


def taken_by_models(block: Json) -> bool:
    """Whether slack_sdk's models take the block, and give it back whole."""
    try:
        read = Block.parse(json.loads(json.dumps(block)))  # it changes what it is given
        return read is not None and json.loads(json.dumps(read.to_dict())) == block
    except (SlackObjectFormationError, TypeError, AttributeError, ValueError, KeyError):
        return False


@pytest.fixture
def payloads() -> list[Json]:
    maker = Maker(seed=20260119)
    blocks = [maker.block() for _ in range(COUNT)]
    return [block if number % 3 == 0 else maker.spoilt(block) for number, block in enumerate(blocks)] + RARE


def held(payloads: Sequence[Json], verdicts: Sequence[bool]) -> Judged:
    """Our verdicts beside the others'."""
    return [
        (block, validate_message("-", [block]), taken)
        for block, taken in zip(payloads, verdicts, strict=True)
    ]


def golden() -> list[tuple[str, Any]]:
    """(type of @slack/types, JSON) of every card, form and home page in both languages."""
    found = []
    for path in sorted(GOLDEN.iterdir()):
        drawn = json.loads(path.read_text(encoding="utf-8"))
        if "text" in drawn:
            found.append(("KnownBlock[]", drawn["blocks"]))
        else:
            found.append(("HomeView" if drawn["type"] == "home" else "ModalView", drawn))
    return found


def test_slacks_types_take_every_card_and_judge_as_we_do(payloads: list[Json], tmp_path: Path) -> None:
    cards = golden()
    verdicts = judged_by_types([*cards, *(("KnownBlock[]", [block]) for block in payloads)], tmp_path)
    assert len(cards) > 150
    assert [card for card, taken in zip(cards, verdicts, strict=False) if not taken] == []
    judged = verdicts[len(cards) :]
    met = judge_equally(held(payloads, judged), TYPES_DO_NOT_SEE, TYPES_ARE_STRICTER)
    assert met == {*TYPES_DO_NOT_SEE, *TYPES_ARE_STRICTER}
    assert judged.count(False) > COUNT / 3


def test_the_sdks_models_take_every_card() -> None:
    for kind, drawn in golden():
        if kind == "KnownBlock[]":
            assert [block for block in drawn if not taken_by_models(block)] == []
        else:
            assert json.loads(json.dumps(View(**drawn).to_dict())) == drawn


def test_the_sdks_models_judge_as_we_do(payloads: list[Json]) -> None:
    logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)
    verdicts = [taken_by_models(block) for block in payloads]
    met = judge_equally(held(payloads, verdicts), MODELS_DO_NOT_SEE, MODELS_ARE_STRICTER)
    assert met == {*MODELS_DO_NOT_SEE, *MODELS_ARE_STRICTER}
    assert verdicts.count(False) > COUNT / 3


def test_what_is_right_is_taken_by_all(payloads: list[Json]) -> None:
    for block in payloads[:COUNT:3]:
        assert validate_message("-", [block]) == []
        assert taken_by_models(block)


@pytest.mark.parametrize("make", [Maker(7).spoilt])
def test_spoiling_leaves_the_block_itself_alone(make: Callable[[Json], Json]) -> None:
    block = {"type": "header", "text": {"type": "plain_text", "text": "x"}}
    for _ in range(30):
        make(block)
    assert block == {"type": "header", "text": {"type": "plain_text", "text": "x"}}
