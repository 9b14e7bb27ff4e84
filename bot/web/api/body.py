"""What was sent, read as what is wanted; what is wrong with it, told in our words and by its place."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from bot.config.errors import did_you_mean
from bot.web.problem import problem

Model = TypeVar("Model", bound=BaseModel)


class Misunderstood(Exception):  # noqa: N818 - it says what was not understood
    """What was sent is not what is wanted; `pointer` is the place that is wrong ("": the whole of it)."""

    def __init__(self, status: HTTPStatus, why: str, pointer: str = "") -> None:
        super().__init__(why)
        self.status = status
        self.pointer = pointer


async def misunderstood(_: Request, wrong: Exception) -> Response:
    """The answer to it."""
    assert isinstance(wrong, Misunderstood)  # noqa: S101 - what this is registered for
    return problem(wrong.status, str(wrong), {"pointer": wrong.pointer} if wrong.pointer else {})


async def json_of(request: Request) -> object:
    """The body. Raises Misunderstood where it is no JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    # Only JSON is read as JSON: any page in somebody's browser may send the bot a form, but not that.
    if kind != "application/json" and not kind.endswith("+json"):
        why = "send JSON, with `Content-Type: application/json`"
        raise Misunderstood(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, why)
    try:
        return json.loads(await request.body())
    except json.JSONDecodeError as wrong:
        place = f"{wrong.msg} at character {wrong.pos}"
    except ValueError:
        place = "it is no UTF-8 text"
    except RecursionError:
        place = "it is nested too deeply"
    raise Misunderstood(HTTPStatus.BAD_REQUEST, f"the body is no JSON: {place}")


def understood(model: type[Model], value: object) -> Model:
    """`value` as this model. Raises Misunderstood."""
    try:
        return model.model_validate(value)
    except ValidationError as wrong:
        errors = wrong.errors(include_url=False)
    pointers = [_pointer(each["loc"]) for each in errors]
    told = [
        f"{pointer[1:]}: {_why(each, model)}" if pointer else _why(each, model)
        for pointer, each in zip(pointers, errors, strict=True)
    ]
    raise Misunderstood(HTTPStatus.UNPROCESSABLE_ENTITY, "; ".join(told), pointers[0])


def _pointer(steps: Sequence[object]) -> str:
    """RFC 6901: `/deployed_at`; "" is the whole body."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)


def _why(error: Mapping[str, Any], model: type[BaseModel]) -> str:
    match error["type"]:
        case "value_error":
            return str(error["ctx"]["error"])
        case "extra_forbidden":
            known = [field.alias or name for name, field in model.model_fields.items()]
            return f"there is no such field{did_you_mean(str(error['loc'][-1]), known)}"
        case "string_type":
            return "must be text"
        case "missing":
            return "is needed"
        case "int_type":
            return "must be a whole number"
        case _ if error["loc"]:
            return str(error["msg"])
        case _:
            return 'send a JSON object, such as {"version": "v1.4.2"}'
