"""The door to /local: who may come in, what they must bring, and how they are told that it is wrong."""

import ipaddress
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.workspace.api.arguments import read_json
from bot.workspace.local.deeds import RefusedActError

Json = dict[str, Any]
Endpoint = Callable[[Request], Awaitable[Response]]


class Body(BaseModel):
    """What somebody at the page does; its validator is built when that is done first."""

    model_config = ConfigDict(extra="forbid", strict=True, defer_build=True)


class CommandBody(Body):
    user: str
    channel: str
    text: Annotated[str, StringConstraints(pattern=r"^\s*/\S")]


class MessageBody(Body):
    user: str
    channel: str
    text: Annotated[str, StringConstraints(pattern=r"\S")]
    thread_ts: str | None = None


class ActionBody(Body):
    """Either `channel` and `ts` of a message, or the `view_id` of a modal or home page."""

    user: str
    action_id: str
    channel: str = ""
    ts: str = ""
    view_id: str = ""
    value: Any = None


class MarkBody(Body):
    """A message, and the `name` of an emoji."""

    user: str
    channel: str
    ts: str
    # The length apart: counted in the pattern, pydantic's engine takes seven megabytes for it.
    name: Annotated[str, StringConstraints(pattern=r"^[\w+-]+$", max_length=80)] = "memo"


class ShortcutBody(Body):
    """A shortcut, of a message, or without one a global one."""

    user: str
    callback_id: str = "note"
    channel: str = ""
    ts: str = ""


class ChannelBody(Body):
    user: str
    channel: str
    deed: Literal["join", "leave", "archive", "unarchive", "create", "create_private"]


class PresenceBody(Body):
    user: str
    presence: Literal["active", "away"]


class SubmitBody(Body):
    """`values` by action_id, or by block_id and action_id."""

    user: str
    view_id: str
    values: Json = {}


class CloseBody(Body):
    user: str
    view_id: str


class PersonBody(Body):
    user: str


class FaultBody(Body):
    """See `faults.Fault`."""

    method: str = "*"
    effect: Annotated[
        str,
        StringConstraints(
            pattern=r"^(reset_before|reset_after|http_500|http_503|ratelimited|drop|delay|duplicate"
            r"|disconnect|outage|outage_503|silence|error:\w+)$"
        ),
    ]
    times: Annotated[int, Field(ge=0)] = 1
    retry_after: int = 1
    delay_s: Annotated[float, Field(strict=False)] = 1.0
    seconds: Annotated[float, Field(strict=False)] = 0.0


Sent = TypeVar("Sent", bound=Body)

_NOT_THERE = {"message_not_found", "action_not_found", "view_not_found"}


def guarded(endpoint: Endpoint) -> Endpoint:
    """Only this machine; of what a browser sends only what its own page does; a clear word for what is wrong.

    Programs and tests are no browsers, and need no session.
    """

    async def answer(request: Request) -> Response:
        if not _is_local(request):
            return _refused(403, "forbidden", "/local answers on this machine only, to its own page")
        if _is_of_a_page(request) and not request.app.state.sessions.holds(request):
            return _refused(401, "no_session", "the workspace was begun anew: open its page at / again")
        try:
            return await endpoint(request)
        except RefusedActError as refused:
            status = 404 if refused.error in _NOT_THERE else 400
            return _refused(status, refused.error, str(refused))

    return answer


def _is_local(request: Request) -> bool:
    """Also guards against a foreign web page in the user's browser: its origin, or its Host, is foreign."""
    host = request.headers.get("host", "")
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    if site not in (None, "none", "same-origin"):
        return False
    if request.client is None or not ipaddress.ip_address(request.client.host).is_loopback:
        return False
    name = urlsplit(f"//{host}").hostname or ""
    return name in ("localhost", "127.0.0.1", "::1") and origin in (None, f"http://{host}")


def _is_of_a_page(request: Request) -> bool:
    """Whether a script or a form sends it in a browser, and not a program, nor somebody who typed the URL."""
    return "origin" in request.headers or request.headers.get("sec-fetch-site") == "same-origin"


async def read(request: Request, model: type[Sent]) -> Sent:
    try:
        sent = read_json((await request.body()).decode())
    except ValueError:
        raise RefusedActError("invalid_json", f"send a JSON object with {_fields(model)}") from None
    try:
        return model.model_validate(sent)
    except ValidationError as wrong:
        said = "; ".join(
            f"{'.'.join(map(str, error['loc'])) or 'body'}: {error['msg']}" for error in wrong.errors()
        )
        raise RefusedActError("invalid_arguments", f"{said}. Send {_fields(model)}") from None


def _fields(model: type[Body]) -> str:
    return ", ".join(
        name if field.is_required() else f"{name} (optional)" for name, field in model.model_fields.items()
    )


def _refused(status: int, error: str, message: str) -> Response:
    return JSONResponse({"ok": False, "error": error, "message": message}, status_code=status)
