"""What tests, rehearsals and curious people change: faults, and who is in which channel."""

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.workspace.facts.directory import User
from bot.workspace.faults import ENVELOPES, LASTING, Fault
from bot.workspace.local.deeds import Deeds, RefusedActError
from bot.workspace.local.door import ChannelBody, FaultBody, PresenceBody, guarded, read
from bot.workspace.local.finding import channel_of, user_of
from bot.workspace.state import State

_OF_ENVELOPES = ("drop", "duplicate", "delay", "disconnect")


class Control:
    def __init__(self, state: State, deeds: Deeds) -> None:
        self._state = state
        self._deeds = deeds

    def routes(self) -> list[Route]:
        return [
            Route("/local/faults", guarded(self.faults), methods=["GET"]),
            Route("/local/faults", guarded(self.add_fault), methods=["POST"]),
            Route("/local/channel", guarded(self.channel), methods=["POST"]),
            Route("/local/presence", guarded(self.presence), methods=["POST"]),
        ]

    async def faults(self, request: Request) -> Response:
        return JSONResponse([vars(fault) for fault in self._state.faults.left()])

    async def add_fault(self, request: Request) -> Response:
        """`times: 0` takes all faults of that method away; of `*`, all there are."""
        body = await read(request, FaultBody)
        if not body.times:
            self._state.faults.remove(body.method)
        elif body.effect == "disconnect":
            await self._state.socket_mode.disconnect()
        else:
            _expect_sense(body)
            self._state.faults.add(Fault(**body.model_dump()))
            if body.effect == "outage":
                self._state.socket_mode.cut()
            elif body.effect == "outage_503":
                await self._state.socket_mode.disconnect()
        return JSONResponse({"ok": True})

    async def channel(self, request: Request) -> Response:
        body = await read(request, ChannelBody)
        user = user_of(self._state, body.user)
        if body.deed in ("create", "create_private"):
            return JSONResponse(self._create(user, body))
        channel = channel_of(self._state, body.channel)
        if channel.is_im:
            raise RefusedActError("method_not_supported_for_channel_type", "send the name of a channel")
        return JSONResponse(self._deeds.move(user, channel, body.deed))

    def _create(self, user: User, body: ChannelBody) -> dict[str, Any]:
        if not re.fullmatch(r"[^\sA-Z.,#@<>&]{1,80}", body.channel):
            said = "a channel's name has no capitals, spaces or full stops, and 80 characters at most"
            raise RefusedActError("invalid_name", said)
        return self._deeds.create(user, body.channel, private=body.deed == "create_private")

    async def presence(self, request: Request) -> Response:
        body = await read(request, PresenceBody)
        return JSONResponse(self._deeds.go(user_of(self._state, body.user), body.presence))


def _expect_sense(body: FaultBody) -> None:
    """Raises RefusedActError for an effect that what is named cannot suffer."""
    if body.method == ENVELOPES and body.effect not in _OF_ENVELOPES:
        said = f"envelopes can suffer {', '.join(_OF_ENVELOPES)}: send one of them"
        raise RefusedActError("invalid_arguments", said)
    if body.effect in LASTING and body.seconds <= 0:
        raise RefusedActError("invalid_arguments", f"{body.effect} lasts: send `seconds` above 0")
