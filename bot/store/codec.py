"""Domain values to JSON text and back."""

from __future__ import annotations

from typing import Any, TypeVar, get_args

from pydantic import TypeAdapter

from bot.domain.alerts.alert import Page
from bot.domain.card import Form, Message
from bot.domain.oncall.route import Call

Body = Message | Page | Form | Call
Value = TypeVar("Value")

_BODIES: dict[str, type] = {kind.__name__: kind for kind in get_args(Body)}


_adapters: dict[object, TypeAdapter[Any]] = {}


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def dump(value: object) -> str:
    """A domain value as JSON."""
    return _adapter(type(value)).serializer.to_json(value).decode()


def load(kind: type[Value], text: str) -> Value:
    """The domain value that `dump` wrote."""
    value: Value = _adapter(kind).validate_json(text)
    return value


def dump_body(body: Body | None) -> str | None:
    """What an outbox row says, with the name of its type in front."""
    return None if body is None else f"{type(body).__name__} {dump(body)}"


def load_body(text: str | None) -> Body | None:
    if text is None:
        return None
    name, _, rest = text.partition(" ")
    body: Body = load(_BODIES[name], rest)
    return body
