"""What the tests' web servers answer with."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Page = Callable[[BaseHTTPRequestHandler], None]


def page(body: bytes = b"", status: int = 200, **headers: str) -> Page:
    """What answers with this; the underscores of header names become hyphens."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


class Site:
    """A web server on a free port. `pages`: path → what answers; it may be replaced while it runs."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.pages: dict[str, Page] = {}
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        self.connections = 0
