"""What stands in the body of an answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from checks.kinds.http.options import Expected, Scalar
from checks.network.call import Reply
from checks.threshold import Condition


class Body:
    """The text of an answer, and its JSON, read when it is asked for."""

    def __init__(self, reply: Reply) -> None:
        self.text = reply.body.decode(reply.charset, errors="replace")
        self._cut_short = reply.cut_short
        self._document: Any = ...

    def at(self, path: str) -> list[object]:
        """The values at a path, several with `*`. Raises ValueError that says what is missing."""
        if self._document is ...:
            try:
                self._document = json.loads(self.text)
            except (ValueError, RecursionError):
                why = "longer than 1 MiB" if self._cut_short else "not JSON"
                raise ValueError(f"the body is {why}") from None
        found = [self._document]
        for key in path.split("."):
            found = [inner for each in found for inner in _members(each, key)]
        if not found:
            raise ValueError(f"the body has no {path}")
        return found

    def number(self, path: str) -> float:
        """The number at a path. Raises ValueError."""
        found = self.at(path)[0]
        if isinstance(found, bool) or not isinstance(found, int | float):
            raise ValueError(f"{path} is {json.dumps(found)[:80]}, not a number")
        return float(found)


def wrong_body(body: Body, expect: Expected) -> Iterator[str]:
    """What is not as expected, one complaint each."""
    if expect.contains and expect.contains not in body.text:
        yield f"the body does not contain {expect.contains!r}"
    if expect.lacks and expect.lacks in body.text:
        yield f"the body contains {expect.lacks!r}"
    yield from _wrong_json(body, expect.json_)


def _wrong_json(body: Body, wanted: Mapping[str, Scalar]) -> Iterator[str]:
    complaints: dict[str, None] = {}
    for path, value in wanted.items():
        try:
            wrong = [found for found in body.at(path) if not _is_as_wanted(found, value)]
        except ValueError as missing:
            complaints[str(missing)] = None
            continue
        if wrong:
            complaints[f"{path} is {json.dumps(wrong[0])[:80]}, not {_said(value)}"] = None
    yield from complaints


def _members(value: object, key: str) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values()) if key == "*" else [value[key]] if key in value else []
    if isinstance(value, list):
        if key == "*":
            return value
        place = int(key) if key.lstrip("-").isdecimal() else len(value)
        return [value[place]] if -len(value) <= place < len(value) else []
    return []


def _is_as_wanted(found: object, wanted: Scalar) -> bool:
    condition = _condition(wanted)
    if condition is not None:
        return isinstance(found, int | float) and not isinstance(found, bool) and condition.holds(found)
    # In Python True == 1, in JSON it is not.
    return found == wanted and isinstance(found, bool) == isinstance(wanted, bool)


def _condition(wanted: Scalar) -> Condition | None:
    try:
        return Condition.parse(wanted) if isinstance(wanted, str) else None
    except ValueError:
        return None


def _said(wanted: Scalar) -> str:
    return str(wanted) if _condition(wanted) else json.dumps(wanted)
