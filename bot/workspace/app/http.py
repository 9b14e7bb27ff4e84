"""The app's own address, where Slack tells by HTTP what happens, signed as Slack signs it.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import asyncio
import hashlib
import hmac
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode

from bot.workspace.app.socketmode import (
    ACKNOWLEDGE_WITHIN_S,
    NotAcknowledgedError,
    NotConnectedError,
    UntoldError,
)

Json = dict[str, Any]
_FORM, _JSON = "application/x-www-form-urlencoded", "application/json"


class RequestUrl:
    def __init__(self, url: str, signing_secret: str, clock: Callable[[], float]) -> None:
        self._url = url
        self._secret = signing_secret
        self._clock = clock

    async def ask(self, kind: str, payload: Json, *, retry_attempt: int = 0, retry_reason: str = "") -> Json:
        """Posts it; what the answer holds, a bare text as `{"text": …}`.

        Raises NotConnectedError, or NotAcknowledgedError after 3 s and for any answer that is no success;
        with `X-Slack-No-Retry: 1` the app says that it does not want the event again.
        """
        match kind:
            case "slash_commands":
                body, content_type = urlencode(payload), _FORM
            case "interactive":
                body, content_type = urlencode({"payload": json.dumps(payload)}), _FORM
            case _:
                body, content_type = json.dumps(payload), _JSON
        headers = {"Content-Type": content_type, **self._signature(body)}
        if retry_attempt:
            headers |= {"X-Slack-Retry-Num": str(retry_attempt), "X-Slack-Retry-Reason": retry_reason}
        answer = await asyncio.to_thread(self._post, body.encode(), headers)
        return _read(answer)

    def verify(self) -> bool:
        """Whether the app answers there as Slack asks before it takes an address: with the challenge it got.

        https://docs.slack.dev/reference/events/url_verification
        """
        challenge = secrets.token_urlsafe(30)
        body = json.dumps({"token": "local", "challenge": challenge, "type": "url_verification"})
        try:
            answer = self._post(body.encode(), {"Content-Type": _JSON, **self._signature(body)})
        except UntoldError:
            return False
        read = _read(answer)
        return challenge in (read.get("challenge"), read.get("text"))

    def _signature(self, body: str) -> dict[str, str]:
        at = str(int(self._clock()))
        proof = hmac.new(self._secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={proof}"}

    def _post(self, body: bytes, headers: dict[str, str]) -> bytes:
        request = urllib.request.Request(self._url, body, headers)  # noqa: S310 the address is the operator's
        try:
            with urllib.request.urlopen(request, timeout=ACKNOWLEDGE_WITHIN_S) as answer:  # noqa: S310
                read: bytes = answer.read()
                return read
        except urllib.error.HTTPError as refused:
            refused.close()
            unwanted = refused.headers.get("X-Slack-No-Retry") == "1"
            raise NotAcknowledgedError("http_error", comes_again=not unwanted) from refused
        except urllib.error.URLError as unreached:
            if isinstance(unreached.reason, TimeoutError):
                raise NotAcknowledgedError("http_timeout") from unreached
            raise NotConnectedError("connection_failed") from unreached
        except TimeoutError as late:
            raise NotAcknowledgedError("http_timeout") from late
        except (OSError, HTTPException) as broken:
            raise NotAcknowledgedError("connection_failed") from broken


def _read(answer: bytes) -> Json:
    text = answer.decode(errors="replace").strip()
    try:
        read = json.loads(text) if text else {}
    except ValueError:
        return {"text": text}
    return read if isinstance(read, dict) else {}
