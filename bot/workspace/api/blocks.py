"""The Web API's blocks method, which judges a payload without sending it."""

from typing import Any

from bot.blockkit import Problem, validate_message, validate_payload, validate_view
from bot.workspace.api.arguments import ApiError, Arguments, invalid
from bot.workspace.state import State

Json = dict[str, Any]


def _of_blocks(given: Any) -> list[Problem]:
    return validate_message("-", given) if isinstance(given, list) else [_not("a list of blocks")]


def _not(kind: str) -> Problem:
    return Problem("/blocks", f"must be {kind}", constraint={"type": "type", "expected": "list"})


_JUDGED = {"blocks": _of_blocks, "message": validate_payload, "view": validate_view}


def validate(state: State, arguments: Arguments) -> Json:
    """Exactly one of blocks, a message and a view."""
    given = [name for name in _JUDGED if name in arguments.sent]
    if len(given) != 1:
        raise invalid("give exactly one of blocks, message and view")
    [name] = given
    problems = _JUDGED[name](arguments.structure(name, "invalid_arguments"))
    if problems:
        raise ApiError(f"invalid_{name}", errors=[problem.as_slack() for problem in problems])
    return {}


METHODS = {"blocks.validate": validate}
