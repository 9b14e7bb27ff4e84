"""The URL of one channel for one person, and what of it must never be seen. Pure."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from bot.domain.setup import Channel, Person

_PLAIN_HOST = re.compile(r"localhost|[\d.]+|[\w-]+(\.[\w-]+)+")
_SHORTEST = 3


def address(channel: Channel, person: Person) -> str:
    """The Apprise URL in which `{phone}` and `{email}` are this person's."""
    url = channel.url.replace("{phone}", quote(person.phone or "", safe=""))
    return url.replace("{email}", quote(person.email or "", safe=""))


def without_secrets(text: str, url: str) -> str:
    """The text with every part of the URL that may be a secret (all but scheme, host and port) masked."""
    for part in sorted(_secrets(url), key=len, reverse=True):
        text = text.replace(part, "***")
    return text


def _secrets(url: str) -> set[str]:
    _, _, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    login, at, host = authority.rpartition("@")
    host, question, query = host.partition("?")
    where = host.partition(":")[0]
    parts = [login, *login.split(":"), *re.split(r"[/?&=;,]", f"{path}&{query}")]
    if not _PLAIN_HOST.fullmatch(where):
        parts.append(where)  # many services have a token where others have their host
    whole = [url, f"{login}{at}" if at else "", f"{slash}{path}" if path else "", query if question else ""]
    return {form for part in (*parts, *whole) for form in (part, unquote(part)) if len(form) >= _SHORTEST}
