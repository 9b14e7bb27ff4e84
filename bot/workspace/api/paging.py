"""Long answers in pages, with Slack's cursors.

https://docs.slack.dev/apis/web-api/pagination
"""

import base64
from collections.abc import Sequence
from typing import Any

from bot.workspace.api.arguments import ApiError, Arguments

Json = dict[str, Any]

LARGEST_PAGE = 999


def write_cursor(place: str) -> str:
    """`place` is where the next page begins."""
    return base64.b64encode(f"next:{place}".encode()).decode()


def read_cursor(arguments: Arguments) -> str | None:
    """Where the page begins that is asked for; None for the first. Raises ApiError `invalid_cursor`."""
    cursor = arguments.optional("cursor")
    if cursor is None:
        return None
    try:
        return base64.b64decode(cursor, validate=True).decode().removeprefix("next:")
    except ValueError:
        raise ApiError("invalid_cursor") from None


def page(name: str, found: Sequence[Any], keys: Sequence[str], arguments: Arguments, *, default: int) -> Json:
    """The page asked for, as `{name: […], response_metadata}`; `keys` are the IDs of what was found."""
    begins = read_cursor(arguments)
    if begins is not None and begins not in keys:
        raise ApiError("invalid_cursor")
    first = keys.index(begins) if begins is not None else 0
    after = first + arguments.number("limit", default, LARGEST_PAGE)
    cursor = write_cursor(keys[after]) if after < len(keys) else ""
    return {name: list(found[first:after]), "response_metadata": {"next_cursor": cursor}}
