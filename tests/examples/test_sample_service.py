"""The sample order service as a program: its ports, its faults, its end."""

import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sample_program import ORDERS, Sample, run_script, start, wait_for

ORDER = {"item": "tea", "quantity": 1}


def breach(sample: Sample, metric: str, above: float) -> bool:
    return sample.tier1().get(metric, 0) > above


def test_a_sample_without_faults_is_healthy(sample: Sample) -> None:
    def steady() -> bool:
        answer = run_script("check_throughput.sh", sample.folder, ORDERS_WINDOW="2")
        return answer.returncode == 0 and json.loads(answer.stdout)["throughput"] > 100

    wait_for("100 orders a second", steady)
    figures = sample.tier1(window=60)
    latency = figures.pop("latency_p99")
    assert figures == {
        "availability": 100,
        "error_rate": 0,
        "order_duplication_rate": 0,
        "push_failure_rate": 0,
    }
    assert 0.1 < latency < 1


def test_it_tells_who_it_is_and_how_it_does(sample: Sample) -> None:
    status, text = sample.ask(f"{sample.switches}/identity")
    assert status == 200
    assert json.loads(text) == {
        "name": "vigil sample orders",
        "pid": sample.program.pid,
        "folder": str(sample.folder),
        "port": urlsplit(sample.orders).port,
    }
    assert sample.ask(f"{sample.orders}/healthz") == (200, '{"status":"ok"}')
    metrics = sample.ask(f"{sample.orders}/metrics")[1]
    assert "# TYPE orders_stored_total counter\norders_stored_total " in metrics
    page = sample.ask(f"{sample.switches}/")[1]
    assert '"duplicate-orders": "Deduplication is broken' in page


def test_an_order_sent_again_is_stored_once(sample: Sample) -> None:
    first = sample.ask(f"{sample.orders}/orders", ORDER, Idempotency_Key="once")
    again = sample.ask(f"{sample.orders}/orders", ORDER, Idempotency_Key="once")
    assert (first[0], again[0]) == (201, 200)
    assert json.loads(again[1]) == {"order": json.loads(first[1])["order"], "replayed": True}


def test_requests_it_does_not_take_get_a_reason(sample: Sample) -> None:
    orders, faults = f"{sample.orders}/orders", f"{sample.switches}/faults"
    assert sample.ask(orders, ORDER) == (400, '{"error":"the header Idempotency-Key is missing"}')
    assert sample.ask(orders, {"item": "tea"}, Idempotency_Key="part")[0] == 400
    assert sample.ask(f"{sample.orders}/nowhere")[0] == 404
    assert sample.ask(f"{faults}/sloww", {"on": True})[0] == 404
    assert sample.ask(f"{faults}/slow", {"on": "yes"})[0] == 400
    assert sample.ask(f"{faults}/slow", {"on": True}, Origin="http://elsewhere.example")[0] == 403
    assert not any(json.loads(sample.ask(faults)[1]).values())


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"hello\r\n\r\n", b"400"),  # not HTTP
        (b"POST /orders HTTP/1.1\r\nContent-Length: many\r\n\r\n", b"400"),  # no length
        (b"POST /orders HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"411"),  # unknown length
        (b"POST /orders HTTP/1.1\r\nContent-Length: 65537\r\n\r\n", b"413"),  # too long
        (b"GET / HTTP/1.1\r\nA: " + b"a" * 16_384, b"431"),  # an endless head
    ],
)
def test_what_is_no_request_is_refused_and_the_connection_closed(
    sample: Sample, sent: bytes, status: bytes
) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(sample.orders).port), timeout=5) as connection:
        connection.sendall(sent)
        with connection.makefile("rb") as answer:
            assert answer.read().startswith(b"HTTP/1.1 " + status)


def test_faults_break_what_they_name_and_heal_when_off(sample: Sample) -> None:
    broken = {
        "duplicate-orders": ("order_duplication_rate", 0.1),
        "failing-pushes": ("push_failure_rate", 2),
        "errors": ("error_rate", 1),
    }
    for fault in broken:
        sample.turn(fault, True)
    for fault, (metric, above) in broken.items():
        wait_for(f"a breach by {fault}", lambda metric=metric, above=above: breach(sample, metric, above))
    for fault in broken:
        sample.turn(fault, False)
    errors = (sample.folder / "logs" / "error.log").read_text()
    assert "Traceback (most recent call last):" in errors
    assert "given up after 3 attempts: it answered 503" in errors
    wait_for("healthy figures", lambda: not any(breach(sample, *each) for each in broken.values()))


def test_a_dead_service_refuses_orders_until_it_is_mended(sample: Sample) -> None:
    sample.turn("dead", True)
    with pytest.raises(OSError, match="refused"):
        sample.ask(f"{sample.orders}/healthz")
    assert json.loads(sample.ask(f"{sample.switches}/faults")[1])["dead"] is True
    wait_for("no availability and nothing else", lambda: sample.tier1() == {"availability": 0})
    sample.turn("dead", False)
    assert sample.ask(f"{sample.orders}/healthz")[0] == 200
    wait_for("full availability", lambda: sample.tier1().get("availability") == 100)


def test_the_command_line_switches_and_lists(sample: Sample) -> None:
    def switch(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, ORDERS / "switch.py", *arguments]
        return subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=10, check=False)

    port = str(urlsplit(sample.switches).port)
    on = switch("errors", "on", "--port", port)
    listed = switch("list", "--port", port)
    assert (on.returncode, on.stdout) == (0, listed.stdout)
    assert "on   errors            One request in 25 is answered 500.\n" in listed.stdout
    assert switch("errors", "off", "--port", port).stdout.count("off") == 6
    assert switch("eror", "on").returncode == 2
    with socket.socket() as unheard:
        unheard.bind(("127.0.0.1", 0))
        silent = switch("list", "--port", str(unheard.getsockname()[1]))
    assert silent.returncode == 1
    assert "start it with" in silent.stderr


def test_a_taken_port_is_one_line_and_exit_2(sample: Sample, tmp_path: Path) -> None:
    port = urlsplit(sample.orders).port
    second = start(tmp_path, port or 0)
    _, complaint = second.communicate(timeout=5)
    assert second.returncode == 2
    assert complaint == f"sample orders: port {port} on 127.0.0.1 is taken; choose another --port\n"


def test_a_broken_faults_file_is_one_line_and_exit_2(tmp_path: Path) -> None:
    (tmp_path / "faults.json").write_text('{"on": ["sloww"]}')
    program = start(tmp_path)
    _, complaint = program.communicate(timeout=5)
    assert program.returncode == 2
    assert complaint.startswith(f"sample orders: {tmp_path}/faults.json: expected ")
    assert complaint.count("\n") == 1


def test_a_service_that_was_dead_stays_so_over_a_restart(tmp_path: Path) -> None:
    (tmp_path / "faults.json").write_text('{"on": ["dead"]}')
    sample = Sample.begin(tmp_path)
    with pytest.raises(OSError, match="refused"):
        sample.ask(f"{sample.orders}/healthz")
    sample.turn("dead", False)
    assert sample.ask(f"{sample.orders}/healthz")[0] == 200
    assert sample.end() == 0


def test_a_log_of_8_mb_is_rotated_and_two_old_ones_are_kept(tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    full = "x" * (8 * 1024 * 1024)
    for name, content in (("orders.jsonl", full), ("orders.jsonl.1", "newer"), ("orders.jsonl.2", "oldest")):
        (logs / name).write_text(content)
    sample = Sample.begin(tmp_path)
    wait_for("the rotation", lambda: (logs / "orders.jsonl.2").read_text() == "newer")
    assert sample.end() == 0
    assert (logs / "orders.jsonl.1").read_text().startswith(full)
    assert (logs / "orders.jsonl").stat().st_size < 1_000_000
    assert not (logs / "orders.jsonl.3").exists()


def test_slow_requests_are_answered_at_once_when_the_fault_is_off(sample: Sample) -> None:
    def held() -> int:
        # Without the fault about one request in 700 takes this long.
        return sum(400 < record["duration_ms"] < 10_000 for record in sample.log())

    sample.turn("slow", True)
    before, held_before = len(sample.log()), held()
    wait_for("200 more requests", lambda: len(sample.log()) > before + 200)
    sample.turn("slow", False)
    wait_for("the held requests' answers", lambda: held() >= held_before + 4, seconds=3)


def test_slow_survives_a_restart_and_lifts_p99_above_10_s(slow_sample: Sample) -> None:
    wait_for("a P99 above 10 s", lambda: breach(slow_sample, "latency_p99", 10), seconds=16)


def test_it_ends_within_two_seconds_with_requests_in_flight(slow_sample: Sample) -> None:
    assert json.loads(slow_sample.ask(f"{slow_sample.switches}/faults")[1])["slow"] is True
    started = time.monotonic()
    assert slow_sample.end() == 0
    assert time.monotonic() - started < 2
    assert all(record["status"] in (200, 201) for record in slow_sample.log())
