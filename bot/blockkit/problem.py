"""One mistake in blocks, in the shape that Slack's `blocks.validate` gives it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import ErrorDetails

from bot.blockkit.composition import TEXT_TOO_LONG

Constraint = Mapping[str, Any]
"""`{"type": "max_length", "expected": 150, "got": 151}`; `_CONSTRAINTS` has the types, but for `unique`."""

FAILED, MISSING, UNKNOWN = "failed_constraint", "missing_field", "unknown_field"
"""Slack documents the first alone (https://docs.slack.dev/reference/methods/blocks.validate)."""


@dataclass(frozen=True)
class Problem:
    """One mistake: where (a JSON pointer such as `/blocks/2/text/text`), what is wrong there, the name of the
    error that a method of Slack answers with, and the limit or choice that does not hold."""

    pointer: str
    what: str
    error: str = "invalid_blocks"
    code: str = FAILED
    constraint: Constraint | None = None

    def as_slack(self) -> dict[str, Any]:
        """`{pointer, code, message, constraint}`, the last where there is one."""
        shape: dict[str, Any] = {"pointer": self.pointer, "code": self.code, "message": self.what}
        return shape | ({"constraint": dict(self.constraint)} if self.constraint else {})


def too_much(kind: str, most: int, has: int) -> Constraint:
    """A length or a count that is over its limit."""
    return {"type": kind, "expected": most, "got": has}


def read(error: ErrorDetails, pointer: str) -> Problem:
    """What pydantic found, at this place."""
    code = {"missing": MISSING, "union_tag_not_found": MISSING, "extra_forbidden": UNKNOWN}
    return Problem(
        pointer, _wording(error), code=code.get(error["type"], FAILED), constraint=_constraint(error)
    )


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


# pydantic's error type → (our constraint's type, the key of what was expected, the key of what there is)
_CONSTRAINTS: Mapping[str, tuple[str, str, str]] = {
    "string_too_long": ("max_length", "max_length", ""),
    "string_too_short": ("min_length", "min_length", ""),
    TEXT_TOO_LONG: ("max_length", "most", "has"),
    "too_long": ("max_items", "max_length", "actual_length"),
    "too_short": ("min_items", "min_length", "actual_length"),
    "union_tag_invalid": ("enum", "expected_tags", "tag"),
    "literal_error": ("enum", "expected", ""),
    "string_pattern_mismatch": ("pattern", "pattern", ""),
    "greater_than_equal": ("minimum", "ge", ""),
    "less_than_equal": ("maximum", "le", ""),
}


def _constraint(error: ErrorDetails) -> Constraint | None:
    if error["type"].endswith("_type"):
        return {"type": "type", "expected": error["type"].removesuffix("_type")}
    if error["type"] not in _CONSTRAINTS:
        return None
    kind, expected, got = _CONSTRAINTS[error["type"]]
    context, given = error.get("ctx", {}), error["input"]
    has = context[got] if got else len(given) if kind.endswith("_length") else given
    return {"type": kind, "expected": context[expected], "got": has}
