"""Asks over HTTP and keeps what came back, errors too."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reply:
    status: int
    content_type: str
    body: str
    location: str | None
    retry_after: str | None = None

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Reply:
    request = urllib.request.Request(url, data=body, headers=dict(headers or {}))
    try:
        answer = urllib.request.urlopen(request, timeout=10)
    except urllib.error.HTTPError as refused:
        answer = refused
    with answer:
        return Reply(
            answer.status,
            answer.headers.get("Content-Type", ""),
            answer.read().decode(),
            answer.headers.get("Location"),
            answer.headers.get("Retry-After"),
        )
