import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from checks.base import Situation
from checks.kinds.tcp import Tcp, TcpOptions
from checks.network.offline import Evidence, Outlook, cut_off, has_route
from checks.result import State
from checks.runner import Guard, run

HEAD = "Iface\tDestination\tGateway\tFlags\n"


@pytest.mark.parametrize(
    ("routed", "anchors", "why"),
    [
        # without anchors the route tells
        (True, {}, ""),
        (False, {}, "it has no route to other networks"),
        # one that is reached is enough
        (True, {"a:1": False, "b:2": True}, ""),
        (True, {"a:1": False, "b:2": False}, "it reaches none of a:1, b:2"),
        # an anchor in the local network may do without a default route
        (False, {"a:1": True}, ""),
        (False, {"a:1": False}, "it reaches none of a:1"),
    ],
)
def test_the_evidence_decides(routed: bool, anchors: dict[str, bool], why: str) -> None:
    assert cut_off(Evidence(routed=routed, anchors=anchors)) == why


@pytest.mark.parametrize(
    ("four", "six", "routed"),
    [
        (HEAD + "eth0\t00000000\t010200C0\t0003\n", "", True),
        (HEAD + "eth0\t000200C0\t00000000\t0001\n", "", False),
        (HEAD + "eth0\t00000000\t010200C0\t0000\n", "", False),  # the route is there, but down
        (HEAD, f"{'0' * 32} 00 {'0' * 32} 00 fd{'0' * 30} 400 3 0 3 eth0\n", True),
        (HEAD, f"{'0' * 32} 00 {'0' * 32} 00 {'0' * 32} ffffffff 1 0 200200 lo\n", False),
        (HEAD, f"fe80{'0' * 28} 40 {'0' * 32} 00 {'0' * 32} 100 2 0 1 eth0\n", False),
        (None, None, True),  # not Linux: nothing tells
        (HEAD, None, False),  # no IPv6
    ],
)
def test_a_default_route_of_either_kind_will_do(four: str | None, six: str | None, routed: bool) -> None:
    def read(path: Path) -> str:
        text = six if "6" in path.name else four
        if text is None:
            raise FileNotFoundError(path)
        return text

    assert has_route(read) is routed


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_an_anchor_counts_when_anything_answers_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert Outlook([f"127.0.0.1:{server.getsockname()[1]}"]).cut_off() == ""
    # A machine that refuses is a machine that was reached.
    assert Outlook([f"127.0.0.1:{free_port()}"]).cut_off() == ""
    anchor = "no-such-name.invalid:53"
    assert Outlook([anchor]).cut_off() == f"it reaches none of {anchor}"


def test_the_machine_is_not_asked_for_every_check(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def reached(anchor: str) -> bool:
        asked.append(anchor)
        return True

    monkeypatch.setattr("checks.network.offline._is_reached", reached)
    outlook = Outlook(["a:1"])
    assert [outlook.cut_off() for _ in range(100)] == [""] * 100
    assert asked == ["a:1"]


def test_a_target_on_this_machine_is_never_offline(
    situation: Situation, listener: Callable[..., int]
) -> None:
    silent = Tcp(TcpOptions(address=f"127.0.0.1:{listener(lambda _, over: over.wait(5))}", expect="hello"))
    hurried = Situation(now=situation.now, timeout_s=0.1, folder=situation.folder)
    result, _ = run("c", silent, hurried, None, Guard(cut_off=lambda: "it has no route"))
    assert (result.state, result.offline) == (State.CRITICAL, False)


def test_a_name_that_is_not_resolved_while_offline_is_no_fault_of_its_own(situation: Situation) -> None:
    lost = Tcp(TcpOptions(address="no-such-name.invalid:80"))
    result, _ = run("c", lost, situation, None, Guard(cut_off=lambda: "it has no route"))
    assert (result.state, result.summary) == (State.UNKNOWN, "this machine is offline: it has no route")
