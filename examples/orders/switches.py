"""The second port: the page, the faults, the figures, and the external API."""

from __future__ import annotations

import json
import os
from pathlib import Path

from clock import Clock
from deeds import Deeds, ImpossibleError, told
from external import answer_push, state_of_api
from figures import WINDOW, Figures
from release import Release
from wire import Door, Request, Response

from faults import FAULTS, Faults

NAME = "vigil sample orders"
PAGE = Path(__file__).with_name("page.html")


class Switches:
    """Answers the switches port; stays reachable while the orders port is dead."""

    def __init__(
        self,
        folder: Path,
        faults: Faults,
        figures: Figures,
        release: Release,
        orders: Door,
        clock: Clock | None = None,
    ) -> None:
        self._identity = {"name": NAME, "pid": os.getpid(), "folder": str(folder.resolve())}
        self._faults = faults
        self._figures = figures
        self._release = release
        self._deeds = Deeds(folder, release, faults)
        self._orders = orders
        self._clock = clock
        self._page = PAGE.read_bytes().replace(b"/*descriptions*/", json.dumps(FAULTS).encode())

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        if self._clock and (request.method, request.path) == ("POST", "/clock"):
            return await _go_on(self._clock, request)
        return await self._answer(request)

    async def _answer(self, request: Request) -> Response:
        match request.method, request.path:
            case "POST", "/external/orders":
                return await answer_push(self._faults, old=False)
            case "POST", "/external/v0/orders":
                return await answer_push(self._faults, old=True)
            case "GET", "/external/status":
                return state_of_api(self._faults)
            case "GET", "/external/llm/models":
                return Response.of_json(200, {"models": [{"name": "small"}, {"name": "large"}]})
            case "GET", "/":
                return Response(200, self._page, "text/html; charset=utf-8")
            case "GET", "/identity":
                return Response.of_json(200, {**self._identity, "port": self._orders.port})
            case "GET", "/faults":
                return Response.of_json(200, self._faults.states())
            case "GET", "/release":
                return Response.of_json(200, told(self._release.state))
            case "POST", path if path.startswith("/deeds/"):
                return self._do(path.removeprefix("/deeds/"), request)
            case "GET", "/figures":
                return Response.of_json(200, self._figures.over(WINDOW))
            case "POST", path if path.startswith("/faults/"):
                return await self._turn(path.removeprefix("/faults/"), request)
            case _:
                return Response.of_text(
                    404,
                    "there are GET /, /faults, /figures, /identity, /release, POST /faults/NAME, /deeds/NAME",
                )

    async def _turn(self, name: str, request: Request) -> Response:
        if _from_elsewhere(request):
            return Response.of_json(403, {"error": "only this page may switch faults"})
        if name not in FAULTS:
            return Response.of_json(404, {"error": f"no fault {name}; there are {', '.join(FAULTS)}"})
        try:
            on = json.loads(request.body)["on"]
        except (ValueError, TypeError, KeyError):
            on = None
        if not isinstance(on, bool):
            return Response.of_json(400, {"error": 'write {"on": true} or {"on": false}'})
        try:
            if name == "dead" and not on:
                await self._orders.open()
            self._faults.turn(name, on)
        except OSError as error:
            return Response.of_json(409, {"error": f"{name} stays as it is: {error.strerror or error}"})
        if self._faults.is_on("dead"):
            self._orders.shut()
        return Response.of_json(200, self._faults.states())

    def _do(self, name: str, request: Request) -> Response:
        if _from_elsewhere(request):
            return Response.of_json(403, {"error": "only this page may do that"})
        if name not in self._deeds.all:
            return Response.of_json(404, {"error": f"no deed {name}; there are {', '.join(self._deeds.all)}"})
        try:
            given = json.loads(request.body or b"{}")
            version = str(given.get("version") or "")
        except (ValueError, AttributeError):
            return Response.of_json(400, {"error": 'write {} or {"version": "v1.1"}'})
        try:
            done = self._deeds.all[name](version)
        except ImpossibleError as why:
            return Response.of_json(409, {"error": str(why)})
        except OSError as error:
            return Response.of_json(409, {"error": f"nothing was done: {error.strerror or error}"})
        return Response.of_json(200, {"done": done, **told(self._release.state)})


def _from_elsewhere(request: Request) -> bool:
    origin = request.headers.get("origin")
    return bool(origin) and origin != f"http://{request.headers.get('host')}"


async def _go_on(clock: Clock, request: Request) -> Response:
    """Let the sample's time go on; answers when it has."""
    try:
        until = float(json.loads(request.body)["until"])
    except (ValueError, TypeError, KeyError):
        return Response.of_json(400, {"error": 'write {"until": EPOCH}'})
    await clock.go_on(until)
    return Response.of_json(200, {"now": until})
