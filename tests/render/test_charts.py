"""What a chart shows, as a specification and as it is drawn."""

from __future__ import annotations

import re
import struct
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.measures.baseline import Change
from bot.domain.report.compared import CHANGES
from bot.domain.report.report import Chart, Curve, Stretch
from bot.domain.text import Label, say
from bot.locale import Speaker
from bot.render.charts import SCALE, specification
from bot.render.charts.lines import unbroken
from bot.render.paint import draw

T0 = datetime(2026, 1, 18, 16, tzinfo=UTC)
HOUR = timedelta(hours=1)
ENGLISH, CHINESE = Speaker("en", "UTC"), Speaker("zh", "UTC")
P99 = Label("P99 latency", "P99延迟")
Points = tuple[tuple[datetime, float], ...]


def every(minutes: int, hours: float, value: float = 200.0, but: tuple[float, float] = (99, 99)) -> Points:
    """A value every so many minutes, none from hour to hour `but`."""
    times = (T0 + timedelta(minutes=minutes * number) for number in range(int(hours * 60 / minutes)))
    return tuple((at, value) for at in times if not but[0] <= (at - T0) / HOUR < but[1])


EVEN = every(15, 24)


def latency(points: Points = EVEN, **more: Any) -> Chart:
    curve = Curve(label=P99, points=points, target=1000.0)
    plain: dict[str, Any] = {"since": T0, "until": T0 + 24 * HOUR, "curves": (curve,)}
    return Chart(key="latency", title=say("Latency"), unit="ms", **(plain | more))


def layers(chart: Chart, speaker: Speaker = ENGLISH) -> list[Any]:
    found: list[Any] = specification(chart, speaker, "Asia/Shanghai")["layer"]
    return found


def marks(chart: Chart, kind: str) -> list[Any]:
    return [each for each in layers(chart) if each["mark"]["type"] == kind]


@pytest.mark.parametrize(
    ("points", "runs"),
    [
        ((), []),
        (every(15, 24)[:1], [1]),
        (every(15, 24), [96]),
        (every(15, 24, but=(3, 6)), [12, 72]),  # three hours without any value
        (every(15, 24, but=(3, 3.5)), [94]),  # two values left out are no hole
        (every(60, 24, but=(5, 6)), [23]),
        ((*every(15, 9), (T0 + 15 * HOUR, 1.0), *every(15, 24)[-4:]), [36, 1, 4]),  # one value alone
        # what is measured at rounds has no hole because they come more seldom at night
        (tuple((T0 + hour * HOUR, 1.0) for hour in (0, 4, 8, 12, 24, 28, 32, 36, 48)), [9]),
    ],
)
def test_a_curve_is_broken_where_there_is_no_data(points: Points, runs: list[int]) -> None:
    assert [len(run) for run in unbroken(Curve(label=P99, points=points))] == runs


def test_a_value_between_holes_is_a_dot() -> None:
    alone = (*every(15, 9), (T0 + 15 * HOUR, 7.0), *every(15, 24)[-4:])
    (dots,) = marks(latency(alone), "point")
    assert [each["value"] for each in dots["data"]["values"]] == [7.0]


def test_times_are_those_of_the_clock_on_the_wall() -> None:
    (line,) = marks(latency(), "line")
    first = line["data"]["values"][0]["at"]
    assert datetime.fromtimestamp(first / 1000, UTC) == datetime(2026, 1, 19, tzinfo=UTC)


def test_a_spike_makes_the_scale_logarithmic_so_that_all_the_rest_is_seen() -> None:
    calm, spike = latency(), latency((*every(15, 12), (T0 + 12 * HOUR, 12_000.0)))
    nothing = latency((*every(15, 12, 0.0), (T0 + 12 * HOUR, 12_000.0)))  # zero has no place on it
    scales = [marks(chart, "line")[0]["encoding"]["y"].get("scale") for chart in (calm, spike, nothing)]
    assert scales == [None, {"type": "log", "domain": [200 / 1.5, 18_000], "nice": False}, None]
    assert marks(spike, "line")[0]["encoding"]["y"]["axis"]["values"] == [1000.0, 10_000.0]


def test_targets_phases_alerts_and_the_deployment_are_marked() -> None:
    def stretch(name: str, since: float, until: float) -> Stretch:
        return Stretch(label=Label(name), since=T0 + since * HOUR, until=T0 + until * HOUR)

    chart = latency(
        phases=(stretch("Night", 0, 12), stretch("Short", 12, 13), stretch("Noon", 13, 24)),
        alerts=(stretch("P99", 14, 15),),
        deployed_at=T0 + HOUR,
    )
    said = [value["name"] for each in marks(chart, "text") for value in each["data"]["values"]]
    assert said == ["Night", "Noon", "▲ alert", "deployment"]
    (target,) = [each for each in marks(chart, "rule") if "y" in each["encoding"]]
    assert target["data"]["values"] == [{"limit": 1000.0, "curve": "P99 latency (target 1000 ms)"}]
    assert [len(each["data"]["values"]) for each in marks(chart, "rect")] == [1, 1]


def test_what_is_drawn_speaks_chinese_and_is_sharp_on_a_phone() -> None:
    """One process draws them all."""
    day = timedelta(days=1)
    alerts = Chart(
        key="alerts",
        title=say("Alerts by day"),
        unit="",
        since=T0,
        until=T0 + 3 * day,
        bars=tuple(
            (T0 + number * day, say(sort), count)
            for number, counts in enumerate([(1, 2), (0, 0), (0, 1)])
            for sort, count in zip(("Critical alerts", "Warning alerts"), counts, strict=True)
        ),
    )
    many = tuple(
        (Label(f"Metric {number}", f"指标{number}"), float(5 - number), CHANGES[Change.SAME])
        for number in range(20)
    )
    changed = Chart(
        key="changes", title=say("Change of the averages"), unit="%", since=T0, until=T0, changes=many
    )
    broken = latency(every(15, 24, but=(3, 6)))
    specs = [specification(each, CHINESE, "Asia/Shanghai") for each in (broken, alerts, changed)]
    curve, bars, changes = draw(specs, SCALE)
    for png, _ in (curve, bars, changes):
        width, height = struct.unpack(">II", png[16:24])
        assert 1200 <= width <= 1800
        assert 600 <= height <= 1800
    assert {"延迟", "P99延迟 (目标 1000 ms)"} <= texts(curve[1])
    drawn = re.findall(r'<path[^>]*aria-roledescription="line mark"[^>]* d="([^"]+)"', curve[1])
    assert [path.count("M") for path in drawn] == [2]  # before the hole and after it
    assert {"每日告警数", "关键告警", "01-19", "3"} <= texts(bars[1])
    # whole numbers only, and every metric has its name
    assert not [each for each in texts(bars[1]) if "." in each]
    assert {f"指标{number}" for number in range(20)} <= texts(changes[1])
    assert {"+5% 相同", "0% 相同", "-14% 相同"} <= texts(changes[1])


def texts(svg: str) -> set[str]:
    return set(re.findall(r"<text[^>]*>([^<]+)</text>", svg))
