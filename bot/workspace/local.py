"""The page's and the tests' side: plain JSON under /local, for this machine only."""

import ipaddress
import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.workspace.acts import Acts, RefusedActError
from bot.workspace.directory import Channel, User
from bot.workspace.faults import Fault
from bot.workspace.seed import BOT_NAME, BOT_USER_ID
from bot.workspace.state import State

Json = dict[str, Any]
Endpoint = Callable[[Request], Awaitable[Response]]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Command(_Body):
    user: str
    channel: str
    text: Annotated[str, StringConstraints(pattern=r"^\s*/\S")]


class _Message(_Body):
    user: str
    channel: str
    text: Annotated[str, StringConstraints(pattern=r"\S")]
    thread_ts: str | None = None


class _Action(_Body):
    """Either `channel` and `ts` of a message, or the `view_id` of a modal or home page."""

    user: str
    action_id: str
    channel: str = ""
    ts: str = ""
    view_id: str = ""
    value: Any = None


class _Submit(_Body):
    """`values` by action_id, or by block_id and action_id."""

    user: str
    view_id: str
    values: Json = {}


class _Close(_Body):
    user: str
    view_id: str


class _Person(_Body):
    user: str


class _Fault(_Body):
    method: str
    effect: Annotated[
        str,
        StringConstraints(pattern=r"^(reset_before|reset_after|http_500|ratelimited|delay|error:\w+)$"),
    ]
    times: Annotated[int, Field(ge=0)] = 1
    retry_after: int = 1
    delay_s: Annotated[float, Field(strict=False)] = 1.0


Body = TypeVar("Body", bound=_Body)


class Local:
    def __init__(self, state: State, acts: Acts) -> None:
        self._state = state
        self._acts = acts

    def routes(self) -> list[Route]:
        gets = {
            "state": self.state,
            "messages": self.messages,
            "posts": self.posts,
            "events": self.events,
            "views": self.views,
            "home": self.home,
            "faults": self.faults,
        }
        posts = {
            "command": self.command,
            "message": self.message,
            "action": self.action,
            "submit": self.submit,
            "close": self.close,
            "home": self.open_home,
            "faults": self.add_fault,
        }
        return [
            Route(f"/local/{name}", _guarded(endpoint), methods=[method])
            for method, table in (("GET", gets), ("POST", posts))
            for name, endpoint in table.items()
        ]

    async def state(self, request: Request) -> Response:
        directory = self._state.directory
        return JSONResponse(
            {
                "team": self._state.seed.team,
                "links": [{"title": title, "url": url} for title, url in self._state.seed.links],
                "bot": {
                    "id": BOT_USER_ID,
                    "name": BOT_NAME,
                    "connected": self._state.socket_mode.connected,
                },
                "channels": [
                    {
                        "id": channel.id,
                        "name": channel.name,
                        "is_im": channel.is_im,
                        "members": directory.members(channel.id),
                        **({"user": channel.user} if channel.is_im else {}),
                    }
                    for channel in directory.channels()
                ],
                "users": [
                    {"id": user.id, "name": user.name, "real_name": user.real_name, "is_bot": user.is_bot}
                    for user in directory.users()
                ],
                "usergroups": [{"id": group.id, "handle": group.handle} for group in directory.groups()],
            }
        )

    async def messages(self, request: Request) -> Response:
        asked = request.query_params
        channel = self._channel(asked.get("channel", ""))
        user = self._user(asked["user"]).id if "user" in asked else None
        found = self._state.messages.visible(channel.id, user, asked.get("thread_ts"))
        return JSONResponse([message.for_page() for message in found])

    async def posts(self, request: Request) -> Response:
        return JSONResponse(self._state.messages.posts())

    async def events(self, request: Request) -> Response:
        return StreamingResponse(
            self._state.feed.lines(),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store"},
        )

    async def views(self, request: Request) -> Response:
        return JSONResponse(self._state.views.stack(self._user(request.query_params.get("user", "")).id))

    async def home(self, request: Request) -> Response:
        return JSONResponse(self._state.views.home(self._user(request.query_params.get("user", "")).id))

    async def command(self, request: Request) -> Response:
        body = await _read(request, _Command)
        user, channel = self._user(body.user), self._channel(body.channel)
        return JSONResponse(await self._acts.command(user, channel, body.text))

    async def message(self, request: Request) -> Response:
        body = await _read(request, _Message)
        user, channel = self._user(body.user), self._channel(body.channel)
        if body.thread_ts and self._state.messages.get(channel.id, body.thread_ts) is None:
            raise RefusedActError("message_not_found", f"{body.channel} has no message {body.thread_ts}")
        return JSONResponse(self._acts.say(user, channel, body.text, body.thread_ts))

    async def action(self, request: Request) -> Response:
        body = await _read(request, _Action)
        user = self._user(body.user)
        if body.view_id:
            view = self._view(body.view_id)
            return JSONResponse(await self._acts.press_in_view(user, view, body.action_id, body.value))
        message = self._state.messages.get(self._channel(body.channel).id, body.ts)
        if message is None or message.ephemeral_to not in (None, user.id):
            raise RefusedActError("message_not_found", f"{body.user} sees no message {body.ts} there")
        return JSONResponse(await self._acts.press(user, message, body.action_id, body.value))

    async def submit(self, request: Request) -> Response:
        body = await _read(request, _Submit)
        values: Json = {}
        for name, value in body.values.items():
            values |= value if isinstance(value, dict) else {name: value}
        return JSONResponse(await self._acts.submit(self._user(body.user), self._view(body.view_id), values))

    async def close(self, request: Request) -> Response:
        body = await _read(request, _Close)
        return JSONResponse(await self._acts.close(self._user(body.user), self._view(body.view_id)))

    async def open_home(self, request: Request) -> Response:
        body = await _read(request, _Person)
        return JSONResponse(self._acts.open_home(self._user(body.user)))

    async def faults(self, request: Request) -> Response:
        return JSONResponse([vars(fault) for fault in self._state.faults.left()])

    async def add_fault(self, request: Request) -> Response:
        """`times: 0` takes all faults of that method away."""
        body = await _read(request, _Fault)
        if body.times:
            self._state.faults.add(Fault(**body.model_dump()))
        else:
            self._state.faults.remove(body.method)
        return JSONResponse({"ok": True})

    def _user(self, id_or_name: str) -> User:
        user = self._state.directory.user(id_or_name)
        if user is None:
            known = ", ".join(user.name for user in self._state.directory.users())
            raise RefusedActError("user_not_found", f"no user {id_or_name!r}: send one of {known}, or an ID")
        return user

    def _channel(self, id_or_name: str) -> Channel:
        channel = self._state.directory.channel(id_or_name)
        if channel is None:
            known = ", ".join(c.name for c in self._state.directory.channels() if not c.is_im)
            raise RefusedActError(
                "channel_not_found", f"no channel {id_or_name!r}: send one of {known}, or an ID"
            )
        return channel

    def _view(self, view_id: str) -> Json:
        found = self._state.views.find(view_id, None)
        if found is None:
            raise RefusedActError("view_not_found", f"no view {view_id!r} is open")
        return found[1]


_NOT_THERE = {"message_not_found", "action_not_found", "view_not_found"}


def _guarded(endpoint: Endpoint) -> Endpoint:
    """Only this machine, only the page itself, and a clear word for every wrong request."""

    async def guarded(request: Request) -> Response:
        if not _is_local(request):
            return _refused(403, "forbidden", "/local answers on this machine only, to its own page")
        try:
            return await endpoint(request)
        except RefusedActError as refused:
            status = 404 if refused.error in _NOT_THERE else 400
            return _refused(status, refused.error, str(refused))

    return guarded


def _is_local(request: Request) -> bool:
    """Also guards against a foreign web page in the user's browser: its Origin, or its Host, is foreign."""
    host = request.headers.get("host", "")
    origin = request.headers.get("origin")
    if request.client is None or not ipaddress.ip_address(request.client.host).is_loopback:
        return False
    name = urlsplit(f"//{host}").hostname or ""
    return name in ("localhost", "127.0.0.1", "::1") and origin in (None, f"http://{host}")


async def _read(request: Request, model: type[Body]) -> Body:
    try:
        sent = json.loads(await request.body())
    except ValueError:
        raise RefusedActError("invalid_json", f"send a JSON object with {_fields(model)}") from None
    try:
        return model.model_validate(sent)
    except ValidationError as wrong:
        said = "; ".join(
            f"{'.'.join(map(str, error['loc'])) or 'body'}: {error['msg']}" for error in wrong.errors()
        )
        raise RefusedActError("invalid_arguments", f"{said}. Send {_fields(model)}") from None


def _fields(model: type[_Body]) -> str:
    return ", ".join(
        name if field.is_required() else f"{name} (optional)" for name, field in model.model_fields.items()
    )


def _refused(status: int, error: str, message: str) -> Response:
    return JSONResponse({"ok": False, "error": error, "message": message}, status_code=status)
