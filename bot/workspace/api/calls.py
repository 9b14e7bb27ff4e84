"""The Web API's door: tokens, arguments, faults, and the table of methods."""

import asyncio
from collections.abc import Callable
from email.utils import formatdate
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.workspace.api import blocks, chat, conversations, files, modals, people, permissions, reactions
from bot.workspace.api.arguments import ApiError, Arguments, parse
from bot.workspace.api.rates import Rates
from bot.workspace.faults import Fault
from bot.workspace.outage import cut
from bot.workspace.seed import BOT_USER_ID
from bot.workspace.state import State

Json = dict[str, Any]
Method = Callable[[State, Arguments], Json]


def _open_connection(state: State, arguments: Arguments) -> Json:
    ticket = state.socket_mode.ticket()
    return {"url": f"{state.url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id=A0LOCAL01"}


METHODS_OF_THE_APP: dict[str, Method] = {"apps.connections.open": _open_connection}
METHODS_OF_THE_BOT: dict[str, Method] = {
    **people.METHODS,
    **chat.METHODS,
    **blocks.METHODS,
    **reactions.METHODS,
    **files.METHODS,
    **conversations.METHODS,
    **modals.METHODS,
}


class Api:
    """`on_api_call` is told (method, arguments) of each call before it takes effect."""

    def __init__(
        self,
        state: State,
        tokens: tuple[str, str],
        on_api_call: Callable[[str, Json], None],
        clock: Callable[[], float],
        rates: Rates | None = None,
    ) -> None:
        self._rates = rates
        self._state = state
        self._clock = clock
        self._bot_token, self._app_token = tokens
        self._on_api_call = on_api_call

    async def answer(self, request: Request) -> Response:
        method = request.path_params["method"]
        try:
            sent = parse(request.headers.get("content-type", ""), await request.body(), request.url.query)
        except ApiError as wrong:
            return _refusal(wrong)
        self._on_api_call(method, sent)
        wait = self._rates.wait(method, sent) if self._rates else 0
        if wait:
            return _ratelimited(wait)
        fault = self._state.faults.next_for(method)
        if fault:
            early = await _befall(request, fault)
            if early:
                return early
        try:
            twice = fault is not None and fault.effect == "duplicate"
            if twice:
                self._call(method, dict(sent), request)
            response = JSONResponse({"ok": True, **self._call(method, sent, request)})
            if self._state.seed.scopes:
                response.headers["x-oauth-scopes"] = ",".join(self._state.seed.scopes)
        except ApiError as wrong:
            response = _refusal(wrong)
        response.headers["date"] = formatdate(self._clock(), usegmt=True)
        if fault and fault.effect == "reset_after":
            return _reset(request)
        return response

    def _call(self, method: str, sent: Json, request: Request) -> Json:
        token = request.headers.get("authorization", "").removeprefix("Bearer ") or sent.pop("token", "")
        if not token:
            raise ApiError("not_authed")
        if token not in (self._bot_token, self._app_token):
            raise ApiError("invalid_auth")
        own, other = METHODS_OF_THE_BOT, METHODS_OF_THE_APP
        if token == self._app_token:
            own, other = other, own
        if method not in own:
            raise ApiError(
                "not_allowed_token_type" if method in other else "unknown_method", req_method=method
            )
        if self._state.seed.scopes:
            channel = self._state.directory.seen_by(BOT_USER_ID, str(sent.get("channel")))
            permissions.expect(method, self._state.seed.scopes, channel, str(sent.get("types") or ""))
        return own[method](self._state, Arguments(sent))


def _refusal(wrong: ApiError) -> JSONResponse:
    return JSONResponse({"ok": False, "error": wrong.name, **wrong.more})


def _unavailable(status: int) -> Response:
    return PlainTextResponse(HTTPStatus(status).phrase, status_code=status)


def _ratelimited(wait_s: int) -> JSONResponse:
    answer = {"ok": False, "error": "ratelimited"}
    return JSONResponse(answer, status_code=429, headers={"Retry-After": str(wait_s)})


async def _befall(request: Request, fault: Fault) -> Response | None:
    """The answer instead of the call's own, when the call is not to take effect."""
    match fault.effect:
        case "reset_before":
            return _reset(request)
        case "http_500" | "http_503":
            return _unavailable(int(fault.effect.removeprefix("http_")))
        case "drop":
            await request.receive()  # until whoever called gives up
            return _reset(request)
        case "ratelimited":
            return _ratelimited(fault.retry_after)
        case "delay":
            await asyncio.sleep(fault.delay_s)
        case effect if effect.startswith("error:"):
            return _refusal(ApiError(effect.removeprefix("error:")))
    return None


def _reset(request: Request) -> Response:
    """Hangs up on the caller; what is returned reaches nobody."""
    cut(request.scope)
    return Response()
