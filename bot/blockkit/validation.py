"""Judges a message or a view as Slack would, and says where each mistake is."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.blockkit import blocks as kit
from bot.blockkit import limits
from bot.blockkit.composition import TEXT_TOO_LONG
from bot.blockkit.message import Message
from bot.blockkit.problem import Problem, read, too_much

_MESSAGE: TypeAdapter[Message] = TypeAdapter(Message)
_VIEW: TypeAdapter[kit.Modal | kit.Home] = TypeAdapter(
    Annotated[kit.Modal | kit.Home, Field(discriminator="type")]
)


_ERRORS = {
    "blocks": "invalid_blocks",
    "attachments": "invalid_attachments",
    "metadata": "invalid_metadata_schema",
    "thread_ts": "invalid_thread_ts",
}
"""What chat.postMessage answers when something is wrong in one of its arguments; else `invalid_arguments`."""


def validate_message(text: str | None, blocks: Sequence[Any] | None) -> list[Problem]:
    """Every reason why Slack would refuse this text with these blocks; empty when it would take them."""
    given = {"text": text, "blocks": None if blocks is None else list(blocks)}
    return validate_payload({name: value for name, value in given.items() if value is not None})


def validate_payload(message: Any) -> list[Problem]:
    """The same of a whole message: what chat.postMessage takes, with attachments and metadata."""
    found = [replace(each, error=_error_of(each)) for each in _model_problems(_MESSAGE, message, "")]
    if not isinstance(message, dict):
        return found
    found += _text_problems(message)
    shown = {name: message[name] for name in ("blocks", "attachments") if name in message}
    found += _repetitions(shown, "")
    return found + list(_table_problems(shown)) + list(_length_problems(message.get("blocks")))


def _error_of(problem: Problem) -> str:
    if problem.pointer == "/attachments" and problem.constraint and problem.constraint["type"] == "max_items":
        return "too_many_attachments"
    return _ERRORS.get(problem.pointer.split("/")[1] if problem.pointer else "", "invalid_arguments")


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


def _text_problems(message: Mapping[str, Any]) -> Iterator[Problem]:
    text = message.get("text")
    says = isinstance(text, str) and text.strip()
    if not says and not message.get("blocks") and not message.get("attachments"):
        yield Problem("/text", "must not be empty when there are no blocks", "no_text")
    if isinstance(text, str) and len(text) > limits.MESSAGE_TEXT:
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


def _repetitions(shown: Any, root: str) -> Iterator[Problem]:
    """The second and later uses of an action_id or block_id, which Slack refuses."""
    for key in ("block_id", "action_id"):
        seen: set[str] = set()
        for pointer, value in _values_of(key, shown, root):
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


def _table_problems(shown: Any) -> Iterator[Problem]:
    tables = list(_tables(shown, ""))
    for pointer, table in tables:
        length = text_length(table.get("rows"))
        if length > limits.TABLE_TEXT:
            yield _over(pointer, "", limits.TABLE_TEXT, length, "invalid_blocks")
    for pointer, _ in tables[limits.TABLES_IN_MESSAGE :]:
        yield Problem(pointer, "is a second table: a message has one at most", "invalid_attachments")


def _tables(part: Any, pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each table among the blocks, those of attachments too."""
    if isinstance(part, dict):
        if part.get("type") == "table":
            yield pointer, part
        for name in ("blocks", "attachments"):
            yield from _tables(part.get(name), f"{pointer}/{name}")
    elif isinstance(part, list):
        for index, inner in enumerate(part):
            yield from _tables(inner, f"{pointer}/{index}")


def _length_problems(blocks: Any) -> Iterator[Problem]:
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
