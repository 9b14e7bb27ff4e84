"""Judges a message or a view as Slack would, and says where each mistake is."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.blockkit import blocks as kit
from bot.blockkit import limits
from bot.blockkit.composition import TEXT_TOO_LONG
from bot.blockkit.problem import Problem, read, too_much

_MESSAGE: TypeAdapter[list[kit.MessageBlock]] = TypeAdapter(kit.MessageBlocks)
_VIEW: TypeAdapter[kit.Modal | kit.Home] = TypeAdapter(
    Annotated[kit.Modal | kit.Home, Field(discriminator="type")]
)


def validate_message(text: str | None, blocks: Sequence[Any] | None) -> list[Problem]:
    """Every reason why Slack would refuse this message; an empty list when it would take it."""
    found = list(_text_problems(text, blocks))
    if blocks:
        given = list(blocks)
        found += _model_problems(_MESSAGE, given, "/blocks")
        found += _repetitions(given, "/blocks")
        found += _message_problems(given)
    return found


def validate_view(view: Any) -> list[Problem]:
    """Every reason why Slack would refuse this modal or home page; an empty list when it would take it."""
    found = _model_problems(_VIEW, view, "/view")
    blocks = view.get("blocks") if isinstance(view, dict) else None
    if isinstance(blocks, list):
        found += _repetitions(blocks, "/view/blocks")
    found = [replace(problem, error="invalid_arguments") for problem in found]
    size = view_size(view)
    if size > limits.VIEW_SIZE:
        what = f"must have at most {limits.VIEW_SIZE} bytes, has {size}"
        constraint = too_much("max_size", limits.VIEW_SIZE, size)
        found.append(Problem("/view", what, "view_too_large", constraint=constraint))
    return found


def view_size(view: Any) -> int:
    """Bytes of the view on its way to Slack."""
    return len(json.dumps(view))


def _text_problems(text: str | None, blocks: Sequence[Any] | None) -> Iterator[Problem]:
    if not blocks and not (text or "").strip():
        yield Problem("/text", "must not be empty when there are no blocks", "no_text")
    if text and len(text) > limits.MESSAGE_TEXT:
        yield _over("/text", "", limits.MESSAGE_TEXT, len(text), "msg_too_long")


def _model_problems(adapter: TypeAdapter[Any], given: Any, root: str) -> list[Problem]:
    try:
        adapter.validate_python(given)
    except ValidationError as wrong:
        return [read(error, root + _pointer(error, given)) for error in wrong.errors(include_url=False)]
    return []


def _pointer(error: ErrorDetails, given: Any) -> str:
    """The place in the message. Pydantic's own place also has the names of the union members it tried."""
    steps: list[str] = []
    here: Any = given
    tagged: Any = None
    for step in error["loc"]:
        if isinstance(here, dict) and here is not tagged and here.get("type") == step:
            tagged = here  # the name of a union's member, though a field may be called so, too
            continue
        named = isinstance(here, dict) and step in here
        if named or (isinstance(here, list) and isinstance(step, int)):
            here = here[step]
            steps.append(str(step))
    if error["type"] == "missing":
        steps.append(str(error["loc"][-1]))
    elif error["type"] == TEXT_TOO_LONG:
        steps.append("text")
    elif error["type"].startswith("union_tag"):
        steps.append("type")
    return "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)


def _repetitions(blocks: Sequence[Any], root: str) -> Iterator[Problem]:
    """The second and later uses of an action_id or block_id, which Slack refuses."""
    for key in ("block_id", "action_id"):
        seen: set[str] = set()
        for pointer, value in _values_of(key, blocks, root):
            if value in seen:
                yield Problem(
                    pointer,
                    f"`{key}` {value!r} is used twice, each must be unique",
                    constraint={"type": "unique", "got": value},
                )
            seen.add(value)


def _values_of(key: str, part: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(part, dict):
        if isinstance(part.get(key), str):
            yield f"{pointer}/{key}", part[key]
        for name, inner in part.items():
            yield from _values_of(key, inner, f"{pointer}/{name}")
    elif isinstance(part, list):
        for index, inner in enumerate(part):
            yield from _values_of(key, inner, f"{pointer}/{index}")


def _message_problems(blocks: Sequence[Any]) -> Iterator[Problem]:
    tables = [
        (f"/blocks/{index}", block)
        for index, block in enumerate(blocks)
        if isinstance(block, dict) and block.get("type") == "table"
    ]
    for pointer, table in tables:
        length = text_length(table.get("rows"))
        if length > limits.TABLE_TEXT:
            yield _over(pointer, "", limits.TABLE_TEXT, length, "invalid_blocks")
    for pointer, _ in tables[limits.TABLES_IN_MESSAGE :]:
        yield Problem(pointer, "is a second table: a message has one at most", "invalid_attachments")
    length = text_length(blocks)
    if length > limits.MESSAGE_BLOCK_TEXT:
        yield _over("/blocks", " of text together", limits.MESSAGE_BLOCK_TEXT, length, "msg_blocks_too_long")


def _over(pointer: str, where: str, most: int, has: int, error: str) -> Problem:
    what = f"must have at most {most} characters{where}, has {has}"
    return Problem(pointer, what, error, constraint=too_much("max_length", most, has))


def text_length(part: Any) -> int:
    """The characters of every `text` in the blocks together, which Slack caps for a whole message."""
    if isinstance(part, dict):
        own = len(part["text"]) if isinstance(part.get("text"), str) else 0
        return own + sum(text_length(inner) for inner in part.values())
    if isinstance(part, list):
        return sum(text_length(inner) for inner in part)
    return 0
