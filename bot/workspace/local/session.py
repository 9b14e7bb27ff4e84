"""What proves that a browser's request comes from the workspace's own page: a signed cookie."""

import hmac
import secrets
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response


class Sessions:
    """Begun by the page at `/`; their key is forgotten when the workspace stops, and the page begins anew."""

    def __init__(self, port: int) -> None:
        self._key = secrets.token_bytes(32)
        # A browser sends the cookies of one port to all ports of a host: another workspace has its own.
        self._name = f"vigil_{port}"

    def begin(self, response: Response) -> None:
        """Let the browser keep a session, which no script and no other site can read or send."""
        name = secrets.token_urlsafe(16)
        response.set_cookie(self._name, f"{name}.{self._signed(name)}", httponly=True, samesite="strict")

    def holds(self, request: Request) -> bool:
        name, _, signature = request.cookies.get(self._name, "").partition(".")
        return hmac.compare_digest(signature.encode(), self._signed(name).encode())

    def _signed(self, name: str) -> str:
        return hmac.new(self._key, name.encode(), sha256).hexdigest()
