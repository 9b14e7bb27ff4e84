"""How a request says who asks: a bearer token, or a name and a password."""

from __future__ import annotations

import base64

from pydantic import Field, SecretStr

from checks.base import Options


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
