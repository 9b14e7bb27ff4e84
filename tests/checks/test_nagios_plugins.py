"""The real plugins of Debian's monitoring-plugins-basic, run as a configuration would run them."""

from collections.abc import Callable

import psutil
import pytest
from local_servers import Site, page

from checks.nagios import Range
from checks.result import Measurement, Result, State

Ask = Callable[..., Result]
Plugin = Callable[[str], str]


def by_name(result: Result) -> dict[str, Measurement]:
    return {m.metric: m for m in result.measurements}


@pytest.mark.parametrize(
    ("code", "state"), [("0", State.OK), ("1", State.WARNING), ("2", State.CRITICAL), ("3", State.UNKNOWN)]
)
def test_check_dummy_says_each_state(ask: Ask, plugin: Plugin, code: str, state: State) -> None:
    result = ask("command", run=[plugin("check_dummy"), code, "some words"], output="nagios")
    assert (result.state, result.measurements, result.hint) == (state, (), "")
    assert result.summary == f"{state.name}: some words"


def test_check_dummy_with_performance_data_in_two_places(ask: Ask, plugin: Plugin) -> None:
    text = "words | 'a b'=1s;2;3\nlong text | c=4%"
    result = ask("command", run=[plugin("check_dummy"), "0", text], output="nagios")
    assert result.summary == "OK: words"
    assert [(m.metric, m.value, m.unit) for m in result.measurements] == [("a b", 1, "s"), ("c", 4, "%")]


def test_check_load_reports_three_loads_with_limits(ask: Ask, plugin: Plugin) -> None:
    result = ask(
        "command", run=[plugin("check_load"), "-w", "900,800,700", "-c", "990,890,790"], output="nagios"
    )
    assert result.state is State.OK
    found = by_name(result)
    assert list(found) == ["load1", "load5", "load15"]
    assert found["load1"].value == pytest.approx(psutil.getloadavg()[0], abs=1)
    assert found["load1"].min == 0
    assert Range.parse(found["load5"].warn or "") == Range(0, 800)


def test_check_disk_reports_bytes_of_the_root(ask: Ask, plugin: Plugin) -> None:
    result = ask("command", run=[plugin("check_disk"), "-w", "1%", "-c", "0%", "-p", "/"], output="nagios")
    assert result.state in {State.OK, State.WARNING}
    disk = by_name(result)["/"]
    factor = {"B": 1, "MiB": 2**20, "MB": 2**20}[disk.unit]
    assert disk.max is not None
    assert disk.max * factor == pytest.approx(psutil.disk_usage("/").total, rel=0.1)
    assert disk.warn is not None
    assert disk.crit is not None
    assert result.hint == ""


def test_check_procs_breaks_a_range_and_is_critical(ask: Ask, plugin: Plugin) -> None:
    result = ask("command", run=[plugin("check_procs"), "-w", "~:0", "-c", "~:0"], output="nagios")
    assert result.state is State.CRITICAL
    procs = by_name(result)["procs"]
    assert Range.parse(procs.crit or "").alerts(procs.value)


def test_check_users_counts(ask: Ask, plugin: Plugin) -> None:
    result = ask("command", run=[plugin("check_users"), "-w", "500", "-c", "1000"], output="nagios")
    assert result.state is State.OK
    assert by_name(result)["users"].value >= 0


def test_check_http_and_check_tcp_time_a_local_server(ask: Ask, plugin: Plugin, site: Site) -> None:
    site.pages["/"] = page(b"all is well")
    port = site.url.rpartition(":")[2]
    web = ask(
        "command", run=[plugin("check_http"), "-H", "127.0.0.1", "-p", port, "-u", "/"], output="nagios"
    )
    assert web.state is State.OK
    assert by_name(web)["time"].unit == "s"
    assert 0 < by_name(web)["time"].value < 5
    assert by_name(web)["size"].unit == "B"
    tcp = ask("command", run=[plugin("check_tcp"), "-H", "127.0.0.1", "-p", port], output="nagios")
    assert tcp.state is State.OK
    assert by_name(tcp)["time"].value < 5
    assert tcp.hint == ""


def test_a_plugin_called_wrongly_is_unknown_and_shows_its_usage(ask: Ask, plugin: Plugin) -> None:
    result = ask("command", run=[plugin("check_load"), "--no-such-option"], output="nagios")
    assert result.state is State.UNKNOWN
    assert "Usage" in result.output
