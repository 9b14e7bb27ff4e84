"""A name: is it resolved, how fast, and to what."""

from __future__ import annotations

import ipaddress
import time
from typing import ClassVar, Literal

import dns.exception
import dns.resolver
from pydantic import Field, field_validator

from checks.base import Answer, CouldNotMeasure, Cursor, Options, Situation
from checks.network.reach import is_this_machine
from checks.numbers import plain
from checks.result import Measurement, State


class DnsOptions(Options):
    """Measures `dns_up` (100 or 0 %), `dns_latency` (s), `dns_answers` (how many) and `dns_ttl` (s)."""

    domain: str = Field(min_length=1, description="The name to resolve, such as api.example.com.")
    record: Literal["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"] = Field(
        default="A", description="The type of record."
    )
    servers: tuple[str, ...] = Field(
        default=(), description="The addresses of the servers to ask; default those of this machine."
    )
    port: int = Field(default=53, ge=1, le=65535, description="Their port.")
    expect: tuple[str, ...] = Field(
        default=(), description="Answers that must be among those that come, such as [203.0.113.7]."
    )

    @field_validator("servers")
    @classmethod
    def _are_addresses(cls, servers: tuple[str, ...]) -> tuple[str, ...]:
        for server in servers:
            try:
                ipaddress.ip_address(server)
            except ValueError:
                raise ValueError(f"{server!r} is no IP address; write one such as 1.1.1.1") from None
        return servers


class Dns:
    """No such name, no answer and an answer that is not the expected one are CRITICAL."""

    name: ClassVar[str] = "dns"
    options_model: ClassVar[type[Options]] = DnsOptions

    def __init__(self, options: DnsOptions) -> None:
        self._options = options

    def probe(self, situation: Situation, cursor: Cursor | None) -> tuple[Answer, Cursor | None]:
        started = time.monotonic()
        try:
            resolver = self._resolver()
            found = resolver.resolve(
                self._options.domain, self._options.record, lifetime=situation.timeout_s, search=False
            )
        except dns.resolver.NXDOMAIN:
            return _down(f"there is no name {self._options.domain}"), cursor
        except dns.resolver.NoAnswer:
            return _down(f"{self._options.domain} has no {self._options.record} record"), cursor
        except dns.resolver.LifetimeTimeout:
            words = f"no answer within {plain(situation.timeout_s)} s"
            local = any(is_this_machine(server) for server in self._options.servers)
            return _down(words, reached=local), cursor
        except dns.resolver.NoNameservers as error:
            return _down("no server gives an answer", hint=str(error)), cursor
        except dns.resolver.NoResolverConfiguration as error:
            raise CouldNotMeasure(
                "this machine knows no DNS server", "write `servers`, or mend /etc/resolv.conf"
            ) from error
        except (dns.exception.DNSException, ValueError, OSError) as error:
            raise CouldNotMeasure(
                f"could not ask: {str(error) or type(error).__name__}", "correct the check's `domain`"
            ) from error
        return self._judge(found, time.monotonic() - started), cursor

    def _resolver(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=not self._options.servers)
        if self._options.servers:
            resolver.nameservers = list(self._options.servers)
        resolver.port = self._options.port
        return resolver

    def _judge(self, found: dns.resolver.Answer, seconds: float) -> Answer:
        answers = sorted(answer.to_text().strip('"').rstrip(".") for answer in found)
        missing = [each for each in self._options.expect if each.rstrip(".") not in answers]
        listed = ", ".join(answers[:5]) + (f" and {len(answers) - 5} more" if len(answers) > 5 else "")
        faults = f", not {' and '.join(missing)}" if missing else ""
        ttl = found.rrset.ttl if found.rrset is not None else 0
        return Answer(
            state=State.CRITICAL if missing else State.OK,
            summary=f"{self._options.domain} is {listed}{faults} in {seconds * 1000:.1f} ms",
            measurements=(
                _up(not missing),
                Measurement(metric="dns_latency", value=round(seconds, 6), unit="s"),
                Measurement(metric="dns_answers", value=len(answers)),
                Measurement(metric="dns_ttl", value=ttl, unit="s"),
            ),
        )


def _up(up: bool) -> Measurement:
    return Measurement(metric="dns_up", value=100.0 if up else 0.0, unit="%")


def _down(summary: str, hint: str = "", *, reached: bool = True) -> Answer:
    return Answer(
        state=State.CRITICAL, summary=summary, hint=hint, measurements=(_up(False),), reached=reached
    )
