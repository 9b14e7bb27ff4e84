"""Speaking HTTP on loopback."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Mapping


def send(url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> bytes:
    """The body of the answer to a GET, or to a POST of `body`. Raises OSError (a URLError is one)."""
    request = urllib.request.Request(url, body, dict(headers or {}))  # noqa: S310 - our own programs
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        return bytes(answer.read())


def send_json(url: str, document: object) -> bytes:
    """The body of the answer to a POST of a JSON document. Raises OSError."""
    return send(url, json.dumps(document).encode(), {"Content-Type": "application/json"})
