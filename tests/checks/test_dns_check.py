import contextlib
import socket
import threading
from collections.abc import Callable, Iterator

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest

from checks.kinds.dns import DnsOptions
from checks.result import Result, State

Ask = Callable[..., Result]

ZONE = {
    "api.example.com. A": ("203.0.113.7", "203.0.113.8"),
    "example.com. MX": ("10 mail.example.com.",),
    "example.com. TXT": ('"v=spf1 -all"',),
    "empty.example.com. AAAA": (),
}


@pytest.fixture
def server() -> Iterator[dict[str, object]]:
    """A name server that knows ZONE; answers the options that ask it. It keeps quiet about `silent.…`."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    packet, asker = door.recvfrom(4096)
                    if not packet:
                        return
                    if (reply := answer(dns.message.from_wire(packet))) is not None:
                        door.sendto(reply.to_wire(), asker)

        thread = threading.Thread(target=serve)
        thread.start()
        yield {"servers": ["127.0.0.1"], "port": door.getsockname()[1]}
        door.sendto(b"", door.getsockname())
        thread.join()


def answer(query: dns.message.Message) -> dns.message.Message | None:
    question = query.question[0]
    name = question.name.to_text()
    if name.startswith("silent."):
        return None
    reply = dns.message.make_response(query)
    reply.flags |= dns.flags.AA
    if name.startswith("broken."):
        reply.set_rcode(dns.rcode.SERVFAIL)
        return reply
    record = question.rdtype.name  # type: ignore[attr-defined]
    texts = ZONE.get(f"{name} {record}")
    if texts:
        reply.answer.append(dns.rrset.from_text(question.name, 300, "IN", record, *texts))
    elif texts is None:
        reply.set_rcode(dns.rcode.NXDOMAIN)
    return reply


def figures(result: Result) -> dict[str, float]:
    return {m.metric: m.value for m in result.measurements}


def test_a_name_is_resolved_and_the_time_it_took_is_measured(ask: Ask, server: dict[str, object]) -> None:
    result = ask("dns", domain="api.example.com", expect=["203.0.113.8"], **server)
    assert result.state is State.OK
    assert result.summary.startswith("api.example.com is 203.0.113.7, 203.0.113.8 in ")
    found = figures(result)
    assert 0 < found.pop("dns_latency") < 5
    assert found == {"dns_up": 100, "dns_answers": 2, "dns_ttl": 300}


@pytest.mark.parametrize(("record", "expected"), [("MX", "10 mail.example.com"), ("TXT", "v=spf1 -all")])
def test_other_records_are_asked_for(ask: Ask, server: dict[str, object], record: str, expected: str) -> None:
    assert ask("dns", domain="example.com", record=record, expect=[expected], **server).state is State.OK


@pytest.mark.parametrize(
    ("options", "summary"),
    [
        ({"domain": "api.example.com", "expect": ["192.0.2.1"]}, "203.0.113.8, not 192.0.2.1"),
        ({"domain": "nobody.example.com"}, "there is no name nobody.example.com"),
        ({"domain": "empty.example.com", "record": "AAAA"}, "empty.example.com has no AAAA record"),
        ({"domain": "broken.example.com"}, "no server gives an answer"),
        ({"domain": "silent.example.com"}, "no answer within 0.4 s"),
    ],
)
def test_a_wrong_answer_and_none_are_down(
    ask: Ask, server: dict[str, object], options: dict[str, object], summary: str
) -> None:
    result = ask("dns", timeout_s=0.4, **options, **server)
    assert result.state is State.CRITICAL
    assert summary in result.summary
    assert figures(result)["dns_up"] == 0


def test_what_cannot_be_asked_is_unknown(ask: Ask, server: dict[str, object]) -> None:
    result = ask("dns", domain=f"{'x' * 70}.example.com", **server)
    assert (result.state, "`domain`" in result.hint) == (State.UNKNOWN, True)


def test_a_server_is_named_by_its_address() -> None:
    with pytest.raises(ValueError, match=r"'ns.example.com' is no IP address; write one such as 1.1.1.1"):
        DnsOptions(domain="example.com", servers=("ns.example.com",))
