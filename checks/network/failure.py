"""What it means that no answer came: the service is down, or nothing was found out."""

from __future__ import annotations

import errno
import os
import re

import pycurl

from checks.base import CouldNotMeasure
from checks.network.call import NoReply
from checks.network.heard import MOST_BYTES
from checks.network.reach import Down, is_this_machine
from checks.numbers import plain

_TLS = {
    pycurl.E_PEER_FAILED_VERIFICATION,
    pycurl.E_SSL_CONNECT_ERROR,
    pycurl.E_SSL_CIPHER,
    pycurl.E_SSL_ISSUER_ERROR,
    pycurl.E_SSL_SHUTDOWN_FAILED,
    pycurl.E_SSL_INVALIDCERTSTATUS,
    pycurl.E_USE_SSL_FAILED,
}
_OWN_FILES = {pycurl.E_SSL_CACERT_BADFILE, pycurl.E_SSL_CERTPROBLEM, pycurl.E_SSL_CRL_BADFILE}


def failed(failure: NoReply, host: str, timeout_s: float) -> Down:
    """It was found out that it is down, and how. Raises CouldNotMeasure where nothing was.

    Nothing is found out by an answer that never ends, nor by one that nobody may trust. Addresses are not
    repeated: they may hold secrets.
    """
    words = plainly(failure)
    match failure.code:
        case pycurl.E_OPERATION_TIMEDOUT:
            return _late(failure, host, timeout_s)
        case pycurl.E_TOO_MANY_REDIRECTS:
            raise CouldNotMeasure("redirects without end", "correct `url`, or where it redirects to")
        case pycurl.E_FILESIZE_EXCEEDED:
            most = f"{MOST_BYTES // 1024**2} MiB"
            raise CouldNotMeasure(
                f"the body is longer than {most}, perhaps without end", "ask for less, or by `method: HEAD`"
            )
        case pycurl.E_COULDNT_RESOLVE_HOST:
            raise CouldNotMeasure(
                f"the name {host} cannot be resolved", "correct `url`, or look at the DNS", reached=False
            )
        case pycurl.E_BAD_FUNCTION_ARGUMENT:
            raise CouldNotMeasure("a header cannot be sent", "correct the check's `headers`")
        case pycurl.E_URL_MALFORMAT:
            return Down("redirects to what is no web address", reached=True)
    if failure.proxied and not failure.begun:
        raise CouldNotMeasure("the proxy does not let through", "look at HTTP_PROXY and NO_PROXY")
    if failure.code in _OWN_FILES:
        raise CouldNotMeasure(f"could not ask: {words}", "correct the check's `verify`")
    if failure.code in _TLS:
        raise CouldNotMeasure(f"no trusted connection: {words}", "renew the certificate, or set `verify`")
    if failure.errno == errno.ENETUNREACH:
        raise CouldNotMeasure("this machine has no way to the network", "look at its routes", reached=False)
    if failure.errno == errno.ECONNREFUSED:
        return Down("the connection is refused", reached=True)
    return Down(f"no proper answer: {words}", reached=failure.errno != errno.EHOSTUNREACH)


def _late(failure: NoReply, host: str, timeout_s: float) -> Down:
    """Silence is an outage; a server that drips has not said what it has to say."""
    span = f"{plain(round(timeout_s, 2))} s"
    if failure.begun:
        raise CouldNotMeasure(
            f"no whole answer within {span}: it came too slowly", "raise `timeout`, or ask for less"
        )
    if str(failure).startswith("Resolving"):
        raise CouldNotMeasure(
            f"the name {host} was not resolved within {span}", "look at the DNS", reached=False
        )
    return Down(f"no answer within {span}", reached=is_this_machine(host))


def plainly(failure: NoReply) -> str:
    """The last part of what libcurl says, without addresses: before it stands where it was."""
    if failure.code == pycurl.E_COULDNT_CONNECT and failure.errno:
        return os.strerror(failure.errno)
    if failure.code == pycurl.E_COULDNT_RESOLVE_HOST:
        return str(failure).partition(":")[0]  # here the address stands last
    words = str(failure).rpartition(": ")[2].rpartition("::")[2]
    return re.sub(r" \(\d+\)$", "", words) or f"libcurl's error {failure.code}"
