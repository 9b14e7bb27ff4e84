"""HTTP exchanges by libcurl that end at a deadline, however slowly the server speaks.

libcurl's time limit is one for everything: the name, the connection, the handshake and all bytes. Its
connections are kept, a few by each of as many lines as speak at once, whatever check they were made for.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import quote, urljoin, urlsplit
from urllib.request import getproxies_environment, proxy_bypass

import certifi
import pycurl

from checks.network.call import Ask, Call, Family, NoReply, Reply
from checks.network.heard import MOST_BYTES, Heard
from checks.network.reach import is_this_machine
from checks.network.sockets import Sockets, public_addresses

_MAX_REDIRECTS = 10
_REPEATABLE = {"GET", "HEAD", "OPTIONS"}
_KEPT_LINES = 64
_KEPT_CONNECTIONS = 4


_RESOLVE = {
    Family.ANY: pycurl.IPRESOLVE_WHATEVER,
    Family.IPV4: pycurl.IPRESOLVE_V4,
    Family.IPV6: pycurl.IPRESOLVE_V6,
}


_idle: list[pycurl.Curl] = []
"""Lines that nobody uses at present; appending and popping are one step each."""


class Line:
    """What exchanges run over: kept connections, or one that is kept with its cookies while it is open."""

    def __init__(self, *, cookies: bool = False) -> None:
        self._own = pycurl.Curl() if cookies else None

    def __enter__(self) -> Line:
        return self

    def __exit__(self, *_: object) -> None:
        if self._own is not None:
            self._own.close()

    def exchange(self, call: Call, ask: Ask) -> Reply:
        """Send the request, read the answer, until the deadline at the latest.

        Raises NoReply, or PrivateAddress.
        """
        curl = self._own or _borrowed()
        try:
            return _exchange(curl, call, ask, cookies=self._own is not None)
        finally:
            curl.reset()
            if self._own is None:
                _give_back(curl)


def _borrowed() -> pycurl.Curl:
    try:
        return _idle.pop()
    except IndexError:
        return pycurl.Curl()


def _give_back(curl: pycurl.Curl) -> None:
    if len(_idle) < _KEPT_LINES:
        _idle.append(curl)
    else:
        curl.close()


def _exchange(curl: pycurl.Curl, call: Call, ask: Ask, *, cookies: bool) -> Reply:
    started = time.monotonic()
    for hop in range(_MAX_REDIRECTS + 1):
        left_s = ask.timeout_s - (time.monotonic() - started)
        if left_s < 0.001:
            raise NoReply(pycurl.E_OPERATION_TIMEDOUT, begun=hop > 0)
        heard, proxy = Heard(ask.follow_redirects), _proxy(call.url)
        _address(curl, call, ask, proxy)
        curl.setopt(pycurl.TIMEOUT_MS, max(1, int(left_s * 1000)))
        curl.setopt(pycurl.HEADERFUNCTION, heard.lines.append)
        curl.setopt(pycurl.WRITEFUNCTION, heard.take)
        if cookies:
            curl.setopt(pycurl.COOKIEFILE, "")
        if ask.public_only:
            curl.setopt(pycurl.RESOLVE, [_pinned(call.url, left_s)])
        with Sockets() as sockets:
            curl.setopt(pycurl.OPENSOCKETFUNCTION, sockets.open)
            try:
                curl.perform()
            except pycurl.error as error:
                if not heard.enough:
                    begun = bool(heard.lines) or sockets.received > 0
                    raise _no_reply(curl, error, begun=begun, proxied=bool(proxy)) from None
        if not heard.whole_head:
            raise NoReply(pycurl.E_FTP_WEIRD_SERVER_REPLY, "its head has no end", begun=True)
        if ask.follow_redirects and heard.location is not None:
            call = _redirected(call, heard.status, heard.location)
            continue
        if heard.length > MOST_BYTES:
            raise NoReply(pycurl.E_FILESIZE_EXCEEDED, begun=True)
        return heard.reply(time.monotonic() - started)
    raise NoReply(pycurl.E_TOO_MANY_REDIRECTS, begun=True)


def _address(curl: pycurl.Curl, call: Call, ask: Ask, proxy: str) -> None:
    """Tell libcurl what is sent, and how."""
    curl.setopt(pycurl.URL, encoded(call.url))
    curl.setopt(pycurl.PROTOCOLS, pycurl.PROTO_HTTP | pycurl.PROTO_HTTPS)
    curl.setopt(pycurl.HTTP_VERSION, pycurl.CURL_HTTP_VERSION_1_1)
    curl.setopt(pycurl.NOSIGNAL, 1)
    curl.setopt(pycurl.ACCEPT_ENCODING, "gzip, deflate")
    curl.setopt(pycurl.MAXCONNECTS, _KEPT_CONNECTIONS)
    curl.setopt(pycurl.IPRESOLVE, _RESOLVE[ask.family])
    curl.setopt(pycurl.PROXY, proxy)
    curl.setopt(pycurl.HTTPHEADER, _headers(call.headers))
    if call.method == "HEAD":
        curl.setopt(pycurl.NOBODY, 1)
    elif call.method != "GET" or call.body:
        curl.setopt(pycurl.POSTFIELDS, call.body)
        curl.setopt(pycurl.CUSTOMREQUEST, call.method)
    if call.method not in _REPEATABLE or ask.public_only:
        # On a kept connection, which the server may be closing, it could be lost, or be sent twice.
        curl.setopt(pycurl.FRESH_CONNECT, 1)
        curl.setopt(pycurl.FORBID_REUSE, 1)
    if call.url.startswith("https:"):
        curl.setopt(pycurl.SSL_VERIFYPEER, int(bool(ask.verify)))
        curl.setopt(pycurl.SSL_VERIFYHOST, 2 if ask.verify else 0)
        curl.setopt(pycurl.CAINFO, ask.verify if isinstance(ask.verify, str) else _authorities())


def _pinned(url: str, seconds: float) -> str:
    """The name and what it stands for now, told to libcurl: at its next look-up it may be another."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    found = public_addresses(host, port, seconds)
    return f"{host}:{port}:{','.join(f'[{each}]' if ':' in each else each for each in found)}"


def _headers(headers: Mapping[str, str]) -> list[bytes]:
    """As libcurl takes them: an empty one ends in a semicolon. Raises NoReply for what cannot be sent."""
    names = {name.lower() for name in headers}
    lines = [] if "user-agent" in names else [b"User-Agent: vigil"]
    for name, value in headers.items():
        text = f"{name}: {value.strip()}" if value.strip() else f"{name};"
        if "\n" in text or "\r" in text or "\0" in text:
            raise NoReply(pycurl.E_BAD_FUNCTION_ARGUMENT)
        try:
            lines.append(text.encode("latin-1"))
        except UnicodeEncodeError:
            raise NoReply(pycurl.E_BAD_FUNCTION_ARGUMENT) from None
    return [*lines, b"Expect:"]


def encoded(url: str) -> str:
    """The address in ASCII: a host of other letters by IDNA, the rest by percent signs. Raises ValueError."""
    host = urlsplit(url).hostname or ""
    if not host.isascii():
        url = url.replace(host, host.encode("idna").decode(), 1)
    return quote(url, safe="!#$%&'()*+,/:;=?@[]~")


def _redirected(call: Call, status: int, location: str) -> Call:
    """The request that the answer points to; to another host nothing goes that says who asks."""
    try:
        url = urljoin(call.url, location)
        here, there = urlsplit(call.url), urlsplit(url)
        if there.scheme not in ("http", "https") or not there.hostname:
            raise ValueError(url)
    except ValueError:
        raise NoReply(pycurl.E_URL_MALFORMAT, begun=True) from None
    headers = dict(call.headers)
    if here.hostname != there.hostname or (here.scheme, there.scheme) == ("https", "http"):
        headers = {k: v for k, v in headers.items() if k.lower() not in ("authorization", "cookie")}
    if status == 303 or (status in (301, 302) and call.method == "POST"):
        return Call(url=url, method="HEAD" if call.method == "HEAD" else "GET", headers=headers)
    return replace(call, url=url, headers=headers)


def _no_reply(curl: pycurl.Curl, error: pycurl.error, *, begun: bool, proxied: bool) -> NoReply:
    code, words = error.args[0], str(error.args[1]) if len(error.args) > 1 else ""
    errno = int(curl.getinfo(pycurl.OS_ERRNO))
    return NoReply(code, words, errno, begun=begun, proxied=proxied)


def _proxy(url: str) -> str:
    """The proxy that the environment names for an address; never for this machine: it would ask itself."""
    parts = urlsplit(url)
    host, names = parts.hostname or "", (f"{parts.scheme}_proxy", "all_proxy")
    if is_this_machine(host):
        return ""
    named = (os.environ.get(name) or os.environ.get(name.upper()) for name in names)
    proxy = next((each for each in named if each), "")
    return "" if proxy and proxy_bypass(host, getproxies_environment()) else proxy


def _authorities() -> str:
    """Whom everybody trusts, unless the environment names a file."""
    named = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
    return next((os.environ[name] for name in named if os.environ.get(name)), certifi.where())
