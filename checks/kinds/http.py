"""A web address: does it answer, as expected, and how fast."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import reduce
from typing import Annotated, Any, ClassVar
from urllib.parse import urlsplit

import requests
from pydantic import BeforeValidator, Field, field_validator
from urllib3.exceptions import NameResolutionError

from checks.base import Answer, CouldNotMeasure, Cursor, Options, Situation
from checks.duration import Duration
from checks.network.exchange import Ask, Reply, exchange, new_session
from checks.numbers import plain
from checks.result import Measurement, State


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
    json_: Mapping[str, Scalar] = Field(
        default_factory=dict,
        alias="json",
        description="Path in the JSON body → the value there, such as {database.state: up, items.0.id: 7}.",
    )


class HttpOptions(Options):
    """Measures `http_up` (100 or 0 %) and `http_latency` (s, until the end of the body)."""

    url: str = Field(description="The address, with http:// or https://.")
    method: str = Field(default="GET", pattern="^[A-Z]+$", description="The method, in capital letters.")
    headers: Mapping[str, str] = Field(default_factory=dict, description="Headers to send.")
    body: str = Field(default="", description="The body to send.")
    expect: Expected = Field(default_factory=Expected, description="What a good answer is like.")
    verify: bool | str = Field(
        default=True,
        description="Whether the certificate must be valid, or the file of the authorities to trust.",
    )
    follow_redirects: bool = Field(default=True, description="Whether to go where the answer points.")

    @field_validator("url")
    @classmethod
    def _is_web_address(cls, url: str) -> str:
        try:
            requests.Request("GET", url).prepare()
            usable = urlsplit(url).scheme in {"http", "https"}
        except (requests.RequestException, ValueError):
            usable = False
        if not usable:
            raise ValueError("not a web address; write one such as https://example.com/health")
        return url


class Http:
    """A service that refuses, resets, is silent or answers wrongly is CRITICAL: that was found out.

    Where no name could be resolved, or the fault is on this side, nothing was found out: UNKNOWN.
    """

    name: ClassVar[str] = "http"
    options_model: ClassVar[type[Options]] = HttpOptions

    def __init__(self, options: HttpOptions) -> None:
        self._options = options
        self._session = new_session()

    def probe(self, situation: Situation, cursor: Cursor | None) -> tuple[Answer, Cursor | None]:
        options = self._options
        request = requests.Request(
            options.method, options.url, headers=dict(options.headers), data=options.body.encode() or None
        )
        verify = (
            options.verify if isinstance(options.verify, bool) else str(situation.folder / options.verify)
        )
        ask = Ask(follow_redirects=options.follow_redirects, verify=verify, timeout_s=situation.timeout_s)
        try:
            return self._judge(exchange(self._session, request, ask)), cursor
        except requests.Timeout:
            return _down(f"no whole answer within {plain(situation.timeout_s)} s"), cursor
        except requests.TooManyRedirects:
            return _down("redirects without end"), cursor
        except (OSError, ValueError) as error:  # requests' own exceptions are OSErrors
            return _failed(error, options), cursor

    def _judge(self, reply: Reply) -> Answer:
        expect = self._options.expect
        text = reply.body.decode(reply.charset, errors="replace")
        faults = [*_wrong_status(reply, expect), *_wrong_body(reply, text, expect)]
        slow = expect.below is not None and reply.seconds > expect.below.total_seconds()
        state = State.CRITICAL if faults else State.WARNING if slow else State.OK
        said = f"{reply.status} {reply.reason}".strip()
        summary = f"{'; '.join(faults) or said} in {reply.seconds:.3f} s"
        if slow and expect.below is not None:
            summary += f", slower than {plain(expect.below.total_seconds())} s"
        latency = Measurement(metric="http_latency", value=round(reply.seconds, 6), unit="s")
        return Answer(
            state=state, summary=summary, measurements=(_up(not faults), latency), output=f"{said}\n{text}"
        )


def _up(up: bool) -> Measurement:
    return Measurement(metric="http_up", value=100.0 if up else 0.0, unit="%")


def _down(summary: str, hint: str = "") -> Answer:
    return Answer(state=State.CRITICAL, summary=summary, measurements=(_up(False),), hint=hint)


def _wrong_status(reply: Reply, expect: Expected) -> Iterator[str]:
    wanted = (expect.status,) if isinstance(expect.status, int) else expect.status
    if reply.status not in wanted if wanted else reply.status >= 400:
        names = " or ".join(str(status) for status in wanted)
        yield f"status {reply.status} {reply.reason}".strip() + (f", not {names}" if names else "")


def _wrong_body(reply: Reply, text: str, expect: Expected) -> Iterator[str]:
    if expect.contains and expect.contains not in text:
        yield f"the body does not contain {expect.contains!r}"
    if not expect.json_:
        return
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        yield "the body is longer than 1 MiB" if reply.cut_short else "the body is not JSON"
        return
    for path, wanted in expect.json_.items():
        try:
            found = reduce(_member, path.split("."), document)
        except (LookupError, ValueError):
            yield f"the body has no {path}"
            continue
        # In Python True == 1, in JSON it is not.
        if found != wanted or isinstance(found, bool) != isinstance(wanted, bool):
            yield f"{path} is {json.dumps(found)[:80]}, not {json.dumps(wanted)}"


def _member(document: Any, key: str) -> Any:
    if isinstance(document, dict):
        return document[key]
    if isinstance(document, list):
        return document[int(key)]
    raise LookupError(key)


def _failed(error: Exception, options: HttpOptions) -> Answer:
    """Found out that it is down, or CouldNotMeasure. Addresses are not repeated: they may hold secrets."""
    host = urlsplit(options.url).hostname
    causes = list(_causes(error))
    if any(isinstance(cause, NameResolutionError) for cause in causes):
        raise CouldNotMeasure(
            f"the name {host} cannot be resolved", "correct `url`, or look at the DNS"
        ) from error
    if isinstance(error, requests.exceptions.ProxyError | requests.exceptions.InvalidProxyURL):
        raise CouldNotMeasure("the proxy does not let through", "look at HTTP_PROXY and NO_PROXY") from error
    if isinstance(error, requests.exceptions.InvalidHeader | UnicodeError):
        raise CouldNotMeasure("a header cannot be sent", "correct the check's `headers`") from error
    if isinstance(error, requests.exceptions.SSLError):
        return _down(f"no trusted connection: {_innermost(causes)}", "renew the certificate, or set `verify`")
    codes = {cause.errno for cause in causes if isinstance(cause, OSError)}
    if errno.ENETUNREACH in codes:
        raise CouldNotMeasure("this machine has no way to the network", "look at its routes") from error
    if errno.ECONNREFUSED in codes:
        return _down("the connection is refused")
    if isinstance(error, ValueError):  # InvalidURL and InvalidSchema among them
        return _down("redirects to what is no web address")
    if not isinstance(error, requests.RequestException):
        raise CouldNotMeasure(
            f"could not ask: {_innermost(causes)}", "correct the check's `verify`"
        ) from error
    return _down(f"no proper answer: {_innermost(causes)}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what caused it, as urllib3 nests it: by `reason`, arguments and context."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop(0)
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [getattr(cause, "reason", None), *cause.args, cause.__cause__, cause.__context__]


def _innermost(causes: list[BaseException]) -> str:
    last = causes[-1]
    return str(
        getattr(last, "verify_message", "") or getattr(last, "strerror", "") or last or type(last).__name__
    )
