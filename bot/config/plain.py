"""A file's values → the vocabulary's model; pydantic's complaints in plain words."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.config.document import Document, Route
from bot.config.errors import did_you_mean

Model = TypeVar("Model", bound=BaseModel)


def understand(
    document: Document, model: type[Model], value: object, at: Route = (), beside: Sequence[str] = ()
) -> Model | None:
    """`value`, which stands at `at`, as `model`; None, with problems noted in the document, if it is not.

    `beside` are further keys that may stand in the same mapping.
    """
    try:
        return model.model_validate(value)
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False)
    for route, error in _placed(value, errors):
        known = [key for each in _models_at(model, route[:-1]) for key in keys_of(each)]
        message = _message(
            error, str(route[-1]) if route else "", [*known, *beside] if len(route) == 1 else known
        )
        if message == _MAPPING:
            message += _keys_of_it(model, route)
        elif error["type"] == "missing" and _is_length(model, route):
            message = message.replace("…", "10m")
        document.complain((*at, *route), message)
    return None


def _keys_of_it(model: type[BaseModel], route: Route) -> str:
    keys = dict.fromkeys(f"`{key}`" for each in _models_at(model, route) for key in keys_of(each))
    return f", with the keys {', '.join(keys)}" if 0 < len(keys) <= _MOST_KEYS else ""


def _is_length(model: type[BaseModel], route: Route) -> bool:
    return any(
        field.annotation is timedelta
        for each in _models_at(model, route[:-1])
        for name, field in each.model_fields.items()
        if (field.alias or name) == route[-1]
    )


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys a mapping of this model may have, as they are written in the file."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _placed(value: object, errors: list[ErrorDetails]) -> Iterator[tuple[Route, ErrorDetails]]:
    """The errors worth telling, with the route of each."""
    placed = [(_real(value, error), error) for error in errors]
    for route, error in placed:
        # a list whose entries are all wrong is also "too short" to pydantic
        wrong_inside = error["type"] == "too_short" and error["input"]
        # of several forms that a value may have, the one that it nearly has tells more
        nearer = any(len(other) > len(route) and other[: len(route)] == route for other, _ in placed)
        if not wrong_inside and not (nearer and error["type"].endswith("_type")):
            yield route, error


def _real(value: object, error: ErrorDetails) -> Route:
    """Where the error stands in the file: the model wraps values that the file writes short."""
    route: list[str | int] = []
    steps = error["loc"]
    for step in steps:
        inside = _inside(value)
        if step in inside:
            value = inside[step]
        elif error["type"] != "missing" or step is not steps[-1] or not isinstance(value, dict):
            continue
        route.append(step)
    return tuple(route)


def _inside(value: object) -> Mapping[str | int, object]:
    if isinstance(value, list):
        return dict(enumerate(value))
    return value if isinstance(value, dict) else {}


def _models_at(annotation: object, route: Route) -> Iterator[type[BaseModel]]:
    """The models that may stand at `route`, starting from a model or a field's type."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType) or hasattr(annotation, "__metadata__"):
        for choice in get_args(annotation):
            yield from _models_at(choice, route)
    elif origin in (tuple, list):
        inner = route[1:] if route and isinstance(route[0], int) else route
        yield from _models_at(get_args(annotation)[0], inner)
    elif origin in (dict, Mapping) and route:
        yield from _models_at(get_args(annotation)[1], route[1:])
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not route:
            yield annotation
            return
        for name, field in annotation.model_fields.items():
            if (field.alias or name) == route[0]:
                yield from _models_at(field.annotation, route[1:])


_MOST_KEYS = 8
_MAPPING = "must be a mapping of `key: value`"
_SHOULD = re.compile(r"^\w+ should ")
_MUST_BE = {
    "string_type": 'must be text; put it in quotes: "…"',
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "must be a whole number, and a smaller one",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be `true` or `false`",
    "bool_parsing": "must be `true` or `false`",
    "dict_type": _MAPPING,
    "mapping_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "tuple_type": "must be a list: [first, second]",
    "list_type": "must be a list: [first, second]",
}
_BOUNDS = {
    "greater_than": ("must be more than {}", "gt"),
    "greater_than_equal": ("must be at least {}", "ge"),
    "less_than": ("must be less than {}", "lt"),
    "less_than_equal": ("must be at most {}", "le"),
    "string_too_short": ("must have at least {} characters", "min_length"),
    "string_too_long": ("must have at most {} characters", "max_length"),
}


def _message(error: ErrorDetails, key: str, known: list[str]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "extra_forbidden":
        return f"unknown key `{key}`{did_you_mean(key, known)}"
    if kind == "missing":
        return f"is missing; write `{key}: …`"
    if error["input"] is None:
        return "has no value; write one, or leave the key out"
    if kind in _MUST_BE:
        return _MUST_BE[kind]
    if kind in _BOUNDS:
        words, bound = _BOUNDS[kind]
        return words.format(context[bound])
    if kind in {"literal_error", "enum"}:
        return f"must be {context['expected']}"
    if kind in {"too_short", "too_long"}:
        few = kind == "too_short"
        bound = context["min_length" if few else "max_length"]
        return f"must have at {'least' if few else 'most'} {bound} {'entry' if bound == 1 else 'entries'}"
    return _SHOULD.sub("must ", error["msg"])
