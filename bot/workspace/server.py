"""The workspace as a running server: one thread, one event loop, one port."""

import asyncio
import errno
import re
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from bot.workspace.api import files
from bot.workspace.api.calls import Api
from bot.workspace.api.rates import Rates
from bot.workspace.api.responses import answer_response_url
from bot.workspace.app.http import RequestUrl
from bot.workspace.local.control import Control
from bot.workspace.local.deeds import Deeds
from bot.workspace.local.routes import Local
from bot.workspace.local.session import Sessions
from bot.workspace.outage import Outage
from bot.workspace.seed import APP_TOKEN, BOT_TOKEN, Seed, WorkspaceError
from bot.workspace.serving import Serving
from bot.workspace.state import State

_STARTS_WITHIN_S = 10.0
_PAGE = Path(__file__).parent / "page"


class Workspace:
    """A Slack workspace on this machine. See `url` for where, once it has started.

    Without a database everything is forgotten at `stop()`.
    """

    on_api_call: Callable[[str, dict[str, Any]], None] | None = None
    """For tests: told (method, arguments) of each Web API call before it takes effect."""

    def __init__(
        self,
        seed: Seed,
        *,
        database: Path | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        bot_token: str = BOT_TOKEN,
        app_token: str = APP_TOKEN,
        clock: Callable[[], float] = time.time,
        rate_limits: bool = False,
    ) -> None:
        self._rates = Rates(clock) if rate_limits else None
        self._seed = seed
        self._database = database
        self._address = (host, port)
        self._tokens = (bot_token, app_token)
        self._clock = clock
        self._server: Serving | None = None
        self._thread: threading.Thread | None = None
        self.url = ""

    def start(self) -> None:
        """Returns when the workspace accepts connections. Raises WorkspaceError."""
        listening = self._listen()
        self._address = listening.getsockname()[:2]
        self.url = f"http://{self._address[0]}:{self._address[1]}"
        try:
            state = State(self._seed, self._database, self._clock, self.url)
        except WorkspaceError:
            listening.close()
            raise
        self._server = Serving(Outage(self._application(state), state.faults), state)
        self._thread = threading.Thread(
            target=self._server.run, args=([listening],), name="workspace", daemon=True
        )
        self._thread.start()
        if not self._server.accepting.wait(_STARTS_WITHIN_S):
            raise WorkspaceError(f"the workspace did not start within {_STARTS_WITHIN_S:.0f} s")

    def tell_by_http(self, url: str, signing_secret: str) -> None:
        """The app is told of everything at this address, signed, and not by Socket Mode."""
        if self._server:
            self._server.state.line.lead_to(url, signing_secret)

    def verify_by_http(self, url: str, signing_secret: str) -> bool:
        """Whether an app answers at this address as Slack wants it before it takes the address."""
        return RequestUrl(url, signing_secret, self._clock).verify()

    def stop(self) -> None:
        """Ends all connections; a later `start()` takes the same port."""
        if self._server and self._thread:
            self._server.leave()
            self._thread.join()
        self._server = self._thread = None

    def _listen(self) -> socket.socket:
        # Without the protocol's number asyncio leaves Nagle's algorithm on: 40 ms a kept-alive request.
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(self._address)
            listening.listen(128)
        except OSError as wrong:
            listening.close()
            host, port = self._address
            if wrong.errno == errno.EADDRINUSE:
                raise WorkspaceError(
                    f"port {port} is taken on {host}; use --workspace-port with another one"
                ) from wrong
            raise WorkspaceError(f"cannot listen on {host}:{port}: {wrong.strerror}") from wrong
        return listening

    def _tell(self, method: str, arguments: dict[str, Any]) -> None:
        if self.on_api_call:
            self.on_api_call(method, arguments)

    def _application(self, state: State) -> Starlette:
        api = Api(state, self._tokens, self._tell, self._clock, self._rates)

        deeds = Deeds(state, self._clock)

        async def respond(request: Request) -> Response:
            return await answer_response_url(state, request)

        async def receive(request: Request) -> Response:
            return await files.receive(state, request)

        async def show(request: Request) -> Response:
            return await files.show(state, request)

        async def link(connection: WebSocket) -> None:
            await state.socket_mode.serve(connection)

        @asynccontextmanager
        async def lifespan(_: Starlette) -> AsyncIterator[None]:
            delivering = asyncio.create_task(state.deliveries.run(state.line))
            yield
            delivering.cancel()
            with suppress(asyncio.CancelledError):
                await delivering
            state.journal.close()

        application = Starlette(
            routes=[
                Route("/api/{method}", api.answer, methods=["GET", "POST"]),
                Route("/response/{secret}", respond, methods=["POST"]),
                Route("/upload/{secret}", receive, methods=["POST"]),
                Route("/files/{file}/{name}", show),
                WebSocketRoute("/link/", link),
                *Local(state, deeds, self._clock).routes(),
                *Control(state, deeds).routes(),
                Route("/", _front_page),
                Route("/archives/{channel}/{message}", _permalink),
                Mount("/page", StaticFiles(directory=_PAGE, check_dir=False)),
            ],
            lifespan=lifespan,
        )
        application.state.sessions = Sessions(self._address[1])
        return application


async def _front_page(request: Request) -> Response:
    page = _PAGE / "index.html"
    if not page.exists():
        return PlainTextResponse("The page is not installed; the workspace itself is running.\n")
    response = FileResponse(page)
    request.app.state.sessions.begin(response)
    return response


async def _permalink(request: Request) -> Response:
    """Leads to the message on the page; "p1768760000250000" is the ts "1768760000.250000"."""
    found = re.fullmatch(r"p(\d+)(\d{6})", request.path_params["message"])
    if found is None:
        return PlainTextResponse("A permalink ends in p and the digits of a message's ts.\n", 404)
    place = request.query_params.get("thread_ts") or ".".join(found.groups())
    return RedirectResponse(f"/#{request.path_params['channel']}/{place}")
