"""The vocabulary of actions: what the bot may do to a service."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.config.values import NonEmpty, PositiveDuration, Targets, Wording, Words


def _web_address(text: str) -> str:
    try:
        parts = urlsplit(text)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        right = False
    if not right:
        raise ValueError("must be a URL such as https://deploy.example.com/rollback")
    return text


def _as_mapping(value: object) -> object:
    return {"url": value} if isinstance(value, str) else value


class WebhookWords(Words):
    """A URL that is called with the facts as a JSON object."""

    url: Annotated[NonEmpty, AfterValidator(_web_address)] = Field(description="Where: http:// or https://.")
    method: Literal["POST", "PUT", "PATCH", "DELETE"] = Field("POST", description="How.")
    headers: dict[str, str] = Field(default_factory=dict, description="Headers to add, such as a token.")
    private: bool = Field(
        False, description="Whether it may be an address of this machine or of a private network."
    )


class ActionWords(Words):
    """A program or a webhook that changes the service."""

    label: Wording | None = Field(None, description="Its name for people, or {en, zh}; default the key.")
    run: Annotated[tuple[NonEmpty, ...], Field(min_length=1)] | None = Field(
        None,
        description="The program and its arguments as a list, never a line for a shell. A path with a slash "
        "starts at the folder of the configuration.",
    )
    webhook: Annotated[WebhookWords, BeforeValidator(_as_mapping)] | None = Field(
        None, description="A URL to call instead of a program, or a mapping with more about it."
    )
    env: dict[str, str] = Field(default_factory=dict, description="Environment variables to add; `run` only.")
    timeout: PositiveDuration = Field(
        timedelta(seconds=30), description="How long one try may take; then it is killed and has failed."
    )
    retries: int = Field(
        0,
        ge=0,
        le=10,
        description="How often it is tried again after a failure. Only for what may run twice.",
    )
    who: Targets | None = Field(
        None,
        description="Who may run it besides the bot itself; `schedule:` is whoever is on call. Default all.",
    )
    confirm: bool = Field(True, description="Whether a person who runs it is asked to confirm.")

    @model_validator(mode="after")
    def _one_of(self) -> ActionWords:
        if (self.run is None) == (self.webhook is None):
            raise ValueError("must have either `run` or `webhook`")
        if self.env and self.run is None:
            raise ValueError("`env` belongs to `run`; a webhook has `headers`")
        return self
