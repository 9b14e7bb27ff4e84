"""What it means that no answer came: the service is down, or nothing was found out."""

from __future__ import annotations

import errno
from collections.abc import Iterator

import requests
from urllib3.exceptions import NameResolutionError

from checks.base import CouldNotMeasure
from checks.network.reach import Down, Silent, is_this_machine


def failed(error: Exception, host: str, timeout_s: float) -> Down:
    """It was found out that it is down, and how. Raises CouldNotMeasure where nothing was.

    Addresses are not repeated: they may hold secrets.
    """
    if isinstance(error, requests.Timeout):
        return Down(
            str(Silent(timeout_s)).replace("no answer", "no whole answer"), reached=is_this_machine(host)
        )
    if isinstance(error, requests.TooManyRedirects):
        return Down("redirects without end", reached=True)
    causes = list(_causes(error))
    if any(isinstance(cause, NameResolutionError) for cause in causes):
        raise CouldNotMeasure(
            f"the name {host} cannot be resolved", "correct `url`, or look at the DNS", reached=False
        ) from error
    if isinstance(error, requests.exceptions.ProxyError | requests.exceptions.InvalidProxyURL):
        raise CouldNotMeasure("the proxy does not let through", "look at HTTP_PROXY and NO_PROXY") from error
    if isinstance(error, requests.exceptions.InvalidHeader | UnicodeError):
        raise CouldNotMeasure("a header cannot be sent", "correct the check's `headers`") from error
    if isinstance(error, requests.exceptions.SSLError):
        return Down(f"no trusted connection: {_innermost(causes)}", reached=True)
    codes = {cause.errno for cause in causes if isinstance(cause, OSError)}
    if errno.ENETUNREACH in codes:
        raise CouldNotMeasure(
            "this machine has no way to the network", "look at its routes", reached=False
        ) from error
    if errno.ECONNREFUSED in codes:
        return Down("the connection is refused", reached=True)
    if isinstance(error, ValueError):  # InvalidURL and InvalidSchema among them
        return Down("redirects to what is no web address", reached=True)
    if not isinstance(error, requests.RequestException):
        raise CouldNotMeasure(
            f"could not ask: {_innermost(causes)}", "correct the check's `verify`"
        ) from error
    return Down(f"no proper answer: {_innermost(causes)}", reached=errno.EHOSTUNREACH not in codes)


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
