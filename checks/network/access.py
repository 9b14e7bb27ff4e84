"""Where a request goes, and how it says who asks: a bearer token, or a name and a password."""

from __future__ import annotations

import base64
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, SecretStr

from checks.base import Options
from checks.network.exchange import encoded


def web_address(url: str) -> str:
    """The address itself, if it is one. Raises ValueError."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
        encoded(url)
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("not a web address; write one such as https://example.com/health")
    return url


WebAddress = Annotated[str, AfterValidator(web_address)]


class BasicAuth(Options):
    """A name and its password."""

    user: str = Field(description="The name.")
    password: SecretStr = Field(description="Its password, from the environment or a file.")


def authorization(bearer: SecretStr | None, basic: BasicAuth | None) -> dict[str, str]:
    """The header that says it, if there is anything to say."""
    if bearer is not None:
        return {"Authorization": f"Bearer {bearer.get_secret_value()}"}
    if basic is not None:
        pair = f"{basic.user}:{basic.password.get_secret_value()}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
    return {}
