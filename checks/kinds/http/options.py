"""What can be said about a web address to ask."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr, model_validator

from checks.base import Options
from checks.duration import Duration
from checks.network.access import BasicAuth, WebAddress
from checks.network.call import Family


def _seconds(value: object) -> object:
    plain_number = isinstance(value, int | float) and not isinstance(value, bool)
    return timedelta(seconds=value) if plain_number else value  # type: ignore[arg-type]


Scalar = str | bool | int | float | None


class Expected(Options):
    """What a good answer is like."""

    status: int | tuple[int, ...] = Field(
        default=(), description="The status, or a list of statuses; without it any below 400."
    )
    below: Annotated[Duration, BeforeValidator(_seconds)] | None = Field(
        default=None, description="A slower answer is a warning, such as 2s; a number is seconds."
    )
    contains: str = Field(default="", description="Text that the body must contain.")
    lacks: str = Field(default="", description="Text that the body must not contain.")
    json_: Mapping[str, Scalar] = Field(
        default_factory=dict,
        alias="json",
        description="Path in the JSON body → the value there, or a condition it meets, such as "
        '{database.state: up, items.0.id: 7, queue.length: "< 100"}. `*` stands for every member.',
    )


class Request(Options):
    """One request and what its answer should be like."""

    url: WebAddress = Field(description="The address, with http:// or https://.")
    method: str = Field(default="GET", pattern="^[A-Z]+$", description="The method, in capital letters.")
    headers: Mapping[str, SecretStr] = Field(default_factory=dict, description="Headers to send.")
    bearer: SecretStr | None = Field(default=None, description="A token to send as `Authorization: Bearer`.")
    basic: BasicAuth | None = Field(default=None, description="A name and password to send.")
    body: str = Field(default="", description="The body to send.")
    expect: Expected = Field(default_factory=Expected, description="What a good answer is like.")
    measure: Mapping[str, str] = Field(
        default_factory=dict,
        description="A metric → the path of its number in the JSON body, such as {queue: queue.length}.",
    )


class Step(Request):
    """One request of several. Its address, headers and body may hold what earlier steps kept: `{token}`."""

    name: str = Field(default="", description="What it is called; default its number.")
    keep: Mapping[str, str] = Field(
        default_factory=dict,
        description="A name → the path of a value in the JSON body to hand on, such as {token: data.token}.",
    )


class HttpOptions(Request):
    """Measures `http_up` (%, of the requests that were answered well) and `http_latency` (s, until the end
    of the body). With a `count` that is the median, with `http_latency_p95`, `_p99` and `_max`; with
    `steps` their sum, with `http_step_latency` by `step`.
    """

    url: WebAddress | None = Field(  # type: ignore[assignment]
        default=None, description="The address, with http:// or https://."
    )
    verify: bool | str = Field(
        default=True,
        description="Whether the certificate must be valid, or the file of the authorities to trust.",
    )
    family: Family = Field(
        default=Family.ANY, description="Which addresses of the name are called: `any`, `ipv4` or `ipv6`."
    )
    follow_redirects: bool = Field(default=True, description="Whether to go where the answer points.")
    count: int = Field(
        default=1, ge=1, le=100, description="How often to ask in a row; when some fail it is a warning."
    )
    steps: tuple[Step, ...] = Field(
        default=(), description="Instead of `url`: requests in their order. Cookies are handed on, too."
    )

    @model_validator(mode="after")
    def _agrees(self) -> HttpOptions:
        if (self.url is None) == (not self.steps):
            raise ValueError("write either `url` or `steps`")
        if self.steps and self.count > 1:
            raise ValueError("`count` goes with `url`, not with `steps`")
        if self.steps and self.model_fields_set & (set(Request.model_fields) - {"url"}):
            raise ValueError("with `steps` each step has its own `method`, `headers`, `body`, `expect`, …")
        return self
