"""The line to the app: Socket Mode, or its own address where it is told by HTTP."""

import asyncio
from collections.abc import Callable
from typing import Any

from bot.workspace.app.http import RequestUrl
from bot.workspace.app.socketmode import (
    ACKNOWLEDGE_WITHIN_S,
    NotAcknowledgedError,
    NotConnectedError,
    SocketMode,
)
from bot.workspace.faults import ENVELOPES, Faults

Json = dict[str, Any]


class Line:
    """What is said on it may be lost, late or said twice: the faults strike here."""

    def __init__(self, socket_mode: SocketMode, faults: Faults, clock: Callable[[], float]) -> None:
        self._socket_mode = socket_mode
        self._faults = faults
        self._clock = clock
        self._address: RequestUrl | None = None

    def lead_to(self, url: str, signing_secret: str) -> None:
        """From now on the app is told by HTTP at this address; without one, by Socket Mode."""
        self._address = RequestUrl(url, signing_secret, self._clock) if url else None

    @property
    def connected(self) -> bool:
        return self._address is not None or self._socket_mode.connected

    async def ask(self, kind: str, payload: Json, **more: Any) -> Json:
        """Tells the app something; what its acknowledgement holds.

        Raises NotConnectedError, or NotAcknowledgedError after 3 s or when the connection ends first.
        """
        if self._faults.outage():
            raise NotConnectedError
        fault = self._faults.next_for(ENVELOPES)
        if self._faults.silence() or (fault and fault.effect == "drop"):
            await asyncio.sleep(ACKNOWLEDGE_WITHIN_S)
            raise NotAcknowledgedError
        if fault and fault.effect == "delay":
            await asyncio.sleep(fault.delay_s)
        if fault and fault.effect == "duplicate":
            first, _ = await asyncio.gather(self._tell(kind, payload, more), self._tell(kind, payload, more))
            return first
        return await self._tell(kind, payload, more)

    async def _tell(self, kind: str, payload: Json, more: Json) -> Json:
        if self._address:
            return await self._address.ask(kind, payload, **more)
        return await self._socket_mode.ask(kind, payload, **more)
