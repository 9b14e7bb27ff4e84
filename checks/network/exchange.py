"""HTTP exchanges that end at a deadline, however slowly the server speaks.

The timeouts of requests count from byte to byte, so a server that drips would hold its asker for ever.
Here the exchange runs on a thread of its own, and at the deadline its socket is shut down.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import ipaddress
import socket
import threading
import time
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.poolmanager import PoolManager, ProxyManager
from urllib3.response import HTTPResponse

from checks.deadline import TooLate, within
from checks.network.reach import is_this_machine

BODY_BYTES = 1024 * 1024
_MAX_REDIRECTS = 10
_REPEATABLE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server answered after any redirects; at most 1 MiB of body, `seconds` until its end."""

    status: int
    reason: str
    body: bytes
    charset: str
    cut_short: bool
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """How a request is sent. `verify` as requests understands it: whether, or by which certificates.

    With `public_only` nothing is sent to an address of this machine or of a private network.
    """

    follow_redirects: bool
    verify: bool | str
    timeout_s: float
    public_only: bool = False


class PrivateAddress(Exception):  # noqa: N818 - a fact about the address
    """The host stands for an address that may not be called."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} is a private address")
        self.address = address


class _Line:
    """The socket an exchange uses at present, to be shut down from another thread.

    `fresh` says that the connection was made for this exchange.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._socket: socket.socket | None = None
        self._cut = False
        self.fresh = False

    def hold(self, connected: socket.socket, *, fresh: bool) -> None:
        self.let_go()
        with self._lock:
            # A descriptor of its own: http.client lets go of its own before the body is read.
            self._socket = connected.dup()
            self.fresh = fresh
        if self._cut:
            self.cut()

    def cut(self) -> None:
        with self._lock:
            self._cut = True
            if self._socket is not None:
                with contextlib.suppress(OSError):  # the other side has gone already
                    self._socket.shutdown(socket.SHUT_RDWR)

    def let_go(self) -> None:
        with self._lock:
            if self._socket is not None:
                self._socket.close()
                self._socket = None


class _Exchanging(threading.local):
    line: _Line | None = None
    public_only: bool = False


_exchanging = _Exchanging()


class _Cuttable(HTTPConnection):
    """Tells the exchange of its thread which socket it uses."""

    _spare: socket.socket | None = None  # TLS takes the first descriptor over
    _used = False

    def _new_conn(self) -> socket.socket:
        connected = self._public() if _exchanging.public_only else super()._new_conn()
        self._spare = connected.dup()
        if _exchanging.line is not None:
            _exchanging.line.hold(self._spare, fresh=True)
        return connected

    def _public(self) -> socket.socket:
        """Connect to one of the addresses that the name stands for now, if none of them is private.

        They are looked at before: at each look-up a name may stand for others.
        """
        name = self._dns_host
        try:
            addresses = _addresses(name, self.port)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        for address in addresses:
            if not _is_public(address):
                raise PrivateAddress(address)
        try:
            for address in addresses[:-1]:
                with contextlib.suppress(NewConnectionError):
                    return self._connected_to(address)
            return self._connected_to(addresses[-1])
        finally:
            self._dns_host = name

    def _connected_to(self, address: str) -> socket.socket:
        self._dns_host = address
        return super()._new_conn()

    def request(self, *args: Any, **kwargs: Any) -> None:
        if _exchanging.line is not None and self._spare is not None:
            _exchanging.line.hold(self._spare, fresh=not self._used)
        self._used = True
        super().request(*args, **kwargs)

    def close(self) -> None:
        super().close()
        self._used = False
        if self._spare is not None:
            self._spare.close()
            self._spare = None


class _CuttableTLS(_Cuttable, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Cuttable


class _PoolTLS(HTTPSConnectionPool):
    ConnectionCls = _CuttableTLS


_POOLS: dict[str, type[HTTPConnectionPool]] = {"http": _Pool, "https": _PoolTLS}


class _Adapter(HTTPAdapter):
    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        if is_this_machine(urlsplit(request.url or "").hostname or ""):
            kwargs["proxies"] = None  # a proxy elsewhere would ask itself
        return super().send(request, *args, **kwargs)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        manager: PoolManager = self.poolmanager
        manager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> ProxyManager:
        manager: ProxyManager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager


def _addresses(name: str, port: int) -> list[str]:
    """All that the name stands for, in the order in which they are to be tried. Raises gaierror."""
    try:
        found = socket.getaddrinfo(name.strip("[]"), port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise socket.gaierror(socket.EAI_NONAME, "it is no name") from error
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_global


def new_session(*, cookies: bool = False) -> requests.Session:
    """A pooled session that several threads may use with `exchange`; without `cookies` it forgets them."""
    session = requests.Session()
    session.max_redirects = _MAX_REDIRECTS
    if not cookies:
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    session.hooks["response"].append(_leave_redirect_body)
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter())
    return session


def exchange(session: requests.Session, request: requests.Request, ask: Ask) -> Reply:
    """Send `request`, read the answer. Raises requests' exceptions; Timeout at the deadline at the latest."""
    line = _Line()
    try:
        return within(ask.timeout_s, lambda: _exchange(session, request, ask, line))
    except TooLate:
        line.cut()
        raise requests.Timeout("the deadline has passed") from None


def _exchange(session: requests.Session, request: requests.Request, ask: Ask, line: _Line) -> Reply:
    _exchanging.line, _exchanging.public_only = line, ask.public_only
    started = time.monotonic()
    try:
        return _send(session, request, ask, started)
    except requests.Timeout:
        raise
    except requests.ConnectionError:
        # A server may close a kept connection at the very moment it is used again: that is no fault.
        if line.fresh or request.method not in _REPEATABLE:
            raise
        session.close()
        return _send(session, request, ask, started)
    finally:
        line.let_go()


def _send(session: requests.Session, request: requests.Request, ask: Ask, started: float) -> Reply:
    prepared = session.prepare_request(request)
    if request.method not in _REPEATABLE:
        prepared.headers["Connection"] = "close"
    settings = session.merge_environment_settings(prepared.url, {}, True, ask.verify, None)
    with session.send(
        prepared, allow_redirects=ask.follow_redirects, timeout=ask.timeout_s, **settings
    ) as response:
        body, cut_short = _read(response)
        return Reply(
            status=response.status_code,
            reason=response.reason or "",
            body=body,
            charset=_charset(response),
            cut_short=cut_short,
            seconds=time.monotonic() - started,
        )


def _read(response: requests.Response) -> tuple[bytes, bool]:
    body = bytearray()
    for chunk in response.iter_content(16 * 1024):
        body += chunk
        if len(body) > BODY_BYTES:
            return bytes(body[:BODY_BYTES]), True
    return bytes(body), False


def _charset(response: requests.Response) -> str:
    """The charset the server names. The default of requests for text, ISO-8859-1, is out of date."""
    if "charset" not in response.headers.get("Content-Type", "").lower():
        return "utf-8"
    try:
        return codecs.lookup(response.encoding or "utf-8").name
    except (LookupError, ValueError):
        return "utf-8"


def _leave_redirect_body(response: requests.Response, **_: Any) -> requests.Response:
    """requests reads the body of a redirect to its end, which a hostile server may never reach."""
    if response.is_redirect:
        response.raw.close()
        response.raw = HTTPResponse(body=io.BytesIO(), headers=response.raw.headers, preload_content=False)
    return response
