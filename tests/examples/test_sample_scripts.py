"""The check scripts on small logs whose figures are known by hand."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sample_program import SCRIPTS, run_script

from bot.config import load
from bot.wiring import asking
from checks.result import State

ROOT = Path(__file__).parents[2]
NOW = 1_800_000_000
MEASURING = sorted(
    path.name for path in SCRIPTS.glob("*.sh") if path.name not in ("window.sh", "check_log_size.sh")
)


def order(duration_ms: float, age: float = 5, **facts: object) -> str:
    usual = {"order": "o-1", "key": "k-1", "status": 201, "duration_ms": duration_ms, "stored": True}
    usual |= {"duplicate": False, "push": "ok", "attempts": 1}
    return json.dumps({"time": NOW - age, "iso": "", **usual, **facts}, separators=(",", ":"))


def client(status: int, age: float = 5) -> str:
    line = {"time": NOW - age, "iso": "", "key": "k-1", "status": status, "duration_ms": 9.0, "error": ""}
    return json.dumps(line, separators=(",", ":"))


def write(folder: Path, name: str, lines: list[str]) -> None:
    (folder / "logs").mkdir(exist_ok=True)
    (folder / "logs" / name).write_text("".join(line + "\n" for line in lines))


def printed(folder: Path, script: str, **settings: str) -> object:
    answer = run_script(script, folder, ORDERS_NOW=str(NOW), **settings)
    assert (answer.returncode, answer.stderr) == (0, "")
    return json.loads(answer.stdout)


def test_percentiles_are_by_nearest_rank(tmp_path: Path) -> None:
    # 1..1000 ms in a shuffled order: rank 500, 950, 990 and 999.
    write(tmp_path, "orders.jsonl", [order(float(each * 7919 % 1000 + 1)) for each in range(1000)])
    assert printed(tmp_path, "check_latency_percentiles.sh") == {
        "latency_p50": 500,
        "latency_p95": 950,
        "latency_p99": 0.99,
        "latency_p999": 0.999,
        "latency_mean": 500.5,
    }


@pytest.mark.parametrize(
    ("durations", "p50", "p95"),
    [
        ([40], 40, 40),  # one value is every percentile
        ([30, 10, 20], 20, 30),  # ranks ceil(1.5) = 2 and ceil(2.85) = 3
        ([4, 1, 3, 2], 2, 4),  # the median of four is the second
        ([7, 7, 7, 7], 7, 7),  # equal values end the search
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20], 10, 19),  # already in order
    ],
)
def test_percentiles_of_few_requests(tmp_path: Path, durations: list[int], p50: int, p95: int) -> None:
    write(tmp_path, "orders.jsonl", [order(each) for each in durations])
    figures = printed(tmp_path, "check_latency_percentiles.sh")
    assert isinstance(figures, dict)
    assert (figures["latency_p50"], figures["latency_p95"]) == (p50, p95)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("check_order_duplication_rate.sh", 12.5),  # 1 of 8 stored; the replay stored nothing
        ("check_push_failure_rate.sh", 12.5),  # 1 of 8 pushes
        ("get_retry_stats.sh", {"retry_success_rate": 75, "pushes_retried": 4, "pushes": 8}),
        ("check_error_rate.sh", 10),  # 1 of 10 requests
        ("check_throughput.sh", {"throughput": 0.8, "order_success_rate": 90}),  # 8 orders in 10 s
        ("check_availability.sh", 50),  # 201 and 400 are answers, 500 and none are not
        (
            "check_tier1.sh",
            {
                "availability": 50,
                "error_rate": 10,
                "latency_p99": 0.01,
                "order_duplication_rate": 12.5,
                "push_failure_rate": 12.5,
            },
        ),
    ],
)
def test_each_figure_of_a_known_log(tmp_path: Path, script: str, expected: object) -> None:
    stored = [order(1), order(2, duplicate=True), order(3, push="failed", attempts=3), order(4)]
    stored += [order(each, attempts=2) for each in (5, 6, 7)] + [order(8)]
    others = [
        order(9, status=200, stored=False, push="none"),
        order(10, status=500, stored=False, push="none"),
    ]
    before = [
        order(99_999, age=10, duplicate=True, push="failed", status=503)
    ]  # at the open end of the window
    after = [order(99_999, age=-1, duplicate=True, push="failed", status=503)]
    write(tmp_path, "orders.jsonl", before + stored + others + after)
    write(tmp_path, "client.jsonl", [client(0, age=10)] + [client(each) for each in (201, 400, 500, 0)])
    assert printed(tmp_path, script, ORDERS_WINDOW="10") == expected


def test_broken_lines_are_passed_over(tmp_path: Path) -> None:
    whole = order(50)
    broken = [
        whole[:60],
        whole[60:],
        "",
        "{}",
        "not JSON",
        whole.replace("201", '"?"'),
        whole[:-1],
        "\x00\xff",
    ]
    write(tmp_path, "orders.jsonl", [*broken, whole, *broken])
    assert printed(tmp_path, "get_retry_stats.sh") == {
        "retry_success_rate": 100,
        "pushes_retried": 0,
        "pushes": 1,
    }


def test_a_window_reaches_back_into_the_rotated_file(tmp_path: Path) -> None:
    write(tmp_path, "orders.jsonl.1", [order(10, age=30)] * 3)
    write(tmp_path, "orders.jsonl", [order(10, duplicate=True)])
    assert printed(tmp_path, "check_order_duplication_rate.sh") == 25


def test_a_share_just_below_100_is_not_rounded_up(tmp_path: Path) -> None:
    write(tmp_path, "client.jsonl", [client(201)] * 19_999 + [client(0)])
    assert printed(tmp_path, "check_availability.sh") == 99.995


def test_a_dead_service_is_available_to_nobody_and_the_rest_is_not_measured(tmp_path: Path) -> None:
    write(tmp_path, "orders.jsonl", [order(10, age=61)])
    write(tmp_path, "client.jsonl", [client(0)] * 3)
    assert printed(tmp_path, "check_availability.sh") == 0
    assert printed(tmp_path, "check_tier1.sh") == {"availability": 0}
    answer = run_script("check_error_rate.sh", tmp_path, ORDERS_NOW=str(NOW))
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr == "check_error_rate.sh: no request was answered in the last 60 s\n"


@pytest.mark.parametrize("script", MEASURING)
def test_missing_logs_are_a_reason_and_no_figure(tmp_path: Path, script: str) -> None:
    answer = run_script(script, tmp_path)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "start the sample service or set ORDERS_FOLDER" in answer.stderr


@pytest.mark.parametrize("script", MEASURING)
def test_a_silent_window_is_a_reason_and_no_figure(tmp_path: Path, script: str) -> None:
    write(tmp_path, "orders.jsonl", [order(10, age=61)])
    write(tmp_path, "client.jsonl", [client(201, age=61)])
    write(tmp_path, "summary.jsonl", [order(10, age=3600)])
    answer = run_script(script, tmp_path, ORDERS_NOW=str(NOW))
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr.startswith(f"{script}: ")
    assert answer.stderr.endswith(("in the last 60 s\n", "in the last 1h\n"))


@pytest.mark.parametrize("window", ["0", "-5", "ten", "1.5"])
def test_a_window_that_is_no_number_of_seconds_is_named(tmp_path: Path, window: str) -> None:
    answer = run_script("check_error_rate.sh", tmp_path, ORDERS_WINDOW=window)
    assert answer.returncode == 1
    assert answer.stderr == (
        f"check_error_rate.sh: ORDERS_WINDOW is '{window}'; write whole seconds, 1 or more\n"
    )


def test_the_report_sums_the_period_and_shows_its_course(tmp_path: Path) -> None:
    def slice_of(age: int, p99: float) -> str:
        counts = {"requests": 100, "stored": 80, "duplicates": 2, "errors": 1, "pushes": 80, "failed": 4}
        counts |= {"retried": 10, "rescued": 6, "asked": 100, "answered": 99, "seconds": 10}
        times = {"time": NOW - age, "iso": f"{age} seconds ago"}
        line = {**times, **counts, "mean": 70.0, "p50": 60.0, "p95": 100.0, "p99": p99, "p999": 900.0}
        return json.dumps(line, separators=(",", ":"))

    write(tmp_path, "summary.jsonl.1", [slice_of(700, 9999.0), slice_of(590, 200.0)])
    write(tmp_path, "summary.jsonl", [slice_of(580, 300.0), "broken", slice_of(5, 250.0)])
    answer = run_script("generate_performance_report.sh", tmp_path, "--period", "10m", ORDERS_NOW=str(NOW))
    assert (answer.returncode, answer.stderr) == (0, "")
    assert (
        answer.stdout
        == """\
Performance of the order service, last 10m (10 min covered)

  requests           300
  orders stored      240 (8.0/s)
  stored twice       2.5 %
  pushes failed      5 %
  retries succeeded  60 %
  errors             1 %
  availability       99 %
  mean latency       70.0 ms
  worst P99 of 10 s  300.0 ms at 580 seconds ago

  minutes ago        orders/s     P50 ms    mean ms   worst P99 ms
  10.0 to 9.2             8.0       60.0       70.0          300.0
  0.8 to 0.0              8.0       60.0       70.0          250.0
"""
    )


@pytest.mark.parametrize("period", ["", "0h", "1w", "h", "1.5h"])
def test_a_report_over_no_period_says_what_to_write(tmp_path: Path, period: str) -> None:
    answer = run_script("generate_performance_report.sh", tmp_path, "--period", period)
    assert answer.returncode == 1
    assert answer.stderr == (
        f"generate_performance_report.sh: --period is '{period}'; write --period 30m, 1h or 1d\n"
    )


def test_the_queries_of_the_shipped_configuration_say_what_the_scripts_say(tmp_path: Path) -> None:
    pushed = [
        order(
            float(each),
            stored=each % 3 > 0,
            duplicate=each % 30 == 1,
            push="failed" if each % 40 == 2 else "ok",
        )
        for each in range(300)
    ]
    retried = [
        order(7.5, attempts=2),
        order(8, attempts=3, push="failed"),
        order(3, status=500, stored=False),
    ]
    outside = [order(9000, age=61), order(9000, age=-1), '{"time":1800000000,"half a li']
    write(tmp_path, "orders.jsonl.1", outside + pushed[:100])
    write(tmp_path, "orders.jsonl", pushed[100:] + retried)
    asked = [client(201), client(201), client(429), client(0)]
    write(tmp_path, "client.jsonl", asked)
    scripts = ("check_tier1.sh", "check_latency_percentiles.sh", "check_throughput.sh", "get_retry_stats.sh")
    printed_by_scripts: dict[str, float] = {}
    # The scripts take an old file into account where the present one is short.
    for script in scripts:
        answer = printed(tmp_path, script)
        assert isinstance(answer, dict)
        printed_by_scripts |= answer
    setup = load(ROOT / "config.yaml", {"ORDERS_FOLDER": str(tmp_path)})
    checks = setup.services["orders"].checks
    measured: dict[str, float] = {}
    for name in ("tier-1", "figures"):
        result, _ = asking(setup)(checks[name], datetime.fromtimestamp(NOW, UTC), None)
        assert result.state is State.OK, result
        measured |= {each.metric: each.value for each in result.measurements}
    assert len(measured) == 12
    assert measured == {name: pytest.approx(printed_by_scripts[name], rel=1e-4) for name in measured}


def test_while_nothing_is_answered_only_the_availability_is_measured(tmp_path: Path) -> None:
    write(tmp_path, "orders.jsonl", [order(5, age=100)])
    write(tmp_path, "client.jsonl", [client(0)])
    setup = load(ROOT / "config.yaml", {"ORDERS_FOLDER": str(tmp_path)})
    checks = setup.services["orders"].checks
    result, _ = asking(setup)(checks["tier-1"], datetime.fromtimestamp(NOW, UTC), None)
    assert [(each.metric, each.value) for each in result.measurements] == [("availability", 0)]
    result, _ = asking(setup)(checks["figures"], datetime.fromtimestamp(NOW, UTC), None)
    assert (result.state, result.summary) == (State.UNKNOWN, "it returned no rows")
