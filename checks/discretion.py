"""Keeps what options hold in confidence out of answers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BaseModel, SecretStr

MASK = "***"
_SHORTEST = 4
"""A shorter text is no secret worth the name, and hiding it would spoil every other sentence."""
_SENSITIVE = re.compile(r"auth|token|secret|pass|credential|cookie|session|signature|dsn|key\b|key$", re.I)


def secrets_of(options: BaseModel) -> frozenset[str]:
    """The texts that no answer may repeat: every SecretStr (in a mapping, those with a telling name)."""
    found = {part for secret in _held(options) for part in _parts(secret)}
    return frozenset(part for part in found if len(part) >= _SHORTEST)


def discreet(text: str, secrets: Collection[str]) -> str:
    """The text with every secret masked."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


def _held(value: object, name: str | None = None) -> Iterator[str]:
    if isinstance(value, SecretStr):
        if name is None or _SENSITIVE.search(name):
            yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        for inner in dict(value).values():
            yield from _held(inner)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _held(inner, key if isinstance(inner, SecretStr) else None)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _held(inner)


def _parts(secret: str) -> Iterator[str]:
    """The text itself; of an address its password and the values of its query; of `Bearer x` the x."""
    if "://" not in secret:
        yield secret
        yield secret.rpartition(" ")[2]
        return
    try:
        address = urlsplit(secret)
    except ValueError:
        yield secret
        return
    hidden = [
        address.password or "",
        *(text for key, text in parse_qsl(address.query) if _SENSITIVE.search(key)),
    ]
    if any(hidden):
        yield secret
    for part in hidden:
        yield part
        yield unquote(part)
