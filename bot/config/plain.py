"""A file's values → the vocabulary's model; pydantic's complaints in plain words."""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping
from typing import TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.config.errors import Problem, did_you_mean
from bot.config.read import Document, Route

Model = TypeVar("Model", bound=BaseModel)


def understand(document: Document, model: type[Model]) -> Model | None:
    """The file as `model`; None, and problems in the document, where that cannot be."""
    try:
        return model.model_validate(document.value)
    except ValidationError as wrong:
        document.problems.extend(_problem(document, model, error) for error in _errors(wrong))
    return None


def understand_options(
    document: Document, route: Route, own: dict[str, object], model: type[Model], shared: list[str]
) -> Model | None:
    """The check at `route`: its `own` keys as its kind's options; `shared` keys are known beside them."""
    try:
        return model.model_validate(own)
    except ValidationError as wrong:
        known = [*shared, *keys_of(model)]
        for error in _errors(wrong):
            steps = _steps(error)
            here = (*route, *_real(own, steps))
            document.problems.append(
                _worded(document, here, error, known if len(steps) == 1 else _known(model, steps))
            )
    return None


def keys_of(model: type[BaseModel]) -> list[str]:
    """The keys a mapping of this model may have, as they are written in the file."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _errors(wrong: ValidationError) -> list[ErrorDetails]:
    # a list whose entries are all wrong is also "too short" to pydantic
    return [
        error
        for error in wrong.errors(include_url=False)
        if not (error["type"] == "too_short" and error["input"])
    ]


def _steps(error: ErrorDetails) -> Route:
    return tuple(step for step in error["loc"] if step != "[key]")


def _problem(document: Document, model: type[BaseModel], error: ErrorDetails) -> Problem:
    route = _real(document.value, _steps(error))
    return _worded(document, route, error, _known(model, route))


def _known(model: type[BaseModel], route: Route) -> list[str]:
    """The keys that may stand where the last step of `route` stands."""
    return [key for each in _models_at(model, route[:-1]) for key in keys_of(each)]


def _worded(document: Document, route: Route, error: ErrorDetails, known: list[str]) -> Problem:
    message = _message(error, str(route[-1]) if route else "", known)
    for place, text in document.written.items():
        # what came from the environment may be secret: the message shows what the file says
        filled = _value_at(document.value, place)
        if place[: len(route)] == route and isinstance(filled, str) and filled:
            message = message.replace(filled, text).replace(repr(filled)[1:-1], text)
    return document.problem(route, message)


def _real(value: object, steps: Route) -> Route:
    """The steps that exist in the file: the model wraps some values that the file writes short."""
    route: list[str | int] = []
    for number, step in enumerate(steps):
        inner = _value_at(value, (step,))
        last = number == len(steps) - 1
        if inner is None and not (last and isinstance(value, Mapping) and isinstance(step, str)):
            continue
        value = inner
        route.append(step)
    return tuple(route)


def _value_at(value: object, route: Route) -> object:
    for step in route:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _models_at(annotation: object, route: Route) -> Iterator[type[BaseModel]]:
    """The models that may stand at `route`, starting from a model or a field's type."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType) or hasattr(annotation, "__metadata__"):
        for choice in get_args(annotation):
            yield from _models_at(choice, route)
    elif origin is tuple:
        inner = route[1:] if route and isinstance(route[0], int) else route
        yield from _models_at(get_args(annotation)[0], inner)
    elif origin is dict and route:
        yield from _models_at(get_args(annotation)[1], route[1:])
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not route:
            yield annotation
            return
        for name, field in annotation.model_fields.items():
            if (field.alias or name) == route[0]:
                yield from _models_at(field.annotation, route[1:])


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
    "dict_type": "must be a mapping of `key: value`",
    "mapping_type": "must be a mapping of `key: value`",
    "model_type": "must be a mapping of `key: value`",
    "model_attributes_type": "must be a mapping of `key: value`",
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
    return error["msg"][:1].lower() + error["msg"][1:]
