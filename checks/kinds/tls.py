"""A certificate: is it trusted, for how long, and who issued it."""

from __future__ import annotations

import contextlib
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from pydantic import AfterValidator, Field

from checks.base import Answer, CouldNotMeasure, Cursor, Options, Situation
from checks.duration import Duration
from checks.network.reach import Deadline, Down, connect, is_this_machine, refused, split_address
from checks.result import Measurement, State

if TYPE_CHECKING:
    from cryptography import x509

_HTTPS = 443
_DAY = timedelta(days=1)


def _with_usual_port(text: str) -> str:
    split_address(text, _HTTPS)
    return text


class TlsOptions(Options):
    """Measures `tls_up` (100 where the certificate is trusted, else 0 %), `tls_days_left` (until the first
    certificate of the chain expires) and `tls_latency` (s, connecting and shaking hands).
    """

    address: Annotated[str, AfterValidator(_with_usual_port)] = Field(
        description="Whom to call: `host:port`; the port may be left out when it is 443."
    )
    server_name: str = Field(default="", description="The name the certificate must have; default the host.")
    authorities: str = Field(
        default="", description="The file of the authorities to trust; default those of this machine."
    )
    warning: Duration = Field(
        default=timedelta(days=14), description="A certificate that expires so soon is a warning."
    )
    critical: Duration = Field(default=timedelta(days=3), description="One that expires so soon is critical.")


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the server showed: why it is not trusted, if so, and its certificates, its own first."""

    distrust: str
    chain: Sequence[x509.Certificate]
    seconds: float


class Tls:
    """A certificate that is not trusted or has expired is CRITICAL; so is a server that is not there."""

    name: ClassVar[str] = "tls"
    options_model: ClassVar[type[Options]] = TlsOptions

    def __init__(self, options: TlsOptions) -> None:
        self._options = options
        self._host, self._port = split_address(options.address, _HTTPS)

    def probe(self, situation: Situation, cursor: Cursor | None) -> tuple[Answer, Cursor | None]:
        deadline = Deadline(situation.timeout_s)
        trusting = self._trusting(situation)
        try:
            shown = self._look(trusting, deadline)
        except Down as down:
            reached = down.reached or is_this_machine(self._host)
            return (
                Answer(state=State.CRITICAL, summary=str(down), measurements=(_up(False),), reached=reached),
                cursor,
            )
        return self._judge(shown, situation.now), cursor

    def _trusting(self, situation: Situation) -> ssl.SSLContext:
        file = self._options.authorities
        try:
            return ssl.create_default_context(cafile=str(situation.folder / file) if file else None)
        except (OSError, ssl.SSLError) as error:
            raise CouldNotMeasure(
                f"the authorities in {file} cannot be read", "correct the check's `authorities`"
            ) from error

    def _look(self, trusting: ssl.SSLContext, deadline: Deadline) -> _Shown:
        """Shake hands; where the certificate is not trusted a second time, to see it all the same."""
        started = time.monotonic()
        try:
            with self._shake_hands(trusting, deadline) as connection:
                return _Shown("", _chain(connection), time.monotonic() - started)
        except ssl.SSLCertVerificationError as error:
            distrust = error.verify_message
        blind = ssl.create_default_context()
        blind.check_hostname, blind.verify_mode = False, ssl.CERT_NONE
        started = time.monotonic()
        with self._shake_hands(blind, deadline) as connection:
            return _Shown(distrust, _chain(connection), time.monotonic() - started)

    def _shake_hands(self, context: ssl.SSLContext, deadline: Deadline) -> ssl.SSLSocket:
        """Raises Down, or SSLCertVerificationError."""
        connection = connect(self._host, self._port, deadline)
        with contextlib.ExitStack() as undo:
            undo.callback(connection.close)
            try:
                connection.settimeout(deadline.left())
                secured = context.wrap_socket(
                    connection, server_hostname=self._options.server_name or self._host
                )
            except ssl.SSLCertVerificationError:
                raise
            except ssl.SSLError as error:
                raise Down(f"no TLS: {error.reason or error}", reached=True) from error
            except OSError as error:
                raise refused(error, deadline) from error
            undo.pop_all()
            return secured

    def _judge(self, shown: _Shown, now: datetime) -> Answer:
        ends = min(certificate.not_valid_after_utc for certificate in shown.chain)
        left = ends - now
        soon = (
            State.CRITICAL
            if left <= max(self._options.critical, timedelta(0))
            else State.WARNING
            if left <= self._options.warning
            else State.OK
        )
        when = (
            f"expires {ends:%Y-%m-%d}, in {left.days} days"
            if left > timedelta(0)
            else f"expired {ends:%Y-%m-%d}"
        )
        return Answer(
            state=State.CRITICAL if shown.distrust else soon,
            summary=f"not trusted: {shown.distrust}; {when}" if shown.distrust else when,
            hint="renew the certificate" if soon or shown.distrust else "",
            measurements=(
                _up(not shown.distrust and left > timedelta(0)),
                Measurement(metric="tls_days_left", value=round(left / _DAY, 3), unit="d"),
                Measurement(metric="tls_latency", value=round(shown.seconds, 6), unit="s"),
            ),
            output="\n".join(_described(certificate) for certificate in shown.chain),
        )


def _chain(connection: ssl.SSLSocket) -> list[x509.Certificate]:
    """All certificates that the server sent, its own first."""
    from cryptography import x509  # heavy: only those pay who look at certificates

    # Public from Python 3.13 on; before, the same on the object inside.
    inner: Any = connection if hasattr(connection, "get_unverified_chain") else connection._sslobj  # type: ignore[attr-defined]
    sent = inner.get_unverified_chain() or []
    encoded = [
        each if isinstance(each, bytes) else ssl.PEM_cert_to_DER_cert(each.public_bytes()) for each in sent
    ]
    own = connection.getpeercert(binary_form=True)
    return [x509.load_der_x509_certificate(each) for each in encoded or [own or b""]]


def _described(certificate: x509.Certificate) -> str:
    subject, issuer = certificate.subject.rfc4514_string(), certificate.issuer.rfc4514_string()
    return f"{subject}, issued by {issuer}, until {certificate.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"


def _up(up: bool) -> Measurement:
    return Measurement(metric="tls_up", value=100.0 if up else 0.0, unit="%")
