"""Charts of curves over time: percentiles and rates beside targets, phases, alerts and the deployment."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

from bot.domain.localtime import wall
from bot.domain.report.report import Chart, Curve, Stretch
from bot.domain.text import say
from bot.locale import Speaker
from bot.render.charts.paper import AMBER, BLUE, GREEN, RED, WIDTH, Spec, curve_name, words

_COLOURS = [BLUE, AMBER, RED, GREEN, "#6a3fa0", "#00796b"]
_DASHES = [[1, 0], [8, 4], [2, 3], [10, 3, 2, 3], [4, 4], [12, 4]]
_SOFT = "#54606c"
_LONG = timedelta(days=2)
_HOLE = 3
"""A curve breaks where a gap is so many times as long as nearly all of its gaps: there is no data."""

_SPREAD = 20
"""Where the highest value is so many times the middle one, a logarithmic scale shows both."""

_NARROW = 0.12
"""A phase that takes less of the width has no room for its name."""


class Lines:
    def __init__(self, chart: Chart, speaker: Speaker, zone: ZoneInfo) -> None:
        self._chart = chart
        self._speaker = speaker
        self._zone = zone
        self._names = [curve_name(curve, chart.unit, speaker) for curve in chart.curves]
        self._steep = _is_steep([value for curve in chart.curves for _, value in curve.points])

    def layers(self) -> list[Spec]:
        """From the back to the front: phases, alerts, limits, curves, the deployment."""
        parts: list[Callable[[], Iterator[Spec]]] = [
            self._phases,
            self._alerts,
            self._targets,
            self._curves,
            self._deployment,
        ]
        return [layer for part in parts for layer in part()]

    def _time(self, at: datetime) -> int:
        """The clock on the wall, as milliseconds of a time that Vega takes for UTC."""
        return round(wall(self._zone, at).replace(tzinfo=UTC).timestamp() * 1000)

    def _x(self, field: str) -> Spec:
        domain = [self._time(self._chart.since), self._time(self._chart.until)]
        long = self._chart.until - self._chart.since > _LONG
        return {
            "field": field,
            "type": "temporal",
            "scale": {"type": "utc", "domain": domain, "clamp": True},
            "axis": {
                "title": None,
                "format": "%m-%d" if long else "%H:%M",
                "tickCount": 7,
                "grid": False,
                "labelOverlap": True,
            },
        }

    def _y(self, field: str) -> Spec:
        unit = self._chart.unit
        if not self._steep:
            return {"field": field, "type": "quantitative", "axis": {"title": unit or None}}
        title = self._speaker.say(say("{unit}, logarithmic", unit=unit))
        low, high = self._range()
        decades = [10.0**power for power in range(math.ceil(math.log10(low)), math.ceil(math.log10(high)))]
        scale = {"type": "log", "domain": [low, high], "nice": False}
        axis = {"title": title, "values": decades, "format": ",~g"}
        return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}

    def _range(self) -> tuple[float, float]:
        """A little more than all values and limits; they are above zero."""
        shown = [value for curve in self._chart.curves for _, value in curve.points]
        shown += [curve.target for curve in self._chart.curves if curve.target]
        return min(shown) / 1.5, max(shown) * 1.5

    def _colour(self) -> Spec:
        scale = {"domain": self._names, "range": _COLOURS[: len(self._names)]}
        return {"field": "curve", "type": "nominal", "scale": scale}

    def _spans(self, stretches: Sequence[Stretch]) -> list[Spec]:
        whole = self._chart.until - self._chart.since
        return [
            {
                "from": self._time(each.since),
                "to": self._time(each.until),
                "name": words(each.label, self._speaker),
                "shaded": bool(number % 2),
                "part": (each.until - each.since) / whole,
            }
            for number, each in enumerate(stretches)
        ]

    def _phases(self) -> Iterator[Spec]:
        """Every second phase is shaded; those with room for it have their name above."""
        spans = self._spans(self._chart.phases)
        if not spans:
            return
        yield {
            "data": {"values": [each for each in spans if each["shaded"]]},
            "mark": {"type": "rect", "color": "#eef3f8"},
            "encoding": {"x": self._x("from"), "x2": {"field": "to"}},
        }
        for each in spans:
            if each["part"] >= _NARROW:
                name = {"type": "text", "align": "left", "baseline": "bottom", "fontSize": 13, "color": _SOFT}
                yield {
                    "data": {"values": [each]},
                    "mark": {**name, "y": -5, "dx": 2, "limit": round(each["part"] * WIDTH) - 6},
                    "encoding": {"x": self._x("from"), "text": {"field": "name"}},
                }

    def _alerts(self) -> Iterator[Spec]:
        if not self._chart.alerts:
            return
        spans = self._spans(self._chart.alerts)
        at = {"x": self._x("from"), "x2": {"field": "to"}}
        yield {
            "data": {"values": spans},
            "mark": {"type": "rect", "color": RED, "opacity": 0.18},
            "encoding": at,
        }
        mark = {"type": "text", "baseline": "top", "color": "#8c0f32", "fontSize": 16, "y": 22}
        # The last one leaves no room to its right.
        since, until = self._chart.since, self._chart.until
        late = spans[0]["from"] > self._time(since + (until - since) * 0.85)
        yield {
            "data": {"values": [spans[0] | {"name": "▲ " + self._speaker.say(say("alert"))}]},
            "mark": {**mark, "align": "right" if late else "left", "dx": -3 if late else 3},
            "encoding": {"x": self._x("from"), "text": {"field": "name"}},
        }

    def _targets(self) -> Iterator[Spec]:
        """A thin line in the colour of the curve; the legend says what it is."""
        limits = [
            {"limit": curve.target, "curve": name}
            for curve, name in zip(self._chart.curves, self._names, strict=True)
            if curve.target is not None and (curve.target > 0 or not self._steep)
        ]
        if limits:
            yield {
                "data": {"values": limits},
                "mark": {"type": "rule", "strokeDash": [2, 4], "strokeWidth": 2},
                "encoding": {"y": self._y("limit"), "color": self._colour()},
            }

    def _curves(self) -> Iterator[Spec]:
        values: list[Spec] = []
        lone: list[Spec] = []
        for name, curve in zip(self._names, self._chart.curves, strict=True):
            for run in unbroken(curve):
                drawn: list[Spec] = [
                    {"at": self._time(at), "value": value, "curve": name} for at, value in run
                ]
                # A value between holes is a dot: a line needs two.
                lone += drawn if len(drawn) == 1 else []
                values += [*drawn, {"at": drawn[-1]["at"] + 1, "value": None, "curve": name}]
        dash = {"domain": self._names, "range": _DASHES[: len(self._names)]}
        at = {"x": self._x("at"), "y": self._y("value"), "color": self._colour()}
        yield {
            "data": {"values": values},
            "mark": {
                "type": "line",
                "strokeWidth": 2.5,
                "interpolate": "monotone",
                "invalid": "break-paths-filter-domains",
            },
            "encoding": {**at, "strokeDash": {"field": "curve", "type": "nominal", "scale": dash}},
        }
        if lone:
            yield {
                "data": {"values": lone},
                "mark": {"type": "point", "filled": True, "size": 40},
                "encoding": at,
            }

    def _deployment(self) -> Iterator[Spec]:
        at = self._chart.deployed_at
        if at is None or not self._chart.since <= at <= self._chart.until:
            return
        values = [{"at": self._time(at), "name": self._speaker.say(say("deployment"))}]
        mark = {"type": "rule", "color": "#6a3fa0", "strokeWidth": 2.5}
        yield {"data": {"values": values}, "mark": mark, "encoding": {"x": self._x("at")}}
        text = {"type": "text", "align": "left", "baseline": "top", "color": "#6a3fa0", "fontSize": 16}
        yield {
            "data": {"values": values},
            "mark": {**text, "y": 2, "dx": 5},
            "encoding": {"x": self._x("at"), "text": {"field": "name"}},
        }


def unbroken(curve: Curve) -> list[list[tuple[datetime, float]]]:
    """The points of a curve in runs without a hole between them."""
    gaps = sorted(later - earlier for (earlier, _), (later, _) in pairwise(curve.points))
    usual = gaps[int(len(gaps) * 0.9)] if gaps else timedelta(0)
    runs: list[list[tuple[datetime, float]]] = []
    for point in curve.points:
        if not runs or point[0] - runs[-1][-1][0] > usual * _HOLE:
            runs.append([])
        runs[-1].append(point)
    return runs


def _is_steep(values: Sequence[float]) -> bool:
    return bool(values) and min(values) > 0 and max(values) > _SPREAD * median(values)
