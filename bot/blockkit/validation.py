"""Judges a message or a view as Slack would, and says where each mistake is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from bot.blockkit import blocks as kit
from bot.blockkit import limits
from bot.blockkit.composition import TEXT_TOO_LONG

_MESSAGE: TypeAdapter[list[kit.MessageBlock]] = TypeAdapter(kit.MessageBlocks)
_VIEW: TypeAdapter[kit.Modal | kit.Home] = TypeAdapter(
    Annotated[kit.Modal | kit.Home, Field(discriminator="type")]
)


@dataclass(frozen=True)
class Problem:
    """One mistake: where (a JSON pointer such as `/blocks/2/text/text`), what is wrong there, and the name
    of the error that Slack answers with."""

    pointer: str
    what: str
    error: str = "invalid_blocks"


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
    found = [
        Problem(problem.pointer, problem.what, "invalid_arguments")
        for problem in _model_problems(_VIEW, view, "/view")
    ]
    blocks = view.get("blocks") if isinstance(view, dict) else None
    if isinstance(blocks, list):
        found += [
            Problem(problem.pointer, problem.what, "invalid_arguments")
            for problem in _repetitions(blocks, "/view/blocks")
        ]
    return found


def _text_problems(text: str | None, blocks: Sequence[Any] | None) -> Iterator[Problem]:
    if not blocks and not (text or "").strip():
        yield Problem("/text", "must not be empty when there are no blocks", "no_text")
    if text and len(text) > limits.MESSAGE_TEXT:
        yield Problem(
            "/text", f"must have at most {limits.MESSAGE_TEXT} characters, has {len(text)}", "msg_too_long"
        )


def _model_problems(adapter: TypeAdapter[Any], given: Any, root: str) -> list[Problem]:
    try:
        adapter.validate_python(given)
    except ValidationError as wrong:
        return [
            Problem(root + _pointer(error, given), _wording(error))
            for error in wrong.errors(include_url=False)
        ]
    return []


def _pointer(error: ErrorDetails, given: Any) -> str:
    """The place in the message. Pydantic's own place also has the names of the union members it tried."""
    steps: list[str] = []
    here: Any = given
    for step in error["loc"]:
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


def _wording(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "missing" | "union_tag_not_found":
            return "is missing"
        case "extra_forbidden":
            return "is not a known field here: leave it out"
        case "union_tag_invalid":
            return f"is {context['tag']!r}, must be one of {context['expected_tags']}"
        case "string_too_long":
            return f"must have at most {context['max_length']} characters, has {len(error['input'])}"
        case "string_too_short":
            return "must not be empty"
        case "too_long":
            return f"must have at most {context['max_length']} items, has {context['actual_length']}"
        case "too_short":
            return f"must have at least {context['min_length']} items, has {context['actual_length']}"
        case "value_error":
            return str(context["error"])
        case _:
            return error["msg"][0].lower() + error["msg"][1:]


def _repetitions(blocks: Sequence[Any], root: str) -> Iterator[Problem]:
    """The second and later uses of an action_id or block_id, which Slack refuses."""
    for key in ("block_id", "action_id"):
        seen: set[str] = set()
        for pointer, value in _values_of(key, blocks, root):
            if value in seen:
                yield Problem(pointer, f"`{key}` {value!r} is used twice, each must be unique")
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
            yield Problem(pointer, f"must have at most {limits.TABLE_TEXT} characters, has {length}")
    for pointer, _ in tables[limits.TABLES_IN_MESSAGE :]:
        yield Problem(pointer, "is a second table: a message has one at most", "invalid_attachments")
    length = text_length(blocks)
    if length > limits.MESSAGE_BLOCK_TEXT:
        yield Problem(
            "/blocks",
            f"must have at most {limits.MESSAGE_BLOCK_TEXT} characters of text together, has {length}",
            "msg_blocks_too_long",
        )


def text_length(part: Any) -> int:
    """The characters of every `text` in the blocks together, which Slack caps for a whole message."""
    if isinstance(part, dict):
        own = len(part["text"]) if isinstance(part.get("text"), str) else 0
        return own + sum(text_length(inner) for inner in part.values())
    if isinstance(part, list):
        return sum(text_length(inner) for inner in part)
    return 0
