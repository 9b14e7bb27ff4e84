"""Whole messages, modals and App Homes are judged as others judge them, who have written their own models.

What differs in single blocks is listed in test_blockkit_independent, what only shows in the whole is here: a
difference that is listed in neither fails, and so does one that is listed here and not met.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import test_blockkit_independent as blocks
from judging import Blind, Judged, Stricter, judge_equally
from node import judged_by_types
from payloads import Maker
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.attachments import Attachment, AttachmentField, BlockAttachment
from slack_sdk.models.blocks import Block
from slack_sdk.models.metadata import Metadata
from slack_sdk.models.views import View

from bot.blockkit import validate_payload, validate_view

Json = dict[str, Any]

COUNT = 360
"""As many of each kind are made: a third right, a third wrong anywhere, a third outside of their blocks."""

TYPES_DO_NOT_SEE = (
    Blind("failed_constraint", None, r"/blocks/\d+$", "tables are not counted, a section may say nothing"),
    Blind("failed_constraint", None, r"^/(text|attachments/\d+)$", "an empty text is a text"),
    Blind("failed_constraint", "enum", r"/blocks/\d+/type$", "a block that is not known may be any"),
    Blind("missing_field", None, r"/blocks/\d+/\w+$", "a block of a known type is also one that may be any"),
    Blind("missing_field", None, "^/metadata/event_(type|payload)$", "for work objects both may be missing"),
)
TYPES_ARE_STRICTER = (
    Stricter(r'^\{(?!"channel")', "what goes to a response URL has no channel"),
    Stricter(r'"event_payload": .*: null', "no part of a payload is null; Slack's page has it as any JSON"),
)
MODELS_DO_NOT_SEE = (
    Blind("failed_constraint", "max_length", "^/view/external_id$", "it has no limit there"),
    Blind("failed_constraint", "max_items", "/blocks$", "a message's blocks are not counted"),
)
MODELS_ARE_STRICTER = (
    Stricter(r'": ""', "an empty text is dropped"),
    Stricter(r'": (\[\]|\{\})', "an empty list or object is dropped"),
    Stricter(
        r'"attachments": \[(.*\}, )?\{"(?!text"|blocks")', "an attachment has to have a text of its own"
    ),
    Stricter(
        r'"author_link": "[^"]*"(?!, "author_icon")',
        "a link of the author has to have a picture: Slack's page asks for the name alone",
    ),
)


def made(kind: str) -> list[Json]:
    maker = Maker(seed=20260119)
    make: Callable[[], Json] = {"message": maker.message, "modal": maker.modal, "home": maker.home}[kind]
    found = []
    for number in range(COUNT):
        payload = make()
        found.append(payload if number % 3 == 0 else maker.spoilt(payload, deep=number % 3 == 1))
    return found


POSTED = {"channel": "C012AB3CD", "text": "x"}
RARE: list[Json] = [
    {**POSTED, "metadata": {"event_payload": {}}},
    {**POSTED, "metadata": {"event_type": "x", "event_payload": {"alert": None}}},
    {**POSTED, "blocks": [{"type": "divider"}] * 51},
    {**POSTED, "attachments": [{"footer": "x", "color": "good"}]},
    {**POSTED, "attachments": [{"text": ""}, {"fallback": ""}]},
    {**POSTED, "attachments": [{"text": "x", "author_name": "x", "author_link": "https://x.example"}]},
    {"text": "x"},
]
"""What chance does not always bring."""

MESSAGES, VIEWS = [*made("message"), *RARE], [*made("modal"), *made("home")]


def judged(verdicts: list[bool]) -> Judged:
    """Our verdicts beside the others', messages first."""
    payloads = [(each, validate_payload(each)) for each in MESSAGES]
    payloads += [(each, validate_view(each)) for each in VIEWS]
    return [(*held, taken) for held, taken in zip(payloads, verdicts, strict=True)]


def test_slacks_types_judge_whole_messages_and_views_as_we_do(tmp_path: Path) -> None:
    kinds = {"modal": "ModalView", "home": "HomeView"}
    named = [("ChatPostMessageArguments", each) for each in MESSAGES]
    named += [(kinds.get(str(each.get("type")), "ModalView | HomeView"), each) for each in VIEWS]
    unseen = [*TYPES_DO_NOT_SEE, *blocks.TYPES_DO_NOT_SEE]
    stricter = [*TYPES_ARE_STRICTER, *blocks.TYPES_ARE_STRICTER]
    met = judge_equally(judged(judged_by_types(named, tmp_path)), unseen, stricter)
    assert {*TYPES_DO_NOT_SEE, *TYPES_ARE_STRICTER} - met == set()


def test_the_sdks_models_judge_whole_messages_and_views_as_we_do() -> None:
    logging.getLogger("slack_sdk").setLevel(logging.CRITICAL)
    verdicts = [taken(message_again, each) for each in MESSAGES] + [taken(view_again, each) for each in VIEWS]
    unseen = [*MODELS_DO_NOT_SEE, *blocks.MODELS_DO_NOT_SEE]
    met = judge_equally(judged(verdicts), unseen, MODELS_ARE_STRICTER)
    assert {*MODELS_DO_NOT_SEE, *MODELS_ARE_STRICTER} - met == set()


def test_what_is_right_has_no_problem() -> None:
    assert [validate_payload(each) for each in MESSAGES[:COUNT:3]] == [[]] * (COUNT // 3)
    assert [validate_view(each) for each in VIEWS[::3]] == [[]] * (COUNT // 3 * 2)


def taken(again: Callable[[Json], Json], payload: Json) -> bool:
    """Whether slack_sdk's models take it, and give it back whole."""
    try:
        return again(json.loads(json.dumps(payload))) == payload  # they change what they are given
    except (SlackObjectFormationError, TypeError, AttributeError, ValueError, KeyError):
        return False


def view_again(view: Json) -> Json:
    return dict(json.loads(json.dumps(View(**view).to_dict())))


def message_again(message: Json) -> Json:
    if "blocks" in message:
        message["blocks"] = [each.to_dict() for each in Block.parse_all(message["blocks"])]
    if "attachments" in message:
        message["attachments"] = [attachment_again(each) for each in message["attachments"]]
    if "metadata" in message:
        message["metadata"] = Metadata(**message["metadata"]).to_dict()
    return dict(json.loads(json.dumps(message)))


def attachment_again(attachment: Json) -> Json:
    if "blocks" in attachment:
        blocks = Block.parse_all(attachment.pop("blocks"))
        return dict(BlockAttachment(blocks=blocks, **attachment).to_dict())
    fields = [AttachmentField(**each) for each in attachment.pop("fields", ())]
    formatted = attachment.pop("mrkdwn_in", None)
    read = Attachment(fields=fields, markdown_in=formatted, **attachment).to_dict()
    return {name: value for name, value in read.items() if name != "fields" or value}
